//! The ledger's figures.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::FlowQuery;

use crate::{
    baseline,
    http::{self, Ask},
    load::{Pattern, closed_loop, fill},
    memory,
    report::{Figure, Machine, Report},
    world::World,
};

/// What to measure, and how long.
#[derive(Debug, Clone)]
pub struct Plan {
    pub folder: PathBuf,
    /// Empty for all.
    pub only: BTreeSet<String>,
    /// How long each loop of each round runs.
    pub time: Duration,
    pub rounds: usize,
    /// How many transfers the large file has.
    pub large: u64,
    /// How many transfers the flows are read from.
    pub flows: u64,
}

impl Plan {
    pub(crate) fn wants(&self, key: &str) -> bool {
        self.only.is_empty() || self.only.contains(key)
    }
}

pub(crate) const WALLETS: usize = 100_000;

/// Measures; tells what it is doing.
///
/// # Errors
/// When the store fails, or the machine cannot be measured.
pub async fn run(plan: &Plan, tell: &mut dyn FnMut(&str)) -> Result<Report> {
    let mut report = Report {
        machine: Machine::this(),
        ..Report::default()
    };
    let steps: [(&str, &str); 10] = [
        ("fsync_ratio", "one writer"),
        ("batch_ratio", "a thousand writers, and SQLite alone"),
        ("hot_ratio", "one wallet that everybody pays"),
        ("origin_ratio", "without origins"),
        ("large_file_ratio", "a large file"),
        ("flows_week_ms", "a week of flows"),
        ("http_single_ratio", "single writes over HTTP"),
        ("http_bulk_ratio", "bulk writes over HTTP"),
        ("idle_mb", "memory of an idle server"),
        ("million_accounts_mb", "memory with a million accounts"),
    ];
    for (key, what) in steps.into_iter().filter(|(key, _)| plan.wants(key)) {
        tell(what);
        let figure = match key {
            "fsync_ratio" => fsync(plan).await?,
            "batch_ratio" => batch(plan).await?,
            "hot_ratio" => hot(plan).await?,
            "origin_ratio" => origin(plan).await?,
            "large_file_ratio" => large_file(plan, &mut report).await?,
            "flows_week_ms" => flows_week(plan).await?,
            "http_single_ratio" => http_single(plan).await?,
            "http_bulk_ratio" => http_bulk(plan).await?,
            "idle_mb" => Figure::bound("an idle server", 50.0, memory::idle(&plan.folder)?, "MiB"),
            _ => Figure::bound(
                "a million accounts warm",
                300.0,
                memory::million_apart(&plan.folder)?,
                "MiB",
            ),
        };
        report.figures.insert(key.to_owned(), figure);
    }
    if plan.wants("loops") {
        tell("writers from one to eight thousand");
        report.loops = loops(plan).await?;
    }
    Ok(report)
}

async fn fsync(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "fsync")?, 1_000).await?;
    let pairs = rounds(plan, async || {
        let disk = baseline::appends(&plan.folder, plan.time)?;
        let ours = closed_loop(&world, 1, plan.time, Pattern::Uniform).await?;
        Ok((ours.per_second, disk))
    })
    .await?;
    world.close().await?;
    Ok(Figure::ratio(
        "one synchronous writer over the disk's appends",
        0.6,
        median(pairs),
        "commits/s",
    ))
}

async fn batch(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "batch")?, WALLETS).await?;
    closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
    let pairs = rounds(plan, async || {
        let bare = baseline::bare_inserts(&plan.folder, plan.time)?;
        let ours = closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
        Ok((ours.per_second, bare))
    })
    .await?;
    world.close().await?;
    Ok(Figure::ratio(
        "a thousand writers over a bare insert by the same SQLite",
        0.5,
        median(pairs),
        "transfers/s",
    ))
}

async fn hot(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "hot")?, WALLETS).await?;
    closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
    let pairs = rounds(plan, async || {
        let uniform = closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
        let hot = closed_loop(&world, 1_000, plan.time, Pattern::OneWallet).await?;
        Ok((hot.per_second, uniform.per_second))
    })
    .await?;
    world.close().await?;
    Ok(Figure::ratio(
        "one hot wallet over uniform wallets",
        0.9,
        median(pairs),
        "transfers/s",
    ))
}

async fn origin(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "origin")?, WALLETS).await?;
    closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
    let pairs = rounds(plan, async || {
        app::origin::set_capture(false);
        let off = closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await;
        app::origin::set_capture(true);
        let on = closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
        Ok((on.per_second, off?.per_second))
    })
    .await?;
    world.close().await?;
    Ok(Figure::ratio(
        "origins captured over not",
        0.97,
        median(pairs),
        "transfers/s",
    ))
}

/// The rate in a file that has grown, over the rate in one that has just begun, in turns.
async fn large_file(plan: &Plan, report: &mut Report) -> Result<Figure> {
    let file = fresh(plan, "large")?;
    let large = World::open(&file, WALLETS).await?;
    fill(&large, plan.large).await?;
    let empty = World::open(&fresh(plan, "empty")?, WALLETS).await?;
    let pairs = rounds(plan, async || {
        let before = closed_loop(&empty, 1_000, plan.time, Pattern::Uniform).await?;
        let after = closed_loop(&large, 1_000, plan.time, Pattern::Uniform).await?;
        Ok((after.per_second, before.per_second))
    })
    .await?;
    let sequence = large.app.store().health().await?.sequence;
    empty.close().await?;
    large.close().await?;
    report.bytes_per_transfer = Some(size_of(&file) as f64 / sequence.max(1) as f64);
    Ok(Figure::ratio(
        "a large file over an empty one",
        0.8,
        median(pairs),
        "transfers/s",
    ))
}

async fn flows_week(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "flows")?, WALLETS).await?;
    fill(&world, plan.flows).await?;
    let today = i32::try_from(world.app.clock().now_ms() / 86_400_000)?;
    let query = FlowQuery {
        currency: Some(world.currency),
        from_day: today - 6,
        to_day: today,
        ..FlowQuery::default()
    };
    let mut times = Vec::new();
    for _ in 0..21 {
        let started = Instant::now();
        let flows = world.app.store().flows(query.clone()).await?;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        let transfers: u64 = flows.iter().map(|flow| flow.totals.transfers).sum();
        anyhow::ensure!(
            transfers >= plan.flows,
            "the flows miss transfers: {transfers} of {}",
            plan.flows
        );
    }
    world.close().await?;
    times.sort_by(f64::total_cmp);
    let middle = times
        .get(times.len() / 2)
        .copied()
        .context("nothing was measured")?;
    Ok(Figure::bound("a week of flows by site", 50.0, middle, "ms"))
}

async fn http_single(plan: &Plan) -> Result<Figure> {
    const CONNECTIONS: usize = 128;
    let world = World::open(&fresh(plan, "http-single")?, WALLETS).await?;
    let served = http::serve(&world).await?;
    http::requests(&world, &served, CONNECTIONS, plan.time, Ask::OneTransfer).await?;
    let pairs = rounds(plan, async || {
        let empty = http::requests(&world, &served, CONNECTIONS, plan.time, Ask::Nothing).await?;
        let writes =
            http::requests(&world, &served, CONNECTIONS, plan.time, Ask::OneTransfer).await?;
        Ok((writes, empty))
    })
    .await?;
    drop(served);
    world.close().await?;
    Ok(Figure::ratio(
        "single writes over HTTP over an empty handler",
        0.35,
        median(pairs),
        "requests/s",
    ))
}

async fn http_bulk(plan: &Plan) -> Result<Figure> {
    let world = World::open(&fresh(plan, "http-bulk")?, WALLETS).await?;
    let served = http::serve(&world).await?;
    http::requests(&world, &served, 4, plan.time, Ask::Bulk(1_000)).await?;
    let pairs = rounds(plan, async || {
        let in_process = closed_loop(&world, 1_000, plan.time, Pattern::Uniform).await?;
        let bulk = http::requests(&world, &served, 4, plan.time, Ask::Bulk(1_000)).await?;
        Ok((bulk * 1_000.0, in_process.per_second))
    })
    .await?;
    drop(served);
    world.close().await?;
    Ok(Figure::ratio(
        "bulk of a thousand over HTTP over in process",
        0.7,
        median(pairs),
        "transfers/s",
    ))
}

async fn loops(plan: &Plan) -> Result<Vec<crate::load::Measured>> {
    let world = World::open(&fresh(plan, "loops")?, WALLETS).await?;
    let mut loops = Vec::new();
    for writers in [1, 32, 100, 1_000, 8_189] {
        loops.push(closed_loop(&world, writers, plan.time, Pattern::Uniform).await?);
    }
    world.close().await?;
    Ok(loops)
}

pub(crate) async fn rounds(
    plan: &Plan,
    mut round: impl AsyncFnMut() -> Result<(f64, f64)>,
) -> Result<Vec<(f64, f64)>> {
    let mut pairs = Vec::new();
    for _ in 0..plan.rounds {
        pairs.push(round().await?);
    }
    Ok(pairs)
}

/// The pair whose ratio is the middle one.
pub(crate) fn median(mut pairs: Vec<(f64, f64)>) -> (f64, f64) {
    pairs.sort_by(|(a, b), (c, d)| (a / b).total_cmp(&(c / d)));
    pairs.get(pairs.len() / 2).copied().unwrap_or((0.0, 1.0))
}

fn fresh(plan: &Plan, name: &str) -> Result<PathBuf> {
    let folder = plan.folder.join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join("ledger.db"))
}

/// The ledger with its keys, without the log that is reused.
fn size_of(file: &Path) -> u64 {
    let length = |path: PathBuf| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    length(file.to_owned()) + length(file.with_extension("keys.db"))
}
