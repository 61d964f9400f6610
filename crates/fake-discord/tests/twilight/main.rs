//! Drives the fake with a real client, the one that the product uses.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on panics, and some measure how long a client really waited"
)]

mod bot;
mod cdn;
mod commands;
mod emojis;
mod events;
mod faults;
mod interactions;
mod limits;
mod members;
mod messages;
mod sessions;
