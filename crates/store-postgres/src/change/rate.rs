use crate::client::GenericClient;
use app::{ChangeRefusal, RateChange, RateRecord};
use ledger::CurrencyId;

use super::{Making, Stop, refuse_if, unknown};
use crate::read::{currency_fetch, execute};

pub(super) async fn set<D: GenericClient>(
    making: &Making<'_, D>,
    set: &RateChange,
) -> Result<RateRecord, Stop> {
    let db = making.db;
    refuse_if(
        set.from == set.to,
        ChangeRefusal::Unknown {
            what: "second currency",
        },
    )?;
    let from = currency_fetch(db, set.from).await?;
    let to = currency_fetch(db, set.to).await?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(unknown("currency"));
    };
    refuse_if(from.group != to.group, ChangeRefusal::OtherGroup)?;
    execute(
        db,
        "INSERT INTO rate (from_currency, to_currency, num, den, set_ms) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (from_currency, to_currency) DO UPDATE SET num = excluded.num, den = excluded.den, set_ms = excluded.set_ms",
        &[
            &set.from.get(),
            &set.to.get(),
            &set.rate.num().cast_signed(),
            &set.rate.den().cast_signed(),
            &making.now_ms,
        ],
    )
    .await?;
    Ok(RateRecord {
        from: set.from,
        to: set.to,
        rate: set.rate,
        set_ms: making.now_ms,
    })
}

pub(super) async fn remove(
    db: &impl GenericClient,
    from: CurrencyId,
    to: CurrencyId,
) -> Result<(), Stop> {
    for currency in [from, to] {
        let known = currency_fetch(db, currency).await?;
        known.ok_or_else(|| unknown("currency"))?;
    }
    let removed = execute(
        db,
        "DELETE FROM rate WHERE from_currency = $1 AND to_currency = $2",
        &[&from.get(), &to.get()],
    )
    .await?;
    match removed {
        0 => Err(unknown("rate")),
        _ => Ok(()),
    }
}
