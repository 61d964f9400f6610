//! Reading the journal in its order, with what the chain covers.

use ledger::{
    AccountKey, Amount, Chain, CodeSiteId, CurrencyId, Detail, HolderId, Link, Owner, Remainder,
    SystemRole, TransactionId,
};
use posting::audit::{JournalRow, Named};
use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

/// The names behind a file's refs.
#[derive(Debug)]
pub(crate) struct Names {
    accounts: FxHashMap<i64, AccountKey>,
    currencies: FxHashMap<i64, CurrencyId>,
    origins: FxHashMap<i64, (CodeSiteId, u64)>,
}

const ROWS: &str = "SELECT t.id, t.sequence, t.leg, t.kind, t.currency, t.debit, t.credit, t.amount, t.debit_after, t.credit_after, t.debit_prev,
    t.credit_prev, t.debit_floor, t.actor, t.origin, t.origin_prev, t.key, t.content, t.hash,
    d.id, d.reason, d.reference, d.item, d.item_owner, d.reverses, d.remainder_num, d.remainder_den, d.debt, d.traceparent, d.about, d.seal
    FROM transfer t LEFT JOIN detail d ON d.id = t.id WHERE t.id > ?1 ORDER BY t.id";

/// Gives each row after a transfer, in order, until `each` says stop.
pub(crate) fn rows_after(
    db: &Connection,
    after: i64,
    mut each: impl FnMut(JournalRow) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(ROWS)?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        if !each(row_read(row)?)? {
            break;
        }
    }
    Ok(())
}

fn row_read(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    Ok(JournalRow {
        id: row.get(0)?,
        sequence: row.get(1)?,
        leg: row.get(2)?,
        kind: row.get(3)?,
        currency: row.get(4)?,
        debit: row.get(5)?,
        credit: row.get(6)?,
        amount: row.get(7)?,
        debit_after: row.get(8)?,
        credit_after: row.get(9)?,
        debit_prev: row.get(10)?,
        credit_prev: row.get(11)?,
        debit_floor: row.get(12)?,
        actor: row.get(13)?,
        origin: row.get(14)?,
        origin_prev: row.get(15)?,
        key: row.get(16)?,
        content: row.get(17)?,
        hash: row.get(18)?,
        detail: row
            .get::<_, Option<i64>>(19)?
            .map(|_| detail_read(row))
            .transpose()?,
    })
}

fn detail_read(row: &Row<'_>) -> rusqlite::Result<(Detail, i64)> {
    let remainder = (row.get::<_, Option<i64>>(25)?).zip(row.get::<_, Option<i64>>(26)?);
    let detail = Detail {
        reason: row.get(20)?,
        reference: row.get(21)?,
        item: row
            .get::<_, Option<i64>>(22)?
            .and_then(|id| ledger::ItemId::new(id).ok()),
        item_owner: row
            .get::<_, Option<i64>>(23)?
            .and_then(|id| HolderId::new(id).ok()),
        reverses: row
            .get::<_, Option<i64>>(24)?
            .and_then(|id| TransactionId::new(id).ok()),
        remainder: remainder.map(|(num, den)| Remainder {
            num: num.cast_unsigned(),
            den: den.cast_unsigned(),
        }),
        debt: row
            .get::<_, Option<i64>>(27)?
            .and_then(|debt| Amount::new(debt).ok()),
        traceparent: row.get(28)?,
        about: row.get(29)?,
    };
    Ok((detail, row.get(30)?))
}

impl Names {
    pub(crate) fn new() -> Self {
        Self {
            accounts: FxHashMap::default(),
            currencies: FxHashMap::default(),
            origins: FxHashMap::default(),
        }
    }

    /// What the chain covers of a row; nothing when the row names something that is not there.
    pub(crate) fn link<'a>(
        &mut self,
        db: &Connection,
        row: &'a JournalRow,
    ) -> rusqlite::Result<Option<Link<'a>>> {
        Ok(row.link(&self.named(db, row)?))
    }

    /// What the refs of a row stand for, as far as they stand for anything.
    pub(crate) fn named(&mut self, db: &Connection, row: &JournalRow) -> rusqlite::Result<Named> {
        Ok(Named {
            debit: self.account(db, row.debit)?,
            credit: self.account(db, row.credit)?,
            origin: self.origin(db, row.origin)?,
            currency: self.currency(db, row.currency)?,
        })
    }

    pub(crate) fn account(
        &mut self,
        db: &Connection,
        account: i64,
    ) -> rusqlite::Result<Option<AccountKey>> {
        if let Some(known) = self.accounts.get(&account) {
            return Ok(Some(*known));
        }
        let found = self.account_fetch(db, account)?;
        if let Some(key) = found {
            self.accounts.insert(account, key);
        }
        Ok(found)
    }

    fn account_fetch(
        &mut self,
        db: &Connection,
        account: i64,
    ) -> rusqlite::Result<Option<AccountKey>> {
        use rusqlite::OptionalExtension;
        let mut fetch =
            db.prepare_cached("SELECT role, holder, currency FROM account WHERE ref = ?1")?;
        let found = fetch
            .query_row([account], |row| {
                Ok((
                    row.get::<_, u8>(0)?,
                    row.get::<_, Option<i64>>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            })
            .optional()?;
        let Some((role, holder, currency)) = found else {
            return Ok(None);
        };
        let owner = match (role, holder) {
            (0, Some(holder)) => HolderId::new(holder).ok().map(Owner::Holder),
            (role, None) => SystemRole::from_code(role).map(Owner::System),
            _ => None,
        };
        let currency = self.currency(db, currency)?;
        Ok(owner
            .zip(currency)
            .map(|(owner, currency)| AccountKey { owner, currency }))
    }

    fn currency(&mut self, db: &Connection, currency: i64) -> rusqlite::Result<Option<CurrencyId>> {
        use rusqlite::OptionalExtension;
        if let Some(known) = self.currencies.get(&currency) {
            return Ok(Some(*known));
        }
        let id: Option<i64> = db
            .prepare_cached("SELECT id FROM currency WHERE ref = ?1")?
            .query_row([currency], |row| row.get(0))
            .optional()?;
        let id = id.and_then(|id| CurrencyId::new(id).ok());
        if let Some(id) = id {
            self.currencies.insert(currency, id);
        }
        Ok(id)
    }

    fn origin(
        &mut self,
        db: &Connection,
        origin: i64,
    ) -> rusqlite::Result<Option<(CodeSiteId, u64)>> {
        use rusqlite::OptionalExtension;
        if let Some(known) = self.origins.get(&origin) {
            return Ok(Some(*known));
        }
        let mut fetch = db.prepare_cached(
            "SELECT site, entry, application, claimed FROM origin WHERE ref = ?1",
        )?;
        let found = fetch
            .query_row([origin], |row| {
                let (entry, application): (String, String) = (row.get(1)?, row.get(2)?);
                Ok((
                    CodeSiteId::from_bits_i64(row.get(0)?),
                    Chain::origin_digest(&entry, &application, row.get(3)?),
                ))
            })
            .optional()?;
        if let Some(parts) = found {
            self.origins.insert(origin, parts);
        }
        Ok(found)
    }
}
