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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{richest_list, world::World};
    use ledger::{AccountKey, Kind};

    #[test]
    fn totals_are_exact_with_and_without_a_tail() {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let (ada, bob) = (world.holder(1), world.holder(2));
        let expect = |world: &World, sequence, coins: (i128, i128, i128, u64)| {
            let (issued, held, escrowed, holders) = coins;
            let coins = Supply {
                currency: coin,
                sequence,
                issued,
                held,
                escrowed,
                holders,
            };
            let gems = Supply {
                currency: gem,
                sequence,
                issued: 0,
                held: 0,
                escrowed: 0,
                holders: 0,
            };
            assert_eq!(supply_list(&world.db).unwrap(), [coins, gems]);
        };
        expect(&world, 0, (0, 0, 0, 0));
        world.mint(ada, coin, 100);
        expect(&world, 1, (100, 100, 0, 1));
        world.snapshot();
        expect(&world, 1, (100, 100, 0, 1));
        world.pay(ada, bob, coin, 100);
        let note = (
            AccountKey::holder(bob, coin),
            AccountKey::system(SystemRole::NoteEscrow, coin),
            40,
        );
        world.transfer(Kind::NoteCreated, &[note]);
        expect(&world, 3, (100, 60, 40, 1));
        let richest = richest_list(&world.db, coin, 0, 10).unwrap();
        world.snapshot();
        expect(&world, 3, (100, 60, 40, 1));
        assert_eq!(richest, richest_list(&world.db, coin, 0, 10).unwrap());
        assert_eq!(
            richest
                .iter()
                .map(|(_, balance)| balance.get())
                .collect::<Vec<_>>(),
            [60]
        );
    }

    #[test]
    fn a_half_written_snapshot_does_not_matter() {
        let mut world = World::new();
        let group = world.group();
        let (coin, ada, bob) = (
            world.currency(group, "coin"),
            world.holder(1),
            world.holder(2),
        );
        world.mint(ada, coin, 100);
        world.snapshot();
        world.pay(ada, bob, coin, 10);
        world.pay(ada, bob, coin, 10);
        // Some accounts are newer than the mark, others still to be written.
        world
            .db
            .execute(
                "UPDATE account SET balance = 80 WHERE holder = ?1",
                [ada.get()],
            )
            .unwrap();
        let supply = supply_list(&world.db).unwrap()[0];
        assert_eq!((supply.issued, supply.held), (100, 100));
        let view: i64 = world.view().values().sum();
        assert_eq!(view, 0);
    }
}
