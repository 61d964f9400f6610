use app::Posting;
use ledger::{Balance, CurrencyId, HolderId, IdSequence};
use rusqlite::{Connection, OptionalExtension};

use super::{
    MOST_ROWS, Overlay, ReadError, account::accounts_of, journal::JournalRow, names::Names, number,
    walk::Walk,
};

/// What came into a holder's accounts and went out of them, newest first; `before` is a transfer's id.
pub(crate) fn history_list(
    db: &Connection,
    holder: HolderId,
    currency: Option<CurrencyId>,
    before: Option<i64>,
    limit: usize,
    overlay: &dyn Overlay,
) -> Result<Vec<Posting>, ReadError> {
    let before = before.unwrap_or(i64::MAX);
    let mut names = Names::new(db);
    Walk::accounts(db, account_heads(db, holder, currency, overlay)?)
        .skip_while(|step| step.as_ref().is_ok_and(|(_, row)| row.id >= before))
        .take(limit.min(MOST_ROWS))
        .map(|step| step.and_then(|(account, row)| posting(db, &mut names, account, &row)))
        .collect()
}

/// The last transfer and the number of each of a holder's accounts, or of the one in this currency.
pub(super) fn account_heads(
    db: &Connection,
    holder: HolderId,
    currency: Option<CurrencyId>,
    overlay: &dyn Overlay,
) -> Result<Vec<(i64, i64)>, ReadError> {
    let accounts = accounts_of(db, holder, overlay)?.into_iter();
    Ok(accounts
        .filter(|(of, _)| currency.is_none_or(|wanted| wanted == *of))
        .map(|(_, account)| (account.last_transfer, account.account_ref))
        .collect())
}

fn posting(
    db: &Connection,
    names: &mut Names<'_>,
    account: i64,
    row: &JournalRow,
) -> Result<Posting, ReadError> {
    let (change, after, other) = if row.debit == account {
        (-row.amount, row.debit_after, row.credit)
    } else {
        (row.amount, row.credit_after, row.debit)
    };
    Ok(Posting {
        transaction: number(row.id - row.leg)?,
        transfer: row.id,
        time_ms: IdSequence::time_ms(row.id),
        kind: number(row.kind)?,
        currency: names.account(account)?.currency,
        change,
        balance_after: Balance::new(after),
        other: names.account(other)?.owner,
        actor: number(row.actor)?,
        origin: names.origin(row.origin)?,
        reason: reason_fetch(db, row.id - row.leg)?,
    })
}

fn reason_fetch(db: &Connection, transaction: i64) -> Result<Option<String>, ReadError> {
    let reason = db
        .prepare_cached("SELECT reason FROM detail WHERE id = ?1")?
        .query_row([transaction], |row| row.get(0))
        .optional()?;
    Ok(reason.flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::world::{Nothing, World};
    use ledger::{AccountKey, Kind, Owner};

    /// Four transfers of Ada's: 100 coins and 50 gems come in, 30 coins go to Bob, 20 coins become 10 gems.
    fn world() -> (World, [HolderId; 2], [CurrencyId; 2]) {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let (ada, bob) = (world.holder(1), world.holder(2));
        world.mint(ada, coin, 100);
        world.mint(ada, gem, 50);
        world.snapshot();
        let paid = world.pay(ada, bob, coin, 30);
        world.detail(paid, "lunch", None);
        let out = (
            AccountKey::holder(ada, coin),
            AccountKey::issuance(coin),
            20,
        );
        let back = (AccountKey::issuance(gem), AccountKey::holder(ada, gem), 10);
        world.transfer(Kind::Exchange, &[out, back]);
        (world, [ada, bob], [coin, gem])
    }

    #[test]
    fn a_history_walks_back_along_one_account_or_all() {
        let (world, [ada, bob], [coin, gem]) = world();
        let check = |holder, currency, before, limit, expect: &[(i64, i64)]| {
            let found = history_list(&world.db, holder, currency, before, limit, &world).unwrap();
            let seen: Vec<_> = found
                .iter()
                .map(|p| (p.change, p.balance_after.get()))
                .collect();
            assert_eq!(seen, expect);
            found.last().map(|posting| posting.transfer)
        };
        let all = [(10, 60), (-20, 50), (-30, 70), (50, 50), (100, 100)];
        check(ada, None, None, 10, &all);
        let cursor = check(ada, None, None, 2, &all[..2]);
        let cursor = check(ada, None, cursor, 2, &all[2..4]);
        let cursor = check(ada, None, cursor, 2, &all[4..]);
        check(ada, None, cursor, 2, &[]);
        check(
            ada,
            Some(coin),
            None,
            10,
            &[(-20, 50), (-30, 70), (100, 100)],
        );
        check(ada, Some(gem), None, 10, &[(10, 60), (50, 50)]);
        check(bob, None, None, 10, &[(30, 30)]);
        check(bob, Some(gem), None, 10, &[]);
        check(ada, None, None, 0, &[]);
    }

    #[test]
    fn a_posting_names_the_other_side_and_the_whole_transaction() {
        let (world, [ada, bob], [coin, gem]) = world();
        let found = history_list(&world.db, ada, None, None, 3, &world).unwrap();
        let [into, out, paid] = &found[..] else {
            panic!("three postings")
        };
        assert_eq!((into.currency, out.currency), (gem, coin));
        assert_eq!(into.transaction, out.transaction);
        assert_eq!(
            (into.transfer, out.transfer),
            (out.transaction.get() + 1, out.transaction.get())
        );
        assert_eq!(paid.other, Owner::Holder(bob));
        assert_eq!(
            (paid.kind, paid.reason.as_deref()),
            (Kind::Transfer, Some("lunch"))
        );
    }

    #[test]
    fn without_memory_a_history_ends_at_the_snapshot() {
        let (world, [ada, _], _) = world();
        let found = history_list(&world.db, ada, None, None, 10, &Nothing).unwrap();
        assert_eq!(
            found
                .iter()
                .map(|posting| posting.change)
                .collect::<Vec<_>>(),
            [50, 100]
        );
    }

    #[test]
    fn a_chain_that_leads_nowhere_is_damage() {
        let (world, [ada, _], _) = world();
        world
            .db
            .execute("UPDATE account SET last_transfer = 5 WHERE role = 0", [])
            .unwrap();
        let found = history_list(&world.db, ada, None, None, 10, &Nothing);
        assert!(
            matches!(found, Err(ReadError::Damaged(what)) if what == "transfer 5 is not there")
        );
    }
}
