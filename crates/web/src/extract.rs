//! Reading requests, with a problem document for whatever cannot be read.

use axum::{
    body::Bytes,
    extract::{FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header::CONTENT_TYPE, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::problem::Problem;

/// Bytes of the largest body.
pub(crate) const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// What stands in the path.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(At(value)),
            Err(error) => Err(Problem::bad_request("path", error.body_text())),
        }
    }
}

/// What stands after the question mark.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Params(value)),
            Err(error) => Err(Problem::bad_request("query", error.body_text())),
        }
    }
}

/// Reads a JSON body. What is wrong with it is said with the place where it stands.
pub(crate) async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Problem> {
    let bytes = json_bytes(request).await?;
    parse(&bytes, "")
}

/// The bytes of a body that says it is JSON.
pub(crate) async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::not_json());
    }
    axum::body::to_bytes(request.into_body(), LARGEST_BODY)
        .await
        .map_err(|error| unreadable(&error))
}

/// Parses a whole text, or the part of it that stands at `place`.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8], place: &str) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            invalid::<T>(bytes, place)
        } else {
            Problem::malformed_json(format!("{error}."))
        }
    })
}

/// Reads it once more, slowly, to learn which member it was.
fn invalid<'a, T: Deserialize<'a>>(bytes: &'a [u8], place: &str) -> Problem {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut from) {
        Ok(_) => Problem::malformed_json("The body is more than one JSON value."),
        Err(error) => {
            let (path, message) = (error.path().to_string(), error.inner().to_string());
            let field = format!("{place}{}", member(&path, &message));
            Problem::invalid(&field, format!("{message}."))
        }
    }
}

/// Where a member is missing, or there twice, the path ends at what it belongs to, and only the message names it.
fn member(path: &str, message: &str) -> String {
    let named = ["missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match (path, named) {
        (_, None) => path.to_owned(),
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if path.ends_with(name) => path.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
    }
}

fn unreadable(error: &axum::Error) -> Problem {
    let too_large = std::iter::successors(
        std::error::Error::source(error),
        |error: &&(dyn std::error::Error + 'static)| error.source(),
    )
    .any(|error| error.to_string().contains("length limit"));
    if too_large {
        Problem::body_too_large(LARGEST_BODY)
    } else {
        Problem::bad_request("body", "The body ended before it was whole.")
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    essence.eq_ignore_ascii_case("application/json")
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// How many things of a list: from 1 to `most`.
pub(crate) fn limit(asked: Option<usize>, most: usize) -> Result<usize, Problem> {
    match asked {
        None => Ok(20),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::bad_request(
            "limit",
            format!("A limit is a number from 1 to {most}."),
        )),
    }
}
