//! What a bot says about itself.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused},
    keyboards::must_be_https,
    params::Params,
    shared::Shared,
};

pub fn get_me(shared: &Shared, params: &Value) -> Answer {
    Params::of(params, &[])?;
    shared.read(|world| {
        Ok(json!({
            "id": world.bot_id(),
            "is_bot": true,
            "first_name": world.settings.username,
            "username": world.settings.username,
            "can_join_groups": true,
            "can_read_all_group_messages": false,
            "supports_inline_queries": false,
            "has_main_web_app": false,
        }))
    })
}

pub fn set_commands(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["commands", "scope", "language_code"])?;
    let list = params.list("commands")?;
    if list.len() > 100 {
        return Err(Refused::bad("too many commands"));
    }
    let commands = list.iter().map(command).collect::<Result<_, _>>()?;
    shared.change(|world| world.commands = commands);
    Ok(json!(true))
}

fn command(value: &Value) -> Result<(String, String), Refused> {
    let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let (name, description) = (text("command"), text("description"));
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 32 || !name.chars().all(good) {
        return Err(Refused::bad("BOT_COMMAND_INVALID"));
    }
    if description.is_empty() || description.chars().count() > 256 {
        return Err(Refused::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok((name, description))
}

pub fn set_menu_button(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["chat_id", "menu_button"])?;
    let button = params.get("menu_button").cloned().unwrap_or_default();
    match button["type"].as_str() {
        Some("default" | "commands") => {}
        Some("web_app") => {
            if button["text"].as_str().unwrap_or_default().is_empty() {
                return Err(Refused::bad("menu button text must be non-empty"));
            }
            must_be_https(&button["web_app"]["url"])?;
        }
        _ => return Err(Refused::bad("can't parse menu button: unsupported type")),
    }
    shared.change(|world| world.menu_button = Some(button));
    Ok(json!(true))
}
