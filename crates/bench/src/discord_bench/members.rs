//! All members of the largest guild.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{Plan, town::Town};
use crate::Rows;
use crate::memory::resident_mib;

pub(super) async fn measure(plan: &Plan, rows: &mut Rows) -> Result<()> {
    let (mut town, _) = Town::new(plan, "members", plan.most_members).await?;
    // What the other side of the line takes for so many people is there by now.
    let before = resident_mib("self")?;
    let stop = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(highest(Arc::clone(&stop)));
    let started = Instant::now();
    town.start();
    town.settled().await?;
    let took = started.elapsed();
    stop.store(true, Ordering::Relaxed);
    let highest = watch.await??;
    let guild = town.kept().await?;
    let stats = town.app.store().guild_stats(guild.id, Vec::new()).await?;
    let expect = town.guild.member_count() - 1;
    let found = stats.members.len();
    ensure!(found == expect, "{found} of {expect} members are kept");
    rows.add("members fetched", found as f64, "");
    rows.add("members: fetched in", took.as_secs_f64(), "s");
    let rate = found as f64 / took.as_secs_f64();
    rows.add("members: fetched a second", rate, "");
    let grown = highest - before;
    rows.add("members: most memory more than before", grown, "MiB");
    town.end().await
}

async fn highest(stop: Arc<AtomicBool>) -> Result<f64> {
    let mut highest = 0_f64;
    while !stop.load(Ordering::Relaxed) {
        highest = highest.max(resident_mib("self")?);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(highest)
}
