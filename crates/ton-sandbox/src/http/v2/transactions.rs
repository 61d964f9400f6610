use std::sync::Arc;

use serde_json::{Value, json};
use tycho_types::{
    cell::{Cell, CellSlice},
    models::{AccountStatus, IntAddr, MsgInfo, OwnedMessage, Transaction, TxInfo},
};

use super::{Failure, accounts::transaction_id};
use crate::{
    handle::Handle,
    http::{given::Given, text},
    index::{Range, Seen},
    message,
};

const LIMIT_MOST: u64 = 100;

pub(super) fn of_account(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    Ok(json!(page(chain, given)?))
}

pub(super) fn of_account_in_an_object(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    Ok(json!({
        "@type": "raw.transactions",
        "transactions": page(chain, given)?,
        "previous_transaction_id": transaction_id(0, &tycho_types::cell::HashBytes::ZERO),
    }))
}

/// Newest first, from the transaction given on, down to but without the logical time `to_lt`.
fn page(chain: &Handle, given: &Given) -> Result<Vec<Value>, Failure> {
    let account = given.address("address")?;
    let limit = given.number("limit")?.unwrap_or(10).min(LIMIT_MOST);
    let lt = given.number("lt")?.filter(|lt| *lt > 0);
    let hash = given.hash("hash")?;
    let until_lt = given.number("to_lt")?.unwrap_or(0);
    let index = chain.shared.index();
    let final_seqno = chain.final_seqno(index.seqno());
    let all = Range {
        from_lt: until_lt.saturating_add(1),
        to_lt: lt.unwrap_or(u64::MAX),
        offset: 0,
        limit: usize::MAX,
        oldest_first: false,
    };
    let mut found = index.of_account(&account, all);
    drop(index);
    found.retain(|seen| seen.seqno <= final_seqno);
    let begins_there = |seen: &Arc<Seen>| {
        lt.is_none_or(|lt| seen.lt == lt) && hash.is_none_or(|hash| seen.hash == hash)
    };
    if lt.is_some() && !found.first().is_some_and(begins_there) {
        return Err(Failure::of_server(
            "LITE_SERVER_UNKNOWN: cannot locate transaction in block with specified logical time: lt not in db",
        ));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    chain.faults().spoil_page(&mut found);
    Ok(found.iter().filter_map(|seen| shown(seen)).collect())
}

pub(super) fn result_of(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    located(
        chain,
        given,
        |given| given.address("destination"),
        |transaction, key| {
            transaction
                .in_msg
                .as_ref()
                .is_some_and(|message| is_meant(message, key))
        },
    )
}

pub(super) fn source_of(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    located(
        chain,
        given,
        |given| given.address("source"),
        |transaction, key| {
            transaction
                .out_msgs
                .values()
                .filter_map(Result::ok)
                .any(|message| is_meant(&message, key))
        },
    )
}

/// Which message is looked for.
struct Key {
    source: IntAddr,
    destination: IntAddr,
    created_lt: u64,
}

fn is_meant(message: &Cell, key: &Key) -> bool {
    matches!(
        message.parse::<MsgInfo>(),
        Ok(MsgInfo::Int(info)) if info.src == key.source && info.dst == key.destination && info.created_lt == key.created_lt
    )
}

fn located(
    chain: &Handle,
    given: &Given,
    account: impl Fn(&Given) -> Result<tycho_types::models::StdAddr, crate::http::given::Unreadable>,
    is_it: impl Fn(&Transaction, &Key) -> bool,
) -> Result<Value, Failure> {
    let key = Key {
        source: given.address("source")?.into(),
        destination: given.address("destination")?.into(),
        created_lt: given.number("created_lt")?.unwrap_or(0),
    };
    let all = Range {
        from_lt: 0,
        to_lt: u64::MAX,
        offset: 0,
        limit: usize::MAX,
        oldest_first: false,
    };
    let found = chain.shared.index().of_account(&account(given)?, all);
    let found = found.iter().find(|seen| {
        seen.cell
            .parse::<Transaction>()
            .is_ok_and(|transaction| is_it(&transaction, &key))
    });
    found
        .and_then(|seen| shown(seen))
        .ok_or_else(|| Failure::of_server("message not found"))
}

fn shown(seen: &Seen) -> Option<Value> {
    let transaction = seen.cell.parse::<Transaction>().ok()?;
    let storage_fee = match transaction.load_info().ok()? {
        TxInfo::Ordinary(info) => info
            .storage_phase
            .map_or(0, |phase| phase.storage_fees_collected.into_inner()),
        TxInfo::TickTock(_) => 0,
    };
    let fee = transaction.total_fees.tokens.into_inner();
    let out_msgs: Vec<Value> = transaction
        .out_msgs
        .values()
        .filter_map(Result::ok)
        .filter_map(|message| message_shown(&message))
        .collect();
    let address = text::friendly(&seen.account);
    Some(json!({
        "@type": "raw.transaction",
        "address": {"@type": "accountAddress", "account_address": address},
        "account": text::raw(&seen.account).to_ascii_lowercase(),
        "utime": transaction.now,
        "data": text::boc(&seen.cell),
        "transaction_id": transaction_id(seen.lt, &seen.hash),
        "fee": fee.to_string(),
        "storage_fee": storage_fee.to_string(),
        "other_fee": fee.saturating_sub(storage_fee).to_string(),
        "in_msg": transaction.in_msg.as_ref().and_then(message_shown),
        "out_msgs": out_msgs,
        "orig_status": status(transaction.orig_status),
        "end_status": status(transaction.end_status),
    }))
}

fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Uninit => "uninit",
        AccountStatus::Frozen => "frozen",
        AccountStatus::Active => "active",
        AccountStatus::NotExists => "nonexist",
    }
}

fn message_shown(cell: &Cell) -> Option<Value> {
    let message = cell.parse::<OwnedMessage>().ok()?;
    let body = message::body_cell(&message).ok()?;
    let init = message
        .init
        .as_ref()
        .and_then(|init| tycho_types::cell::CellBuilder::build_from(init).ok());
    let (source, destination, value, fwd_fee, created_lt) = match &message.info {
        MsgInfo::Int(info) => (
            friendly(Some(&info.src)),
            friendly(Some(&info.dst)),
            info.value.tokens.into_inner(),
            info.fwd_fee.into_inner(),
            info.created_lt,
        ),
        MsgInfo::ExtIn(info) => (String::new(), friendly(Some(&info.dst)), 0, 0, 0),
        MsgInfo::ExtOut(info) => (
            friendly(Some(&info.src)),
            String::new(),
            0,
            0,
            info.created_lt,
        ),
    };
    let comment = comment(&body);
    let body_boc = text::boc(&body);
    let mut shown = json!({
        "@type": "raw.message",
        "hash": text::hash(cell.repr_hash()),
        "source": source,
        "destination": destination,
        "value": value.to_string(),
        "extra_currencies": [],
        "fwd_fee": fwd_fee.to_string(),
        "ihr_fee": "0",
        "created_lt": created_lt.to_string(),
        "body_hash": text::hash(body.repr_hash()),
        "msg_data": {
            "@type": "msg.dataRaw",
            "body": body_boc,
            "init_state": init.as_ref().map(text::boc).unwrap_or_default(),
        },
        "message": "",
    });
    if let Some(comment) = comment {
        shown["message"] = json!(comment);
        shown["msg_data"] = json!({"@type": "msg.dataText", "text": text::base64(&comment)});
    }
    Some(shown)
}

fn friendly(address: Option<&IntAddr>) -> String {
    match address {
        Some(IntAddr::Std(address)) => text::friendly(address),
        Some(IntAddr::Var(_)) | None => String::new(),
    }
}

/// A text that goes with coins: 32 zero bits and the text, in as many cells as it needs.
pub(in crate::http) fn comment(body: &Cell) -> Option<String> {
    let mut slice: CellSlice<'_> = body.as_slice().ok()?;
    if slice.load_u32().ok()? != 0 {
        return None;
    }
    let mut bytes = Vec::new();
    loop {
        if !slice.size_bits().is_multiple_of(8) {
            return None;
        }
        while let Ok(byte) = slice.load_u8() {
            bytes.push(byte);
        }
        match slice.load_reference_as_slice() {
            Ok(next) => slice = next,
            Err(_) => return String::from_utf8(bytes).ok(),
        }
    }
}
