#![doc = include_str!("../README.md")]

mod block;
mod chain_config;
mod clock;
mod contract;
mod faults;
mod get_method;
mod handle;
mod http;
mod index;
mod journal;
mod message;
mod producer;
mod sandbox;
mod settings;
mod shared;
mod world;

pub use faults::{Faults, LostAnswer};
pub use handle::{AccountNow, Handle, Now, SendError, Sent, Stopped};
pub use message::BadMessage;
pub use sandbox::{Running, Sandbox, StartError};
pub use settings::Settings;
