use std::ops::ControlFlow;

use ledger::{Balance, Detail, Remainder, Transaction, TransactionId, Transfer};
use rusqlite::{Connection, Row};

use super::{
    MOST_ROWS, ReadError, column_opt,
    journal::{JournalRow, transfer_visit_after},
    names::Names,
    number,
};

/// A transaction by its id; none when the id is not that of a transaction's first transfer.
pub(crate) fn transaction_fetch(
    db: &Connection,
    id: TransactionId,
) -> Result<Option<Transaction>, ReadError> {
    transaction_named(db, id.get(), &mut Names::new(db))
}

pub(super) fn transaction_named(
    db: &Connection,
    id: i64,
    names: &mut Names<'_>,
) -> Result<Option<Transaction>, ReadError> {
    let mut legs = Vec::with_capacity(2);
    transfer_visit_after(db, id.saturating_sub(1), |row| {
        let expected = legs.len() as i64;
        if row.leg != expected || row.id - row.leg != id {
            return Ok(ControlFlow::Break(()));
        }
        legs.push(row);
        Ok(ControlFlow::Continue(()))
    })?;
    if legs.is_empty() {
        Ok(None)
    } else {
        assembled(db, &legs, names).map(Some)
    }
}

/// Transactions after the cursor, oldest first.
pub(crate) fn transactions_after(
    db: &Connection,
    cursor: i64,
    limit: usize,
) -> Result<Vec<Transaction>, ReadError> {
    let limit = limit.min(MOST_ROWS);
    let mut found: Vec<Vec<JournalRow>> = Vec::new();
    transfer_visit_after(db, cursor, |row| {
        if row.leg > 0 {
            // Before the first, it is the rest of the transaction that the cursor names.
            if let Some(legs) = found.last_mut() {
                legs.push(row);
            }
        } else if found.len() == limit {
            return Ok(ControlFlow::Break(()));
        } else {
            found.push(vec![row]);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut names = Names::new(db);
    found
        .iter()
        .map(|legs| assembled(db, legs, &mut names))
        .collect()
}

/// Legs in their order, at least one.
fn assembled(
    db: &Connection,
    legs: &[JournalRow],
    names: &mut Names<'_>,
) -> Result<Transaction, ReadError> {
    let first = legs
        .first()
        .ok_or_else(|| ReadError::Damaged("a transaction without transfers".into()))?;
    Ok(Transaction {
        id: number(first.id)?,
        sequence: first.sequence.cast_unsigned(),
        kind: number(first.kind)?,
        actor: number(first.actor)?,
        origin: names.origin(first.origin)?,
        transfers: legs
            .iter()
            .map(|leg| transfer(leg, names))
            .collect::<Result<_, _>>()?,
        detail: detail_fetch(db, first.id)?,
    })
}

fn transfer(leg: &JournalRow, names: &mut Names<'_>) -> Result<Transfer, ReadError> {
    Ok(Transfer {
        debit: names.account(leg.debit)?,
        credit: names.account(leg.credit)?,
        amount: number(leg.amount)?,
        debit_after: Balance::new(leg.debit_after),
        credit_after: Balance::new(leg.credit_after),
    })
}

fn detail_fetch(db: &Connection, transaction: i64) -> Result<Detail, ReadError> {
    let found = db
        .prepare_cached(
            "SELECT reason, reference, item, item_owner, reverses, remainder_num, remainder_den, debt, traceparent, about FROM detail WHERE id = ?1",
        )?
        .query_and_then([transaction], detail_row)?
        .next();
    found.unwrap_or_else(|| Ok(Detail::default()))
}

fn detail_row(row: &Row<'_>) -> Result<Detail, ReadError> {
    let part = |index: usize| {
        row.get::<_, Option<i64>>(index)
            .map(|part| part.map(i64::cast_unsigned))
    };
    let remainder = part(5)?
        .zip(part(6)?)
        .map(|(num, den)| Remainder { num, den });
    Ok(Detail {
        reason: row.get(0)?,
        reference: row.get(1)?,
        item: column_opt(row, 2)?,
        item_owner: column_opt(row, 3)?,
        reverses: column_opt(row, 4)?,
        remainder,
        debt: column_opt(row, 7)?,
        traceparent: row.get(8)?,
        about: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use app::TransactionFilter;
    use ledger::CodeSiteId;

    use super::*;
    use crate::read::{
        past_transaction, transaction_list,
        world::{START_MS, World},
    };
    use ledger::{AccountKey, CurrencyId, HolderId, Kind};

    struct Told {
        world: World,
        ada: HolderId,
        bob: HolderId,
        coin: CurrencyId,
        gem: CurrencyId,
        ids: Vec<TransactionId>,
    }

    /// One transaction a second: mint to Ada, mint to Bob, Ada pays Bob, Ada exchanges, Bob pays Ada, its reversal.
    fn told() -> Told {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let (ada, bob) = (world.holder(1), world.holder(2));
        world.come_from("cli:mint", 11);
        world.now_ms = START_MS + 10_000;
        let mut ids = vec![world.mint(ada, coin, 100)];
        world.now_ms += 1_000;
        ids.push(world.mint(bob, coin, 100));
        world.come_from("http:POST /v1/transfers", 12);
        world.now_ms += 1_000;
        ids.push(world.pay(ada, bob, coin, 30));
        world.now_ms += 1_000;
        let out = (
            AccountKey::holder(ada, coin),
            AccountKey::issuance(coin),
            20,
        );
        let back = (AccountKey::issuance(gem), AccountKey::holder(ada, gem), 10);
        ids.push(world.transfer(Kind::Exchange, &[out, back]));
        world.come_from("discord:/pay", 12);
        world.now_ms += 1_000;
        ids.push(world.pay(bob, ada, coin, 5));
        world.now_ms += 1_000;
        ids.push(world.pay(ada, bob, coin, 5));
        world.detail(ids[5], "a mistake", Some(ids[4]));
        Told {
            world,
            ada,
            bob,
            coin,
            gem,
            ids,
        }
    }

    #[test]
    fn a_transaction_is_all_its_legs_and_only_those() {
        let Told { world, ids, .. } = told();
        let fetch =
            |id: i64| transaction_fetch(&world.db, TransactionId::new(id).unwrap()).unwrap();
        let found = fetch(ids[3].get()).unwrap();
        assert_eq!(
            (found.sequence, found.kind, found.transfers.len()),
            (4, Kind::Exchange, 2)
        );
        assert_eq!(found.origin.entry, "http:POST /v1/transfers");
        assert_eq!(found.transfers[1].credit_after, Balance::new(10));
        assert_eq!(fetch(ids[3].get() + 1), None);
        assert_eq!(fetch(ids[3].get() + 2), None);
        let reversal = fetch(ids[5].get()).unwrap();
        assert_eq!(reversal.detail.reverses, Some(ids[4]));
        assert_eq!(reversal.detail.reason.as_deref(), Some("a mistake"));
        let past = past_transaction(&world.db, ids[4]).unwrap().unwrap();
        assert_eq!(
            (past.kind, past.reversed_by),
            (Kind::Transfer, Some(ids[5]))
        );
        assert_eq!(
            past_transaction(&world.db, ids[3])
                .unwrap()
                .unwrap()
                .reversed_by,
            None
        );
    }

    #[test]
    fn transactions_after_a_cursor_are_whole() {
        let Told { world, ids, .. } = told();
        let check = |cursor: i64, limit, expect: &[TransactionId]| {
            let found = transactions_after(&world.db, cursor, limit).unwrap();
            assert_eq!(found.iter().map(|tx| tx.id).collect::<Vec<_>>(), expect);
            assert!(
                found
                    .iter()
                    .all(|tx| tx.transfers.len() == if tx.kind == Kind::Exchange { 2 } else { 1 })
            );
        };
        check(0, 10, &ids);
        check(0, 4, &ids[..4]);
        check(ids[3].get(), 10, &ids[4..]);
        check(ids[3].get() + 1, 10, &ids[4..]);
        check(ids[5].get(), 10, &[]);
        check(0, 0, &[]);
    }

    #[test]
    fn a_filter_finds_the_newest_first() {
        let Told {
            world,
            ada,
            bob,
            coin,
            gem,
            ids,
        } = told();
        let any = TransactionFilter {
            limit: 10,
            ..TransactionFilter::default()
        };
        let check = |filter: TransactionFilter, expect: &[usize]| {
            let heads = |origin| world.head(origin);
            let found = transaction_list(&world.db, &filter, &world, &heads).unwrap();
            let expect: Vec<_> = expect.iter().map(|at| ids[*at]).collect();
            assert_eq!(
                found.iter().map(|tx| tx.id).collect::<Vec<_>>(),
                expect,
                "{filter:?}"
            );
        };
        let at = |second: i64| Some(START_MS + 10_000 + second * 1_000);
        let site = |id| Some(CodeSiteId::from_bits_i64(id));
        check(any.clone(), &[5, 4, 3, 2, 1, 0]);
        check(
            TransactionFilter {
                limit: 2,
                ..any.clone()
            },
            &[5, 4],
        );
        check(
            TransactionFilter {
                before: Some(ids[4]),
                limit: 2,
                ..any.clone()
            },
            &[3, 2],
        );
        check(
            TransactionFilter {
                holder: Some(bob),
                ..any.clone()
            },
            &[5, 4, 2, 1],
        );
        check(
            TransactionFilter {
                holder: Some(ada),
                limit: 3,
                before: Some(ids[5]),
                ..any.clone()
            },
            &[4, 3, 2],
        );
        check(
            TransactionFilter {
                holder: Some(ada),
                currency: Some(gem),
                ..any.clone()
            },
            &[3],
        );
        check(
            TransactionFilter {
                holder: Some(ada),
                kind: Some(Kind::Mint),
                ..any.clone()
            },
            &[0],
        );
        check(
            TransactionFilter {
                holder: Some(ada),
                site: site(12),
                ..any.clone()
            },
            &[5, 4, 3, 2],
        );
        check(
            TransactionFilter {
                currency: Some(gem),
                ..any.clone()
            },
            &[3],
        );
        check(
            TransactionFilter {
                currency: Some(coin),
                kind: Some(Kind::Mint),
                ..any.clone()
            },
            &[1, 0],
        );
        check(
            TransactionFilter {
                site: site(12),
                ..any.clone()
            },
            &[5, 4, 3, 2],
        );
        check(
            TransactionFilter {
                site: site(12),
                kind: Some(Kind::Exchange),
                ..any.clone()
            },
            &[3],
        );
        check(
            TransactionFilter {
                site: site(11),
                to_ms: at(0),
                ..any.clone()
            },
            &[0],
        );
        check(
            TransactionFilter {
                site: site(99),
                ..any.clone()
            },
            &[],
        );
        check(
            TransactionFilter {
                from_ms: at(1),
                to_ms: at(3),
                ..any.clone()
            },
            &[3, 2, 1],
        );
        check(
            TransactionFilter {
                from_ms: at(5),
                ..any.clone()
            },
            &[5],
        );
        check(
            TransactionFilter {
                holder: Some(ada),
                from_ms: at(2),
                to_ms: at(3),
                ..any.clone()
            },
            &[3, 2],
        );
        check(
            TransactionFilter {
                currency: CurrencyId::new(5).ok(),
                ..any.clone()
            },
            &[],
        );
        check(
            TransactionFilter {
                holder: HolderId::new(5).ok(),
                ..any.clone()
            },
            &[],
        );
        check(TransactionFilter { limit: 0, ..any }, &[]);
    }
}
