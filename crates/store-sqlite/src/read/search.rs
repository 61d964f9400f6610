use std::ops::ControlFlow;

use app::TransactionFilter;
use ledger::{CodeSiteId, IdSequence, Transaction, TransactionId};
use rusqlite::{Connection, Row};

use super::{
    MOST_ROWS, Overlay, ReadError, currency_ref, history::account_heads, journal::JournalRow,
    names::Names, transaction::transaction_named, walk::Walk,
};

/// How many transfers a filtered list looks at before it answers with what it found.
const MOST_EXAMINED: usize = 200_000;

/// Transactions that the filter lets through, newest first. Looks at so many transfers at most, then answers with what it found.
///
/// `heads` gives an origin's newest transfer.
pub(crate) fn transaction_list(
    db: &Connection,
    filter: &TransactionFilter,
    overlay: &dyn Overlay,
    heads: &dyn Fn(i64) -> Option<i64>,
) -> Result<Vec<Transaction>, ReadError> {
    let ids = ids_found(db, filter, overlay, heads)?;
    let mut names = Names::new(db);
    let found = ids
        .into_iter()
        .map(|id| transaction_named(db, id, &mut names));
    found.filter_map(Result::transpose).collect()
}

fn ids_found(
    db: &Connection,
    filter: &TransactionFilter,
    overlay: &dyn Overlay,
    heads: &dyn Fn(i64) -> Option<i64>,
) -> Result<Vec<i64>, ReadError> {
    let Some(mut search) = Search::new(db, filter)? else {
        return Ok(Vec::new());
    };
    if let Some(holder) = filter.holder {
        let accounts = account_heads(db, holder, filter.currency, overlay)?;
        search.along(Walk::accounts(db, accounts))?;
    } else if let Some(origins) = &search.origins {
        let newest = origins
            .iter()
            .filter_map(|origin| Some((heads(*origin)?, *origin)));
        let newest = Vec::from_iter(newest);
        search.along(Walk::origins(db, newest))?;
    } else {
        search.scan(db)?;
    }
    Ok(search.found)
}

/// What is looked for, and what was found so far.
struct Search {
    /// Ids from, and up to but without.
    from: i64,
    before: i64,
    kind: Option<i64>,
    currency: Option<i64>,
    origins: Option<Vec<i64>>,
    limit: usize,
    examined: usize,
    found: Vec<i64>,
}

/// What of a transfer decides whether it is looked for.
struct Seen {
    id: i64,
    leg: i64,
    kind: i64,
    currency: i64,
    origin: i64,
}

impl Search {
    /// None when a currency or site is asked for that does not exist.
    fn new(db: &Connection, filter: &TransactionFilter) -> Result<Option<Self>, ReadError> {
        let currency = match filter.currency {
            Some(currency) => match currency_ref(db, currency)? {
                None => return Ok(None),
                found => found,
            },
            None => None,
        };
        let after = filter
            .to_ms
            .map_or(i64::MAX, |to| IdSequence::floor_of(to.saturating_add(1)));
        Ok(Some(Self {
            from: filter.from_ms.map_or(0, IdSequence::floor_of),
            before: after.min(filter.before.map_or(i64::MAX, TransactionId::get)),
            kind: filter.kind.map(|kind| i64::from(kind.code())),
            currency,
            origins: filter.site.map(|site| origins_of(db, site)).transpose()?,
            limit: filter.limit.min(MOST_ROWS),
            examined: 0,
            found: Vec::new(),
        }))
    }

    fn along(&mut self, walk: Walk<'_>) -> Result<(), ReadError> {
        for step in walk {
            let (_, row) = step?;
            let JournalRow {
                id,
                leg,
                kind,
                currency,
                origin,
                ..
            } = row;
            if self
                .look_at(&Seen {
                    id,
                    leg,
                    kind,
                    currency,
                    origin,
                })
                .is_break()
            {
                break;
            }
        }
        Ok(())
    }

    fn scan(&mut self, db: &Connection) -> Result<(), ReadError> {
        let mut statement = db.prepare_cached(
            "SELECT id, leg, kind, currency, origin FROM transfer WHERE id >= ?1 AND id < ?2 ORDER BY id DESC",
        )?;
        let mut rows = statement.query((self.from, self.before))?;
        while let Some(row) = rows.next()? {
            if self.look_at(&seen(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn look_at(&mut self, seen: &Seen) -> ControlFlow<()> {
        self.examined += 1;
        if seen.id < self.from || self.found.len() >= self.limit {
            return ControlFlow::Break(());
        }
        let transaction = seen.id - seen.leg;
        // A transaction's transfers follow each other.
        if self.lets_through(seen) && self.found.last() != Some(&transaction) {
            self.found.push(transaction);
        }
        if self.found.len() >= self.limit || self.examined >= MOST_EXAMINED {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn lets_through(&self, seen: &Seen) -> bool {
        seen.id - seen.leg < self.before
            && self.kind.is_none_or(|kind| kind == seen.kind)
            && self
                .currency
                .is_none_or(|currency| currency == seen.currency)
            && self
                .origins
                .as_ref()
                .is_none_or(|origins| origins.contains(&seen.origin))
    }
}

fn seen(row: &Row<'_>) -> rusqlite::Result<Seen> {
    Ok(Seen {
        id: row.get(0)?,
        leg: row.get(1)?,
        kind: row.get(2)?,
        currency: row.get(3)?,
        origin: row.get(4)?,
    })
}

fn origins_of(db: &Connection, site: CodeSiteId) -> Result<Vec<i64>, ReadError> {
    let mut statement = db.prepare_cached("SELECT ref FROM origin WHERE site = ?1")?;
    let rows = statement.query_map([site.to_bits_i64()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
