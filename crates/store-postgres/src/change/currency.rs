use crate::client::GenericClient;
use app::{ChangeRefusal, CurrencyEdit, NewCurrency};
use ledger::{Currency, CurrencyState};
use posting::stored::Word;

use super::{Making, Stop, refuse_if, unknown};
use crate::{
    error::Sql,
    read::{currency_fetch, execute, group_fetch, there_is_a},
};

pub(super) async fn create<D: GenericClient>(
    making: &Making<'_, D>,
    new: &NewCurrency,
) -> Result<Currency, Stop> {
    let db = making.db;
    let group = group_fetch(db, new.group).await?;
    group.ok_or_else(|| unknown("group"))?;
    refuse_if(
        there_is(db, new).await?,
        ChangeRefusal::Exists { what: "currency" },
    )?;
    let currency = Currency {
        id: making.id()?,
        group: new.group,
        name: new.name.clone(),
        symbol: new.symbol.clone(),
        decimals: new.decimals,
        class: new.class,
        state: CurrencyState::Active,
    };
    currency_insert(db, &currency, making.now_ms).await?;
    Ok(currency)
}

async fn currency_insert(db: &impl GenericClient, currency: &Currency, now_ms: i64) -> Sql<u64> {
    execute(
        db,
        "INSERT INTO currency (id, group_id, name, symbol, decimals, class, state, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &currency.id.get(),
            &currency.group.get(),
            &currency.name.as_str(),
            &currency.symbol,
            &i16::from(currency.decimals.get()),
            &currency.class.word(),
            &currency.state.word(),
            &now_ms,
        ],
    )
    .await
}

/// Names differ by more than upper and lower case.
async fn there_is(db: &impl GenericClient, new: &NewCurrency) -> Sql<bool> {
    let sql =
        r#"SELECT 1 FROM currency WHERE group_id = $1 AND lower(name) = lower($2 COLLATE "C")"#;
    there_is_a(db, sql, &[&new.group.get(), &new.name.as_str()]).await
}

/// An empty symbol takes the symbol away.
pub(super) async fn edit(db: &impl GenericClient, edit: &CurrencyEdit) -> Result<Currency, Stop> {
    let currency = currency_fetch(db, edit.currency).await?;
    let mut currency = currency.ok_or_else(|| unknown("currency"))?;
    currency.state = edit.state.unwrap_or(currency.state);
    if let Some(symbol) = &edit.symbol {
        currency.symbol = Some(symbol.clone()).filter(|symbol| !symbol.is_empty());
    }
    execute(
        db,
        "UPDATE currency SET state = $2, symbol = $3 WHERE id = $1",
        &[&currency.id.get(), &currency.state.word(), &currency.symbol],
    )
    .await?;
    Ok(currency)
}
