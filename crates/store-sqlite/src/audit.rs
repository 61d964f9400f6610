//! Every invariant over the whole ledger, read once in its order.

use app::{AuditFinding, AuditReport};
use ledger::{AccountKey, Chain, Kind, Owner, SiteName, SystemRole, code_site_id};
use posting::{FlowKey, FlowSum, day_of, direction};
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use crate::{
    journal::{JournalRow, Names, rows_after},
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
    accounts: FxHashMap<i64, Running>,
    origins: FxHashMap<i64, i64>,
    flows: FxHashMap<FlowKey, FlowSum>,
    keys: Vec<(u64, i64)>,
    chain: Chain,
    at: Mark,
    before: Option<Before>,
    flow_mark: Mark,
    snapshot_mark: Mark,
    total: u64,
}

/// An account as the journal leaves it.
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    balance: i64,
    last: i64,
    at_mark: (i64, i64),
}

/// What the next leg of a transaction must share with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Before {
    id: i64,
    leg: i64,
    kind: i64,
    actor: i64,
    origin: i64,
}

/// A row that is wrong, as far as the checks have come.
struct Wrong(AuditFinding);

type Check = Result<(), Wrong>;

type Step<'db> = fn(&mut Audit<'db>) -> Result<Check, ReadError>;

fn wrong(row: impl Into<String>, what: impl Into<String>) -> Wrong {
    Wrong(AuditFinding {
        row: row.into(),
        what: what.into(),
    })
}

fn ensure(holds: bool, row: impl FnOnce() -> String, what: &str) -> Check {
    if holds {
        Ok(())
    } else {
        Err(wrong(row(), what))
    }
}

impl<'db> Audit<'db> {
    fn new(db: &'db Connection) -> Result<Self, ReadError> {
        let total: u64 = db.query_row("SELECT coalesce(max(sequence), 0) FROM transfer WHERE id = (SELECT max(id) FROM transfer)", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
        Ok(Self {
            db,
            names: Names::new(),
            accounts: FxHashMap::default(),
            origins: FxHashMap::default(),
            flows: FxHashMap::default(),
            keys: Vec::new(),
            chain: Chain::START,
            at: Mark::START,
            before: None,
            flow_mark: mark_fetch(db, "flow")?,
            snapshot_mark: mark_fetch(db, "snapshot")?,
            total,
        })
    }

    fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<AuditReport, ReadError> {
        let found = self.checks(progress)?;
        Ok(AuditReport {
            transfers: self.at.sequence.unsigned_abs(),
            accounts: u64::try_from(self.accounts.len()).unwrap_or(u64::MAX),
            head: self
                .chain
                .bytes()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            findings: found
                .err()
                .map(|Wrong(finding)| finding)
                .into_iter()
                .collect(),
        })
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
        let steps: [Step<'db>; 7] = [
            Self::keys,
            Self::account_balances,
            Self::flow_rows,
            Self::notes,
            Self::holds,
            Self::reactions,
            Self::escrows,
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
            let named = (0..16).any(|salt| code_site_id(&json, salt).to_bits_i64() == id);
            if !named {
                return Ok(Err(wrong(
                    format!("code_lookup {}", id.cast_unsigned()),
                    "its id is not the one of its text",
                )));
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
            let account: i64 = row.get(0)?;
            let (entry, application): (String, String) = (row.get(1)?, row.get(2)?);
            let (class, function): (String, String) = (row.get(3)?, row.get(4)?);
            let json: Option<String> = row.get(6)?;
            let sealed = Chain::origin_digest(&entry, &application, row.get(7)?).cast_signed()
                == row.get::<_, i64>(5)?;
            let named = match json.as_deref() {
                Some("") => class.is_empty() && function.is_empty(),
                Some(json) => SiteName::parse_json(json).is_ok_and(|site| {
                    site.entry == entry && site.class == class && site.function == function
                }),
                None => false,
            };
            if !sealed || !named {
                return Ok(Err(wrong(
                    format!("origin {account}"),
                    "it is not what was written",
                )));
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
            let sealed = key.is_some_and(|key| {
                Chain::account_seal(key, row.get(1).unwrap_or(None)).cast_signed()
                    == row.get::<_, i64>(2).unwrap_or(0)
            });
            if !sealed {
                return Ok(Err(wrong(
                    format!("account {account}"),
                    "its owner, currency or floor is not what was written",
                )));
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
        progress(self.at.sequence.unsigned_abs(), self.total);
        failure.map_or(Ok(outcome), Err)
    }

    fn row(&mut self, row: &JournalRow) -> Result<Check, ReadError> {
        let name = || format!("transfer {}", row.id);
        if let Some((detail, seal)) = &row.detail
            && Chain::detail_seal(detail).cast_signed() != *seal
        {
            return Ok(Err(wrong(
                format!("detail {}", row.id),
                "it is not what was written",
            )));
        }
        let Some(link) = self.names.link(self.db, row)? else {
            return Ok(Err(wrong(
                name(),
                "it names an account, an origin or a kind that is not there",
            )));
        };
        let currency = self.names.currency(self.db, row.currency)?;
        let chain = self.chain.then(&link);
        let (debit, credit) = (self.account(row.debit), self.account(row.credit));
        let origin_prev = self.origins.get(&row.origin).copied().unwrap_or(0);
        let checks = [
            (
                row.sequence == self.at.sequence.saturating_add(1),
                "rows before it are missing, or its number in the sequence is wrong",
            ),
            (chain.row_hash() == row.hash, "it is not what was written"),
            (self.leg_fits(row), "it does not continue its transaction"),
            (
                link.debit.currency == link.credit.currency
                    && Some(link.debit.currency) == currency,
                "its accounts are of different currencies",
            ),
            (
                row.amount > 0 && row.debit != row.credit,
                "it moves nothing",
            ),
            (
                debit.last == row.debit_prev && credit.last == row.credit_prev,
                "its accounts' histories do not lead to it",
            ),
            (
                origin_prev == row.origin_prev,
                "its origin's history does not lead to it",
            ),
            (
                debit.balance.checked_sub(row.amount) == Some(row.debit_after),
                "the debit account's balance does not follow",
            ),
            (
                credit.balance.checked_add(row.amount) == Some(row.credit_after),
                "the credit account's balance does not follow",
            ),
            (
                floor_holds(&link.debit, row),
                "the debit account went below its floor",
            ),
            (
                from_issuance(link.kind, &link.debit, &link.credit),
                "money appeared or vanished by a transaction that may not do that",
            ),
            (
                row.leg > 0 || row.key.is_some(),
                "it has no idempotency key",
            ),
        ];
        if let Some((_, what)) = checks.into_iter().find(|(holds, _)| !holds) {
            return Ok(Err(wrong(name(), what)));
        }
        self.follow(row, &link, chain);
        Ok(Ok(()))
    }

    fn follow(&mut self, row: &JournalRow, link: &ledger::Link<'_>, chain: Chain) {
        let at_mark = row.id <= self.snapshot_mark.transfer;
        for (account, balance) in [(row.debit, row.debit_after), (row.credit, row.credit_after)] {
            let running = self.accounts.entry(account).or_default();
            (running.balance, running.last) = (balance, row.id);
            if at_mark {
                running.at_mark = (balance, row.id);
            }
        }
        self.origins.insert(row.origin, row.id);
        if row.id <= self.flow_mark.transfer {
            let sum = self
                .flows
                .entry((day_of(row.id), row.currency, row.origin, link.kind.code()))
                .or_default();
            sum.add(
                row.id,
                row.amount,
                direction(link.debit.owner, link.credit.owner),
            );
        }
        if let Some(key) = row.key {
            self.keys.push((
                key.iter()
                    .take(8)
                    .fold(0, |bits, byte| (bits << 8) | u64::from(*byte)),
                row.id,
            ));
        }
        self.chain = chain;
        self.at = Mark {
            transfer: row.id,
            sequence: row.sequence,
            chain,
        };
        self.before = Some(Before {
            id: row.id,
            leg: row.leg,
            kind: row.kind,
            actor: row.actor,
            origin: row.origin,
        });
    }

    fn account(&self, account: i64) -> Running {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    fn leg_fits(&self, row: &JournalRow) -> bool {
        let now = Before {
            id: row.id,
            leg: row.leg,
            kind: row.kind,
            actor: row.actor,
            origin: row.origin,
        };
        match self.before {
            _ if row.leg == 0 => true,
            Some(before) => {
                now == Before {
                    id: before.id + 1,
                    leg: before.leg + 1,
                    ..before
                }
            }
            None => false,
        }
    }

    // What follows from the journal ------------------------------------------------------------------------------------------------

    fn keys(&mut self) -> Result<Check, ReadError> {
        self.keys.sort_unstable();
        for pair in self.keys.windows(2) {
            if let [(one, first), (two, second)] = pair
                && one == two
            {
                let same = "SELECT a.key = b.key FROM transfer a, transfer b WHERE a.id = ?1 AND b.id = ?2";
                if self.db.query_row(same, [first, second], |row| row.get(0))? {
                    return Ok(Err(wrong(
                        format!("transfer {second}"),
                        format!("transfer {first} has the same idempotency key"),
                    )));
                }
            }
        }
        self.keys = Vec::new();
        Ok(Ok(()))
    }

    fn account_balances(&mut self) -> Result<Check, ReadError> {
        let mut list = self
            .db
            .prepare("SELECT ref, balance, last_transfer FROM account")?;
        let mut rows = list.query([])?;
        while let Some(row) = rows.next()? {
            let (account, balance, last): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let running = self.account(account);
            // The row may be as old as the mark, or newer; whatever it says must have been so.
            let was = [(running.balance, running.last), running.at_mark].contains(&(balance, last))
                || self.was_so(account, balance, last)?;
            let early = last < running.at_mark.1;
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
            if self.flows.remove(&key) != Some(sum) {
                let (day, currency, origin, kind) = key;
                return Ok(Err(wrong(
                    format!("flow {day}/{currency}/{origin}/{kind}"),
                    "it is not the sum of its transfers",
                )));
            }
        }
        let missing = self.flows.keys().next();
        Ok(missing.map_or(Ok(()), |(day, currency, origin, kind)| {
            Err(wrong(
                format!("flow {day}/{currency}/{origin}/{kind}"),
                "it is missing",
            ))
        }))
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
                if let Err(found) = ensure(
                    self.account(account).balance == open,
                    || format!("account {account}"),
                    "it does not hold what is open",
                ) {
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

fn floor_holds(debit: &AccountKey, row: &JournalRow) -> bool {
    match row.debit_floor {
        None => debit.owner == Owner::System(SystemRole::Issuance),
        Some(floor) => floor <= 0 && row.debit_after >= floor,
    }
}

fn from_issuance(kind: Kind, debit: &AccountKey, credit: &AccountKey) -> bool {
    const ISSUANCE: Owner = Owner::System(SystemRole::Issuance);
    let may_issue = matches!(
        kind,
        Kind::Mint | Kind::Reward | Kind::Exchange | Kind::Reversal
    );
    let may_retire = matches!(
        kind,
        Kind::Burn | Kind::Exchange | Kind::Purchase | Kind::HoldCaptured | Kind::Reversal
    );
    (debit.owner != ISSUANCE || may_issue) && (credit.owner != ISSUANCE || may_retire)
}
