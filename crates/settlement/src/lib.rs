#![doc = include_str!("../README.md")]

mod address;
mod config;
mod due;
mod effects;
mod executor;
mod history;
pub mod init;
mod notification;
mod plan;
mod request;
mod settlement;
mod status;
mod step;
mod trouble;
mod watcher;

pub use config::Config;
pub use due::{Due, DueSettings, due};
pub use history::Gap;
pub use request::read_request;
pub use settlement::{LEASE, Settlement, Turn};
pub use status::{LowFunds, Status, SupplyCheck};
pub use step::{After, AfterStep, Step};
pub use trouble::Trouble;
pub use watcher::Skipped;
