#![doc = include_str!("../README.md")]

mod commands;
mod config;
mod demo;
mod doctor;
mod export;
mod game;
mod http_client;
mod ledger_file;
mod money;
mod note_keys;
mod operator;
mod reach;
mod replies;
mod restore;
mod screen;
mod socket;
mod table;
mod trouble;
mod userfile;
mod wiring;

use std::process::ExitCode;

/// A thousand writers allocate on one thread and free on another, which the system's allocator does under locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

include!(concat!(env!("OUT_DIR"), "/sites.rs"));

fn main() -> ExitCode {
    app::origin::install_sites(SITES);
    commands::main()
}
