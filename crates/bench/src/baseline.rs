//! What the ledger is measured against: the disk alone, and SQLite alone.

use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{Connection, params_from_iter, types::Value};

/// How often a second 4 KiB can be appended to a file and synced.
pub(crate) fn appends(folder: &Path, time: Duration) -> Result<f64> {
    let path = folder.join("appends");
    let mut file = File::create(&path)?;
    let block = [7_u8; 4_096];
    let started = Instant::now();
    let mut count = 0_u32;
    while started.elapsed() < time {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// Rows a second of a bare multi-row insert: rows as wide as the journal's, a thousand to a durable commit, no checks, keys,
/// triggers, decisions or answers.
pub(crate) fn bare_inserts(folder: &Path, time: Duration) -> Result<f64> {
    const COLUMNS: usize = 19;
    const TOGETHER: usize = 16;
    let path = folder.join("bare.db");
    let mut db = Connection::open(&path)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", -131_072)?;
    let columns: Vec<String> = (1..COLUMNS).map(|number| format!("c{number}")).collect();
    db.execute_batch(&format!(
        "CREATE TABLE bare (id INTEGER PRIMARY KEY, {})",
        columns.join(", ")
    ))?;
    let row = format!("({})", vec!["?"; COLUMNS].join(", "));
    let insert = format!("INSERT INTO bare VALUES {}", vec![row; TOGETHER].join(", "));
    let (started, mut rows) = (Instant::now(), 0_i64);
    while started.elapsed() < time {
        let tx = db.transaction()?;
        {
            let mut statement = tx.prepare_cached(&insert)?;
            for _ in 0..1_008 / TOGETHER {
                let values = (0..TOGETHER as i64).flat_map(|number| bare_row(rows + number));
                statement.execute(params_from_iter(values))?;
                rows += TOGETHER as i64;
            }
        }
        tx.commit()?;
    }
    let rate = rows as f64 / started.elapsed().as_secs_f64();
    drop(db);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("bare.db{ending}")));
    }
    Ok(rate)
}

/// Numbers and bytes of the widths that a transfer's row has.
fn bare_row(number: i64) -> Vec<Value> {
    let id = (217_000_000_000_i64 << 22) + number;
    let wide = [
        id,
        number + 1_000_000,
        0,
        3,
        1,
        4_000 + number % 90_000,
        5_000 + number % 80_000,
        1,
        999_990_000,
        1_000_010_000,
        id - 70_000,
        id - 50_000,
        0,
    ];
    let keys = [id - 9_000_000_000_000, 2, id - 1];
    let mut row: Vec<Value> = wide.into_iter().chain(keys).map(Value::Integer).collect();
    row.push(Value::Blob(
        number
            .wrapping_mul(0x5851_F42D_4C95_7F2D)
            .to_le_bytes()
            .repeat(2),
    ));
    row.push(Value::Integer(number.wrapping_mul(0x5851_F42D_4C95_7F2D)));
    row.push(Value::Blob(
        number
            .wrapping_mul(0x1405_7B7E_F767_814F)
            .to_le_bytes()
            .repeat(2),
    ));
    row
}
