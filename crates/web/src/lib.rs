#![doc = include_str!("../README.md")]

mod admin;
mod auth;
mod called;
mod currencies;
mod docs_page;
mod extract;
mod given;
mod guard;
mod html;
mod idempotency;
mod limits;
mod metrics;
mod note_page;
mod openapi;
mod order;
mod problem;
mod replies;
mod router;
mod routes;
mod shown;
mod site;
mod state;
pub mod webhooks;

pub use admin::{MoreFigures, admin_router, admin_router_with};
pub use metrics::Metrics;
pub use openapi::document;
pub use router::router;
pub use state::Config;
