use axum::{body::Bytes, http::StatusCode};
use serde_json::{Value, json};

use super::{Answer, Failure, body_object};
use crate::{
    handle::{Handle, SendError},
    http::{given::Unreadable, run, stack::Entry, text},
};

/// `POST /message`
pub(super) async fn send(chain: &Handle, body: Bytes) -> Answer {
    let boc = body_object(&body)?.needed("boc")?;
    let boc = text::read_base64(&boc)
        .ok_or_else(|| Unreadable("failed to parse boc: no base64".to_owned()))?;
    let sent = chain.send(&boc).await?;
    Ok(json!({
        "message_hash": text::hash(&sent.hash),
        "message_hash_norm": text::hash(&sent.normalized_hash),
    }))
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        let what = match &error {
            SendError::NotAccepted { .. } => format!("LITE_SERVER_UNKNOWN: {error}"),
            SendError::Bad(bad) => format!("failed to parse boc: {bad}"),
            SendError::Stopped(stopped) => stopped.to_string(),
        };
        let status = match error {
            SendError::Bad(_) => StatusCode::UNPROCESSABLE_ENTITY,
            SendError::NotAccepted { .. } | SendError::Stopped(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        Self { status, what }
    }
}

/// `POST /runGetMethod`
pub(super) async fn run_get_method(chain: &Handle, body: Bytes) -> Answer {
    let ran = run::asked(chain, &body_object(&body)?).await?;
    let stack: Vec<Value> = ran.stack.iter().map(Entry::v3).collect();
    Ok(json!({"gas_used": ran.gas_used, "exit_code": ran.exit_code, "stack": stack}))
}
