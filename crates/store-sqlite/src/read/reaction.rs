use app::ReactionRecord;
use ledger::{CurrencyId, IdSequence};
use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::{ReadError, column, currency_ref};

/// Reactions that minted in these currencies since a time, oldest first.
pub(crate) fn reactions_since(
    db: &Connection,
    currencies: &[CurrencyId],
    since_ms: i64,
) -> Result<Vec<ReactionRecord>, ReadError> {
    let mut wanted = FxHashMap::default();
    for currency in currencies {
        wanted.extend(currency_ref(db, *currency)?.map(|known| (known, *currency)));
    }
    let mut statement = db.prepare_cached(
        "SELECT currency, reactor, author, minted FROM reaction WHERE minted >= ?1 ORDER BY minted",
    )?;
    let mut rows = statement.query([IdSequence::floor_of(since_ms)])?;
    let mut reactions = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(currency) = wanted.get(&row.get(0)?) {
            reactions.push(ReactionRecord {
                reactor: column(row, 1)?,
                author: column(row, 2)?,
                currency: *currency,
                minted_ms: IdSequence::time_ms(row.get(3)?),
            });
        }
    }
    Ok(reactions)
}
