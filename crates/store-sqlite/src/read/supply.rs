use app::Supply;
use ledger::{CurrencyId, SystemRole};
use rusqlite::Connection;

use super::{ReadError, column, journal::transfer_last, tail::Tail};

/// Every currency's totals at the last transfer that this read sees, oldest currency first.
pub(crate) fn supply_list(db: &Connection) -> Result<Vec<Supply>, ReadError> {
    let (_, sequence) = transfer_last(db)?;
    let tail = Tail::load(db)?;
    let mut supplies = supplies_empty(db, sequence)?;
    let mut statement = db.prepare_cached("SELECT ref, role, currency, balance FROM account")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let currency: i64 = row.get(2)?;
        let supply = supplies.iter_mut().find(|(known, _)| *known == currency);
        let Some((_, supply)) = supply else {
            return Err(ReadError::Damaged(format!(
                "currency {currency} of an account is not there"
            )));
        };
        add(
            supply,
            row.get(1)?,
            i128::from(tail.balance(row.get(0)?, row.get(3)?)),
        );
    }
    Ok(supplies.into_iter().map(|(_, supply)| supply).collect())
}

fn supplies_empty(db: &Connection, sequence: u64) -> Result<Vec<(i64, Supply)>, ReadError> {
    let empty = |currency: CurrencyId| Supply {
        currency,
        sequence,
        issued: 0,
        held: 0,
        escrowed: 0,
        holders: 0,
    };
    db.prepare_cached("SELECT ref, id FROM currency ORDER BY id")?
        .query_and_then([], |row| Ok((row.get(0)?, empty(column(row, 1)?))))?
        .collect()
}

fn add(supply: &mut Supply, role: u8, balance: i128) {
    match SystemRole::from_code(role) {
        None => {
            supply.held += balance;
            supply.holders += u64::from(balance > 0);
        }
        Some(SystemRole::Issuance) => supply.issued -= balance,
        Some(_) => supply.escrowed += balance,
    }
}
