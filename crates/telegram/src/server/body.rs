//! Reading requests, with a problem document for whatever cannot be read.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::problem::Problem;

/// Bytes of the largest body: as many flaps as a run can have, and what goes with them.
const LARGEST: usize = 256 * 1024;

/// The bytes of a body that says it is JSON; none for an empty one.
pub(super) async fn bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let bytes = axum::body::to_bytes(body, LARGEST).await;
    let bytes = bytes.map_err(|error| {
        let too_large = std::iter::successors(
            std::error::Error::source(&error),
            |error: &&(dyn std::error::Error + 'static)| error.source(),
        )
        .any(|error| error.to_string().contains("length limit"));
        if too_large {
            Problem::body_too_large(LARGEST)
        } else {
            Problem::body_cut()
        }
    })?;
    if !bytes.is_empty() && !is_json(headers) {
        return Err(Problem::not_json());
    }
    Ok(bytes)
}

pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            Problem::invalid(format!("{error}."))
        } else {
            Problem::malformed_json(format!("{error}."))
        }
    })
}

/// Init data that came in the body.
pub(super) fn init_data(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Carrier {
        init_data: Option<String>,
        tg_data: Option<String>,
    }
    let carrier: Carrier = serde_json::from_slice(bytes).ok()?;
    carrier.init_data.or(carrier.tg_data)
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    essence.eq_ignore_ascii_case("application/json")
}
