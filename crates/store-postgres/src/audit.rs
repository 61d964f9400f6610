//! Every invariant over the whole ledger, read once in its order, in pages, at the one point of time of the caller's transaction.
//!
//! What a row must be is said in [`posting::audit`]; here is what the tables must say together.

mod game;

use app::{AuditFinding, AuditReport};
use ledger::{
    AccountKey, Amount, Chain, CodeSiteId, CurrencyId, Detail, HolderId, ItemId, Remainder,
    SystemRole, TransactionId,
};
use posting::{
    FlowSum,
    audit::{Books, JournalRow, Named, OriginRow, account_sealed, code_site, origin, wrong},
};
use rustc_hash::FxHashMap;
use tokio_postgres::Row;

use crate::{
    client::GenericClient,
    error::{Sql, SqlError},
    read::{account_key, number},
};

/// How many rows are in memory at once.
const PAGE: i64 = 10_000;

/// Hears how many transfers were checked, of how many.
type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

/// Checks everything inside the transaction that the caller opened, which must be `REPEATABLE READ` and without deadlines for statements,
/// since some read whole tables; stops at the first row that is wrong.
pub(crate) async fn audit(db: &impl GenericClient, progress: Progress<'_>) -> Sql<AuditReport> {
    let mut audit = Audit::new(db).await?;
    let found = match audit.checks(progress).await {
        Ok(()) => Ok(()),
        Err(Stop::Found(found)) => Err(found),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(audit.books.report(found))
}

struct Audit<'db, Db> {
    db: &'db Db,
    books: Books,
    currencies: FxHashMap<i64, Group>,
    accounts: FxHashMap<i64, AccountKey>,
    origins: FxHashMap<i64, (CodeSiteId, u64)>,
    head: Head,
}

/// A currency and where all that belongs to it must stand.
#[derive(Debug, Clone, Copy)]
struct Group {
    currency: CurrencyId,
    shard_key: i64,
}

/// What the journal's own row says.
struct Head {
    sequence: i64,
    last_transfer: i64,
    chain: Vec<u8>,
}

/// Why an audit does not go on: a row that is wrong, or a database that does not answer.
enum Stop {
    Found(AuditFinding),
    Failed(SqlError),
}

type Step = Result<(), Stop>;

impl From<AuditFinding> for Stop {
    fn from(found: AuditFinding) -> Self {
        Self::Found(found)
    }
}

impl<Error: Into<SqlError>> From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

const NOT_ITS_GROUP: &str = "it does not stand where its currency's group has its rows";

impl<'db, Db: GenericClient> Audit<'db, Db> {
    async fn new(db: &'db Db) -> Sql<Self> {
        Ok(Self {
            db,
            books: Books::default(),
            currencies: currencies(db).await?,
            accounts: FxHashMap::default(),
            origins: FxHashMap::default(),
            head: head(db).await?,
        })
    }

    /// In the order in which one wrong row would make others look wrong.
    async fn checks(&mut self, progress: Progress<'_>) -> Step {
        self.code_sites().await?;
        self.origins().await?;
        self.details().await?;
        self.account_seals().await?;
        self.journal(progress).await?;
        self.journal_head()?;
        self.keys().await?;
        self.account_balances().await?;
        self.origin_heads().await?;
        self.flow_rows().await?;
        self.notes().await?;
        self.holds().await?;
        self.reactions().await?;
        self.escrows().await?;
        self.game().await
    }

    /// The rows of a list that is short.
    async fn list(&self, query: &str) -> Sql<Vec<Row>> {
        Ok(self.db.query(query, &[]).await?)
    }

    // Code sites, origins, seals -------------------------------------------------------------------------------------------------

    async fn code_sites(&self) -> Step {
        for row in self
            .list("SELECT id, json FROM code_lookup WHERE id <> 0 ORDER BY id")
            .await?
        {
            code_site(row.try_get(0)?, row.try_get(1)?)?;
        }
        Ok(())
    }

    async fn origins(&mut self) -> Step {
        let rows = self
            .list(
                "SELECT o.id, o.entry, o.application, o.class, o.function, o.claimed, o.digest, c.json, o.site
                 FROM origin o LEFT JOIN code_lookup c ON c.id = o.site ORDER BY o.id",
            )
            .await?;
        for row in &rows {
            let read = origin_read(row)?;
            if read.id != 0 {
                origin(&read)?;
            }
            let site = CodeSiteId::from_bits_i64(row.try_get(8)?);
            let digest = Chain::origin_digest(read.entry, read.application, read.claimed);
            self.origins.insert(read.id, (site, digest));
        }
        Ok(())
    }

    async fn details(&self) -> Step {
        let orphan = "SELECT d.id FROM detail d LEFT JOIN transfer t ON t.shard_key = d.shard_key AND t.id = d.id AND t.leg = 0
             WHERE t.id IS NULL ORDER BY d.id LIMIT 1";
        match self.first_id(orphan).await? {
            None => Ok(()),
            Some(id) => {
                let what = "there is no transaction that it belongs to";
                Err(wrong(format!("detail {id}"), what).into())
            }
        }
    }

    async fn account_seals(&mut self) -> Step {
        const ACCOUNTS: &str =
            "SELECT shard_key, id, role, holder, currency, floor, seal FROM account
             WHERE (shard_key, id) > ($1, $2) ORDER BY shard_key, id LIMIT $3";
        let mut after = FIRST;
        loop {
            let rows = page(self.db, ACCOUNTS, after).await?;
            for row in &rows {
                self.account_seal(row)?;
            }
            let Some(last) = last_key(&rows)? else {
                return Ok(());
            };
            after = last;
        }
    }

    fn account_seal(&mut self, row: &Row) -> Step {
        let (shard_key, id, currency): (i64, i64, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(4)?);
        let group = self.currencies.get(&currency).copied();
        let key = match group {
            Some(group) => account_key(row.try_get(2)?, row.try_get(3)?, group.currency).ok(),
            None => None,
        };
        account_sealed(id, key, row.try_get(5)?, row.try_get(6)?)?;
        let stands = group.is_some_and(|group| group.shard_key == shard_key);
        let twice = key.and_then(|key| self.accounts.insert(id, key)).is_some();
        if !stands || twice {
            return Err(wrong(format!("account {id}"), NOT_ITS_GROUP).into());
        }
        Ok(())
    }

    // The journal ----------------------------------------------------------------------------------------------------------------

    async fn journal(&mut self, progress: Progress<'_>) -> Step {
        let total = self.head.sequence.unsigned_abs();
        loop {
            let statement = self.db.prepare_cached(ROWS).await?;
            let after = self.books.at().transfer;
            let rows = self.db.query(&statement, &[&after, &PAGE]).await?;
            for row in &rows {
                self.row(row)?;
            }
            progress(self.books.at().sequence.unsigned_abs(), total);
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    fn row(&mut self, stored: &Row) -> Step {
        let row = journal_row(stored)?;
        let named = Named {
            debit: self.accounts.get(&row.debit).copied(),
            credit: self.accounts.get(&row.credit).copied(),
            origin: self.origins.get(&row.origin).copied(),
            currency: self
                .currencies
                .get(&row.currency)
                .map(|group| group.currency),
        };
        self.books.row(&row, &named)?;
        self.books.add_flow(&row, &named);
        let shard_key: i64 = stored.try_get(SHARD_KEY)?;
        if !self.stands(row.currency, shard_key) {
            return Err(wrong(format!("transfer {}", row.id), NOT_ITS_GROUP).into());
        }
        Ok(())
    }

    fn stands(&self, currency: i64, shard_key: i64) -> bool {
        let group = self.currencies.get(&currency);
        group.is_some_and(|group| group.shard_key == shard_key)
    }

    /// What the next writer would go on from.
    fn journal_head(&self) -> Step {
        let (at, head) = (self.books.at(), &self.head);
        if (head.sequence, head.last_transfer) != (at.sequence, at.transfer) {
            return Err(wrong("journal 0", "it does not say where the transfers end").into());
        }
        if head.chain != at.chain.bytes() {
            return Err(wrong("journal 0", "its hash is not the chain's").into());
        }
        Ok(())
    }

    // What follows from the journal ------------------------------------------------------------------------------------------------

    async fn keys(&mut self) -> Step {
        let same = "SELECT a.key = b.key FROM transfer a, transfer b WHERE a.id = $1 AND b.id = $2";
        for (first, second) in self.books.keys_alike() {
            if self
                .db
                .query_one(same, &[&first, &second])
                .await?
                .try_get(0)?
            {
                return Err(wrong(
                    format!("transfer {second}"),
                    format!("transfer {first} has the same idempotency key"),
                )
                .into());
            }
        }
        Ok(())
    }

    async fn account_balances(&self) -> Step {
        const ACCOUNTS: &str = "SELECT shard_key, id, balance, last_transfer FROM account
             WHERE (shard_key, id) > ($1, $2) ORDER BY shard_key, id LIMIT $3";
        let mut after = FIRST;
        loop {
            let rows = page(self.db, ACCOUNTS, after).await?;
            for row in &rows {
                let (id, balance, last): (i64, i64, i64) =
                    (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
                let running = self.books.account(id);
                if (running.balance, running.last) != (balance, last) {
                    let what = "its balance is not what the journal gives";
                    return Err(wrong(format!("account {id}"), what).into());
                }
            }
            let Some(last) = last_key(&rows)? else {
                return Ok(());
            };
            after = last;
        }
    }

    async fn origin_heads(&mut self) -> Step {
        let heads =
            "SELECT shard_key, origin, last_transfer FROM origin_head ORDER BY origin, shard_key";
        for row in self.list(heads).await? {
            let (shard_key, origin): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            if shard_key != 0 {
                let what = "it is not among those of the whole journal";
                return Err(wrong(format!("origin_head {origin}"), what).into());
            }
            self.books.origin_head(origin, row.try_get(2)?)?;
        }
        Ok(self.books.origin_heads_missing()?)
    }

    async fn flow_rows(&mut self) -> Step {
        const FLOWS: &str = "SELECT shard_key, day, currency, origin, kind, transfers, issued::text, retired::text, moved::text, first, last
             FROM flow WHERE (shard_key, day, currency, origin, kind) > ($1, $2, $3, $4, $5)
             ORDER BY shard_key, day, currency, origin, kind LIMIT $6";
        let statement = self.db.prepare_cached(FLOWS).await?;
        let mut after = (FIRST.0, i64::MIN, i64::MIN, i64::MIN, i16::MIN);
        loop {
            let (shard_key, day, currency, origin, kind) = after;
            let rows = self
                .db
                .query(
                    &statement,
                    &[&shard_key, &day, &currency, &origin, &kind, &PAGE],
                )
                .await?;
            for row in &rows {
                after = self.flow_row(row)?;
            }
            if rows.is_empty() {
                return Ok(self.books.flows_missing()?);
            }
        }
    }

    fn flow_row(&mut self, row: &Row) -> Result<(i64, i64, i64, i64, i16), Stop> {
        let (shard_key, day, currency, origin): (i64, i64, i64, i64) = (
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
        );
        let kind: i16 = row.try_get(4)?;
        let sum = |column| -> Sql<i128> {
            let text: &str = row.try_get(column)?;
            // What is no whole number is no sum of amounts.
            Ok(text.parse().unwrap_or(i128::MIN))
        };
        let sum = FlowSum {
            transfers: row.try_get(5)?,
            issued: sum(6)?,
            retired: sum(7)?,
            moved: sum(8)?,
            first: row.try_get(9)?,
            last: row.try_get(10)?,
        };
        let stored = u8::try_from(kind).unwrap_or(0);
        self.books.flow_row((day, currency, origin, stored), &sum)?;
        if !self.stands(currency, shard_key) {
            let row = format!("flow {day}/{currency}/{origin}/{kind}");
            return Err(wrong(row, NOT_ITS_GROUP).into());
        }
        Ok((shard_key, day, currency, origin, kind))
    }

    // Records beside the journal ---------------------------------------------------------------------------------------------------

    async fn notes(&self) -> Step {
        let bad = "SELECT n.id FROM note n
             LEFT JOIN transfer t ON t.shard_key = n.shard_key AND t.id = n.id AND t.leg = 0 AND t.kind = 5
             LEFT JOIN detail d ON d.shard_key = n.shard_key AND d.id = n.id
             LEFT JOIN account a ON a.shard_key = t.shard_key AND a.id = t.debit
             LEFT JOIN transfer s ON s.shard_key = n.shard_key AND s.id = n.settled_by
             LEFT JOIN detail e ON e.shard_key = s.shard_key AND e.id = s.id
             WHERE t.id IS NULL OR t.amount <> n.amount OR t.currency <> n.currency OR d.about IS DISTINCT FROM n.recipient
                OR NOT (n.sender = a.holder OR EXISTS (SELECT 1 FROM holder h WHERE h.id = a.holder AND h.standing = 'merged'))
                OR (n.state = 'redeemed' AND s.kind IS DISTINCT FROM 6) OR (n.state = 'revoked' AND s.kind IS DISTINCT FROM 7)
                OR (n.state <> 'open' AND (s.amount IS DISTINCT FROM n.amount OR e.about IS DISTINCT FROM n.id::text))
             ORDER BY n.id LIMIT 1";
        self.as_transactions_say("note", bad).await?;
        self.recorded(
            "note",
            "SELECT t.id FROM transfer t LEFT JOIN note n ON n.shard_key = t.shard_key AND n.id = t.id
             WHERE t.kind = 5 AND t.leg = 0 AND n.id IS NULL ORDER BY t.id LIMIT 1",
            "SELECT t.id, n.id FROM transfer t JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id
                 LEFT JOIN note n ON n.shard_key = t.shard_key AND n.id::text = d.about
             WHERE t.kind IN (6, 7) AND t.leg = 0 AND n.settled_by IS DISTINCT FROM t.id ORDER BY t.id LIMIT 1",
        )
        .await
    }

    async fn holds(&self) -> Step {
        let bad = "SELECT h.id FROM hold h
             LEFT JOIN transfer t ON t.shard_key = h.shard_key AND t.id = h.id AND t.leg = 0 AND t.kind = 11
             LEFT JOIN detail d ON d.shard_key = h.shard_key AND d.id = h.id
             LEFT JOIN account a ON a.shard_key = t.shard_key AND a.id = t.debit
             LEFT JOIN transfer s ON s.shard_key = h.shard_key AND s.id = h.settled_by
             LEFT JOIN detail e ON e.shard_key = s.shard_key AND e.id = s.id
             WHERE t.id IS NULL OR t.amount <> h.amount OR t.currency <> h.currency
                OR d.about IS DISTINCT FROM coalesce(h.expires_ms::text, 'open')
                OR NOT (h.holder = a.holder OR EXISTS (SELECT 1 FROM holder p WHERE p.id = a.holder AND p.standing = 'merged'))
                OR (h.state = 'captured' AND s.kind IS DISTINCT FROM 12) OR (h.state = 'released' AND s.kind IS DISTINCT FROM 13)
                OR (h.state <> 'open' AND e.about IS DISTINCT FROM h.id::text)
             ORDER BY h.id LIMIT 1";
        self.as_transactions_say("hold", bad).await?;
        self.recorded(
            "hold",
            "SELECT t.id FROM transfer t LEFT JOIN hold h ON h.shard_key = t.shard_key AND h.id = t.id
             WHERE t.kind = 11 AND t.leg = 0 AND h.id IS NULL ORDER BY t.id LIMIT 1",
            "SELECT t.id, h.id FROM transfer t JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id
                 LEFT JOIN hold h ON h.shard_key = t.shard_key AND h.id::text = d.about
             WHERE t.kind IN (12, 13) AND t.leg = 0 AND h.settled_by IS DISTINCT FROM t.id ORDER BY t.id LIMIT 1",
        )
        .await
    }

    async fn reactions(&self) -> Step {
        let bad = "SELECT r.message || '/' || r.reactor || '/' || r.currency FROM reaction r
             LEFT JOIN transfer t ON t.shard_key = r.shard_key AND t.id = r.minted AND t.leg = 0 AND t.kind = 1
             LEFT JOIN detail d ON d.shard_key = r.shard_key AND d.id = r.minted
             LEFT JOIN account a ON a.shard_key = t.shard_key AND a.id = t.credit
             LEFT JOIN transfer s ON s.shard_key = r.shard_key AND s.id = r.burned_by
             LEFT JOIN detail e ON e.shard_key = s.shard_key AND e.id = s.id
             WHERE t.id IS NULL OR t.amount <> r.amount OR t.currency <> r.currency
                OR d.about IS DISTINCT FROM r.message || '/' || r.reactor
                OR NOT (r.author = a.holder OR EXISTS (SELECT 1 FROM holder h WHERE h.id = a.holder AND h.standing = 'merged'))
                OR (r.state = 'burned' AND (s.kind IS DISTINCT FROM 2 OR e.reverses IS DISTINCT FROM r.minted))
             ORDER BY r.message, r.reactor, r.currency LIMIT 1";
        if let Some(reaction) = self.first_text(bad).await? {
            let what = "it is not what its transactions say";
            return Err(wrong(format!("reaction {reaction}"), what).into());
        }
        let taken_back = "SELECT r.message || '/' || r.reactor || '/' || r.currency FROM reaction r
             JOIN detail d ON d.shard_key = r.shard_key AND d.reverses = r.minted
             JOIN transfer t ON t.shard_key = d.shard_key AND t.id = d.id
             WHERE t.kind = 2 AND r.state <> 'burned' ORDER BY t.id LIMIT 1";
        match self.first_text(taken_back).await? {
            None => Ok(()),
            Some(reaction) => {
                let what = "a transaction took it back, and it does not say so";
                Err(wrong(format!("reaction {reaction}"), what).into())
            }
        }
    }

    /// What escrow accounts hold is what open notes and holds are worth.
    async fn escrows(&self) -> Step {
        let accounts = "SELECT a.id, coalesce(sum(o.amount), 0)::text FROM account a
                 LEFT JOIN (SELECT $1::smallint AS role, currency, amount FROM note WHERE state = 'open'
                     UNION ALL SELECT $2::smallint, currency, amount FROM hold WHERE state = 'open') AS o
                     ON o.role = a.role AND o.currency = a.currency
             WHERE a.role IN ($1, $2) GROUP BY a.id ORDER BY a.id";
        let roles = [SystemRole::NoteEscrow, SystemRole::HoldEscrow];
        let [notes, holds] = roles.map(|role| i16::from(role.code()));
        for row in self.db.query(accounts, &[&notes, &holds]).await? {
            let open: &str = row.try_get(1)?;
            self.books
                .escrow(row.try_get(0)?, open.parse().unwrap_or(i128::MIN))?;
        }
        Ok(())
    }

    async fn as_transactions_say(&self, what: &str, bad: &str) -> Step {
        match self.first_id(bad).await? {
            None => Ok(()),
            Some(id) => Err(wrong(
                format!("{what} {id}"),
                "it is not what its transactions say",
            )
            .into()),
        }
    }

    async fn recorded(&self, what: &str, made: &str, settled: &str) -> Step {
        if let Some(id) = self.first_id(made).await? {
            return Err(wrong(format!("{what} {id}"), "it is missing").into());
        }
        let Some(row) = self.db.query_opt(settled, &[]).await? else {
            return Ok(());
        };
        let (transfer, record): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        // The record is there and says something else, or there is none.
        let row = record.map_or_else(
            || format!("transfer {transfer}"),
            |id| format!("{what} {id}"),
        );
        let what = format!("transfer {transfer} settled it, and it does not say so");
        Err(wrong(row, what).into())
    }

    async fn first_id(&self, query: &str) -> Sql<Option<i64>> {
        let found = self.db.query_opt(query, &[]).await?;
        Ok(found.map(|row| row.try_get(0)).transpose()?)
    }

    async fn first_text(&self, query: &str) -> Sql<Option<String>> {
        let found = self.db.query_opt(query, &[]).await?;
        Ok(found.map(|row| row.try_get(0)).transpose()?)
    }
}

// Reading ------------------------------------------------------------------------------------------------------------------------

/// Before the first row of every table whose key is shard key and id.
const FIRST: (i64, i64) = (i64::MIN, i64::MIN);

async fn page(db: &impl GenericClient, query: &str, after: (i64, i64)) -> Sql<Vec<Row>> {
    let statement = db.prepare_cached(query).await?;
    Ok(db.query(&statement, &[&after.0, &after.1, &PAGE]).await?)
}

/// Where the next page begins; nothing after an empty one.
fn last_key(rows: &[Row]) -> Sql<Option<(i64, i64)>> {
    let last = rows.last();
    last.map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .transpose()
}

async fn currencies(db: &impl GenericClient) -> Sql<FxHashMap<i64, Group>> {
    let rows = db.query("SELECT id, group_id FROM currency", &[]).await?;
    rows.iter()
        .map(|row| {
            let id: i64 = row.try_get(0)?;
            let group = Group {
                currency: number(id)?,
                shard_key: row.try_get(1)?,
            };
            Ok((id, group))
        })
        .collect()
}

async fn head(db: &impl GenericClient) -> Sql<Head> {
    let fetch = "SELECT sequence, last_transfer, chain FROM journal WHERE shard_key = 0";
    let row = db.query_opt(fetch, &[]).await?;
    let row = row.ok_or_else(|| SqlError::Damaged("the journal's head is not there".into()))?;
    Ok(Head {
        sequence: row.try_get(0)?,
        last_transfer: row.try_get(1)?,
        chain: row.try_get(2)?,
    })
}

fn origin_read(row: &Row) -> Sql<OriginRow<'_>> {
    Ok(OriginRow {
        id: row.try_get(0)?,
        entry: row.try_get(1)?,
        application: row.try_get(2)?,
        class: row.try_get(3)?,
        function: row.try_get(4)?,
        claimed: row.try_get(5)?,
        digest: row.try_get(6)?,
        site: row.try_get(7)?,
    })
}

/// After an id, a page of rows in the journal's order. `OFFSET 0` lets each detail be looked up by its key, however many there are.
const ROWS: &str = "SELECT t.id, t.sequence, t.leg, t.kind, t.currency, t.debit, t.credit, t.amount, t.debit_after, t.credit_after,
         t.debit_prev, t.credit_prev, t.debit_floor, t.actor, t.origin, t.origin_prev, t.key, t.content, t.hash,
         d.id, d.reason, d.reference, d.item, d.item_owner, d.reverses, d.remainder_num, d.remainder_den, d.debt, d.traceparent, d.about,
         d.seal, t.shard_key
     FROM (SELECT * FROM transfer WHERE id > $1 ORDER BY id LIMIT $2) AS t
         LEFT JOIN LATERAL (SELECT * FROM detail d WHERE d.shard_key = t.shard_key AND d.id = t.id OFFSET 0) AS d ON true
     ORDER BY t.id";

const SHARD_KEY: usize = 31;

fn journal_row(row: &Row) -> Sql<JournalRow> {
    let hash: &[u8] = row.try_get(18)?;
    let key: Option<&[u8]> = row.try_get(16)?;
    let detail: Option<i64> = row.try_get(19)?;
    Ok(JournalRow {
        id: row.try_get(0)?,
        sequence: row.try_get(1)?,
        leg: row.try_get::<_, i16>(2)?.into(),
        kind: row.try_get::<_, i16>(3)?.into(),
        currency: row.try_get(4)?,
        debit: row.try_get(5)?,
        credit: row.try_get(6)?,
        amount: row.try_get(7)?,
        debit_after: row.try_get(8)?,
        credit_after: row.try_get(9)?,
        debit_prev: row.try_get(10)?,
        credit_prev: row.try_get(11)?,
        debit_floor: row.try_get(12)?,
        actor: row.try_get(13)?,
        origin: row.try_get(14)?,
        origin_prev: row.try_get(15)?,
        // Bytes of another width are not what was written, which the hash then says.
        key: key.and_then(|key| key.try_into().ok()),
        content: row.try_get(17)?,
        hash: hash.try_into().unwrap_or_default(),
        detail: detail.map(|_| detail_read(row)).transpose()?,
    })
}

fn detail_read(row: &Row) -> Sql<(Detail, i64)> {
    let number = |column| row.try_get::<_, Option<i64>>(column);
    let remainder = number(25)?.zip(number(26)?);
    let detail = Detail {
        reason: row.try_get(20)?,
        reference: row.try_get(21)?,
        item: number(22)?.and_then(|id| ItemId::new(id).ok()),
        item_owner: number(23)?.and_then(|id| HolderId::new(id).ok()),
        reverses: number(24)?.and_then(|id| TransactionId::new(id).ok()),
        remainder: remainder.map(|(num, den)| Remainder {
            num: num.cast_unsigned(),
            den: den.cast_unsigned(),
        }),
        debt: number(27)?.and_then(|debt| Amount::new(debt).ok()),
        traceparent: row.try_get(28)?,
        about: row.try_get(29)?,
    };
    Ok((detail, row.try_get(30)?))
}
