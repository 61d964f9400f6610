//! What the writer loads into memory on its own path, as short as it can be.

use ledger::{
    Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, GroupId, HolderId, Rate,
    Standing, SystemRole,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::read::ReadError;

/// An account as its row says, which may be older than what memory knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountRow {
    pub(crate) account_ref: i64,
    pub(crate) balance: i64,
    pub(crate) last_transfer: i64,
    pub(crate) floor: Option<i64>,
}

/// A holder's standing, and the account in a currency if there is one; nothing when there is no such holder.
pub(crate) fn account_of_holder(
    db: &Connection,
    holder: HolderId,
    currency: i64,
) -> Result<Option<(Standing, Option<AccountRow>)>, ReadError> {
    let mut fetch = db.prepare_cached(
        "SELECT a.ref, a.balance, a.last_transfer, a.floor, h.standing, h.merged_into
         FROM holder h LEFT JOIN account a ON a.holder = h.id AND a.currency = ?2 AND a.role = 0 WHERE h.id = ?1",
    )?;
    let found = fetch
        .query_row(params![holder.get(), currency], |row| {
            Ok((standing(row)?, account_read(row)?))
        })
        .optional()?;
    Ok(found)
}

pub(crate) fn account_of_system(
    db: &Connection,
    role: SystemRole,
    currency: i64,
) -> Result<Option<AccountRow>, ReadError> {
    let mut fetch = db.prepare_cached("SELECT ref, balance, last_transfer, floor FROM account WHERE currency = ?1 AND role = ?2 AND role > 0")?;
    Ok(fetch
        .query_row(params![currency, role.code()], account_read)
        .optional()?
        .flatten())
}

fn account_read(row: &Row<'_>) -> rusqlite::Result<Option<AccountRow>> {
    let Some(account_ref) = row.get(0)? else {
        return Ok(None);
    };
    Ok(Some(AccountRow {
        account_ref,
        balance: row.get(1)?,
        last_transfer: row.get(2)?,
        floor: row.get(3)?,
    }))
}

fn standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let word: String = row.get(4)?;
    let into = row
        .get::<_, Option<i64>>(5)?
        .and_then(|id| HolderId::new(id).ok());
    Ok(match (word.as_str(), into) {
        ("open", _) => Standing::Open,
        ("merged", Some(into)) => Standing::Merged(into),
        _ => Standing::Frozen,
    })
}

/// Transaction and content of a key that a run of keys named, if the journal agrees.
pub(crate) fn key_use(
    db: &Connection,
    id: i64,
    key: &[u8; 16],
) -> Result<Option<(i64, i64)>, ReadError> {
    let mut fetch =
        db.prepare_cached("SELECT id, content FROM transfer WHERE id = ?1 AND key = ?2")?;
    Ok(fetch
        .query_row(params![id, key.as_slice()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

/// All currencies with this file's numbers for them.
pub(crate) fn currencies(db: &Connection) -> Result<Vec<(i64, Currency)>, ReadError> {
    let mut list = db.prepare_cached(
        "SELECT ref, id, group_id, name, symbol, decimals, class, state FROM currency",
    )?;
    let mut rows = list.query([])?;
    let mut currencies = Vec::new();
    while let Some(row) = rows.next()? {
        currencies.push((row.get(0)?, currency(row)?));
    }
    Ok(currencies)
}

fn currency(row: &Row<'_>) -> Result<Currency, ReadError> {
    let damaged = |what: &str| ReadError::Damaged(format!("a currency's {what} is not one"));
    let (class, state): (String, String) = (row.get(6)?, row.get(7)?);
    Ok(Currency {
        id: CurrencyId::new(row.get(1)?).map_err(|_| damaged("id"))?,
        group: GroupId::new(row.get(2)?).map_err(|_| damaged("group"))?,
        name: CurrencyName::new(row.get::<_, String>(3)?).map_err(|_| damaged("name"))?,
        symbol: row.get(4)?,
        decimals: Decimals::new(row.get(5)?).ok_or_else(|| damaged("number of decimals"))?,
        class: if class == "premium" {
            Class::Premium
        } else {
            Class::Regular
        },
        state: if state == "active" {
            CurrencyState::Active
        } else {
            CurrencyState::Frozen
        },
    })
}

pub(crate) type RateRow = ((CurrencyId, CurrencyId), Rate);

pub(crate) fn rates(db: &Connection) -> Result<Vec<RateRow>, ReadError> {
    let mut list = db.prepare_cached(
        "SELECT f.id, t.id, r.num, r.den FROM rate r JOIN currency f ON f.ref = r.from_currency JOIN currency t ON t.ref = r.to_currency",
    )?;
    let mut rows = list.query([])?;
    let mut rates = Vec::new();
    while let Some(row) = rows.next()? {
        let damaged = || ReadError::Damaged("a rate is not one".into());
        let currency = |id: i64| CurrencyId::new(id).map_err(|_| damaged());
        let rate = Rate::new(
            row.get::<_, i64>(2)?.cast_unsigned(),
            row.get::<_, i64>(3)?.cast_unsigned(),
        )
        .map_err(|_| damaged())?;
        rates.push(((currency(row.get(0)?)?, currency(row.get(1)?)?), rate));
    }
    Ok(rates)
}
