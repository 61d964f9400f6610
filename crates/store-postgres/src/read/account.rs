use crate::client::GenericClient;
use app::WalletLine;
use ledger::{AccountKey, Amount, Balance, CurrencyId, HolderId, Owner, SystemRole};
use tokio_postgres::Row;

use super::{column, column::damaged, number};
use crate::error::Sql;

/// What an account holds; nothing when it was never used.
pub(crate) async fn balance_fetch(db: &impl GenericClient, key: AccountKey) -> Sql<Balance> {
    let currency = key.currency.get();
    let found = match key.owner {
        Owner::Holder(holder) => {
            let fetch = "SELECT balance FROM account WHERE shard_key = (SELECT group_id FROM currency WHERE id = $2)
                 AND role = 0 AND holder = $1 AND currency = $2";
            let fetch = db.prepare_cached(fetch).await?;
            db.query_opt(&fetch, &[&holder.get(), &currency]).await?
        }
        Owner::System(role) => {
            let fetch = "SELECT balance FROM account WHERE shard_key = (SELECT group_id FROM currency WHERE id = $2)
                 AND role > 0 AND role = $1 AND currency = $2";
            let fetch = db.prepare_cached(fetch).await?;
            db.query_opt(&fetch, &[&i16::from(role.code()), &currency])
                .await?
        }
    };
    let balance = found.map(|row| row.try_get(0)).transpose()?;
    Ok(balance.map_or(Balance::ZERO, Balance::new))
}

/// Every account that a holder ever used, by currency.
pub(crate) async fn wallet_fetch(
    db: &impl GenericClient,
    holder: HolderId,
) -> Sql<Vec<WalletLine>> {
    let fetch = db
        .prepare_cached(
            "SELECT a.currency, a.balance, a.floor, coalesce(h.held, 0)::text FROM account a
                 LEFT JOIN (SELECT currency, sum(amount) AS held FROM hold WHERE holder = $1 AND state = 'open' GROUP BY currency) h
                     ON h.currency = a.currency
             WHERE a.role = 0 AND a.holder = $1 ORDER BY a.currency",
        )
        .await?;
    let rows = db.query(&fetch, &[&holder.get()]).await?;
    rows.iter().map(wallet_row).collect()
}

fn wallet_row(row: &Row) -> Sql<WalletLine> {
    let floor: Option<i64> = row.try_get(2)?;
    let held: &str = row.try_get(3)?;
    let held_amount = held.parse().ok().and_then(|held| Amount::new(held).ok());
    Ok(WalletLine {
        currency: column(row, 0)?,
        balance: Balance::new(row.try_get(1)?),
        floor: Balance::new(floor.unwrap_or(0)),
        held: held_amount.ok_or_else(|| damaged("sum of holds", held))?,
    })
}

/// Whose account a row is, from its role, holder and currency.
pub(crate) fn account_key(role: i16, holder: Option<i64>, currency: CurrencyId) -> Sql<AccountKey> {
    let system = u8::try_from(role).ok().and_then(SystemRole::from_code);
    match (system, holder) {
        (Some(role), None) => Ok(AccountKey::system(role, currency)),
        (None, Some(holder)) if role == 0 => Ok(AccountKey::holder(number(holder)?, currency)),
        _ => Err(damaged("account's role", role)),
    }
}
