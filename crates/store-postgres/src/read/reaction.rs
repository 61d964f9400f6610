use app::ReactionRecord;
use ledger::{CurrencyId, IdSequence};

use super::{column, rows};
use crate::{client::GenericClient, error::Sql};

/// Reactions that minted in these currencies since a time, oldest first.
pub(crate) async fn reactions_since(
    db: &impl GenericClient,
    currencies: &[CurrencyId],
    since_ms: i64,
) -> Sql<Vec<ReactionRecord>> {
    let currencies: Vec<i64> = currencies.iter().map(|currency| currency.get()).collect();
    rows(
        db,
        "SELECT currency, reactor, author, minted FROM reaction WHERE minted >= $1 AND currency = ANY ($2) ORDER BY minted",
        &[&IdSequence::floor_of(since_ms), &currencies],
        |row| {
            Ok(ReactionRecord {
                reactor: column(row, 1)?,
                author: column(row, 2)?,
                currency: column(row, 0)?,
                minted_ms: IdSequence::time_ms(row.try_get(3)?),
            })
        },
    )
    .await
}
