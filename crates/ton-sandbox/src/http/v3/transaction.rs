//! One transaction, as the index shows it.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tycho_types::{
    cell::{Cell, CellBuilder, HashBytes},
    models::{
        AccountStatus, AccountStatusChange, ActionPhase, BouncePhase, ComputePhase,
        ComputePhaseSkipReason, HashUpdate, IntAddr, MsgInfo, OrdinaryTxInfo, OwnedMessage,
        StdAddr, StorageUsedShort, Transaction, TxInfo,
    },
    num::Tokens,
};

use super::blocks::SHARD;
use crate::{
    handle::Handle,
    http::{text, v2},
    index::{Index, Seen},
    message,
};

/// A transaction and what stands around it, taken out of the index so that nothing is written under its lock.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub seen: Arc<Seen>,
    pub trace_id: Option<HashBytes>,
    pub external_hash: Option<HashBytes>,
    pub finality: &'static str,
}

impl Found {
    pub(super) fn of(chain: &Handle, index: &Index, seen: &Arc<Seen>) -> Self {
        Self {
            trace_id: index.trace_id(seen.trace),
            external_hash: index.trace_external_hash(seen.trace),
            finality: finality(chain, index, seen.seqno),
            seen: Arc::clone(seen),
        }
    }

    pub(super) fn is_final(&self) -> bool {
        self.finality == "finalized"
    }
}

fn finality(chain: &Handle, index: &Index, seqno: u32) -> &'static str {
    if seqno <= chain.final_seqno(index.seqno()) {
        "finalized"
    } else if seqno < index.seqno() {
        "confirmed"
    } else {
        "pending"
    }
}

/// Every account that the transaction names.
pub(super) fn addresses(found: &Found) -> Vec<StdAddr> {
    let mut addresses = vec![found.seen.account.clone()];
    let Ok(transaction) = found.seen.cell.parse::<Transaction>() else {
        return addresses;
    };
    let out = transaction.out_msgs.values().filter_map(Result::ok);
    for message in transaction.in_msg.into_iter().chain(out) {
        let (source, destination) = match message.parse::<MsgInfo>() {
            Ok(MsgInfo::Int(info)) => (Some(info.src), Some(info.dst)),
            Ok(MsgInfo::ExtIn(info)) => (None, Some(info.dst)),
            Ok(MsgInfo::ExtOut(info)) => (Some(info.src), None),
            Err(_) => (None, None),
        };
        for address in [source, destination].into_iter().flatten() {
            if let IntAddr::Std(address) = address {
                addresses.push(address);
            }
        }
    }
    addresses
}

pub(super) fn shown(found: &Found) -> Value {
    let seen = &found.seen;
    let Ok(transaction) = seen.cell.parse::<Transaction>() else {
        return Value::Null;
    };
    let out_msgs: Vec<Value> = transaction
        .out_msgs
        .values()
        .filter_map(Result::ok)
        .map(|cell| message_shown(&cell, None))
        .collect();
    let in_msg = transaction.in_msg.as_ref().map_or(Value::Null, |cell| {
        message_shown(cell, seen.normalized_hash.as_ref())
    });
    let update = transaction.state_update.load().unwrap_or(HashUpdate {
        old: HashBytes::ZERO,
        new: HashBytes::ZERO,
    });
    json!({
        "account": text::raw(&seen.account),
        "hash": text::hash(&seen.hash),
        "lt": seen.lt.to_string(),
        "now": transaction.now,
        "mc_block_seqno": seen.seqno,
        "trace_id": found.trace_id.as_ref().map(text::hash),
        "trace_external_hash": found.external_hash.as_ref().map(text::hash),
        "prev_trans_hash": text::hash(&transaction.prev_trans_hash),
        "prev_trans_lt": transaction.prev_trans_lt.to_string(),
        "orig_status": status(transaction.orig_status),
        "end_status": status(transaction.end_status),
        "total_fees": nanoton(transaction.total_fees.tokens),
        "total_fees_extra_currencies": {},
        "description": description(&transaction),
        "block_ref": {"workchain": seen.account.workchain, "shard": SHARD, "seqno": seen.seqno},
        "in_msg": in_msg,
        "out_msgs": out_msgs,
        "account_state_before": account_state(&update.old, transaction.orig_status),
        "account_state_after": account_state(&update.new, transaction.end_status),
        "emulated": false,
        "finality": found.finality,
    })
}

fn account_state(hash: &HashBytes, of: AccountStatus) -> Value {
    json!({
        "hash": text::hash(hash),
        "balance": null,
        "extra_currencies": null,
        "account_status": status(of),
        "frozen_hash": null,
        "data_hash": null,
        "code_hash": null,
    })
}

pub(super) fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Uninit => "uninit",
        AccountStatus::Frozen => "frozen",
        AccountStatus::Active => "active",
        AccountStatus::NotExists => "nonexist",
    }
}

fn nanoton(amount: Tokens) -> String {
    amount.into_inner().to_string()
}

fn description(transaction: &Transaction) -> Value {
    match transaction.load_info() {
        Ok(TxInfo::Ordinary(info)) => ordinary(&info),
        Ok(TxInfo::TickTock(info)) => json!({"type": "tick_tock", "aborted": info.aborted}),
        Err(_) => json!({"type": "unknown"}),
    }
}

fn ordinary(info: &OrdinaryTxInfo) -> Value {
    let mut shown = Map::new();
    shown.insert("type".to_owned(), json!("ord"));
    shown.insert("aborted".to_owned(), json!(info.aborted));
    shown.insert("destroyed".to_owned(), json!(info.destroyed));
    shown.insert("credit_first".to_owned(), json!(info.credit_first));
    if let Some(phase) = &info.storage_phase {
        let storage = json!({
            "storage_fees_collected": nanoton(phase.storage_fees_collected),
            "status_change": change(phase.status_change),
        });
        shown.insert("storage_ph".to_owned(), storage);
    }
    if let Some(phase) = &info.credit_phase {
        let credit = json!({"credit": nanoton(phase.credit.tokens)});
        shown.insert("credit_ph".to_owned(), credit);
    }
    shown.insert("compute_ph".to_owned(), compute(&info.compute_phase));
    if let Some(phase) = &info.action_phase {
        shown.insert("action".to_owned(), action(phase));
    }
    if let Some(phase) = &info.bounce_phase {
        shown.insert("bounce".to_owned(), bounce(phase));
    }
    Value::Object(shown)
}

fn change(change: AccountStatusChange) -> &'static str {
    match change {
        AccountStatusChange::Unchanged => "unchanged",
        AccountStatusChange::Frozen => "frozen",
        AccountStatusChange::Deleted => "deleted",
    }
}

fn compute(phase: &ComputePhase) -> Value {
    let phase = match phase {
        ComputePhase::Skipped(skipped) => {
            let reason = match skipped.reason {
                ComputePhaseSkipReason::NoState => "no_state",
                ComputePhaseSkipReason::BadState => "bad_state",
                ComputePhaseSkipReason::NoGas => "no_gas",
                ComputePhaseSkipReason::Suspended => "suspended",
            };
            return json!({"skipped": true, "reason": reason});
        }
        ComputePhase::Executed(phase) => phase,
    };
    let mut shown = json!({
        "skipped": false,
        "success": phase.success,
        "msg_state_used": phase.msg_state_used,
        "account_activated": phase.account_activated,
        "gas_fees": nanoton(phase.gas_fees),
        "gas_used": phase.gas_used.into_inner().to_string(),
        "gas_limit": phase.gas_limit.into_inner().to_string(),
        "mode": phase.mode,
        "exit_code": phase.exit_code,
        "vm_steps": phase.vm_steps,
        "vm_init_state_hash": text::hash(&phase.vm_init_state_hash),
        "vm_final_state_hash": text::hash(&phase.vm_final_state_hash),
    });
    if let Some(credit) = phase.gas_credit {
        shown["gas_credit"] = json!(credit.into_inner().to_string());
    }
    if let Some(argument) = phase.exit_arg {
        shown["exit_arg"] = json!(argument);
    }
    shown
}

fn action(phase: &ActionPhase) -> Value {
    let mut shown = json!({
        "success": phase.success,
        "valid": phase.valid,
        "no_funds": phase.no_funds,
        "status_change": change(phase.status_change),
        "result_code": phase.result_code,
        "tot_actions": phase.total_actions,
        "spec_actions": phase.special_actions,
        "skipped_actions": phase.skipped_actions,
        "msgs_created": phase.messages_created,
        "action_list_hash": text::hash(&phase.action_list_hash),
        "tot_msg_size": size(&phase.total_message_size),
    });
    if let Some(fees) = phase.total_fwd_fees {
        shown["total_fwd_fees"] = json!(nanoton(fees));
    }
    if let Some(fees) = phase.total_action_fees {
        shown["total_action_fees"] = json!(nanoton(fees));
    }
    if let Some(argument) = phase.result_arg {
        shown["result_arg"] = json!(argument);
    }
    shown
}

fn bounce(phase: &BouncePhase) -> Value {
    match phase {
        BouncePhase::NegativeFunds => json!({"type": "negfunds"}),
        BouncePhase::NoFunds(phase) => json!({
            "type": "nofunds",
            "msg_size": size(&phase.msg_size),
            "req_fwd_fees": nanoton(phase.req_fwd_fees),
        }),
        BouncePhase::Executed(phase) => json!({
            "type": "ok",
            "msg_size": size(&phase.msg_size),
            "msg_fees": nanoton(phase.msg_fees),
            "fwd_fees": nanoton(phase.fwd_fees),
        }),
    }
}

fn size(used: &StorageUsedShort) -> Value {
    json!({
        "cells": used.cells.into_inner().to_string(),
        "bits": used.bits.into_inner().to_string(),
    })
}

pub(super) fn message_shown(cell: &Cell, normalized_hash: Option<&HashBytes>) -> Value {
    let Ok(message) = cell.parse::<OwnedMessage>() else {
        return Value::Null;
    };
    let body = message::body_cell(&message).unwrap_or_default();
    let init = message
        .init
        .as_ref()
        .and_then(|init| CellBuilder::build_from(init).ok());
    let mut shown = header(&message.info);
    shown["hash"] = json!(text::hash(cell.repr_hash()));
    shown["opcode"] = opcode(&body);
    shown["decoded_opcode"] = Value::Null;
    shown["message_content"] = content(&body);
    shown["init_state"] = init.as_ref().map_or(Value::Null, content);
    if let Some(hash) = normalized_hash {
        shown["hash_norm"] = json!(text::hash(hash));
    }
    shown
}

fn header(info: &MsgInfo) -> Value {
    match info {
        MsgInfo::Int(info) => json!({
            "source": text::raw_or_null(Some(&info.src)),
            "destination": text::raw_or_null(Some(&info.dst)),
            "value": nanoton(info.value.tokens),
            "value_extra_currencies": {},
            "fwd_fee": nanoton(info.fwd_fee),
            "ihr_fee": "0",
            "extra_flags": "0",
            "created_lt": info.created_lt.to_string(),
            "created_at": info.created_at.to_string(),
            "ihr_disabled": info.ihr_disabled,
            "bounce": info.bounce,
            "bounced": info.bounced,
            "import_fee": null,
        }),
        MsgInfo::ExtIn(info) => json!({
            "source": null,
            "destination": text::raw_or_null(Some(&info.dst)),
            "value": null,
            "value_extra_currencies": {},
            "fwd_fee": null,
            "ihr_fee": null,
            "extra_flags": null,
            "created_lt": null,
            "created_at": null,
            "ihr_disabled": null,
            "bounce": null,
            "bounced": null,
            "import_fee": nanoton(info.import_fee),
        }),
        MsgInfo::ExtOut(info) => json!({
            "source": text::raw_or_null(Some(&info.src)),
            "destination": null,
            "value": null,
            "value_extra_currencies": {},
            "fwd_fee": null,
            "ihr_fee": null,
            "extra_flags": null,
            "created_lt": info.created_lt.to_string(),
            "created_at": info.created_at.to_string(),
            "ihr_disabled": null,
            "bounce": null,
            "bounced": null,
            "import_fee": null,
        }),
    }
}

fn opcode(body: &Cell) -> Value {
    let opcode = body.as_slice().and_then(|mut slice| slice.load_u32());
    opcode.map_or(Value::Null, |opcode| json!(format!("{opcode:#010x}")))
}

fn content(cell: &Cell) -> Value {
    let decoded = v2::comment(cell);
    json!({
        "hash": text::hash(cell.repr_hash()),
        "body": text::boc(cell),
        "decoded": decoded.map(|comment| json!({"type": "text_comment", "comment": comment})),
    })
}
