use std::process::{Command, ExitCode};

use crate::cargo::{Profile, become_command, build};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often the program is killed and started again
    #[arg(long, default_value_t = 50)]
    rounds: u64,
    /// Repeats the run that printed this seed; without it each run is another
    #[arg(long)]
    seed: Option<u64>,
    /// Goes on to `scrip-crash`
    #[arg(last = true)]
    passed: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // The harness starts `scrip` from its own folder, so both must be fresh.
    let harness = build(Profile::Dev, &["scrip-crash", "scrip"])?;
    let mut command = Command::new(harness);
    command.args(["--rounds", &args.rounds.to_string()]);
    if let Some(seed) = args.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    become_command(command.args(&args.passed))
}
