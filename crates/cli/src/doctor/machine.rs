use std::{fs, io::Write, path::Path};

use app::{Clock, SystemClock};

use super::Check;
use crate::money;

/// When this was written: no clock that is right shows less. 2026-01-01.
const EARLIEST_MS: i64 = 1_767_225_600_000;

pub(super) fn clock() -> Check {
    let now = SystemClock.now_ms();
    let shown = format!("{} (UTC)", money::time(now));
    if now < EARLIEST_MS {
        return Check::fail(
            "clock",
            shown,
            "The machine's clock is years behind. Set it, and keep it right with NTP (`timedatectl set-ntp true`).",
        );
    }
    Check::ok("clock", shown)
}

pub(super) fn disk(data_dir: &Path) -> Vec<Check> {
    let mut checks = vec![writable(data_dir)];
    checks.extend(free(data_dir));
    checks
}

/// The nearest folder that is there: the data folder is only made when it is needed.
fn existing(folder: &Path) -> &Path {
    let found = folder.ancestors().find(|folder| folder.is_dir());
    found.unwrap_or(Path::new("."))
}

fn writable(data_dir: &Path) -> Check {
    let folder = existing(data_dir);
    if let Some(file) = data_dir.ancestors().find(|path| path.is_file()) {
        return Check::fail(
            "disk",
            format!("{} is a file, not a folder", file.display()),
            "Name another folder as `data_dir`.",
        );
    }
    match fsync_ms(folder) {
        Err(error) => Check::fail(
            "disk",
            format!("{} cannot be written: {error}", folder.display()),
            "Give the user that runs scrip the folder, or name another one as `data_dir`.",
        ),
        Ok(ms) if ms > 20.0 => Check::warn(
            "disk",
            format!("writable; {ms:.1} ms for one durable write"),
            "Every commit waits for the disk. A disk of your own instead of a shared or network one makes all faster.",
        ),
        Ok(ms) if ms < 0.02 => Check::warn(
            "disk",
            format!("writable; {ms:.3} ms for one durable write"),
            "No disk is so fast: this one may forget writes that it confirmed when the power fails.",
        ),
        Ok(ms) => Check::ok(
            "disk",
            format!("writable; {ms:.2} ms for one durable write"),
        ),
    }
}

/// The middle one of some durable appends of 4 KiB.
#[expect(
    clippy::disallowed_methods,
    reason = "measures the disk, not the time of day"
)]
fn fsync_ms(folder: &Path) -> std::io::Result<f64> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let mut costs = Vec::new();
    for _ in 0..15 {
        let began = std::time::Instant::now();
        file.write_all(&[7; 4096])?;
        file.as_file().sync_data()?;
        costs.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    costs.sort_by(f64::total_cmp);
    Ok(costs.get(costs.len() / 2).copied().unwrap_or_default())
}

fn free(data_dir: &Path) -> Option<Check> {
    const MIB: u64 = 1024 * 1024;
    let folder = existing(data_dir);
    let stat = rustix::fs::statvfs(folder).ok()?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize) / MIB;
    let used = used_mib(data_dir);
    let shown = format!("{free} MiB free, {used} MiB used");
    let advice = "Make room: when the disk is full, reading goes on and every write is refused.";
    Some(match free {
        0..64 => Check::fail("room", shown, advice),
        _ if free < 1024 || free < used => Check::warn("room", shown, advice),
        _ => Check::ok("room", shown),
    })
}

fn used_mib(data_dir: &Path) -> u64 {
    let entries = fs::read_dir(data_dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let sizes = entries.filter_map(|entry| Some(entry.metadata().ok()?.len()));
    sizes.sum::<u64>() / (1024 * 1024)
}
