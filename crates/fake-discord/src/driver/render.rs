//! Messages as plain text.

use serde_json::Value;

use super::post::{Post, flat_components};
use crate::{
    ids::{ChannelId, RoleId, UserId},
    world::World,
};

pub fn post(world: &World, post: &Post) -> String {
    let mut lines = Vec::new();
    if post.ephemeral {
        lines.push("(only you can see this)".to_owned());
    }
    if !post.content.is_empty() {
        lines.push(readable(world, &post.content));
    }
    for one in &post.embeds {
        embed(world, one, &mut lines);
    }
    components(world, &post.components, &mut lines);
    for file in &post.files {
        lines.push(format!("[file {}, {}]", file.name, file.content_type));
    }
    lines.join("\n")
}

fn embed(world: &World, embed: &Value, lines: &mut Vec<String>) {
    let mut inside = Vec::new();
    let mut add = |prefix: &str, value: &Value| {
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            inside.push(format!("{prefix}{}", readable(world, text)));
        }
    };
    add("", &embed["author"]["name"]);
    add("# ", &embed["title"]);
    add("", &embed["description"]);
    for field in embed["fields"].as_array().into_iter().flatten() {
        let name = readable(world, field["name"].as_str().unwrap_or_default());
        add(&format!("{name}: "), &field["value"]);
    }
    add("image ", &embed["image"]["url"]);
    add("thumbnail ", &embed["thumbnail"]["url"]);
    add("— ", &embed["footer"]["text"]);
    let text = inside.join("\n");
    lines.extend(
        text.lines()
            .map(|line| format!("│ {line}").trim_end().to_owned()),
    );
}

fn components(world: &World, components: &[Value], lines: &mut Vec<String>) {
    for component in components {
        match component["type"].as_u64() {
            Some(1) => lines.push(row(component)),
            Some(10) => {
                lines.push(readable(
                    world,
                    component["content"].as_str().unwrap_or_default(),
                ));
            }
            _ => {
                let inside = component["components"]
                    .as_array()
                    .map_or(&[][..], Vec::as_slice);
                self::components(world, inside, lines);
                if component["accessory"]["type"] == 2 {
                    lines.push(widget(&component["accessory"]));
                }
            }
        }
    }
}

fn row(row: &Value) -> String {
    let inside = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    let widgets: Vec<String> = flat_components(inside).map(widget).collect();
    widgets.join(" ")
}

fn widget(widget: &Value) -> String {
    let off = if widget["disabled"] == true {
        " (off)"
    } else {
        ""
    };
    if widget["type"] == 2 {
        return format!("[ {}{off} ]", label(widget));
    }
    let options = widget["options"].as_array().into_iter().flatten();
    let labels: Vec<&str> = options
        .filter_map(|option| option["label"].as_str())
        .collect();
    let hint = widget["placeholder"].as_str().unwrap_or("choose");
    format!("[ ▾ {hint}{off}: {} ]", labels.join(" | "))
}

fn label(button: &Value) -> String {
    let emoji = button["emoji"]["name"].as_str();
    let label = button["label"].as_str();
    let parts: Vec<&str> = emoji.into_iter().chain(label).collect();
    parts.join(" ")
}

/// Replaces what Discord's client replaces: mentions, emojis, command links and times.
pub fn readable(world: &World, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let tag = tail.find('>').map(|end| &tail[..end]);
        match tag.and_then(|tag| Some((tag, markup(world, tag)?))) {
            Some((tag, shown)) => {
                out.push_str(&shown);
                rest = &tail[tag.len() + 1..];
            }
            None => {
                out.push('<');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

fn markup(world: &World, tag: &str) -> Option<String> {
    if let Some(id) = tag.strip_prefix("@&") {
        return role_name(world, id.parse().ok()?);
    }
    if let Some(id) = tag.strip_prefix('@') {
        return Some(user_name(world, id.trim_start_matches('!').parse().ok()?));
    }
    if let Some(id) = tag.strip_prefix('#') {
        return channel_name(world, id.parse().ok()?);
    }
    if let Some(command) = tag.strip_prefix('/') {
        return Some(format!("/{}", command.split(':').next()?));
    }
    if let Some(time) = tag.strip_prefix("t:") {
        let is_time = time.split(':').next()?.parse::<i64>().is_ok();
        return is_time.then(|| "(time)".to_owned());
    }
    let (name, id) = tag
        .strip_prefix("a:")
        .or(tag.strip_prefix(':'))?
        .split_once(':')?;
    id.parse::<u64>().ok()?;
    Some(format!(":{name}:"))
}

fn user_name(world: &World, id: UserId) -> String {
    let user = world.users.get(&id);
    user.map_or_else(
        || "@unknown-user".to_owned(),
        |user| format!("@{}", user.name),
    )
}

fn role_name(world: &World, id: RoleId) -> Option<String> {
    let role = world
        .guilds
        .values()
        .find_map(|guild| guild.roles.get(&id))?;
    Some(format!("@{}", role.name.trim_start_matches('@')))
}

fn channel_name(world: &World, id: ChannelId) -> Option<String> {
    let channel = world.channels.get(&id)?;
    Some(format!("#{}", channel.name))
}
