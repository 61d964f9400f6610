use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use clap::{Args, Subcommand};

use super::{End, Global};
use crate::{screen, trouble::Trouble};

/// What is measured, and written where
#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// The ledger's figures: ratios to baselines of the same run, rates, latencies, bytes, memory
    Ledger(LedgerArgs),
    /// The Discord bot against a Discord in this process: a burst of reactions, large leaderboards, all members of a large server
    Discord(DiscordArgs),
    /// Rewards of the game: a burst of plays settled on a TON chain in this process, compared with the ledger
    Ton(TonArgs),
    #[command(hide = true)]
    MillionAccounts { folder: PathBuf },
    #[command(hide = true)]
    PostgresWorker {
        #[arg(long)]
        writers: usize,
        #[arg(long)]
        seconds: u64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    /// Where the measured ledgers are made; a temporary folder if not given. Its disk is what is measured
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Measure the PostgreSQL store on this server instead, such as postgres://scrip@localhost/postgres. Each measurement makes a
    /// database of its own there, and drops it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Only these figures, such as batch_ratio,loops
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    only: Vec<String>,
    /// How long each measurement of each round takes
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    seconds: u64,
    /// Rounds of each pair; the middle ratio counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Transfers in the large file
    #[arg(long, default_value_t = 10_000_000)]
    large: u64,
    /// Transfers behind the week of flows
    #[arg(long, default_value_t = 5_000_000)]
    flows: u64,
    /// Also write the ratios as a picture (SVG)
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    /// Also write everything as JSON to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DiscordArgs {
    /// Where the measured ledgers are made; a temporary folder if not given
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Measure over PostgreSQL on this server instead, such as postgres://scrip@localhost/postgres. Each part makes a database of its own
    /// there, and drops it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Only these parts: burst, top, members
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    only: Vec<String>,
    /// Reactions in one second
    #[arg(long, default_value_t = 5_000)]
    reactions: usize,
    /// Members on the leaderboard
    #[arg(long, default_value_t = 100_000)]
    members: usize,
    /// Calls of /top in each of its parts
    #[arg(long, default_value_t = 200)]
    calls: usize,
    /// Members of the largest server
    #[arg(long, default_value_t = 250_000)]
    most_members: usize,
    /// Also write everything as JSON to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TonArgs {
    /// Where the measured ledger is made; a temporary folder if not given
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Players; each plays once, and earns tokens and an achievement
    #[arg(long, default_value_t = 5_000)]
    players: u32,
    /// Time between the chain's blocks; the real chain has one about every 400 ms
    #[arg(long, value_name = "MS", default_value_t = 400)]
    block: u64,
    /// Rewards in one batch, at most 250
    #[arg(long, default_value_t = 250)]
    batch_actions: u32,
    /// Batches that may be on their way at once
    #[arg(long, default_value_t = 1)]
    in_flight: usize,
    /// Also write everything as JSON to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(global: &Global, command: BenchCommand) -> Result<End, Trouble> {
    match command {
        BenchCommand::Ledger(args) => ledger(global, &args),
        BenchCommand::Discord(args) => discord(global, &args),
        BenchCommand::Ton(args) => ton(global, &args),
        BenchCommand::MillionAccounts { folder } => {
            let resident = runtime()?.block_on(bench::million_accounts(&folder));
            screen::print(&resident.map_err(failed)?.to_string())?;
            Ok(End::Done)
        }
        BenchCommand::PostgresWorker { writers, seconds } => {
            let url = std::env::var("SCRIP_DATABASE")
                .map_err(|_| Trouble::failed("SCRIP_DATABASE names no database."))?;
            let time = Duration::from_secs(seconds);
            let measured = runtime()?.block_on(bench::postgres_bench::worker(&url, writers, time));
            let measured = measured.map_err(failed)?;
            let json = serde_json::to_string(&measured)
                .map_err(|error| Trouble::failed(error.to_string()))?;
            screen::print(&json)?;
            Ok(End::Done)
        }
    }
}

fn ledger(global: &Global, args: &LedgerArgs) -> Result<End, Trouble> {
    let temporary = tempfile::tempdir()
        .map_err(|error| Trouble::failed(format!("No temporary folder can be made: {error}.")))?;
    let folder = args
        .dir
        .clone()
        .unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder).map_err(|error| Trouble::file("made", &folder, &error))?;
    let plan = bench::ledger_bench::Plan {
        folder,
        only: args.only.iter().cloned().collect::<BTreeSet<_>>(),
        time: Duration::from_secs(args.seconds.max(1)),
        rounds: args.rounds.max(1),
        large: args.large,
        flows: args.flows,
    };
    let mut tell = |what: &str| eprintln!("measuring {what} …");
    let report = match &args.database {
        None => runtime()?.block_on(bench::ledger_bench::run(&plan, &mut tell)),
        Some(url) => runtime()?.block_on(bench::postgres_bench::run(&plan, url, &mut tell)),
    };
    let report = report.map_err(failed)?;
    let json = serde_json::to_string_pretty(&report)
        .map_err(|error| Trouble::failed(error.to_string()))?;
    if let Some(path) = &args.out {
        std::fs::write(path, &json).map_err(|error| Trouble::file("written", path, &error))?;
    }
    if let Some(path) = &args.chart {
        std::fs::write(path, report.chart())
            .map_err(|error| Trouble::file("written", path, &error))?;
    }
    let text = report.text();
    screen::print(if global.json { &json } else { text.trim_end() })?;
    Ok(if report.all_met() {
        End::Done
    } else {
        End::FoundWrong
    })
}

fn discord(global: &Global, args: &DiscordArgs) -> Result<End, Trouble> {
    let temporary = tempfile::tempdir()
        .map_err(|error| Trouble::failed(format!("No temporary folder can be made: {error}.")))?;
    let folder = args.dir.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).map_err(|error| Trouble::file("made", folder, &error))?;
    let plan = bench::discord_bench::Plan {
        folder: folder.to_owned(),
        database: args.database.clone(),
        only: args.only.iter().cloned().collect(),
        reactions: args.reactions.max(1),
        members: args.members.max(10),
        calls: args.calls.max(1),
        most_members: args.most_members,
    };
    let mut tell = |what: &str| eprintln!("measuring {what} …");
    let rows = runtime()?.block_on(bench::discord_bench::run(&plan, &mut tell));
    shown(global, &rows.map_err(failed)?, args.out.as_deref())
}

fn ton(global: &Global, args: &TonArgs) -> Result<End, Trouble> {
    let temporary = tempfile::tempdir()
        .map_err(|error| Trouble::failed(format!("No temporary folder can be made: {error}.")))?;
    let folder = args.dir.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).map_err(|error| Trouble::file("made", folder, &error))?;
    let plan = bench::ton_bench::Plan {
        folder: folder.to_owned(),
        players: args.players.max(1),
        block: Duration::from_millis(args.block.max(1)),
        batch_actions: args.batch_actions,
        in_flight: args.in_flight,
    };
    let mut tell = |what: &str| eprintln!("{what} …");
    let rows = runtime()?.block_on(bench::ton_bench::run(&plan, &mut tell));
    shown(global, &rows.map_err(failed)?, args.out.as_deref())
}

fn shown(
    global: &Global,
    rows: &bench::Rows,
    out: Option<&std::path::Path>,
) -> Result<End, Trouble> {
    let json =
        serde_json::to_string_pretty(rows).map_err(|error| Trouble::failed(error.to_string()))?;
    if let Some(path) = out {
        std::fs::write(path, &json).map_err(|error| Trouble::file("written", path, &error))?;
    }
    let text = rows.text();
    screen::print(if global.json { &json } else { text.trim_end() })?;
    Ok(if rows.all_met() {
        End::Done
    } else {
        End::FoundWrong
    })
}

fn failed(error: impl std::fmt::Display) -> Trouble {
    Trouble::failed(format!("The bench cannot go on: {error:#}."))
}

/// All cores, as the server has them.
fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    tokio::runtime::Runtime::new()
        .map_err(|error| Trouble::failed(format!("The program cannot start: {error}.")))
}
