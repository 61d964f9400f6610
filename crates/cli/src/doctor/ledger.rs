use super::Check;
use crate::{
    config::Config,
    money,
    operator::{HealthOrder, HealthReport},
    reach::{self, Need},
    trouble::TroubleKind,
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

pub(super) async fn ledger(config: &Config) -> Vec<Check> {
    let asked = reach::ask(config, HealthOrder {}, Need::Ledger, |_| Ok(())).await;
    match asked {
        Ok(health) => {
            let mut checks = vec![database(&health), time(&health)];
            checks.extend(supply(&health));
            checks.push(queue(&health));
            checks.push(backup(&health));
            checks.extend(origins(&health));
            checks
        }
        Err(trouble) if trouble.kind == TroubleKind::NoLedger => {
            vec![Check::ok("database", "none yet; `scrip serve` makes it")]
        }
        Err(trouble) => vec![Check::fail(
            "database",
            trouble.text,
            "Nothing else about the ledger can be said before it opens.",
        )],
    }
}

fn database(health: &HealthReport) -> Check {
    let found = format!(
        "schema {}, {} transfers, {} MiB",
        health.schema_version,
        health.sequence,
        health.bytes / (1024 * 1024)
    );
    if health.writable {
        Check::ok("database", found)
    } else {
        Check::fail(
            "database",
            format!("{found}, not writable"),
            "Look whether the disk is full, and at the server's log.",
        )
    }
}

fn time(health: &HealthReport) -> Check {
    let ahead = health.newest_ms.map_or(0, |newest| newest - health.now_ms);
    if ahead > MINUTE_MS {
        return Check::warn(
            "time",
            format!(
                "the newest transaction is {} minutes in the future",
                ahead / MINUTE_MS
            ),
            "The clock went back, or was ahead once. Set it; ids go on in order all the same.",
        );
    }
    let newest = health
        .newest_ms
        .map_or_else(|| "none yet".into(), money::time);
    Check::ok("time", format!("newest transaction: {newest}"))
}

fn supply(health: &HealthReport) -> Vec<Check> {
    let wrong = health.supply.iter().filter(|line| !line.equal);
    let wrong: Vec<Check> = wrong
        .map(|line| {
            Check::fail(
                "supply",
                format!(
                    "{}: {} issued, but {} held and {} in escrow",
                    line.currency, line.issued, line.held, line.escrowed
                ),
                "Stop the server, run `scrip audit`, and restore a backup.",
            )
        })
        .collect();
    if wrong.is_empty() {
        let count = health.supply.len();
        return vec![Check::ok(
            "supply",
            format!("equals the sum of balances in {count} currencies"),
        )];
    }
    wrong
}

fn queue(health: &HealthReport) -> Check {
    let waiting = health
        .oldest_job_ms
        .map_or(0, |oldest| health.now_ms - oldest);
    let found = format!("{} jobs", health.jobs);
    if waiting > 60 * MINUTE_MS {
        return Check::warn(
            "queue",
            format!(
                "{found}, the oldest waits for {} hours",
                waiting / (60 * MINUTE_MS)
            ),
            "Jobs are done by `scrip serve`: look whether it runs, and at its log.",
        );
    }
    Check::ok("queue", found)
}

fn backup(health: &HealthReport) -> Check {
    let advice =
        "`scrip backup create` makes one while the server runs; let a timer do it every day.";
    match health.last_backup_ms {
        None if health.sequence == 0 => Check::ok("backup", "nothing to back up yet"),
        None => Check::warn("backup", "never", advice),
        Some(when) => {
            let days = (health.now_ms - when) / DAY_MS;
            let found = format!("{} (UTC)", money::time(when));
            if days >= 2 {
                Check::warn("backup", format!("{found}, {days} days ago"), advice)
            } else {
                Check::ok("backup", found)
            }
        }
    }
}

fn origins(health: &HealthReport) -> Option<Check> {
    (health.lost_origins > 0).then(|| {
        Check::warn(
            "origins",
            format!(
                "{} could not be recorded since the start",
                health.lost_origins
            ),
            "The money moved all the same. The server's log says why.",
        )
    })
}
