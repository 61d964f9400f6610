#![doc = include_str!("../README.md")]

mod achievements;
mod answer;
mod content_type;
mod files;
mod manifest;
mod origin;
mod replies;
mod router;
mod settings;
mod token;

pub use files::is_built;
pub use router::router;
pub use settings::{Achievement, Page, Settings, Token};

#[cfg(test)]
mod tests;
