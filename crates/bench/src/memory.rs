//! Memory of a process that has a million accounts warm. It runs in a process of its own, started by the bench.

use std::path::Path;

use anyhow::Result;

use crate::{load, world::World};

/// Makes a million wallets, moves money in all of them, and gives the process's resident memory in mebibytes.
///
/// # Errors
/// When the store fails.
pub async fn million_accounts(folder: &Path) -> Result<f64> {
    let world = World::open(&folder.join("million.db"), 1_000_000).await?;
    load::fill(&world, 500_000).await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let resident = resident_mib("self")?;
    world.close().await?;
    Ok(resident)
}

/// Resident memory of a process in mebibytes, from `/proc`.
pub(crate) fn resident_mib(process: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line
        .and_then(|line| line.split_ascii_whitespace().next())
        .unwrap_or("0")
        .parse()?;
    Ok(kib / 1_024.0)
}
