//! Buttons below messages.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused},
    params::Params,
    shared::Shared,
};

const ACTIONS: [&str; 5] = ["url", "callback_data", "web_app", "pay", "copy_text"];

/// Refuses what Telegram does not show; Mini Apps open from private chats only.
pub fn check(keyboard: &Value, private: bool) -> Result<(), Refused> {
    let rows = keyboard["inline_keyboard"]
        .as_array()
        .ok_or_else(|| Refused::bad("object expected as reply markup"))?;
    for button in rows.iter().flat_map(|row| row.as_array()).flatten() {
        button_is_good(button, private)?;
    }
    Ok(())
}

fn button_is_good(button: &Value, private: bool) -> Result<(), Refused> {
    if button["text"].as_str().unwrap_or_default().is_empty() {
        return Err(Refused::bad(
            "Text buttons are unallowed in the inline keyboard",
        ));
    }
    let actions = ACTIONS.iter().filter(|action| !button[**action].is_null());
    if actions.count() != 1 {
        return Err(Refused::bad(
            "BUTTON_INVALID: exactly one action is expected",
        ));
    }
    let data = button["callback_data"].as_str().unwrap_or("x");
    if data.is_empty() || data.len() > 64 {
        return Err(Refused::bad("BUTTON_DATA_INVALID"));
    }
    if !button["web_app"].is_null() {
        if !private {
            return Err(Refused::bad("BUTTON_TYPE_INVALID"));
        }
        must_be_https(&button["web_app"]["url"])?;
    }
    Ok(())
}

pub fn must_be_https(url: &Value) -> Result<(), Refused> {
    match url.as_str() {
        Some(url) if url.starts_with("https://") => Ok(()),
        _ => Err(Refused::bad(
            "inline keyboard button Web App URL is invalid: Only HTTPS links are allowed",
        )),
    }
}

pub fn answer_callback(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(
        params,
        &[
            "callback_query_id",
            "text",
            "show_alert",
            "url",
            "cache_time",
        ],
    )?;
    let id = params.words("callback_query_id", 64)?.to_owned();
    if params.text("text")?.unwrap_or_default().chars().count() > 200 {
        return Err(Refused::bad("MESSAGE_TOO_LONG"));
    }
    let known = shared.change(|world| world.callbacks.remove(&id));
    known.then_some(json!(true)).ok_or_else(|| {
        Refused::bad("query is too old and response timeout expired or query ID is invalid")
    })
}
