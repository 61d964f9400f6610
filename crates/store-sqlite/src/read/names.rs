use ledger::{AccountKey, CodeSiteId, RecordedOrigin};
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use super::{ReadError, account_key, column};

/// Whom this file's own numbers name, looked up once for one answer.
pub(super) struct Names<'db> {
    db: &'db Connection,
    accounts: FxHashMap<i64, AccountKey>,
    origins: FxHashMap<i64, RecordedOrigin>,
}

impl<'db> Names<'db> {
    pub(super) fn new(db: &'db Connection) -> Self {
        Self {
            db,
            accounts: FxHashMap::default(),
            origins: FxHashMap::default(),
        }
    }

    pub(super) fn account(&mut self, account_ref: i64) -> Result<AccountKey, ReadError> {
        if let Some(known) = self.accounts.get(&account_ref) {
            return Ok(*known);
        }
        let found = account_named(self.db, account_ref)?;
        self.accounts.insert(account_ref, found);
        Ok(found)
    }

    pub(super) fn origin(&mut self, origin_ref: i64) -> Result<RecordedOrigin, ReadError> {
        if let Some(known) = self.origins.get(&origin_ref) {
            return Ok(known.clone());
        }
        let found = origin_named(self.db, origin_ref)?;
        self.origins.insert(origin_ref, found.clone());
        Ok(found)
    }
}

fn account_named(db: &Connection, account_ref: i64) -> Result<AccountKey, ReadError> {
    let found = db
        .prepare_cached("SELECT a.role, a.holder, c.id FROM account a JOIN currency c ON c.ref = a.currency WHERE a.ref = ?1")?
        .query_and_then([account_ref], |row| account_key(row.get(0)?, row.get(1)?, column(row, 2)?))?
        .next();
    found.unwrap_or_else(|| {
        Err(ReadError::Damaged(format!(
            "account {account_ref} is not there"
        )))
    })
}

fn origin_named(db: &Connection, origin_ref: i64) -> Result<RecordedOrigin, ReadError> {
    let found = db
        .prepare_cached(
            "SELECT entry, application, site, class, function, claimed FROM origin WHERE ref = ?1",
        )?
        .query_row([origin_ref], |row| {
            Ok(RecordedOrigin {
                entry: row.get(0)?,
                application: row.get(1)?,
                site: CodeSiteId::from_bits_i64(row.get(2)?),
                class: row.get(3)?,
                function: row.get(4)?,
                claimed: row.get(5)?,
            })
        })
        .optional()?;
    found.ok_or_else(|| ReadError::Damaged(format!("origin {origin_ref} is not there")))
}
