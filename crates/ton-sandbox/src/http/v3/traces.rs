use std::collections::HashMap;

use serde_json::{Map, Value, json};
use tycho_types::{cell::HashBytes, models::Transaction};

use super::{
    Answer, address_book, page,
    transaction::{self, Found},
};
use crate::{
    handle::Handle,
    http::{
        given::{Given, Unreadable},
        text,
    },
    index::{Index, Trace},
};

/// `GET /traces`
pub(super) fn listed(chain: &Handle, given: &Given) -> Answer {
    let found = found(chain, given)?;
    Ok(answer(&found))
}

/// `GET /pendingTraces`: those that still grow or are not final.
pub(super) fn pending(chain: &Handle, given: &Given) -> Answer {
    let mut found = found(chain, given)?;
    found.retain(|whole| !whole.is_complete());
    Ok(answer(&found))
}

/// A trace and its transactions.
struct Whole {
    trace: Trace,
    transactions: Vec<Found>,
}

impl Whole {
    fn is_complete(&self) -> bool {
        self.trace.on_their_way == 0 && self.transactions.iter().all(Found::is_final)
    }
}

fn found(chain: &Handle, given: &Given) -> Result<Vec<Whole>, Unreadable> {
    let of_transactions = [given.hashes("tx_hash")?, given.hashes("trace_id")?].concat();
    let of_messages = [given.hashes("msg_hash")?, given.hashes("ext_msg_hash")?].concat();
    let account = given.addresses("account")?;
    let range = page::range(given)?;
    let index = chain.shared.index();
    let by_transaction = of_transactions
        .iter()
        .filter_map(|hash| index.by_hash(hash));
    let by_message = of_messages
        .iter()
        .filter_map(|hash| index.receiver_of(hash).or_else(|| index.sender_of(hash)));
    let mut numbers: Vec<u32> = by_transaction
        .chain(by_message)
        .map(|seen| seen.trace)
        .collect();
    for account in &account {
        let transactions = index.of_account(account, range);
        numbers.extend(transactions.iter().map(|seen| seen.trace));
    }
    let mut given_already = std::collections::HashSet::new();
    numbers.retain(|number| given_already.insert(*number));
    Ok(numbers
        .into_iter()
        .filter_map(|number| whole(chain, &index, number))
        .collect())
}

fn whole(chain: &Handle, index: &Index, number: u32) -> Option<Whole> {
    let trace = index.trace(number)?;
    let transactions = trace
        .transactions
        .iter()
        .map(|seen| Found::of(chain, index, seen))
        .collect();
    Some(Whole {
        trace,
        transactions,
    })
}

fn answer(found: &[Whole]) -> Value {
    let traces: Vec<Value> = found.iter().map(shown).collect();
    let addresses = found
        .iter()
        .flat_map(|whole| whole.transactions.iter().flat_map(transaction::addresses));
    json!({"traces": traces, "address_book": address_book(addresses), "metadata": {}})
}

fn shown(whole: &Whole) -> Value {
    let state = if whole.is_complete() {
        "complete"
    } else {
        "pending"
    };
    let seen = |found: Option<&Found>| found.map(|found| std::sync::Arc::clone(&found.seen));
    let (first, last) = (
        seen(whole.transactions.first()),
        seen(whole.transactions.last()),
    );
    let order: Vec<String> = whole
        .transactions
        .iter()
        .map(|found| text::hash(&found.seen.hash))
        .collect();
    let transactions: Map<String, Value> = whole
        .transactions
        .iter()
        .map(|found| (text::hash(&found.seen.hash), transaction::shown(found)))
        .collect();
    let count = whole.transactions.len();
    let on_their_way = whole.trace.on_their_way;
    json!({
        "trace_id": text::hash(&whole.trace.id),
        "external_hash": whole.trace.external_hash.as_ref().map(text::hash),
        "mc_seqno_start": first.as_ref().map(|seen| seen.seqno.to_string()),
        "mc_seqno_end": last.as_ref().map(|seen| seen.seqno.to_string()),
        "start_lt": first.as_ref().map(|seen| seen.lt.to_string()),
        "start_utime": first.as_ref().map(|seen| seen.now_secs),
        "end_lt": last.as_ref().map(|seen| seen.lt.to_string()),
        "end_utime": last.as_ref().map(|seen| seen.now_secs),
        "trace_info": {
            "trace_state": state,
            "messages": count.saturating_add(on_their_way as usize),
            "transactions": count,
            "pending_messages": on_their_way,
            "classification_state": "unclassified",
        },
        "is_incomplete": false,
        "trace": tree(whole),
        "transactions_order": order,
        "transactions": transactions,
    })
}

/// Which message led to which transaction.
fn tree(whole: &Whole) -> Value {
    let by_message: HashMap<HashBytes, &Found> = whole
        .transactions
        .iter()
        .map(|found| (found.seen.in_msg_hash, found))
        .collect();
    whole
        .transactions
        .first()
        .map_or(Value::Null, |root| node(root, &by_message))
}

fn node(found: &Found, by_message: &HashMap<HashBytes, &Found>) -> Value {
    // Children first, without recursion: a chain of messages may be longer than a stack is deep.
    let mut order = vec![found];
    let mut at = 0;
    while let Some(parent) = order.get(at).copied() {
        order.extend(
            children(parent)
                .iter()
                .filter_map(|hash| by_message.get(hash))
                .copied(),
        );
        at = at.saturating_add(1);
    }
    let mut nodes: HashMap<HashBytes, Value> = HashMap::new();
    for found in order.into_iter().rev() {
        let children: Vec<Value> = children(found)
            .iter()
            .filter_map(|hash| nodes.remove(hash))
            .collect();
        let shown = json!({
            "tx_hash": text::hash(&found.seen.hash),
            "in_msg_hash": text::hash(&found.seen.in_msg_hash),
            "children": children,
        });
        nodes.insert(found.seen.in_msg_hash, shown);
    }
    nodes.remove(&found.seen.in_msg_hash).unwrap_or(Value::Null)
}

fn children(found: &Found) -> Vec<HashBytes> {
    let transaction = found.seen.cell.parse::<Transaction>();
    transaction.map_or_else(
        |_| Vec::new(),
        |transaction| {
            let messages = transaction.out_msgs.values().filter_map(Result::ok);
            messages.map(|cell| *cell.repr_hash()).collect()
        },
    )
}
