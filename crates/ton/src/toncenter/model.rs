use tycho_types::{
    cell::{Cell, HashBytes},
    models::StdAddr,
};

/// An account as the newest block has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    pub status: AccountStatus,
    /// In nanoton.
    pub balance: u128,
    pub last_lt: u64,
    pub last_hash: HashBytes,
    /// None without code, or where the server does not say.
    pub code_hash: Option<HashBytes>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    Active,
    Frozen,
    /// Without code; it may have a balance.
    Uninit,
    Nonexist,
}

/// The newest masterchain block that the server has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainTime {
    pub seqno: u32,
    /// Seconds since the Unix epoch.
    pub time_secs: u32,
    /// Which network it is: -239 is the mainnet, -3 the testnet. None where the server does not say.
    pub global_id: Option<i32>,
}

/// How sure a transaction is: only a finalized one cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finality {
    Pending,
    Confirmed,
    Finalized,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub account: StdAddr,
    pub hash: HashBytes,
    pub lt: u64,
    /// Chain time in seconds since the Unix epoch.
    pub now_secs: u32,
    /// The account's transaction before this one; zero for its first.
    pub prev_hash: HashBytes,
    pub prev_lt: u64,
    pub trace_id: Option<HashBytes>,
    pub finality: Finality,
    pub aborted: bool,
    /// None when the compute phase was skipped, such as for want of gas.
    pub exit_code: Option<i32>,
    /// None when there was no action phase.
    pub action_code: Option<i32>,
    /// In nanoton.
    pub total_fees: u128,
    pub in_msg: Option<Message>,
    pub out_msgs: Vec<Message>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub hash: HashBytes,
    /// None for an external message.
    pub source: Option<StdAddr>,
    pub destination: Option<StdAddr>,
    /// In nanoton.
    pub value: u128,
    pub created_lt: u64,
    pub bounced: bool,
    pub body: Cell,
}

/// The transactions that one external message led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Whether every message of it has led to its transaction.
    pub complete: bool,
    /// In the order of their logical time.
    pub transactions: Vec<Transaction>,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionsQuery {
    pub account: StdAddr,
    /// Those with this logical time and later.
    pub from_lt: Option<u64>,
    /// Those with this logical time and earlier.
    pub to_lt: Option<u64>,
    /// At most 1,000.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetMethodResult {
    /// 0 and 1 are success.
    pub exit_code: i32,
    pub gas_used: u64,
    pub stack: Vec<StackEntry>,
}

/// An argument or result of a get-method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackEntry {
    /// As text in hexadecimal or decimal, because numbers have 257 bits.
    Num(String),
    Cell(Cell),
    Slice(Cell),
    Other(serde_json::Value),
}
