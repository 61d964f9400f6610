use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    clock,
    ids::{ChannelId, InteractionId, MessageId, UserId},
    settings::Settings,
};

#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: InteractionId,
    pub token: String,
    pub user: UserId,
    pub channel: ChannelId,
    pub kind: InteractionKind,
    pub created: Instant,
    pub first_answer: Option<FirstAnswer>,
    /// The answer's own message, once there is one.
    pub original: Option<MessageId>,
    pub original_deleted: bool,
    /// Everything sent after the first answer, in order.
    pub follow_ups: Vec<MessageId>,
    /// Counts edits of the original, so that a deferred update can be told from an unfinished one.
    pub edits: u32,
    pub forced_expired: bool,
    /// The whole event, to send it again.
    pub event: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InteractionKind {
    Slash,
    Menu,
    Component {
        message: MessageId,
        custom_id: String,
    },
    Autocomplete,
    Modal {
        custom_id: String,
        message: Option<MessageId>,
    },
}

impl InteractionKind {
    /// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-interaction-type>
    pub const fn number(&self) -> u8 {
        match self {
            Self::Slash | Self::Menu => 2,
            Self::Component { .. } => 3,
            Self::Autocomplete => 4,
            Self::Modal { .. } => 5,
        }
    }

    /// The message that "update message" would change.
    pub const fn message(&self) -> Option<MessageId> {
        match self {
            Self::Component { message, .. } => Some(*message),
            Self::Modal { message, .. } => *message,
            Self::Slash | Self::Menu | Self::Autocomplete => None,
        }
    }
}

/// How the application answered at first.
#[derive(Clone, Debug, PartialEq)]
pub enum FirstAnswer {
    Message,
    Deferred { ephemeral: bool },
    DeferredUpdate,
    Update,
    Choices(Vec<Value>),
    Modal(Value),
}

impl Interaction {
    /// An unanswered interaction dies after three seconds, an answered one after fifteen minutes.
    pub fn is_expired(&self, settings: &Settings) -> bool {
        let age: Duration = clock::instant().saturating_duration_since(self.created);
        let unanswered_too_long = self.first_answer.is_none() && age > settings.answer_deadline;
        self.forced_expired || unanswered_too_long || age > settings.token_lifetime
    }

    /// Deferred, and nothing shown yet in the place of the answer.
    pub fn is_thinking(&self) -> bool {
        matches!(self.first_answer, Some(FirstAnswer::Deferred { .. })) && self.edits == 0
    }
}
