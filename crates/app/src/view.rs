use economy::{HoldFact, NoteFact};
use ledger::{
    Amount, Balance, CodeSiteId, CurrencyId, HoldId, HolderId, Identity, Kind, NoteId, Owner, Rate,
    RecordedOrigin, Standing, TransactionId, WebhookId,
};

/// One account of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletLine {
    pub currency: CurrencyId,
    pub balance: Balance,
    /// What may be spent down to.
    pub floor: Balance,
    /// Set aside by open holds.
    pub held: Amount,
}

/// One side of a transfer, as its account's owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub transaction: TransactionId,
    /// The transfer's own id: the cursor of a history.
    pub transfer: i64,
    pub time_ms: i64,
    pub kind: Kind,
    pub currency: CurrencyId,
    /// Positive when it came in, in minor units.
    pub change: i64,
    pub balance_after: Balance,
    pub other: Owner,
    pub actor: HolderId,
    pub origin: RecordedOrigin,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderRecord {
    pub id: HolderId,
    pub standing: Standing,
    pub identities: Vec<Identity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRecord {
    pub from: CurrencyId,
    pub to: CurrencyId,
    /// Between minor units.
    pub rate: Rate,
    /// When it was set, in milliseconds since the Unix epoch.
    pub set_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRecord {
    pub id: NoteId,
    pub note: NoteFact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRecord {
    pub id: HoldId,
    pub hold: HoldFact,
    pub expires_ms: Option<i64>,
}

/// Which transactions to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct TransactionFilter {
    pub holder: Option<HolderId>,
    pub currency: Option<CurrencyId>,
    pub kind: Option<Kind>,
    pub site: Option<CodeSiteId>,
    /// Inclusive, in milliseconds since the Unix epoch.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// Only those before this one.
    pub before: Option<TransactionId>,
    /// At most 1,000.
    pub limit: usize,
}

/// A currency's totals, all at one point of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    pub currency: CurrencyId,
    /// The ledger sequence that the figures were computed at.
    pub sequence: u64,
    /// Minus the issuance account.
    pub issued: i128,
    /// Holders' balances.
    pub held: i128,
    /// Escrows, settlement and rounding.
    pub escrowed: i128,
    /// Holders above zero.
    pub holders: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRecord {
    pub id: WebhookId,
    pub url: String,
    /// `whsec_…`, as Standard Webhooks writes it.
    pub secret: String,
    pub currency: Option<CurrencyId>,
    /// The last transaction that was delivered.
    pub cursor: i64,
    pub failures: u32,
    /// Not before this time, in milliseconds since the Unix epoch.
    pub retry_ms: i64,
}
