use app::WalletLine;
use ledger::{AccountKey, Amount, Balance, CurrencyId, HolderId, Owner, SystemRole};
use rusqlite::{Connection, OptionalExtension, Row};
use rustc_hash::FxHashMap;

use super::{Overlay, ReadError, column, column::damaged, number};

/// An account as its row was last written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccountRow {
    pub(crate) account_ref: i64,
    pub(crate) balance: i64,
    /// None: without limit.
    pub(crate) floor: Option<i64>,
    /// The id of the last transfer that the row knows of; 0 for none.
    pub(crate) last_transfer: i64,
}

impl AccountRow {
    fn now(self, overlay: &dyn Overlay) -> Self {
        match overlay.now(self.account_ref) {
            Some((balance, last_transfer)) => Self {
                balance,
                last_transfer,
                ..self
            },
            None => self,
        }
    }
}

/// The account's row, as it was last written.
pub(crate) fn account_fetch(
    db: &Connection,
    key: AccountKey,
) -> Result<Option<AccountRow>, ReadError> {
    let found = match key.owner {
        Owner::Holder(holder) => db
            .prepare_cached(
                "SELECT ref, balance, floor, last_transfer FROM account \
                 WHERE role = 0 AND holder = ?1 AND currency = (SELECT ref FROM currency WHERE id = ?2)",
            )?
            .query_row((holder.get(), key.currency.get()), account_row),
        Owner::System(role) => db
            .prepare_cached(
                "SELECT ref, balance, floor, last_transfer FROM account \
                 WHERE role > 0 AND role = ?1 AND currency = (SELECT ref FROM currency WHERE id = ?2)",
            )?
            .query_row((role.code(), key.currency.get()), account_row),
    };
    Ok(found.optional()?)
}

/// What an account holds; nothing when it was never used.
pub(crate) fn balance_fetch(
    db: &Connection,
    key: AccountKey,
    overlay: &dyn Overlay,
) -> Result<Balance, ReadError> {
    let found = account_fetch(db, key)?;
    Ok(found.map_or(Balance::ZERO, |row| Balance::new(row.now(overlay).balance)))
}

/// Every account that a holder ever used, by currency.
pub(crate) fn wallet_fetch(
    db: &Connection,
    holder: HolderId,
    overlay: &dyn Overlay,
) -> Result<Vec<WalletLine>, ReadError> {
    let held = held_of(db, holder)?;
    let accounts = accounts_of(db, holder, overlay)?;
    let line = |(currency, account): (CurrencyId, AccountRow)| WalletLine {
        currency,
        balance: Balance::new(account.balance),
        floor: Balance::new(account.floor.unwrap_or(0)),
        held: held.get(&currency).copied().unwrap_or_default(),
    };
    Ok(accounts.into_iter().map(line).collect())
}

/// A holder's accounts as they are now, by currency.
pub(super) fn accounts_of(
    db: &Connection,
    holder: HolderId,
    overlay: &dyn Overlay,
) -> Result<Vec<(CurrencyId, AccountRow)>, ReadError> {
    db.prepare_cached(
        "SELECT a.ref, a.balance, a.floor, a.last_transfer, c.id FROM account a JOIN currency c ON c.ref = a.currency \
         WHERE a.role = 0 AND a.holder = ?1 ORDER BY c.id",
    )?
    .query_and_then([holder.get()], |row| {
        Ok((column(row, 4)?, account_row(row)?.now(overlay)))
    })?
    .collect()
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        account_ref: row.get(0)?,
        balance: row.get(1)?,
        floor: row.get(2)?,
        last_transfer: row.get(3)?,
    })
}

fn held_of(db: &Connection, holder: HolderId) -> Result<FxHashMap<CurrencyId, Amount>, ReadError> {
    let mut statement = db.prepare_cached(
        "SELECT c.id, h.amount FROM hold h JOIN currency c ON c.ref = h.currency WHERE h.holder = ?1 AND h.state = 'open'",
    )?;
    let mut rows = statement.query([holder.get()])?;
    let mut held = FxHashMap::<CurrencyId, Amount>::default();
    while let Some(row) = rows.next()? {
        let sum = held.entry(column(row, 0)?).or_default();
        let more = column(row, 1)?;
        *sum = sum
            .checked_add(more)
            .ok_or_else(|| damaged("sum of holds", more.get()))?;
    }
    Ok(held)
}

/// Whose account a row is, from its role, holder and currency.
pub(crate) fn account_key(
    role: u8,
    holder: Option<i64>,
    currency: CurrencyId,
) -> Result<AccountKey, ReadError> {
    match (SystemRole::from_code(role), holder) {
        (Some(role), None) => Ok(AccountKey::system(role, currency)),
        (None, Some(holder)) if role == 0 => Ok(AccountKey::holder(number(holder)?, currency)),
        _ => Err(damaged("account's role", role)),
    }
}

/// The number by which this file knows a currency.
pub(crate) fn currency_ref(
    db: &Connection,
    currency: CurrencyId,
) -> Result<Option<i64>, ReadError> {
    Ok(db
        .prepare_cached("SELECT ref FROM currency WHERE id = ?1")?
        .query_row([currency.get()], |row| row.get(0))
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::world::{Nothing, World};
    use ledger::Kind;

    #[test]
    fn a_wallet_has_what_memory_knows_and_what_is_held() {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let ada = world.holder(1);
        world.mint(ada, gem, 7);
        world.mint(ada, coin, 100);
        world.snapshot();
        let held = (
            AccountKey::holder(ada, coin),
            AccountKey::system(SystemRole::HoldEscrow, coin),
            30,
        );
        for state in ["open", "open", "released"] {
            let id = world.transfer(Kind::HoldPlaced, &[held]);
            let settled = (state != "open").then_some(id.get());
            let sql = "INSERT INTO hold (id, holder, currency, amount, state, settled_by) VALUES (?1, ?2, 1, 30, ?3, ?4)";
            world
                .db
                .execute(sql, (id.get(), ada.get(), state, settled))
                .unwrap();
        }

        let line = |currency, balance, held| WalletLine {
            currency,
            balance: Balance::new(balance),
            floor: Balance::ZERO,
            held: Amount::new(held).unwrap(),
        };
        let now = wallet_fetch(&world.db, ada, &world).unwrap();
        assert_eq!(now, [line(coin, 10, 60), line(gem, 7, 0)]);
        let behind = wallet_fetch(&world.db, ada, &Nothing).unwrap();
        assert_eq!(behind, [line(coin, 100, 60), line(gem, 7, 0)]);
        let empty = world.holder(2);
        assert_eq!(wallet_fetch(&world.db, empty, &world).unwrap(), []);
        let balance =
            |key, overlay: &dyn Overlay| balance_fetch(&world.db, key, overlay).unwrap().get();
        assert_eq!(balance(AccountKey::holder(ada, coin), &world), 10);
        assert_eq!(balance(AccountKey::holder(ada, coin), &Nothing), 100);
        assert_eq!(balance(AccountKey::issuance(coin), &world), -100);
        assert_eq!(
            balance(AccountKey::system(SystemRole::HoldEscrow, coin), &world),
            90
        );
        assert_eq!(balance(AccountKey::holder(empty, coin), &world), 0);
    }

    #[test]
    fn an_account_row_tells_floor_and_last_transfer() {
        let mut world = World::new();
        let group = world.group();
        let (coin, ada) = (world.currency(group, "coin"), world.holder(1));
        let tx = world.mint(ada, coin, 5);
        world.snapshot();
        let fetch = |key| account_fetch(&world.db, key).unwrap();
        let row = fetch(AccountKey::holder(ada, coin)).unwrap();
        assert_eq!(
            (row.balance, row.floor, row.last_transfer),
            (5, Some(0), tx.get())
        );
        let row = fetch(AccountKey::issuance(coin)).unwrap();
        assert_eq!(
            (row.balance, row.floor, row.last_transfer),
            (-5, None, tx.get())
        );
        assert_eq!(
            fetch(AccountKey::system(SystemRole::NoteEscrow, coin)),
            None
        );
    }
}
