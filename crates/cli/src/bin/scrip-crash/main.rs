//! Kills the real server at random moments while it is loaded, starts it again, and looks whether what it had promised holds:
//! every acknowledged write is there once, every other whole or absent, and the audit is clean.

mod checks;
mod clients;
mod program;
mod sent;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use rand::{RngExt as _, SeedableRng, rngs::StdRng};

use crate::{
    clients::Clients,
    program::{Program, Running},
    sent::Book,
};

/// Kills `scrip serve` at random moments under load and audits what is left
#[derive(Debug, Parser)]
#[command(name = "scrip-crash", version)]
struct Args {
    /// How often it is killed and started again
    #[arg(long, default_value_t = 50)]
    rounds: u64,
    /// Repeats the choices of the run that printed this seed
    #[arg(long)]
    seed: Option<u64>,
    /// The longest time under load before it is killed, in milliseconds
    #[arg(long, default_value_t = 700)]
    load_ms: u64,
    /// How many clients write at once
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// The program; without it, `scrip` beside this one
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Keep the ledger here instead of a temporary folder
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// What one round showed.
#[derive(Debug, Default, Clone, Copy)]
struct Round {
    load_ms: u64,
    acknowledged: usize,
    refused: usize,
    unknown: usize,
    /// Of the unknown ones, those that turned out to be written.
    written: usize,
    recovery_ms: u128,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let seed = args
        .seed
        .unwrap_or_else(|| u64::from_le_bytes(app::random_bytes::<8>()) >> 16);
    println!("seed {seed}");
    match run(&args, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scrip-crash: {error:#}");
            eprintln!("Repeat it with --seed {seed} --rounds {}", args.rounds);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args, seed: u64) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting")?;
    runtime.block_on(all_rounds(args, seed))
}

async fn all_rounds(args: &Args, seed: u64) -> anyhow::Result<()> {
    let temporary = tempfile::tempdir().context("making a temporary folder")?;
    let data_dir = args.data_dir.clone();
    let data_dir = data_dir.unwrap_or_else(|| temporary.path().join("data"));
    let program = Program::find(args.program.clone(), data_dir)?;
    let world = program.prepare()?;
    let mut random = StdRng::seed_from_u64(seed);
    let mut book = Book::default();
    let mut rounds = Vec::new();

    println!("round  load ms  acknowledged  refused  unknown  of them written  recovery ms");
    let mut server = program.start().await?;
    checks::set_rate(&server, &world).await?;
    for number in 1..=args.rounds {
        let load = Duration::from_millis(random.random_range(args.load_ms / 4..=args.load_ms));
        let clients = Clients::new(&world, &server, &mut random, args.clients);
        let (round, next) = one_round(&program, server, clients, &mut book, load)
            .await
            .with_context(|| format!("round {number}"))?;
        server = next;
        checks::all(&program, &server, &book, &mut random)
            .await
            .with_context(|| format!("round {number}"))?;
        println!(
            "{number:>5}  {:>7}  {:>12}  {:>7}  {:>7}  {:>15}  {:>11}",
            round.load_ms,
            round.acknowledged,
            round.refused,
            round.unknown,
            round.written,
            round.recovery_ms
        );
        rounds.push(round);
    }
    server.kill()?;
    total(&rounds, &book);
    Ok(())
}

async fn one_round(
    program: &Program,
    server: Running,
    clients: Clients,
    book: &mut Book,
    load: Duration,
) -> anyhow::Result<(Round, Running)> {
    let writing = clients.write();
    let mut killed = server;
    // The clients notice by themselves that the server is gone.
    let (sent, killed) = tokio::join!(writing, async move {
        tokio::time::sleep(load).await;
        killed.kill()
    });
    killed?;
    let before = book.acknowledged();
    let refused = sent.iter().filter(|sent| sent.is_refused()).count();
    let unknown = sent.iter().filter(|sent| sent.is_unknown()).count();
    book.extend(sent);
    let acknowledged = book.acknowledged() - before;

    let next = program.start().await?;
    let written = checks::repeat_unknown(&next, book).await?;
    let round = Round {
        load_ms: u64::try_from(load.as_millis()).unwrap_or(u64::MAX),
        acknowledged,
        refused,
        unknown,
        written,
        recovery_ms: next.recovery.as_millis(),
    };
    Ok((round, next))
}

fn total(rounds: &[Round], book: &Book) {
    let mut recoveries: Vec<u128> = rounds.iter().map(|round| round.recovery_ms).collect();
    recoveries.sort_unstable();
    let middle = recoveries
        .get(recoveries.len() / 2)
        .copied()
        .unwrap_or_default();
    let longest = recoveries.last().copied().unwrap_or_default();
    let unknown: usize = rounds.iter().map(|round| round.unknown).sum();
    println!(
        "{} rounds without a violation: {} writes acknowledged, {} unknown when the server was killed, {} transfers in the ledger; \
         recovery {middle} ms in the middle, {longest} ms at most",
        rounds.len(),
        book.acknowledged(),
        unknown,
        book.transfers(),
    );
}
