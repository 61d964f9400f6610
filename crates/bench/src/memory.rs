//! Memory of a process that has a million accounts warm. It runs in a process of its own, started by the bench.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

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

/// Resident memory of a server that nobody asks anything, in mebibytes: this program, started as `serve` on an empty folder.
pub(crate) fn idle(folder: &Path) -> Result<f64> {
    let program = std::env::current_exe()?;
    let data = folder.join("idle");
    let arguments = [
        "--set",
        "http.listen=127.0.0.1:0",
        "--set",
        "admin.listen=127.0.0.1:0",
        "serve",
    ];
    let server = Command::new(program)
        .arg("--data-dir")
        .arg(&data)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut server = Ended(server);
    let started = Instant::now();
    while !data.join("scrip.sock").exists() {
        ensure!(
            started.elapsed() < Duration::from_secs(20),
            "the idle server did not start"
        );
        ensure!(
            server.0.try_wait()?.is_none(),
            "the idle server ended by itself"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_secs(2));
    resident_mib(&server.0.id().to_string())
}

/// The same program again, with a million accounts: its own memory, without what this process has allocated before.
pub(crate) fn million_apart(folder: &Path) -> Result<f64> {
    let data = folder.join("million");
    std::fs::create_dir_all(&data)?;
    let output = Command::new(std::env::current_exe()?)
        .args(["bench", "million-accounts"])
        .arg(&data)
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().with_context(|| {
        format!(
            "the process with a million accounts said: {told} {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
