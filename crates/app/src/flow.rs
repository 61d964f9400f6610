use ledger::{CodeSiteId, CurrencyId, Kind, TransactionId};

/// Which flows to add up. Days are numbered from 1970-01-01 UTC.
#[derive(Debug, Clone, Default)]
pub struct FlowQuery {
    pub currency: Option<CurrencyId>,
    pub from_day: i32,
    /// Inclusive.
    pub to_day: i32,
    pub site: Option<CodeSiteId>,
    /// One row a day instead of one over all of them.
    pub by_day: bool,
}

/// What one code site moved of one currency by one kind of transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Only when asked for by day.
    pub day: Option<i32>,
    pub currency: CurrencyId,
    pub kind: Kind,
    pub entry: String,
    pub application: String,
    pub site: CodeSiteId,
    pub class: String,
    pub function: String,
    pub totals: FlowTotals,
}

/// Sums in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowTotals {
    pub transfers: u64,
    /// Credits from issuance: a faucet.
    pub issued: i128,
    /// Debits to issuance: a sink.
    pub retired: i128,
    /// Between other accounts.
    pub moved: i128,
    pub first: Option<TransactionId>,
    pub last: Option<TransactionId>,
}
