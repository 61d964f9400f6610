//! The CDN: attachments, emoji pictures, avatars.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    ids::{AttachmentId, ChannelId, EmojiId},
    shared::Shared,
    world::File,
};

/// A grey square, for everybody who never chose an avatar.
const AVATAR: &[u8] = include_bytes!("cdn/avatar.png");

pub async fn attachment(
    State(shared): State<Shared>,
    Path((channel, id, name)): Path<(String, String, String)>,
) -> Response {
    let found = shared.read(|world| {
        let stored = world.files.get(&id.parse::<AttachmentId>().ok()?)?;
        let is_there = Ok(stored.channel) == channel.parse::<ChannelId>();
        (is_there && stored.file.name == name).then(|| stored.file.clone())
    });
    found.map_or_else(missing, send)
}

pub async fn emoji(State(shared): State<Shared>, Path(file): Path<String>) -> Response {
    let Some((id, extension)) = file.rsplit_once('.') else {
        return missing();
    };
    let found = shared.read(|world| {
        let emoji = world.find_emoji(id.parse::<EmojiId>().ok()?)?;
        // Discord converts still pictures to each format, but makes no animation of them.
        let exists = matches!(extension, "png" | "webp") || (extension == "gif" && emoji.animated);
        exists.then(|| emoji.picture.clone())
    });
    found.map_or_else(missing, send)
}

pub async fn avatar(Path((_user, _file)): Path<(String, String)>) -> Response {
    send(File::new("avatar.png", AVATAR))
}

pub async fn default_avatar(Path(_file): Path<String>) -> Response {
    send(File::new("avatar.png", AVATAR))
}

fn send(file: File) -> Response {
    let octets = HeaderValue::from_static("application/octet-stream");
    let content_type = HeaderValue::from_str(&file.content_type).unwrap_or(octets);
    ([(header::CONTENT_TYPE, content_type)], file.bytes).into_response()
}

fn missing() -> Response {
    (
        StatusCode::NOT_FOUND,
        "This content is no longer available.",
    )
        .into_response()
}
