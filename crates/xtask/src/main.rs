#![doc = include_str!("../README.md")]

mod bench;
mod cargo;
mod contracts;
mod counted;
mod crash;
mod demo;
mod doctests;
mod fuzz;
mod game;
mod postgres;
mod report;
mod setup;
mod test;

use std::process::ExitCode;

use clap::Parser;

/// What is done to this project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Looks for the tools that are needed, and installs those that cargo and rustup can install
    Setup,
    /// Checks format, lints, licences, tests and documentation, up to the first failure
    Test(test::Args),
    /// Builds the game, which the program embeds, when something of it is new (needs Node.js with npm)
    Game,
    /// Builds the program with the profile of the tests and runs `scrip demo`
    Demo(demo::Args),
    /// Kills the running program at random moments and audits what is left
    Crash(crash::Args),
    /// Fetches the code of TON's contracts again and checks it (needs npm and its registry)
    Contracts,
    /// Runs the fuzz targets (needs a nightly compiler and cargo-fuzz)
    Fuzz(fuzz::Args),
    /// Builds the program for release and runs `scrip bench ledger`
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Setup => setup::run(),
        Task::Test(args) => test::run(&args),
        Task::Game => game::run(),
        Task::Demo(args) => demo::run(&args),
        Task::Crash(args) => crash::run(&args),
        Task::Contracts => contracts::run(),
        Task::Fuzz(args) => fuzz::run(&args),
        Task::Bench(args) => bench::run(&args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
