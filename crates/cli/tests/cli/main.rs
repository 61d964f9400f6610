//! The real program, from outside.

mod backup;
mod books;
mod config;
mod demo;
mod doctor;
mod help;
mod import;
mod money;
mod server;
mod stage;
