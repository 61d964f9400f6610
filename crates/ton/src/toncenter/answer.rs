//! toncenter's JSON, as its server writes it (ton-index-go, `index/models`), and what we make of it.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    AccountState, AccountStatus, ChainTime, Finality, Message, Trace, Transaction, number::Number,
};
use crate::{Address, Cell, Hash, address, boc};

#[derive(Deserialize)]
pub(super) struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    balance: Option<Number<u128>>,
    status: Option<String>,
    last_transaction_lt: Option<Number<u64>>,
    #[serde(default, deserialize_with = "maybe_hash")]
    last_transaction_hash: Option<Hash>,
    #[serde(default, deserialize_with = "maybe_hash")]
    code_hash: Option<Hash>,
}

impl Accounts {
    /// An account that the server does not list has never been heard of.
    pub(super) fn into_state(self) -> Result<AccountState, String> {
        let Some(account) = self.accounts.into_iter().next() else {
            return Ok(AccountState {
                status: AccountStatus::Nonexist,
                balance: 0,
                last_lt: 0,
                last_hash: Hash::ZERO,
                code_hash: None,
            });
        };
        Ok(AccountState {
            status: match account.status.as_deref() {
                Some("active") => AccountStatus::Active,
                Some("frozen") => AccountStatus::Frozen,
                Some("uninit" | "uninitialized") => AccountStatus::Uninit,
                Some("nonexist" | "non_exist") | None => AccountStatus::Nonexist,
                Some(other) => return Err(format!("an account's status {other:?}")),
            },
            balance: account.balance.map_or(0, |balance| balance.0),
            last_lt: account.last_transaction_lt.map_or(0, |lt| lt.0),
            last_hash: account.last_transaction_hash.unwrap_or_default(),
            code_hash: account.code_hash,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct MasterchainInfo {
    last: Block,
}

#[derive(Deserialize)]
struct Block {
    seqno: Number<u32>,
    gen_utime: Number<u32>,
    global_id: Option<Number<i32>>,
}

impl MasterchainInfo {
    pub(super) fn into_time(self) -> ChainTime {
        ChainTime {
            seqno: self.last.seqno.0,
            time_secs: self.last.gen_utime.0,
            global_id: self.last.global_id.map(|id| id.0),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default, deserialize_with = "maybe_hash")]
    message_hash: Option<Hash>,
    #[serde(default, deserialize_with = "maybe_hash")]
    message_hash_norm: Option<Hash>,
}

impl Sent {
    pub(super) fn into_hash(self) -> Result<Hash, String> {
        self.message_hash_norm
            .or(self.message_hash)
            .ok_or_else(|| "a sent message without its hash".to_owned())
    }
}

#[derive(Deserialize)]
pub(super) struct Transactions {
    transactions: Vec<TransactionAnswer>,
}

impl Transactions {
    /// Newest first, whatever the server's order.
    pub(super) fn into_newest_first(self) -> Vec<Transaction> {
        let mut transactions: Vec<Transaction> = self
            .transactions
            .into_iter()
            .map(TransactionAnswer::into_transaction)
            .collect();
        transactions.sort_by_key(|transaction| std::cmp::Reverse(transaction.lt));
        transactions
    }
}

#[derive(Deserialize)]
pub(super) struct Traces {
    traces: Vec<TraceAnswer>,
}

#[derive(Deserialize)]
struct TraceAnswer {
    is_incomplete: bool,
    trace_info: Option<TraceInfo>,
    /// Left away when there are more than the server tells of, 4,000 by default.
    #[serde(default)]
    transactions: HashMap<String, TransactionAnswer>,
}

#[derive(Deserialize)]
struct TraceInfo {
    trace_state: Option<String>,
    pending_messages: Option<Number<u64>>,
    transactions: Option<Number<u64>>,
}

impl TraceInfo {
    fn is_complete(&self, told: usize) -> bool {
        let state = self.trace_state.as_deref();
        let pending = self.pending_messages.map_or(0, |pending| pending.0);
        let transactions = self.transactions.map_or(0, |count| count.0);
        state.is_none_or(|state| state == "complete")
            && pending == 0
            && u64::try_from(told).is_ok_and(|told| told >= transactions)
    }
}

impl Traces {
    pub(super) fn into_trace(self) -> Option<Trace> {
        let answer = self.traces.into_iter().next()?;
        let told = answer.transactions.len();
        // A trace that misses something must not pass for a whole one: what it does not show would be sent again.
        let complete = !answer.is_incomplete
            && told > 0
            && answer.trace_info.is_none_or(|info| info.is_complete(told));
        let mut transactions: Vec<Transaction> = answer
            .transactions
            .into_values()
            .map(TransactionAnswer::into_transaction)
            .collect();
        transactions.sort_by_key(|transaction| (transaction.lt, transaction.hash));
        Some(Trace {
            complete,
            transactions,
        })
    }
}

#[derive(Deserialize)]
struct TransactionAnswer {
    #[serde(deserialize_with = "std_address")]
    account: Address,
    #[serde(deserialize_with = "hash")]
    hash: Hash,
    lt: Number<u64>,
    now: Number<u32>,
    #[serde(deserialize_with = "hash")]
    prev_trans_hash: Hash,
    prev_trans_lt: Number<u64>,
    #[serde(default, deserialize_with = "maybe_hash")]
    trace_id: Option<Hash>,
    total_fees: Number<u128>,
    description: Description,
    in_msg: Option<MessageAnswer>,
    #[serde(default)]
    out_msgs: Vec<MessageAnswer>,
    #[serde(default)]
    emulated: bool,
    finality: Option<FinalityAnswer>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum FinalityAnswer {
    Pending,
    Confirmed,
    Finalized,
}

#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    aborted: Option<bool>,
    compute_ph: Option<ComputePhase>,
    action: Option<ActionPhase>,
}

#[derive(Deserialize)]
struct ComputePhase {
    #[serde(default)]
    skipped: Option<bool>,
    exit_code: Option<Number<i32>>,
}

#[derive(Deserialize)]
struct ActionPhase {
    result_code: Option<Number<i32>>,
}

impl TransactionAnswer {
    fn into_transaction(self) -> Transaction {
        let computed = self
            .description
            .compute_ph
            .filter(|phase| phase.skipped != Some(true));
        Transaction {
            account: self.account,
            hash: self.hash,
            lt: self.lt.0,
            now_secs: self.now.0,
            prev_hash: self.prev_trans_hash,
            prev_lt: self.prev_trans_lt.0,
            trace_id: self.trace_id,
            // Servers from before finality was told list only what cannot be taken back, or say that it is emulated.
            finality: match (self.finality, self.emulated) {
                (Some(FinalityAnswer::Finalized), _) | (None, false) => Finality::Finalized,
                (Some(FinalityAnswer::Confirmed), _) => Finality::Confirmed,
                (Some(FinalityAnswer::Pending), _) | (None, true) => Finality::Pending,
            },
            aborted: self.description.aborted.unwrap_or(false),
            exit_code: computed
                .and_then(|phase| phase.exit_code)
                .map(|code| code.0),
            action_code: self
                .description
                .action
                .and_then(|phase| phase.result_code)
                .map(|code| code.0),
            total_fees: self.total_fees.0,
            in_msg: self.in_msg.map(MessageAnswer::into_message),
            out_msgs: self
                .out_msgs
                .into_iter()
                .map(MessageAnswer::into_message)
                .collect(),
        }
    }
}

#[derive(Deserialize)]
struct MessageAnswer {
    #[serde(deserialize_with = "hash")]
    hash: Hash,
    #[serde(default, deserialize_with = "maybe_address")]
    source: Option<Address>,
    #[serde(default, deserialize_with = "maybe_address")]
    destination: Option<Address>,
    value: Option<Number<u128>>,
    created_lt: Option<Number<u64>>,
    #[serde(default)]
    bounced: Option<bool>,
    message_content: Content,
}

#[derive(Deserialize)]
struct Content {
    /// A body that we cannot read is an error: skipped, it might have been a payment.
    #[serde(deserialize_with = "cell")]
    body: Cell,
}

impl MessageAnswer {
    fn into_message(self) -> Message {
        Message {
            hash: self.hash,
            source: self.source,
            destination: self.destination,
            value: self.value.map_or(0, |value| value.0),
            created_lt: self.created_lt.map_or(0, |lt| lt.0),
            bounced: self.bounced.unwrap_or(false),
            body: self.message_content.body,
        }
    }
}

fn hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_hash(&text).ok_or_else(|| {
        D::Error::custom("a hash has 64 hexadecimal digits or 44 characters of base64")
    })
}

fn maybe_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hash>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => parse_hash(&text).map(Some).ok_or_else(|| {
            D::Error::custom("a hash has 64 hexadecimal digits or 44 characters of base64")
        }),
    }
}

fn parse_hash(text: &str) -> Option<Hash> {
    // The parser takes other lengths too, and reads them by bytes. One in 4,096 hashes begins with `0x` in base64.
    match text.len() {
        44 => text.replace('-', "+").replace('_', "/").parse().ok(),
        64 => text.parse().ok(),
        66 => text.strip_prefix("0x")?.parse().ok(),
        _ => None,
    }
}

fn std_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    address::parse(&text)
        .map(|parsed| parsed.address)
        .map_err(D::Error::custom)
}

/// None for what is no standard address: `null`, `addr_none`, an external one.
fn maybe_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Address>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| address::parse(&text).ok().map(|parsed| parsed.address)))
}

fn cell<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cell, D::Error> {
    let text = String::deserialize(deserializer)?;
    boc::parse_base64(&text).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_in_each_form() {
        let check = |text: &str, expect: Option<[u8; 2]>| {
            let read = parse_hash(text).map(|hash| [hash.0[0], hash.0[31]]);
            assert_eq!(read, expect, "{text}");
        };
        let hex = format!("d3{}04", "00".repeat(30));
        check(&hex, Some([0xd3, 4]));
        check(&format!("0x{hex}"), Some([0xd3, 4]));
        // In base64 this one begins as if it were hexadecimal.
        check(
            "0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ=",
            Some([0xd3, 4]),
        );
        check(
            "-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ=",
            Some([0xfb, 4]),
        );
        check("", None);
        check("0x", None);
        check(&hex[1..], None);
    }
}
