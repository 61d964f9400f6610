//! A small ledger in memory, written by hand as the writer would write it.

use std::collections::BTreeMap;

use ledger::{
    AccountKey, CurrencyId, GroupId, HolderId, IdSequence, Identity, Kind, NodeNumber, Owner,
    SystemRole, TransactionId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Overlay, currency_ref};
use crate::change::holders_ensure;

/// 2026-11-21 00:00 UTC, day 20,778.
pub(crate) const START_MS: i64 = 1_795_219_200_000;
pub(crate) const START_DAY: i32 = 20_778;

pub(crate) struct World {
    pub(crate) db: Connection,
    pub(crate) now_ms: i64,
    ids: IdSequence,
    sequence: i64,
    /// Balance and last transfer of each account, as the writer has them in memory.
    accounts: BTreeMap<i64, (i64, i64)>,
    origins: BTreeMap<i64, i64>,
    /// The origin of what is transferred next.
    pub(crate) origin: i64,
}

impl Overlay for World {
    fn now(&self, account_ref: i64) -> Option<(i64, i64)> {
        self.accounts.get(&account_ref).copied()
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        for migration in [
            include_str!("../../migrations/0001_ledger.sql"),
            include_str!("../../migrations/0002_lease.sql"),
            include_str!("../../migrations/0003_discord.sql"),
        ] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "foreign_keys", true).unwrap();
        // As every caller does.
        db.execute_batch("BEGIN").unwrap();
        Self {
            db,
            now_ms: START_MS,
            ids: IdSequence::after(NodeNumber::ONLY, 0),
            sequence: 0,
            accounts: BTreeMap::new(),
            origins: BTreeMap::new(),
            origin: 0,
        }
    }

    pub(crate) fn id(&mut self) -> i64 {
        self.ids.next(self.now_ms, 1)
    }

    pub(crate) fn ids(&mut self) -> impl FnMut() -> i64 + use<> {
        let (mut ids, now_ms) = (self.ids.clone(), self.now_ms);
        // What is given out next must not meet what was given out here.
        self.now_ms += 1_000;
        move || ids.next(now_ms, 1)
    }

    pub(crate) fn group(&mut self) -> GroupId {
        let id = self.id();
        self.db
            .execute("INSERT INTO currency_group (id, kind, name, created_ms) VALUES (?1, 'single', ?1, 0)", [id])
            .unwrap();
        GroupId::new(id).unwrap()
    }

    pub(crate) fn currency(&mut self, group: GroupId, name: &str) -> CurrencyId {
        let id = self.id();
        self.db
            .execute(
                "INSERT INTO currency (id, group_id, name, decimals, class, state, created_ms) VALUES (?1, ?2, ?3, 0, 'regular', 'active', 0)",
                params![id, group.get(), name],
            )
            .unwrap();
        CurrencyId::new(id).unwrap()
    }

    pub(crate) fn holder(&mut self, discord: u64) -> HolderId {
        let mut ids = self.ids();
        holders_ensure(&self.db, &[Identity::discord(discord)], &mut ids).unwrap()[0]
    }

    /// From now on transfers come from this site.
    pub(crate) fn come_from(&mut self, entry: &str, site: i64) -> i64 {
        self.db
            .execute(
                "INSERT OR IGNORE INTO code_lookup (id, json) VALUES (?1, ?1)",
                [site],
            )
            .unwrap();
        self.db
            .execute(
                "INSERT INTO origin (entry, application, site, class, function, claimed) VALUES (?1, 'app', ?2, 'Shop', 'buy', 0)",
                params![entry, site],
            )
            .unwrap();
        self.origin = self.db.last_insert_rowid();
        self.origin
    }

    pub(crate) fn head(&self, origin: i64) -> Option<i64> {
        self.origins.get(&origin).copied()
    }

    pub(crate) fn mint(
        &mut self,
        to: HolderId,
        currency: CurrencyId,
        amount: i64,
    ) -> TransactionId {
        let leg = (
            AccountKey::issuance(currency),
            AccountKey::holder(to, currency),
            amount,
        );
        self.transfer(Kind::Mint, &[leg])
    }

    pub(crate) fn pay(
        &mut self,
        from: HolderId,
        to: HolderId,
        currency: CurrencyId,
        amount: i64,
    ) -> TransactionId {
        let leg = (
            AccountKey::holder(from, currency),
            AccountKey::holder(to, currency),
            amount,
        );
        self.transfer(Kind::Transfer, &[leg])
    }

    pub(crate) fn transfer(
        &mut self,
        kind: Kind,
        legs: &[(AccountKey, AccountKey, i64)],
    ) -> TransactionId {
        let first = self
            .ids
            .next(self.now_ms, u16::try_from(legs.len()).unwrap());
        for (leg, (debit, credit, amount)) in (0..).zip(legs) {
            self.transfer_insert(first, leg, kind, (*debit, *credit), *amount);
        }
        TransactionId::new(first).unwrap()
    }

    fn transfer_insert(
        &mut self,
        first: i64,
        leg: i64,
        kind: Kind,
        (debit, credit): (AccountKey, AccountKey),
        amount: i64,
    ) {
        let (id, currency) = (first + leg, currency_ref(&self.db, debit.currency).unwrap());
        let (debit_ref, debit_after, debit_prev) = self.moved(debit, -amount, id);
        let (credit_ref, credit_after, credit_prev) = self.moved(credit, amount, id);
        let floor = Some(0).filter(|_| debit.owner != Owner::System(SystemRole::Issuance));
        let origin_prev = self.origins.insert(self.origin, id).unwrap_or(0);
        self.sequence += 1;
        self.db
            .execute(
                "INSERT INTO transfer (id, sequence, leg, kind, currency, debit, credit, amount, debit_after, credit_after, debit_prev, \
                 credit_prev, debit_floor, actor, origin, origin_prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 7, ?, ?, x'00')",
                params![
                    id, self.sequence, leg, kind.code(), currency, debit_ref, credit_ref, amount, debit_after, credit_after,
                    debit_prev, credit_prev, floor, self.origin, origin_prev
                ],
            )
            .unwrap();
    }

    /// The account's number, its balance after and its transfer before.
    fn moved(&mut self, key: AccountKey, change: i64, id: i64) -> (i64, i64, i64) {
        let account = self.account(key);
        let (balance, before) = self.accounts.get(&account).copied().unwrap_or((0, 0));
        self.accounts.insert(account, (balance + change, id));
        (account, balance + change, before)
    }

    fn account(&mut self, key: AccountKey) -> i64 {
        let (role, holder) = match key.owner {
            Owner::Holder(holder) => (0, Some(holder.get())),
            Owner::System(role) => (role.code(), None),
        };
        let currency = currency_ref(&self.db, key.currency).unwrap();
        let known = self
            .db
            .query_row(
                "SELECT ref FROM account WHERE role = ?1 AND holder IS ?2 AND currency = ?3",
                params![role, holder, currency],
                |row| row.get(0),
            )
            .optional()
            .unwrap();
        known.unwrap_or_else(|| {
            let floor = if role == 1 { None } else { Some(0) };
            self.db
                .execute(
                    "INSERT INTO account (role, holder, currency, floor, balance, last_transfer) VALUES (?1, ?2, ?3, ?4, 0, 0)",
                    params![role, holder, currency, floor],
                )
                .unwrap();
            self.db.last_insert_rowid()
        })
    }

    pub(crate) fn detail(
        &mut self,
        id: TransactionId,
        reason: &str,
        reverses: Option<TransactionId>,
    ) {
        self.db
            .execute(
                "INSERT INTO detail (id, reason, reverses) VALUES (?1, ?2, ?3)",
                params![id.get(), reason, reverses.map(TransactionId::get)],
            )
            .unwrap();
    }

    /// Writes balances behind, as of the last transfer.
    pub(crate) fn snapshot(&mut self) {
        for (account, (balance, last)) in &self.accounts {
            self.db
                .execute(
                    "UPDATE account SET balance = ?2, last_transfer = ?3 WHERE ref = ?1",
                    (account, balance, last),
                )
                .unwrap();
        }
        self.mark("snapshot");
    }

    pub(crate) fn mark(&mut self, name: &str) {
        self.db
            .execute(
                "INSERT OR REPLACE INTO mark (name, transfer, sequence, chain) SELECT ?1, max(id), max(sequence), x'' FROM transfer",
                [name],
            )
            .unwrap();
    }

    /// What the view of exact balances says, by account.
    pub(crate) fn view(&self) -> BTreeMap<i64, i64> {
        let mut statement = self
            .db
            .prepare("SELECT account, balance FROM balance")
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    }
}

/// Says nothing: the database is all there is.
pub(crate) struct Nothing;

impl Overlay for Nothing {
    fn now(&self, _: i64) -> Option<(i64, i64)> {
        None
    }
}
