//! The real program, from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod backup;
mod books;
mod config;
mod demo;
mod demo_game;
mod discord;
mod doctor;
mod game;
mod help;
mod import;
mod money;
mod note_key;
mod packaging;
mod postgres;
mod server;
mod stage;
mod ton;
