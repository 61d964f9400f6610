//! At the start: reads the journal after the marks again, and writes what was written behind.

use ledger::{Chain, CodeSiteId};
use posting::{FlowKey, FlowSum, OriginHead, OriginKey, day_of, direction};
use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use crate::{
    OpenError,
    flows::flows_add,
    journal::{Names, rows_after},
    keys::Keys,
    snapshot::{Mark, mark_fetch, mark_put},
};

/// Where the ledger stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recovered {
    pub(crate) mark: Mark,
    /// The greatest id that was ever given.
    pub(crate) last_id: i64,
    pub(crate) next_account: i64,
}

/// Brings accounts and flows up to the journal's end, in one transaction that is written when anything was behind.
pub(crate) fn recover(db: &mut Connection) -> Result<Recovered, OpenError> {
    let doing = OpenError::sql("could not read the journal again");
    let (snapshot, flow) = (
        mark_fetch(db, "snapshot").map_err(&doing)?,
        mark_fetch(db, "flow").map_err(&doing)?,
    );
    let tail = read_tail(db, snapshot, flow)?;
    if tail.rows > 0 {
        tracing::info!(transfers = tail.rows, "the journal's end was read again");
        write_tail(db, &tail, flow).map_err(&doing)?;
    }
    let last_id = last_id(db).map_err(&doing)?;
    let next_account: i64 = db
        .query_row("SELECT coalesce(max(ref), 0) + 1 FROM account", [], |row| {
            row.get(0)
        })
        .map_err(&doing)?;
    Ok(Recovered {
        mark: tail.mark,
        last_id,
        next_account,
    })
}

/// What the rows after the marks say.
struct Tail {
    mark: Mark,
    rows: u64,
    balances: FxHashMap<i64, (i64, i64)>,
    flows: FxHashMap<FlowKey, FlowSum>,
}

fn read_tail(db: &Connection, snapshot: Mark, flow: Mark) -> Result<Tail, OpenError> {
    let mut tail = Tail {
        mark: snapshot,
        rows: 0,
        balances: FxHashMap::default(),
        flows: FxHashMap::default(),
    };
    let mut names = Names::new();
    let mut damaged = None;
    // The chain goes on from the snapshot's mark; flows are written at least as often, so that theirs is never before it.
    let from = if flow.transfer < snapshot.transfer {
        flow
    } else {
        snapshot
    };
    let mut mark = from;
    rows_after(db, from.transfer, |row| {
        let Some(link) = names.link(db, &row)? else {
            damaged = Some(format!(
                "transfer {} names something that is not there",
                row.id
            ));
            return Ok(false);
        };
        mark = Mark {
            transfer: row.id,
            sequence: row.sequence,
            chain: mark.chain.then(&link),
        };
        if mark.chain.row_hash() != row.hash {
            damaged = Some(format!("transfer {} is not what was written", row.id));
            return Ok(false);
        }
        if row.id > snapshot.transfer {
            tail.balances.insert(row.debit, (row.debit_after, row.id));
            tail.balances.insert(row.credit, (row.credit_after, row.id));
        }
        if row.id > flow.transfer {
            let key = (day_of(row.id), row.currency, row.origin, link.kind.code());
            tail.flows.entry(key).or_default().add(
                row.id,
                row.amount,
                direction(link.debit.owner, link.credit.owner),
            );
        }
        tail.rows += 1;
        Ok(true)
    })
    .map_err(OpenError::sql("could not read the journal again"))?;
    tail.mark = mark;
    damaged.map_or(Ok(tail), |what| Err(OpenError::Damaged { what }))
}

fn write_tail(db: &mut Connection, tail: &Tail, flow: Mark) -> rusqlite::Result<()> {
    let tx = db.transaction()?;
    {
        let mut refs: Vec<&i64> = tail.balances.keys().collect();
        refs.sort_unstable();
        let mut put =
            tx.prepare("UPDATE account SET balance = ?2, last_transfer = ?3 WHERE ref = ?1")?;
        for account in refs {
            let (balance, last) = tail.balances[account];
            put.execute(params![account, balance, last])?;
        }
    }
    if tail.mark.transfer > flow.transfer {
        flows_add(&tx, &tail.flows)?;
    }
    mark_put(&tx, "snapshot", &tail.mark)?;
    mark_put(&tx, "flow", &tail.mark)?;
    tx.commit()
}

/// Gives the keys that no run has yet back to memory.
pub(crate) fn keys_recover(db: &Connection, keys: &mut Keys, upto: i64) -> rusqlite::Result<()> {
    let mut statement = db.prepare(
        "SELECT id, key, content FROM transfer WHERE id > ?1 AND key IS NOT NULL ORDER BY id",
    )?;
    let mut rows = statement.query([upto])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        keys.insert(row.get(1)?, (id, row.get(2)?));
        keys.settle(id);
    }
    Ok(())
}

/// All origins with their newest transfer, as far as the flows know; the writer adds what is newer.
pub(crate) fn origin_heads(db: &Connection) -> rusqlite::Result<Vec<(OriginKey, OriginHead)>> {
    let mut statement = db.prepare(
        "SELECT o.ref, o.entry, o.application, o.site, o.claimed, coalesce(max(f.last), 0) FROM origin o LEFT JOIN flow f ON f.origin = o.ref GROUP BY o.ref",
    )?;
    let heads = statement.query_map([], |row| {
        let (entry, application): (String, String) = (row.get(1)?, row.get(2)?);
        let site = CodeSiteId::from_bits_i64(row.get(3)?);
        let head = OriginHead {
            origin_ref: row.get(0)?,
            site,
            last: row.get(5)?,
        };
        Ok((
            (
                site.get(),
                Chain::origin_digest(&entry, &application, row.get(4)?),
                row.get(4)?,
            ),
            head,
        ))
    })?;
    heads.collect()
}

/// Ids of all kinds come from one sequence: the greatest of any table is where it goes on.
fn last_id(db: &Connection) -> rusqlite::Result<i64> {
    const TABLES: [&str; 9] = [
        "transfer",
        "currency_group",
        "holder",
        "guild",
        "job",
        "change_log",
        "api_key",
        "webhook",
        "hold",
    ];
    let mut last: i64 = db.query_row("SELECT coalesce(max(id), 0) FROM currency", [], |row| {
        row.get(0)
    })?;
    for table in TABLES {
        let greatest: i64 = db.query_row(
            &format!("SELECT coalesce(max(id), 0) FROM {table}"),
            [],
            |row| row.get(0),
        )?;
        last = last.max(greatest);
    }
    Ok(last)
}
