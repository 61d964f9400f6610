use app::{ChangeRefusal, RateChange, RateRecord};
use ledger::CurrencyId;
use rusqlite::{Connection, params};

use super::{Making, Stop, refuse_if, unknown};
use crate::read::{currency_fetch, rate_fact};

pub(super) fn set(making: &Making<'_>, set: &RateChange) -> Result<RateRecord, Stop> {
    let db = making.db;
    refuse_if(
        set.from == set.to,
        ChangeRefusal::Unknown {
            what: "second currency",
        },
    )?;
    let from = currency_fetch(db, set.from)?.ok_or_else(|| unknown("currency"))?;
    let to = currency_fetch(db, set.to)?.ok_or_else(|| unknown("currency"))?;
    refuse_if(from.group != to.group, ChangeRefusal::OtherGroup)?;
    db.prepare_cached(
        "INSERT INTO rate (from_currency, to_currency, num, den, set_ms) \
         SELECT f.ref, t.ref, ?3, ?4, ?5 FROM currency f, currency t WHERE f.id = ?1 AND t.id = ?2 \
         ON CONFLICT DO UPDATE SET num = excluded.num, den = excluded.den, set_ms = excluded.set_ms",
    )?
    .execute(params![
        set.from.get(),
        set.to.get(),
        set.rate.num().cast_signed(),
        set.rate.den().cast_signed(),
        making.now_ms
    ])?;
    Ok(RateRecord {
        from: set.from,
        to: set.to,
        rate: set.rate,
        set_ms: making.now_ms,
    })
}

pub(super) fn remove(db: &Connection, from: CurrencyId, to: CurrencyId) -> Result<(), Stop> {
    for currency in [from, to] {
        currency_fetch(db, currency)?.ok_or_else(|| unknown("currency"))?;
    }
    rate_fact(db, from, to)?.ok_or_else(|| unknown("rate"))?;
    db.prepare_cached(
        "DELETE FROM rate WHERE from_currency = (SELECT ref FROM currency WHERE id = ?1) \
         AND to_currency = (SELECT ref FROM currency WHERE id = ?2)",
    )?
    .execute((from.get(), to.get()))?;
    Ok(())
}
