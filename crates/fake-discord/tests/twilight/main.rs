//! Drives the fake with a real client, the one that the product uses.

mod bot;
mod commands;
mod emojis;
mod events;
mod faults;
mod interactions;
mod limits;
mod members;
mod messages;
mod sessions;
