//! A guild's emojis. <https://discord.com/developers/docs/resources/emoji>

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{
    call::Call,
    checks::Problems,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::{EmojiId, GuildId},
    permissions::Permissions,
    world::{File, GuildEmoji, World},
};

const LARGEST_PICTURE: usize = 256 * 1024;

pub fn list(world: &mut World, call: &Call) -> Outcome {
    let guild = world.guild_in_path(call)?;
    Ok(Reply::ok(guild.emojis_json(&world.users)))
}

pub fn get(world: &mut World, call: &Call) -> Outcome {
    let guild = world.guild_in_path(call)?;
    let emoji = guild.emojis.get(&call.id(1)?);
    let emoji = emoji.ok_or_else(ApiError::emoji_not_found)?;
    Ok(Reply::ok(emoji.json(&world.users)))
}

pub fn create(world: &mut World, call: &Call) -> Outcome {
    call.check_reason()?;
    let guild = world.guild_in_path(call)?.id;
    world.need(guild, Permissions::CREATE_GUILD_EXPRESSIONS)?;
    let mut problems = Problems::default();
    check_name(&mut problems, &call.body["name"]);
    let picture = check_picture(&mut problems, &call.body["image"]);
    problems.finish()?;
    let emoji = GuildEmoji {
        id: EmojiId::new(world.snowflakes.next()),
        name: call.body["name"].as_str().unwrap_or_default().to_owned(),
        animated: picture.content_type == "image/gif",
        picture,
        creator: world.application.bot,
    };
    world.check_slots(guild, emoji.animated)?;
    let json = emoji.json(&world.users);
    world.change_emojis(guild, |emojis| drop(emojis.insert(emoji.id, emoji)));
    Ok(Reply::json(201, json))
}

pub fn rename(world: &mut World, call: &Call) -> Outcome {
    call.check_reason()?;
    let (guild, id) = own_emoji(world, call)?;
    let mut problems = Problems::default();
    check_name(&mut problems, &call.body["name"]);
    problems.finish()?;
    let name = call.body["name"].as_str().unwrap_or_default().to_owned();
    world.change_emojis(guild, |emojis| {
        if let Some(emoji) = emojis.get_mut(&id) {
            emoji.name = name;
        }
    });
    let json = world.guilds[&guild].emojis[&id].json(&world.users);
    Ok(Reply::ok(json))
}

pub fn delete(world: &mut World, call: &Call) -> Outcome {
    call.check_reason()?;
    let (guild, id) = own_emoji(world, call)?;
    world.change_emojis(guild, |emojis| drop(emojis.remove(&id)));
    Ok(Reply::no_content())
}

/// The emoji in the path, if the bot may change it: its own with CREATE_GUILD_EXPRESSIONS, anyone's
/// with MANAGE_GUILD_EXPRESSIONS.
fn own_emoji(world: &World, call: &Call) -> Result<(GuildId, EmojiId), ApiError> {
    let guild = world.guild_in_path(call)?;
    let emoji = guild.emojis.get(&call.id(1)?);
    let emoji = emoji.ok_or_else(ApiError::emoji_not_found)?;
    let is_own = emoji.creator == world.application.bot;
    let manages = world.need(guild.id, Permissions::MANAGE_GUILD_EXPRESSIONS);
    match manages {
        Err(_) if is_own => world.need(guild.id, Permissions::CREATE_GUILD_EXPRESSIONS)?,
        other => other?,
    }
    Ok((guild.id, emoji.id))
}

/// The character set is not in the documentation; Discord's client and server keep to it.
fn check_name(problems: &mut Problems, name: &Value) {
    problems.text("name", name, &(2..=32));
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.as_str().is_some_and(|name| !name.chars().all(allowed)) {
        let message = "String value did not match validation regex.";
        problems.add("name", "STRING_TYPE_REGEX", message);
    }
}

fn check_picture(problems: &mut Problems, image: &Value) -> File {
    let nothing = File::new("emoji", Vec::new());
    let Some(uri) = image.as_str() else {
        problems.required("image");
        return nothing;
    };
    let Some(picture) = picture_of(uri) else {
        problems.add("image", "BASE_TYPE_INVALID", "Invalid image data");
        return nothing;
    };
    if picture.bytes.len() > LARGEST_PICTURE {
        let message = "File cannot be larger than 256.0 kb.";
        problems.add("image", "BINARY_TYPE_MAX_SIZE", message);
    }
    picture
}

/// `data:image/png;base64,…`, where the bytes must be of the kind that it says.
fn picture_of(uri: &str) -> Option<File> {
    let (kind, data) = uri.strip_prefix("data:image/")?.split_once(";base64,")?;
    let bytes = BASE64_STANDARD.decode(data).ok()?;
    let fits = match kind {
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpeg" | "jpg" => bytes.starts_with(b"\xff\xd8\xff"),
        "gif" => bytes.starts_with(b"GIF8"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "avif" => bytes.get(4..8) == Some(b"ftyp"),
        _ => false,
    };
    fits.then(|| File::new(&format!("emoji.{kind}"), bytes))
}

impl World {
    /// Still and animated emojis are counted apart.
    fn check_slots(&self, guild: GuildId, animated: bool) -> Result<(), ApiError> {
        let guild = &self.guilds[&guild];
        let same_kind = guild
            .emojis
            .values()
            .filter(|emoji| emoji.animated == animated);
        match same_kind.count() < guild.slots() {
            true => Ok(()),
            false if animated => Err(ApiError::animated_emojis_full()),
            false => Err(ApiError::emojis_full()),
        }
    }

    fn change_emojis(
        &mut self,
        guild: GuildId,
        change: impl FnOnce(&mut std::collections::BTreeMap<EmojiId, GuildEmoji>),
    ) {
        if let Some(found) = self.guilds.get_mut(&guild) {
            change(&mut found.emojis);
            self.emit(&self.emojis_update(guild));
        }
    }
}
