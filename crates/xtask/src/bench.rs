use std::process::{Command, ExitCode};

use crate::cargo::{Profile, become_command, build};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Goes on to `scrip bench ledger`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let scrip = build(Profile::Release, &["scrip"])?;
    become_command(
        Command::new(scrip)
            .args(["bench", "ledger"])
            .args(&args.passed),
    )
}
