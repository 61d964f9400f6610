use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use hdrhistogram::Histogram;
use ledger::{Amount, HolderId};
use serde::Serialize;

use crate::world::{World, random_key};

/// What a closed loop of writers gave: each asks again when it was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    pub writers: usize,
    pub transfers: u64,
    pub seconds: f64,
    pub per_second: f64,
    /// Milliseconds from asking to the durable answer.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    /// Microseconds of processor time a transfer, of the whole process, load included.
    pub cpu_us: f64,
}

/// Who pays whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    Uniform,
    /// Everybody pays one wallet.
    OneWallet,
}

/// Latencies of all writers, in a few parts so that writers seldom wait for each other, and few, so that they stay in the cache.
#[derive(Clone)]
struct Latencies(Arc<Vec<Mutex<Histogram<u64>>>>);

impl Latencies {
    fn new() -> Result<Self> {
        let parts = (0..16)
            .map(|_| Histogram::new_with_bounds(1, 600_000_000, 2).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(parts)))
    }

    fn record(&self, writer: usize, latency: Duration) {
        let part = &self.0[writer % self.0.len()];
        if let Ok(mut part) = part.lock() {
            part.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        }
    }

    fn sum(&self) -> Result<Histogram<u64>> {
        let mut all = Histogram::new_with_bounds(1, 600_000_000, 2)?;
        for part in self.0.iter() {
            all.add(
                &*part
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            )?;
        }
        Ok(all)
    }
}

/// Runs so many writers for a while.
pub(crate) async fn closed_loop(
    world: &World,
    writers: usize,
    time: Duration,
    pattern: Pattern,
) -> Result<Measured> {
    let stop = Arc::new(AtomicBool::new(false));
    let latencies = Latencies::new()?;
    let (started, cpu) = (Instant::now(), cpu_time());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..writers {
        tasks.spawn(writer(
            world.clone(),
            Arc::clone(&stop),
            latencies.clone(),
            number,
            pattern,
        ));
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(measured(
        writers,
        &latencies.sum()?,
        started.elapsed(),
        cpu_time().saturating_sub(cpu),
    ))
}

async fn writer(
    world: World,
    stop: Arc<AtomicBool>,
    latencies: Latencies,
    number: usize,
    pattern: Pattern,
) -> Result<()> {
    let mut draw = Draw::new((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    while !stop.load(Ordering::Relaxed) {
        let transfer = draw.transfer(&world, pattern);
        let asked = Instant::now();
        pay(&world, transfer).await?;
        latencies.record(number, asked.elapsed());
    }
    Ok(())
}

/// One transfer, asked for as an application would.
async fn pay(world: &World, transfer: economy::Transfer) -> Result<()> {
    world
        .app
        .transfer(world.asked(random_key()), transfer)
        .await?;
    Ok(())
}

/// Writes as fast as one caller can with a thousand in each request, until so many are written.
pub(crate) async fn fill(world: &World, transfers: u64) -> Result<()> {
    let mut draw = Draw::new(0x0123_4567_89AB_CDEF);
    let mut left = transfers;
    let mut running = tokio::task::JoinSet::new();
    while left > 0 {
        let count = left.min(4_000);
        let writes = (0..count)
            .map(|_| {
                (
                    world.asked(random_key()),
                    draw.transfer(world, Pattern::Uniform).into(),
                )
            })
            .collect();
        running.spawn(world.app.write_many(writes));
        left -= count;
        if running.len() >= 3 {
            all_written(running.join_next().await)?;
        }
    }
    while let Some(answers) = running.join_next().await {
        all_written(Some(answers))?;
    }
    Ok(())
}

type Answers = Vec<Result<app::Receipt, app::WriteError>>;

fn all_written(answers: Option<Result<Answers, tokio::task::JoinError>>) -> Result<()> {
    for answer in answers.transpose()?.unwrap_or_default() {
        answer?;
    }
    Ok(())
}

/// Draws payers and payees.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// A place in a list that is not empty.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    pub(crate) fn transfer(&mut self, world: &World, pattern: Pattern) -> economy::Transfer {
        let wallets = &world.wallets;
        let place = |number: u64| usize::try_from(number % wallets.len() as u64).unwrap_or(0);
        let to = if pattern == Pattern::OneWallet {
            0
        } else {
            place(self.next())
        };
        let from = Some(place(self.next()))
            .filter(|from| *from != to)
            .unwrap_or((to + 1) % wallets.len());
        let amount = Amount::new(1).unwrap_or(Amount::ZERO);
        let holder = |at: usize| -> HolderId { wallets[at] };
        economy::Transfer {
            from: holder(from),
            to: holder(to),
            currency: world.currency,
            amount,
        }
    }
}

fn measured(writers: usize, all: &Histogram<u64>, time: Duration, cpu: Duration) -> Measured {
    let transfers = all.len();
    let ms = |quantile| micros_to_ms(all.value_at_quantile(quantile));
    Measured {
        writers,
        transfers,
        seconds: time.as_secs_f64(),
        per_second: transfers as f64 / time.as_secs_f64(),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        p999_ms: ms(0.999),
        cpu_us: cpu.as_secs_f64() * 1e6 / (transfers.max(1) as f64),
    }
}

fn micros_to_ms(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

/// Processor time of this process so far, from `/proc/self/stat`; zero where there is none.
pub(crate) fn cpu_time() -> Duration {
    let ticks = || -> Option<u64> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
        Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
    };
    // Linux counts in hundredths of a second whatever the kernel's own tick.
    Duration::from_millis(ticks().unwrap_or(0) * 10)
}
