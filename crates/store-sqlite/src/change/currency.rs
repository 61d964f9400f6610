use app::{ChangeRefusal, CurrencyEdit, NewCurrency};
use ledger::{Currency, CurrencyId, CurrencyState};
use rusqlite::{Connection, params};

use super::{Making, Stop, refuse_if, unknown};
use posting::stored::Word;

use crate::read::{currency_fetch, group_fetch, number};

pub(super) fn create(making: &mut Making<'_>, new: &NewCurrency) -> Result<Currency, Stop> {
    let db = making.db;
    group_fetch(db, new.group)?.ok_or_else(|| unknown("group"))?;
    refuse_if(
        there_is(db, new)?,
        ChangeRefusal::Exists { what: "currency" },
    )?;
    let id: CurrencyId = number((making.ids)())?;
    let currency = Currency {
        id,
        group: new.group,
        name: new.name.clone(),
        symbol: new.symbol.clone(),
        decimals: new.decimals,
        class: new.class,
        state: CurrencyState::Active,
    };
    currency_insert(db, &currency, making.now_ms)?;
    Ok(currency)
}

fn currency_insert(db: &Connection, currency: &Currency, now_ms: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO currency (id, group_id, name, symbol, decimals, class, state, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        currency.id.get(),
        currency.group.get(),
        currency.name.as_str(),
        currency.symbol,
        currency.decimals.get(),
        currency.class.word(),
        currency.state.word(),
        now_ms
    ])?;
    Ok(())
}

/// Names differ by more than upper and lower case.
fn there_is(db: &Connection, new: &NewCurrency) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM currency WHERE group_id = ?1 AND name = ?2")?
        .exists(params![new.group.get(), new.name.as_str()])
}

/// An empty symbol takes the symbol away.
pub(super) fn edit(db: &Connection, edit: &CurrencyEdit) -> Result<Currency, Stop> {
    let mut currency = currency_fetch(db, edit.currency)?.ok_or_else(|| unknown("currency"))?;
    currency.state = edit.state.unwrap_or(currency.state);
    if let Some(symbol) = &edit.symbol {
        currency.symbol = Some(symbol.clone()).filter(|symbol| !symbol.is_empty());
    }
    db.prepare_cached("UPDATE currency SET state = ?2, symbol = ?3 WHERE id = ?1")?
        .execute(params![
            currency.id.get(),
            currency.state.word(),
            currency.symbol
        ])?;
    Ok(currency)
}
