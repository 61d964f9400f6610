use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

/// Why a person could not do something, or did not see what they waited for.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum DriverError {
    #[error("there is no channel {0}")]
    NoChannel(crate::ChannelId),
    #[error("there is no message {0}, or this person cannot see it")]
    NoMessage(crate::MessageId),
    #[error("there is no emoji {0}")]
    NoEmoji(crate::EmojiId),
    #[error("{0} is not a member of that guild, or not part of that conversation")]
    NotThere(crate::UserId),
    #[error("this person lacks the permission for {0}")]
    NotAllowed(&'static str),
    #[error("a message has room for 20 different reactions")]
    TooManyReactions,
    #[error("the bot has not registered `{0}` here; registered are: {1}")]
    NoCommand(String, String),
    #[error("`{command}` has no option `{option}`")]
    NoOption { command: String, option: String },
    #[error("`{command}` needs the option `{option}`")]
    OptionMissing { command: String, option: String },
    #[error("Discord would not send {value} for the option `{option}`: {why}")]
    BadOption {
        option: String,
        value: String,
        why: String,
    },
    #[error(
        "no enabled button or select has the label or custom_id `{wanted}`; there are: {there_are}"
    )]
    NoComponent { wanted: String, there_are: String },
    #[error("the modal has no field `{0}`")]
    NoField(String),
    #[error("the modal's field `{field}` {why}")]
    BadField { field: String, why: String },
    #[error("“The application did not respond”: no first answer within {0:?}")]
    NoAnswer(Duration),
    #[error("the answer was still “thinking” after {0:?}")]
    StillThinking(Duration),
    #[error("the application answered with something else: {0}")]
    OtherAnswer(Value),
    #[error("waited {1:?} in vain for {0}")]
    InVain(String, Duration),
}
