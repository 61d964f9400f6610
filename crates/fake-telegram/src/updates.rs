//! `getUpdates` and webhooks: one of the two.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused},
    params::Params,
    shared::Shared,
    world::{Updates, Webhook, World},
};

const MOST: usize = 100;

impl World {
    /// Gives the bot an update of a kind, unless it did not ask for such.
    pub fn tell(&mut self, kind: &str, what: Value) -> i64 {
        let updates = &mut self.updates;
        let id = updates.next;
        updates.next += 1;
        let update = json!({ "update_id": id, kind: what });
        updates.all.push((id, update.clone()));
        if updates.allowed.is_empty() || updates.allowed.iter().any(|allowed| allowed == kind) {
            updates.waiting.push_back((id, update));
        }
        id
    }
}

pub async fn get(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["offset", "limit", "timeout", "allowed_updates"])?;
    let limit = params.integer("limit")?.unwrap_or(100).clamp(1, 100);
    let limit = usize::try_from(limit).unwrap_or(MOST);
    let timeout = params.integer("timeout")?.unwrap_or(0).clamp(0, 50);
    let timeout = Duration::from_secs(timeout.unsigned_abs());
    let offset = params.integer("offset")?.unwrap_or(0);
    let allowed = params.get("allowed_updates").map(|_| ());
    let kinds = texts(params.list("allowed_updates")?);
    let mine = shared.change(|world| {
        let updates = &mut world.updates;
        if updates.webhook.is_some() {
            return Err(Refused::new(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            ));
        }
        if allowed.is_some() {
            updates.allowed = kinds;
        }
        confirm(updates, offset);
        updates.poll += 1;
        Ok(updates.poll)
    })?;
    let look = |world: &World| {
        let updates = &world.updates;
        if updates.poll != mine {
            return Some(Err(Refused::new(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )));
        }
        let ready = !updates.held && !updates.waiting.is_empty();
        ready.then(|| {
            let page = updates.waiting.iter().take(limit);
            Ok(page.map(|(_, update)| update.clone()).collect::<Value>())
        })
    };
    let found = shared.wait_for(timeout, look).await;
    found.unwrap_or_else(|| Ok(json!([])))
}

/// Those before the offset are not wanted again; a negative one counts from the end.
fn confirm(updates: &mut Updates, offset: i64) {
    let first = if offset < 0 {
        let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let at = updates.waiting.len().saturating_sub(back);
        updates.waiting.get(at).map_or(i64::MIN, |(id, _)| *id)
    } else {
        offset
    };
    updates.waiting.retain(|(id, _)| *id >= first);
}

fn texts(list: &[Value]) -> Vec<String> {
    let texts = list.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

pub fn set_webhook(shared: &Shared, params: &Value) -> Answer {
    let known = [
        "url",
        "secret_token",
        "allowed_updates",
        "max_connections",
        "drop_pending_updates",
    ];
    let params = Params::of(params, &known)?;
    let url = params.text("url")?.unwrap_or_default().to_owned();
    // Telegram takes https alone; on the loopback address there is nobody who could listen.
    if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://127.0.0.1") {
        return Err(Refused::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    let secret = params.text("secret_token")?.map(str::to_owned);
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if let Some(secret) = &secret
        && (secret.is_empty() || secret.len() > 256 || !secret.chars().all(good))
    {
        return Err(Refused::bad("secret token contains unallowed characters"));
    }
    let allowed = params.get("allowed_updates").map(|_| ());
    let kinds = texts(params.list("allowed_updates")?);
    let forget = params.yes("drop_pending_updates");
    shared.change(|world| {
        let updates = &mut world.updates;
        // A poll that waits ends with a conflict.
        updates.poll += 1;
        updates.webhook = (!url.is_empty()).then_some(Webhook {
            url,
            secret,
            last_error: None,
        });
        if allowed.is_some() {
            updates.allowed = kinds;
        }
        if forget {
            updates.waiting.clear();
        }
    });
    Ok(json!(true))
}

pub fn delete_webhook(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["drop_pending_updates"])?;
    let forget = params.yes("drop_pending_updates");
    shared.change(|world| {
        world.updates.webhook = None;
        if forget {
            world.updates.waiting.clear();
        }
    });
    Ok(json!(true))
}

pub fn webhook_info(shared: &Shared, params: &Value) -> Answer {
    Params::of(params, &[])?;
    shared.read(|world| {
        let webhook = world.updates.webhook.as_ref();
        let mut info = json!({
            "url": webhook.map_or("", |webhook| webhook.url.as_str()),
            "has_custom_certificate": false,
            "pending_update_count": world.updates.waiting.len(),
            "allowed_updates": world.updates.allowed,
        });
        if let Some(error) = webhook.and_then(|webhook| webhook.last_error.as_ref()) {
            info["last_error_message"] = json!(error);
        }
        Ok(info)
    })
}
