//! `sendMessage`

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused},
    html, keyboards,
    params::Params,
    shared::Shared,
    world::{Message, World},
};

const MOST_CHARACTERS: usize = 4_096;
const PARAMETERS: [&str; 9] = [
    "chat_id",
    "message_thread_id",
    "text",
    "parse_mode",
    "link_preview_options",
    "disable_notification",
    "protect_content",
    "reply_parameters",
    "reply_markup",
];

pub fn send(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &PARAMETERS)?;
    let chat = params.number("chat_id")?;
    let text = params.text("text")?.unwrap_or_default();
    let shown = match params.text("parse_mode")? {
        None => text.to_owned(),
        Some("HTML") => html::plain(text)?,
        Some(_) => return Err(Refused::bad("unsupported parse_mode")),
    };
    if shown.trim().is_empty() {
        return Err(Refused::bad("message text is empty"));
    }
    if shown.encode_utf16().count() > MOST_CHARACTERS {
        return Err(Refused::bad("message is too long"));
    }
    let keyboard = params.get("reply_markup").cloned();
    if let Some(keyboard) = &keyboard {
        keyboards::check(keyboard, chat > 0)?;
    }
    shared.change(|world| {
        may_write_to(world, chat)?;
        let id = world.fresh_id();
        world.messages.push(Message {
            id,
            chat,
            from: None,
            text: text.to_owned(),
            keyboard,
        });
        Ok(json!({
            "message_id": id,
            "date": 1_790_000_000,
            "chat": { "id": chat, "type": if chat > 0 { "private" } else { "supergroup" } },
            "text": shown,
        }))
    })
}

fn may_write_to(world: &World, chat: i64) -> Result<(), Refused> {
    let Ok(person) = u64::try_from(chat) else {
        return Ok(());
    };
    match world.people.get(&person) {
        None => Err(Refused::bad("chat not found")),
        Some(person) if !person.started => Err(Refused::new(
            403,
            "Forbidden: bot can't initiate conversation with a user",
        )),
        Some(_) => Ok(()),
    }
}
