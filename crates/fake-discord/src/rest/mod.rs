//! The REST API, version 10.

pub mod command_rules;
pub mod limits;

use crate::shared::Shared;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

pub async fn handle(State(_): State<Shared>, _: Request) -> Response {
    StatusCode::NOT_FOUND.into_response()
}
