//! Sending updates to a bot's webhook, one after the other, until it takes them.

use std::{io, time::Duration};

use axum::{body::Body, http::Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, task::JoinSet};

use crate::{
    shared::Shared,
    world::{Webhook, World},
};

/// How long an update waits after it was not taken; Telegram's own waits are longer.
const AGAIN: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(3_600);

pub async fn deliver(shared: Shared) {
    loop {
        let Some((webhook, id, update)) = shared.wait_for(LONG, next).await else {
            continue;
        };
        let taken = post(&webhook, &update).await;
        let error = match taken {
            Ok(status) if (200..300).contains(&status) => None,
            Ok(status) => Some(format!("Wrong response from the webhook: {status}")),
            Err(error) => Some(error.to_string()),
        };
        let again = error.is_some();
        shared.change(|world| settle(world, id, error));
        if again {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

fn next(world: &World) -> Option<(Webhook, i64, Value)> {
    let updates = &world.updates;
    let webhook = updates.webhook.clone().filter(|_| !updates.held)?;
    let (id, update) = updates.waiting.front()?.clone();
    Some((webhook, id, update))
}

fn settle(world: &mut World, id: i64, error: Option<String>) {
    let updates = &mut world.updates;
    if let Some(webhook) = &mut updates.webhook {
        webhook.last_error.clone_from(&error);
    }
    // Only the one that was delivered: the same update may wait a second time.
    let at = updates
        .waiting
        .iter()
        .position(|(waiting, _)| *waiting == id);
    if let (None, Some(at)) = (&error, at) {
        updates.waiting.remove(at);
    }
}

/// The status that the bot answers with.
async fn post(webhook: &Webhook, update: &Value) -> io::Result<u16> {
    let url = webhook.url.strip_prefix("http://").unwrap_or_default();
    let (host, path) = url.split_once('/').unwrap_or((url, ""));
    let stream = TcpStream::connect(host).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let mut request = Request::post(format!("/{path}"))
        .header("host", host)
        .header("content-type", "application/json");
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let request = request
        .body(Body::from(update.to_string()))
        .map_err(io::Error::other)?;
    let response = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?;
    Ok(response.status().as_u16())
}
