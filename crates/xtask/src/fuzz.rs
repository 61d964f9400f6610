//! The fuzz targets of `fuzz/`, one after the other. They need a nightly compiler and cargo-fuzz.

use std::{
    fs,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};
use clap::builder::PossibleValuesParser;

use crate::cargo::{root, shown, succeeds};

const TARGETS: [&str; 4] = ["amounts", "boc", "comment", "init_data"];
/// Kept for seeds: what these are made of is what the targets read.
const SEEDS: [(&str, &str); 1] = [("boc", "../crates/ton/contracts")];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// One of them; without it all
    #[arg(value_parser = PossibleValuesParser::new(TARGETS))]
    target: Option<String>,
    /// How long each runs, in seconds
    #[arg(long, default_value_t = 600)]
    secs: u32,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    for target in TARGETS {
        if args.target.as_deref().is_none_or(|wanted| wanted == target) {
            fuzz(target, args.secs)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn fuzz(target: &str, secs: u32) -> anyhow::Result<()> {
    let folder = root().join("fuzz");
    let corpus = format!("corpus/{target}");
    fs::create_dir_all(folder.join(&corpus)).context("cannot make a folder for the corpus")?;
    // rustup's cargo, which understands the toolchain's name; the one that runs this does not.
    let mut command = Command::new("cargo");
    command.env_remove("CARGO").current_dir(&folder);
    command.args(["+nightly", "fuzz", "run", "--features", target, target]);
    command.arg(&corpus);
    let seeds = SEEDS.iter().filter(|(of, _)| *of == target);
    command.args(seeds.map(|(_, folder)| folder));
    command.args(["--", "-print_final_stats=1", "-max_len=4096"]);
    command.arg(format!("-max_total_time={secs}"));
    println!("$ {}", shown(&command));
    if !succeeds(&mut command)? {
        bail!(
            "{target}: a finding (its input is in fuzz/artifacts), or a tool is missing: \
             rustup toolchain install nightly && cargo install cargo-fuzz"
        );
    }
    Ok(())
}
