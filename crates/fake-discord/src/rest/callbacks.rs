//! First answers to interactions.
//!
//! <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object>

use serde_json::{Value, json};

use super::{
    body::Draft,
    call::Call,
    checks::Problems,
    component_rules,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    clock::WallTime,
    ids::{InteractionId, MessageId},
    world::{FirstAnswer, Interaction, InteractionKind, Message, MessageBody, World, flags},
};

pub fn answer(world: &mut World, call: &Call) -> Outcome {
    let id: InteractionId = call.id(0)?;
    let interaction = world.open_interaction(id, &call.params[1])?;
    let kind = call.body["type"].as_u64().unwrap_or_default();
    check_kind(interaction, kind)?;
    let data = &call.body["data"];
    let draft = Draft {
        call,
        json: data,
        at: "data.",
        channel: interaction.channel,
    };
    let first = match kind {
        4 => world.answer_with_message(id, &draft)?,
        5 => world.defer(id, data)?,
        6 => FirstAnswer::DeferredUpdate,
        7 => world.update_message(id, &draft)?,
        8 => choices(data)?,
        _ => modal(data)?,
    };
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.first_answer = Some(first);
    }
    Ok(world.callback_reply(id, kind, call.query("with_response") == Some("true")))
}

/// Which answers fit which interactions.
fn check_kind(interaction: &Interaction, kind: u64) -> Result<(), ApiError> {
    let is_autocomplete = interaction.kind == InteractionKind::Autocomplete;
    let is_modal = matches!(interaction.kind, InteractionKind::Modal { .. });
    let fits = match kind {
        4 | 5 => !is_autocomplete,
        6 | 7 => interaction.kind.message().is_some(),
        8 => is_autocomplete,
        9 => !is_autocomplete && !is_modal,
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let mut problems = Problems::default();
    let message = "This type of answer does not fit this interaction.";
    problems.add("type", "INTERACTION_CALLBACK_TYPE_INVALID", message);
    problems.finish()
}

fn choices(data: &Value) -> Result<FirstAnswer, ApiError> {
    let mut problems = Problems::default();
    let choices = problems.list("data.choices", &data["choices"], &(0..=25));
    for (index, choice) in choices.iter().enumerate() {
        let at = format!("data.choices.{index}");
        problems.text(&format!("{at}.name"), &choice["name"], &(1..=100));
        match &choice["value"] {
            Value::Null => problems.required(&format!("{at}.value")),
            Value::Number(_) => {}
            text => problems.text(&format!("{at}.value"), text, &(1..=100)),
        }
    }
    let choices = choices.to_vec();
    problems.finish()?;
    Ok(FirstAnswer::Choices(choices))
}

fn modal(data: &Value) -> Result<FirstAnswer, ApiError> {
    let mut problems = Problems::default();
    component_rules::check_modal(&mut problems, "data", data);
    problems.finish()?;
    Ok(FirstAnswer::Modal(data.clone()))
}

impl World {
    /// An interaction that still waits for its first answer.
    fn open_interaction(&self, id: InteractionId, token: &str) -> Result<&Interaction, ApiError> {
        let interaction = self.interactions.get(&id);
        let interaction = interaction.filter(|interaction| interaction.token == token);
        let interaction = interaction.ok_or_else(ApiError::unknown_interaction)?;
        if interaction.first_answer.is_some() {
            return Err(ApiError::already_acknowledged());
        }
        if interaction.is_expired(&self.settings) {
            return Err(ApiError::unknown_interaction());
        }
        Ok(interaction)
    }

    fn answer_with_message(
        &mut self,
        id: InteractionId,
        draft: &Draft<'_>,
    ) -> Result<FirstAnswer, ApiError> {
        let body = self.write_body(MessageBody::default(), draft)?;
        let message = self.answer_message(id, body);
        self.set_original(id, message);
        Ok(FirstAnswer::Message)
    }

    /// Of the flags only EPHEMERAL counts here; the first answer decides it.
    fn defer(&mut self, id: InteractionId, data: &Value) -> Result<FirstAnswer, ApiError> {
        let wanted = data["flags"].as_u64().unwrap_or(0);
        if wanted & !flags::EPHEMERAL != 0 {
            let mut problems = Problems::default();
            let message = "Only EPHEMERAL can be set when deferring";
            problems.add("data.flags", "MESSAGE_FLAGS_INVALID", message);
            problems.finish()?;
        }
        let body = MessageBody {
            flags: wanted | flags::LOADING,
            ..MessageBody::default()
        };
        let message = self.answer_message(id, body);
        self.set_original(id, message);
        Ok(FirstAnswer::Deferred {
            ephemeral: wanted != 0,
        })
    }

    fn update_message(
        &mut self,
        id: InteractionId,
        draft: &Draft<'_>,
    ) -> Result<FirstAnswer, ApiError> {
        let interaction = &self.interactions[&id];
        let message = interaction
            .kind
            .message()
            .ok_or_else(ApiError::unknown_message)?;
        let old = self
            .message(draft.channel, message)
            .ok_or_else(ApiError::unknown_message)?;
        let body = self.write_body(old.body.clone(), draft)?;
        self.replace_body(draft.channel, message, body);
        Ok(FirstAnswer::Update)
    }

    /// Posts a message of the application for an interaction.
    pub fn answer_message(&mut self, id: InteractionId, body: MessageBody) -> MessageId {
        let channel = self.interactions[&id].channel;
        let sent = WallTime::now();
        let message = Message {
            id: MessageId::new(self.snowflakes.at(sent)),
            channel,
            author: self.application.bot,
            body,
            sent_at: sent.iso(),
            edited_at: None,
            reactions: Vec::new(),
            answers: Some(id),
            replies_to: None,
            webhook: Some(self.application.id),
        };
        let message_id = message.id;
        if !message.is_ephemeral() {
            self.emit(&self.message_event("MESSAGE_CREATE", &message));
        }
        self.keep_message(message);
        message_id
    }

    fn set_original(&mut self, id: InteractionId, message: MessageId) {
        if let Some(interaction) = self.interactions.get_mut(&id) {
            interaction.original = Some(message);
        }
    }

    /// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object>
    fn callback_reply(&self, id: InteractionId, kind: u64, with_response: bool) -> Reply {
        if !with_response {
            return Reply::no_content();
        }
        let interaction = &self.interactions[&id];
        let message = match kind {
            4 | 5 => interaction.original,
            6 | 7 => interaction.kind.message(),
            _ => None,
        };
        let message = message.and_then(|message| self.message(interaction.channel, message));
        let mut json = json!({
            "interaction": {
                "id": id,
                "type": interaction.kind.number(),
                "response_message_id": message.map(|message| message.id),
                "response_message_loading": kind == 5,
                "response_message_ephemeral": message.is_some_and(Message::is_ephemeral),
                "channel_id": interaction.channel,
            },
            "resource": {"type": kind},
        });
        if let Some(message) = message {
            json["resource"]["message"] = self.message_json(message);
        }
        Reply::ok(json)
    }
}
