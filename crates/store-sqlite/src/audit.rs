//! Every invariant over the whole ledger, read once in its order.

mod game;

use app::AuditReport;
use ledger::SystemRole;
use posting::{
    FlowKey, FlowSum,
    audit::{
        Books, Check, JournalRow, OriginRow, Running, account_sealed, code_site, origin, wrong,
    },
};
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use crate::{
    journal::{Names, rows_after},
    read::ReadError,
    snapshot::{Mark, mark_fetch},
};

/// Checks everything at one point of time; stops at the first row that is wrong.
pub(crate) fn audit(
    db: &Connection,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<AuditReport, ReadError> {
    db.execute_batch("BEGIN")?;
    let report = Audit::new(db).and_then(|audit| audit.run(progress));
    db.execute_batch("COMMIT")?;
    report
}

struct Audit<'db> {
    db: &'db Connection,
    names: Names,
    books: Books,
    /// The accounts as the snapshot's mark left them.
    at_mark: FxHashMap<i64, Running>,
    flow_mark: Mark,
    snapshot_mark: Mark,
    total: u64,
}

type Step<'db> = fn(&mut Audit<'db>) -> Result<Check, ReadError>;

impl<'db> Audit<'db> {
    fn new(db: &'db Connection) -> Result<Self, ReadError> {
        let total: u64 = db.query_row("SELECT coalesce(max(sequence), 0) FROM transfer WHERE id = (SELECT max(id) FROM transfer)", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
        Ok(Self {
            db,
            names: Names::new(),
            books: Books::default(),
            at_mark: FxHashMap::default(),
            flow_mark: mark_fetch(db, "flow")?,
            snapshot_mark: mark_fetch(db, "snapshot")?,
            total,
        })
    }

    fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<AuditReport, ReadError> {
        let found = self.checks(progress)?;
        Ok(self.books.report(found))
    }

    /// In the order in which one wrong row would make others look wrong.
    fn checks(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Check, ReadError> {
        let steps: [Step<'db>; 4] = [
            Self::code_sites,
            Self::origins,
            Self::details,
            Self::account_seals,
        ];
        for step in steps {
            if let Err(found) = step(self)? {
                return Ok(Err(found));
            }
        }
        if let Err(found) = self.journal(progress)? {
            return Ok(Err(found));
        }
        let steps: [Step<'db>; 8] = [
            Self::keys,
            Self::account_balances,
            Self::flow_rows,
            Self::notes,
            Self::holds,
            Self::reactions,
            Self::escrows,
            Self::game,
        ];
        for step in steps {
            if let Err(found) = step(self)? {
                return Ok(Err(found));
            }
        }
        Ok(Ok(()))
    }

    // Code sites, origins, seals -------------------------------------------------------------------------------------------------

    fn code_sites(&mut self) -> Result<Check, ReadError> {
        let mut list = self
            .db
            .prepare("SELECT id, json FROM code_lookup WHERE id <> 0")?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let (id, json): (i64, String) = (row.get(0)?, row.get(1)?);
            if let Err(found) = code_site(id, &json) {
                return Ok(Err(found));
            }
        }
        Ok(Ok(()))
    }

    fn origins(&mut self) -> Result<Check, ReadError> {
        let mut list = self.db.prepare(
            "SELECT o.ref, o.entry, o.application, o.class, o.function, o.digest, c.json, o.claimed FROM origin o LEFT JOIN code_lookup c ON c.id = o.site WHERE o.ref <> 0",
        )?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let (entry, application): (String, String) = (row.get(1)?, row.get(2)?);
            let (class, function): (String, String) = (row.get(3)?, row.get(4)?);
            let site: Option<String> = row.get(6)?;
            let row = OriginRow {
                id: row.get(0)?,
                entry: &entry,
                application: &application,
                class: &class,
                function: &function,
                claimed: row.get(7)?,
                digest: row.get(5)?,
                site: site.as_deref(),
            };
            if let Err(found) = origin(&row) {
                return Ok(Err(found));
            }
        }
        Ok(Ok(()))
    }

    fn details(&mut self) -> Result<Check, ReadError> {
        let orphan: Option<i64> = self
            .db
            .query_row("SELECT d.id FROM detail d LEFT JOIN transfer t ON t.id = d.id AND t.leg = 0 WHERE t.id IS NULL LIMIT 1", [], |row| row.get(0))
            .optional()?;
        Ok(orphan.map_or(Ok(()), |id| {
            Err(wrong(
                format!("detail {id}"),
                "there is no transaction that it belongs to",
            ))
        }))
    }

    fn account_seals(&mut self) -> Result<Check, ReadError> {
        let mut list = self.db.prepare("SELECT ref, floor, seal FROM account")?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let account: i64 = row.get(0)?;
            let key = self.names.account(self.db, account)?;
            let (floor, seal) = (row.get(1).unwrap_or(None), row.get(2).unwrap_or(0));
            if let Err(found) = account_sealed(account, key, floor, seal) {
                return Ok(Err(found));
            }
        }
        Ok(Ok(()))
    }

    // The journal ----------------------------------------------------------------------------------------------------------------

    fn journal(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Check, ReadError> {
        let mut outcome = Ok(());
        let mut failure = None;
        rows_after(self.db, 0, |row| {
            match self.row(&row) {
                Ok(Ok(())) => {}
                Ok(Err(found)) => outcome = Err(found),
                Err(error) => failure = Some(error),
            }
            let done = row.sequence.unsigned_abs();
            if done.is_multiple_of(65_536) {
                progress(done, self.total);
            }
            Ok(outcome.is_ok() && failure.is_none())
        })?;
        progress(self.books.at().sequence.unsigned_abs(), self.total);
        failure.map_or(Ok(outcome), Err)
    }

    fn row(&mut self, row: &JournalRow) -> Result<Check, ReadError> {
        let named = self.names.named(self.db, row)?;
        if let Err(found) = self.books.row(row, &named) {
            return Ok(Err(found));
        }
        if row.id <= self.flow_mark.transfer {
            self.books.add_flow(row, &named);
        }
        if row.id <= self.snapshot_mark.transfer {
            for account in [row.debit, row.credit] {
                self.at_mark.insert(account, self.books.account(account));
            }
        }
        Ok(Ok(()))
    }

    // What follows from the journal ------------------------------------------------------------------------------------------------

    fn keys(&mut self) -> Result<Check, ReadError> {
        let same = "SELECT a.key = b.key FROM transfer a, transfer b WHERE a.id = ?1 AND b.id = ?2";
        for (first, second) in self.books.keys_alike() {
            if self.db.query_row(same, [first, second], |row| row.get(0))? {
                return Ok(Err(wrong(
                    format!("transfer {second}"),
                    format!("transfer {first} has the same idempotency key"),
                )));
            }
        }
        Ok(Ok(()))
    }

    fn account_balances(&mut self) -> Result<Check, ReadError> {
        let mut list = self
            .db
            .prepare("SELECT ref, balance, last_transfer FROM account")?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let (account, balance, last): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let at_mark = self.at_mark.get(&account).copied().unwrap_or_default();
            // The row may be as old as the mark, or newer; whatever it says must have been so.
            let was = [self.books.account(account), at_mark].contains(&Running { balance, last })
                || self.was_so(account, balance, last)?;
            let early = last < at_mark.last;
            if !was || early {
                return Ok(Err(wrong(
                    format!("account {account}"),
                    "its balance is not what the journal gives",
                )));
            }
        }
        Ok(Ok(()))
    }

    fn was_so(&self, account: i64, balance: i64, last: i64) -> Result<bool, ReadError> {
        let mut fetch = self.db.prepare_cached("SELECT (debit = ?2 AND debit_after = ?3) OR (credit = ?2 AND credit_after = ?3) FROM transfer WHERE id = ?1")?;
        Ok(fetch
            .query_row([last, account, balance], |row| row.get(0))
            .optional()?
            .unwrap_or(false))
    }

    fn flow_rows(&mut self) -> Result<Check, ReadError> {
        let mut list = self.db.prepare("SELECT day, currency, origin, kind, transfers, issued, retired, moved, first, last FROM flow")?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let key: FlowKey = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let text = |column| {
                row.get::<_, String>(column)
                    .map(|text| text.parse::<i128>().unwrap_or(i128::MIN))
            };
            let sum = FlowSum {
                transfers: row.get(4)?,
                issued: text(5)?,
                retired: text(6)?,
                moved: text(7)?,
                first: row.get(8)?,
                last: row.get(9)?,
            };
            if let Err(found) = self.books.flow_row(key, &sum) {
                return Ok(Err(found));
            }
        }
        Ok(self.books.flows_missing())
    }

    // Records beside the journal ---------------------------------------------------------------------------------------------------

    fn notes(&mut self) -> Result<Check, ReadError> {
        let bad = self.first_id(
            "SELECT n.id FROM note n
             LEFT JOIN transfer t ON t.id = n.id AND t.leg = 0 AND t.kind = 5 LEFT JOIN detail d ON d.id = n.id
             LEFT JOIN account a ON a.ref = t.debit LEFT JOIN transfer s ON s.id = n.settled_by LEFT JOIN detail e ON e.id = s.id
             WHERE t.id IS NULL OR t.amount <> n.amount OR t.currency <> n.currency OR d.about IS NOT n.recipient
                OR NOT (n.sender = a.holder OR EXISTS (SELECT 1 FROM holder h WHERE h.id = a.holder AND h.standing = 'merged'))
                OR (n.state = 'redeemed' AND s.kind IS NOT 6) OR (n.state = 'revoked' AND s.kind IS NOT 7)
                OR (n.state <> 'open' AND (s.amount IS NOT n.amount OR e.about IS NOT CAST(n.id AS TEXT)))
             ORDER BY n.id LIMIT 1",
        )?;
        if let Some(id) = bad {
            return Ok(Err(wrong(
                format!("note {id}"),
                "it is not what its transactions say",
            )));
        }
        self.unrecorded("note", "SELECT t.id FROM transfer t LEFT JOIN note n ON n.id = t.id WHERE t.kind = 5 AND t.leg = 0 AND n.id IS NULL LIMIT 1", "SELECT t.id, n.id FROM transfer t JOIN detail d ON d.id = t.id LEFT JOIN note n ON n.id = CAST(d.about AS INTEGER) WHERE t.kind IN (6, 7) AND t.leg = 0 AND n.settled_by IS NOT t.id LIMIT 1")
    }

    fn holds(&mut self) -> Result<Check, ReadError> {
        let bad = self.first_id(
            "SELECT h.id FROM hold h
             LEFT JOIN transfer t ON t.id = h.id AND t.leg = 0 AND t.kind = 11 LEFT JOIN detail d ON d.id = h.id
             LEFT JOIN account a ON a.ref = t.debit LEFT JOIN transfer s ON s.id = h.settled_by LEFT JOIN detail e ON e.id = s.id
             WHERE t.id IS NULL OR t.amount <> h.amount OR t.currency <> h.currency OR d.about IS NOT coalesce(CAST(h.expires_ms AS TEXT), 'open')
                OR NOT (h.holder = a.holder OR EXISTS (SELECT 1 FROM holder p WHERE p.id = a.holder AND p.standing = 'merged'))
                OR (h.state = 'captured' AND s.kind IS NOT 12) OR (h.state = 'released' AND s.kind IS NOT 13)
                OR (h.state <> 'open' AND e.about IS NOT CAST(h.id AS TEXT))
             ORDER BY h.id LIMIT 1",
        )?;
        if let Some(id) = bad {
            return Ok(Err(wrong(
                format!("hold {id}"),
                "it is not what its transactions say",
            )));
        }
        self.unrecorded("hold", "SELECT t.id FROM transfer t LEFT JOIN hold h ON h.id = t.id WHERE t.kind = 11 AND t.leg = 0 AND h.id IS NULL LIMIT 1", "SELECT t.id, h.id FROM transfer t JOIN detail d ON d.id = t.id LEFT JOIN hold h ON h.id = CAST(d.about AS INTEGER) WHERE t.kind IN (12, 13) AND t.leg = 0 AND h.settled_by IS NOT t.id LIMIT 1")
    }

    fn reactions(&mut self) -> Result<Check, ReadError> {
        let bad: Option<(i64, i64, i64)> = self
            .db
            .query_row(
                "SELECT r.message, r.reactor, r.currency FROM reaction r
                 LEFT JOIN transfer t ON t.id = r.minted AND t.leg = 0 AND t.kind = 1 LEFT JOIN detail d ON d.id = r.minted
                 LEFT JOIN account a ON a.ref = t.credit LEFT JOIN transfer s ON s.id = r.burned_by LEFT JOIN detail e ON e.id = s.id
                 WHERE t.id IS NULL OR t.amount <> r.amount OR t.currency <> r.currency OR d.about IS NOT r.message || '/' || r.reactor
                    OR NOT (r.author = a.holder OR EXISTS (SELECT 1 FROM holder h WHERE h.id = a.holder AND h.standing = 'merged'))
                    OR (r.state = 'burned' AND (s.kind IS NOT 2 OR e.reverses IS NOT r.minted))
                 LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        if let Some((message, reactor, currency)) = bad {
            return Ok(Err(wrong(
                format!("reaction {message}/{reactor}/{currency}"),
                "it is not what its transactions say",
            )));
        }
        let taken_back = "SELECT r.message || '/' || r.reactor || '/' || r.currency FROM reaction r JOIN detail d ON d.reverses = r.minted
            JOIN transfer t ON t.id = d.id WHERE t.kind = 2 AND r.state <> 'burned' LIMIT 1";
        let row: Option<String> = self
            .db
            .query_row(taken_back, [], |row| row.get(0))
            .optional()?;
        Ok(row.map_or(Ok(()), |row| {
            Err(wrong(
                format!("reaction {row}"),
                "a transaction took it back, and it does not say so",
            ))
        }))
    }

    /// What escrow accounts hold is what open notes and holds are worth.
    fn escrows(&mut self) -> Result<Check, ReadError> {
        for (role, table) in [
            (SystemRole::NoteEscrow, "note"),
            (SystemRole::HoldEscrow, "hold"),
        ] {
            let sums = format!(
                "SELECT a.ref, (SELECT coalesce(sum(r.amount), 0) FROM {table} r WHERE r.currency = a.currency AND r.state = 'open') FROM account a WHERE a.role = ?1"
            );
            let mut list = self.db.prepare(&sums)?;
            let mut rows = list.query([role.code()])?;
            while let Some(row) = rows.next()? {
                let (account, open): (i64, i64) = (row.get(0)?, row.get(1)?);
                if let Err(found) = self.books.escrow(account, i128::from(open)) {
                    return Ok(Err(found));
                }
            }
        }
        Ok(Ok(()))
    }

    fn unrecorded(&self, what: &str, made: &str, settled: &str) -> Result<Check, ReadError> {
        if let Some(id) = self.first_id(made)? {
            return Ok(Err(wrong(format!("{what} {id}"), "it is missing")));
        }
        let settled: Option<(i64, Option<i64>)> = self
            .db
            .query_row(settled, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(settled.map_or(Ok(()), |(transfer, record)| {
            // The record is there and says something else, or there is none.
            let row = record.map_or_else(
                || format!("transfer {transfer}"),
                |id| format!("{what} {id}"),
            );
            Err(wrong(
                row,
                format!("transfer {transfer} settled it, and it does not say so"),
            ))
        }))
    }

    fn first_id(&self, query: &str) -> Result<Option<i64>, ReadError> {
        Ok(self.db.query_row(query, [], |row| row.get(0)).optional()?)
    }
}
