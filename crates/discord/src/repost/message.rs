//! The message that shows a post again.

use serde_json::{Value, json};
use tokio::time::timeout;
use twilight_http::{
    request::{Form, Request},
    routing::Route,
};
use twilight_model::{
    channel::Message,
    id::{Id, marker::ChannelMarker},
};

use super::{PATIENCE, Repost, files::Files};
use crate::{context::Context, discord_error::Answered, post::Post, replies::award as words};

pub(super) async fn send(
    ctx: &Context,
    channel: Id<ChannelMarker>,
    repost: &Repost,
    post: Option<&Post>,
    files: &Files,
) -> Result<(), Answered> {
    // The client's own builder has no `enforce_nonce`.
    let route = Route::CreateMessage {
        channel_id: channel.get(),
    };
    let body = body(repost, post, files);
    let request = Request::builder(&route);
    let request = if files.has_any() {
        request.form(form(&body, files))
    } else {
        request.json(&body)
    };
    let Ok(request) = request.build() else {
        return Err(Answered::NOTHING);
    };
    let sent = async { ctx.http.request::<Message>(request).await };
    match timeout(PATIENCE, sent).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Answered::of(&error)),
        Err(_) => Err(Answered::NOTHING),
    }
}

/// Who awarded stands in the message's own text, the post in an embed: nothing in the post can look like the first.
fn body(repost: &Repost, post: Option<&Post>, files: &Files) -> Value {
    let shown = post.filter(|post| !post.text.trim().is_empty());
    let embeds = shown.map(|post| {
        json!({
            "author": { "name": words::author(&post.name) },
            "description": words::quoted(&post.text),
        })
    });
    let attachments = (0_u32..).zip(&files.fetched).map(|(id, file)| {
        let description = file.description.as_ref();
        let description = description.map(|text| text.chars().take(1_024).collect::<String>());
        json!({ "id": id, "filename": file.name, "description": description })
    });
    json!({
        "content": words::reposted(repost, post, &files.left_out),
        "embeds": embeds.into_iter().collect::<Vec<_>>(),
        "attachments": attachments.collect::<Vec<_>>(),
        "allowed_mentions": { "parse": [] },
        // At most 25 characters.
        "nonce": format!("award{}", repost.interaction),
        "enforce_nonce": true,
    })
}

fn form(body: &Value, files: &Files) -> Form {
    let json = Form::new().json_part(b"payload_json", body.to_string().as_bytes());
    let numbered = (0_u32..).zip(&files.fetched);
    numbered.fold(json, |form, (id, file)| {
        let field = format!("files[{id}]");
        form.file_part(field.as_bytes(), file.name.as_bytes(), &file.bytes)
    })
}
