#![doc = include_str!("../README.md")]

mod answer;
mod driver;
mod faults;
mod html;
mod invoices;
mod keyboards;
mod messages;
mod methods;
mod params;
mod server;
mod set_up;
mod shared;
mod updates;
mod webhook;
mod world;

pub use driver::{Declined, FakeTelegram, Settings};
pub use faults::Fault;
pub use server::StartError;
pub use world::{Call, Chat, Message, Payment};
