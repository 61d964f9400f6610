//! What must hold of a whole ledger, in memory: an audit feeds it each row in the journal's order and hears of the first that is wrong.

use app::{AuditFinding, AuditReport};
use ledger::{
    AccountKey, Amount, Balance, Chain, CodeSiteId, ContentHash, CurrencyId, Detail,
    IdempotencyKey, Kind, Link, Owner, SiteName, SystemRole, code_site_id,
};
use rustc_hash::FxHashMap;

use crate::{FlowKey, FlowSum, day_of, direction};

/// Nothing, or the row that is wrong.
pub type Check = Result<(), AuditFinding>;

/// A row of the journal as it is stored, with its detail and the detail's seal.
#[derive(Debug)]
pub struct JournalRow {
    pub id: i64,
    pub sequence: i64,
    pub leg: i64,
    pub kind: i64,
    pub currency: i64,
    pub debit: i64,
    pub credit: i64,
    pub amount: i64,
    pub debit_after: i64,
    pub credit_after: i64,
    pub debit_prev: i64,
    pub credit_prev: i64,
    pub debit_floor: Option<i64>,
    pub actor: i64,
    pub origin: i64,
    pub origin_prev: i64,
    pub key: Option<[u8; 16]>,
    pub content: Option<i64>,
    pub hash: [u8; 16],
    pub detail: Option<(Detail, i64)>,
}

/// What the numbers of a row stand for, as far as they stand for anything.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub debit: Option<AccountKey>,
    pub credit: Option<AccountKey>,
    /// Its site, and [`Chain::origin_digest`].
    pub origin: Option<(CodeSiteId, u64)>,
    pub currency: Option<CurrencyId>,
}

/// The ledger as the rows so far leave it.
#[derive(Debug)]
pub struct Books {
    accounts: FxHashMap<i64, Running>,
    origins: FxHashMap<i64, i64>,
    flows: FxHashMap<FlowKey, FlowSum>,
    /// The first half of each key, and the transfer that has it.
    keys: Vec<(u64, i64)>,
    at: At,
    before: Option<Before>,
}

/// The last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub transfer: i64,
    pub sequence: i64,
    pub chain: Chain,
}

/// An account as the rows so far leave it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Running {
    pub balance: i64,
    pub last: i64,
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

pub fn wrong(row: impl Into<String>, what: impl Into<String>) -> AuditFinding {
    AuditFinding {
        row: row.into(),
        what: what.into(),
    }
}

fn ensure(holds: bool, row: impl FnOnce() -> String, what: &str) -> Check {
    if holds {
        Ok(())
    } else {
        Err(wrong(row(), what))
    }
}

impl JournalRow {
    /// What the chain covers of the row; nothing when it names something that is not there.
    pub fn link(&self, named: &Named) -> Option<Link<'_>> {
        let (site, entry_digest) = named.origin?;
        Some(Link {
            id: self.id,
            sequence: self.sequence.cast_unsigned(),
            leg: u16::try_from(self.leg).ok()?,
            kind: u8::try_from(self.kind).ok().and_then(Kind::from_code)?,
            debit: named.debit?,
            credit: named.credit?,
            amount: Amount::new(self.amount).ok()?,
            debit_after: Balance::new(self.debit_after),
            credit_after: Balance::new(self.credit_after),
            debit_prev: self.debit_prev,
            credit_prev: self.credit_prev,
            debit_floor: self.debit_floor,
            actor: self.actor,
            site,
            entry_digest,
            key: self.key.zip(self.content).map(|(key, content)| {
                (
                    IdempotencyKey::from_bytes(key),
                    ContentHash::from_bits(content),
                )
            }),
            detail: self.detail.as_ref().map(|(detail, _)| detail),
        })
    }

    fn name(&self) -> String {
        format!("transfer {}", self.id)
    }
}

// The journal --------------------------------------------------------------------------------------------------------------------

impl Default for Books {
    fn default() -> Self {
        Self {
            accounts: FxHashMap::default(),
            origins: FxHashMap::default(),
            flows: FxHashMap::default(),
            keys: Vec::new(),
            at: At {
                transfer: 0,
                sequence: 0,
                chain: Chain::START,
            },
            before: None,
        }
    }
}

impl Books {
    /// Where the rows so far end.
    pub fn at(&self) -> At {
        self.at
    }

    pub fn account(&self, account: i64) -> Running {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    /// The next row; none may be left out.
    ///
    /// # Errors
    /// The row, or its detail, when anything about it is wrong.
    pub fn row(&mut self, row: &JournalRow, named: &Named) -> Check {
        detail_sealed(row)?;
        let Some(link) = row.link(named) else {
            let what = "it names an account, an origin or a kind that is not there";
            return Err(wrong(row.name(), what));
        };
        let chain = self.at.chain.then(&link);
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
                    && Some(link.debit.currency) == named.currency,
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
            return Err(wrong(row.name(), what));
        }
        self.follow(row, chain);
        Ok(())
    }

    fn follow(&mut self, row: &JournalRow, chain: Chain) {
        for (account, balance) in [(row.debit, row.debit_after), (row.credit, row.credit_after)] {
            let last = row.id;
            self.accounts.insert(account, Running { balance, last });
        }
        self.origins.insert(row.origin, row.id);
        if let Some([a, b, c, d, e, f, g, h, ..]) = row.key {
            let half = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            self.keys.push((half, row.id));
        }
        self.at = At {
            transfer: row.id,
            sequence: row.sequence,
            chain,
        };
        self.before = Some(Before::of(row));
    }

    /// Adds a row that was right to its day's flow, for [`Books::flow_row`].
    pub fn add_flow(&mut self, row: &JournalRow, named: &Named) {
        let (Some(debit), Some(credit), Ok(kind)) =
            (named.debit, named.credit, u8::try_from(row.kind))
        else {
            return;
        };
        let key = (day_of(row.id), row.currency, row.origin, kind);
        let sum = self.flows.entry(key).or_default();
        sum.add(row.id, row.amount, direction(debit.owner, credit.owner));
    }

    fn leg_fits(&self, row: &JournalRow) -> bool {
        match self.before {
            _ if row.leg == 0 => true,
            Some(before) => {
                Before::of(row)
                    == Before {
                        id: before.id + 1,
                        leg: before.leg + 1,
                        ..before
                    }
            }
            None => false,
        }
    }
}

impl Before {
    fn of(row: &JournalRow) -> Self {
        Self {
            id: row.id,
            leg: row.leg,
            kind: row.kind,
            actor: row.actor,
            origin: row.origin,
        }
    }
}

fn detail_sealed(row: &JournalRow) -> Check {
    let sealed = row
        .detail
        .as_ref()
        .is_none_or(|(detail, seal)| Chain::detail_seal(detail).cast_signed() == *seal);
    ensure(
        sealed,
        || format!("detail {}", row.id),
        "it is not what was written",
    )
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
        Kind::Mint
            | Kind::Reward
            | Kind::Exchange
            | Kind::Reversal
            // Tokens that changed hands on a chain before the ledger knew of them.
            | Kind::Purchase
            | Kind::Deposit
    );
    let may_retire = matches!(
        kind,
        Kind::Burn
            | Kind::Exchange
            | Kind::Purchase
            | Kind::HoldCaptured
            | Kind::Reversal
            | Kind::RewardRefused
            | Kind::DepositReturned
    );
    (debit.owner != ISSUANCE || may_issue) && (credit.owner != ISSUANCE || may_retire)
}

// What follows from the journal --------------------------------------------------------------------------------------------------

impl Books {
    /// Pairs of transfers whose keys begin alike, to be compared whole. The keys are forgotten.
    pub fn keys_alike(&mut self) -> Vec<(i64, i64)> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        let pairs = keys.windows(2).filter_map(|pair| match pair {
            [(one, first), (two, second)] if one == two => Some((*first, *second)),
            _ => None,
        });
        pairs.collect()
    }

    /// A stored flow; each is asked once.
    ///
    /// # Errors
    /// The flow, when it is not what its transfers add up to.
    pub fn flow_row(&mut self, key: FlowKey, sum: &FlowSum) -> Check {
        let holds = self.flows.remove(&key).as_ref() == Some(sum);
        ensure(
            holds,
            || flow_name(key),
            "it is not the sum of its transfers",
        )
    }

    /// After all stored flows.
    ///
    /// # Errors
    /// A flow that is not stored.
    pub fn flows_missing(&self) -> Check {
        match self.flows.keys().min() {
            None => Ok(()),
            Some(key) => Err(wrong(flow_name(*key), "it is missing")),
        }
    }

    /// An origin's newest transfer, as it is stored; each is asked once.
    ///
    /// # Errors
    /// The row, when the journal says another one.
    pub fn origin_head(&mut self, origin: i64, last: i64) -> Check {
        let holds = self.origins.remove(&origin) == Some(last);
        ensure(
            holds,
            || format!("origin_head {origin}"),
            "it is not the origin's last transfer",
        )
    }

    /// After all stored heads.
    ///
    /// # Errors
    /// An origin whose head is not stored.
    pub fn origin_heads_missing(&self) -> Check {
        match self.origins.keys().min() {
            None => Ok(()),
            Some(origin) => Err(wrong(format!("origin_head {origin}"), "it is missing")),
        }
    }

    /// What an escrow account holds is what open notes or holds are worth.
    ///
    /// # Errors
    /// The account, when it is not.
    pub fn escrow(&self, account: i64, open: i128) -> Check {
        ensure(
            i128::from(self.account(account).balance) == open,
            || format!("account {account}"),
            "it does not hold what is open",
        )
    }

    /// After all rows.
    pub fn report(&self, found: Check) -> AuditReport {
        let bytes = self.at.chain.bytes().iter();
        AuditReport {
            transfers: self.at.sequence.unsigned_abs(),
            accounts: u64::try_from(self.accounts.len()).unwrap_or(u64::MAX),
            head: bytes.map(|byte| format!("{byte:02x}")).collect(),
            findings: found.err().into_iter().collect(),
        }
    }
}

fn flow_name((day, currency, origin, kind): FlowKey) -> String {
    format!("flow {day}/{currency}/{origin}/{kind}")
}

// Code sites, origins, seals -----------------------------------------------------------------------------------------------------

/// An origin's row with the text of its site, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct OriginRow<'a> {
    pub id: i64,
    pub entry: &'a str,
    pub application: &'a str,
    pub class: &'a str,
    pub function: &'a str,
    pub claimed: bool,
    pub digest: i64,
    pub site: Option<&'a str>,
}

/// # Errors
/// The code site, when its id does not come from its text.
pub fn code_site(id: i64, json: &str) -> Check {
    let named = (0..16).any(|salt| code_site_id(json, salt).to_bits_i64() == id);
    ensure(
        named,
        || format!("code_lookup {}", id.cast_unsigned()),
        "its id is not the one of its text",
    )
}

/// # Errors
/// The origin, when it was changed.
pub fn origin(row: &OriginRow<'_>) -> Check {
    let digest = Chain::origin_digest(row.entry, row.application, row.claimed).cast_signed();
    let named = match row.site {
        Some("") => row.class.is_empty() && row.function.is_empty(),
        Some(json) => SiteName::parse_json(json).is_ok_and(|site| {
            site.entry == row.entry && site.class == row.class && site.function == row.function
        }),
        None => false,
    };
    ensure(
        digest == row.digest && named,
        || format!("origin {}", row.id),
        "it is not what was written",
    )
}

/// # Errors
/// The account, when its owner, currency or floor was changed.
pub fn account_sealed(id: i64, key: Option<AccountKey>, floor: Option<i64>, seal: i64) -> Check {
    let sealed = key.is_some_and(|key| Chain::account_seal(key, floor).cast_signed() == seal);
    ensure(
        sealed,
        || format!("account {id}"),
        "its owner, currency or floor is not what was written",
    )
}
