use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Answer, address_book, page,
    transaction::{self, Found},
};
use crate::{
    handle::Handle,
    http::given::{Given, Unreadable},
    index::{Index, Seen},
};

/// `GET /transactions`
pub(super) fn listed(chain: &Handle, given: &Given) -> Answer {
    let accounts = given.addresses("account")?;
    let hashes = given.hashes("hash")?;
    let range = page::range(given)?;
    let (from_secs, to_secs) = (given.number("start_utime")?, given.number("end_utime")?);
    let index = chain.shared.index();
    let mut seen: Vec<Arc<Seen>> = if !hashes.is_empty() {
        hashes
            .iter()
            .filter_map(|hash| index.by_hash(hash).cloned())
            .collect()
    } else if let Some(seqno) = given.number("mc_seqno")? {
        of_block(&index, seqno)
    } else if accounts.is_empty() {
        index.of_everyone(range)
    } else {
        let mut seen: Vec<Arc<Seen>> = accounts
            .iter()
            .flat_map(|account| index.of_account(account, range))
            .collect();
        if accounts.len() > 1 {
            seen.sort_by_key(|seen| seen.lt);
            if !range.oldest_first {
                seen.reverse();
            }
            seen.truncate(range.limit);
        }
        seen
    };
    seen.retain(|seen| {
        let now_secs = u64::from(seen.now_secs);
        from_secs.is_none_or(|from| now_secs >= from) && to_secs.is_none_or(|to| now_secs <= to)
    });
    chain.faults().spoil_page(&mut seen);
    let found = seen
        .iter()
        .map(|seen| Found::of(chain, &index, seen))
        .collect();
    drop(index);
    Ok(answer(found))
}

fn of_block(index: &Index, seqno: u64) -> Vec<Arc<Seen>> {
    let seqno = u32::try_from(seqno).unwrap_or(u32::MAX);
    let block = index.block(seqno).filter(|block| block.seqno == seqno);
    block.map(|block| index.of_block(block)).unwrap_or_default()
}

/// `GET /transactionsByMessage`: by the hash of a message, or by that of its body, in either direction.
pub(super) fn by_message(chain: &Handle, given: &Given) -> Answer {
    let hashes = given.hashes("msg_hash")?;
    if hashes.is_empty() {
        return Err(Unreadable(
            "at least one of msg_hash, body_hash, opcode is required".to_owned(),
        )
        .into());
    }
    let direction = given.text("direction");
    let index = chain.shared.index();
    let mut found = Vec::new();
    for hash in &hashes {
        if direction.as_deref() != Some("out") {
            found.extend(index.receiver_of(hash).cloned());
        }
        if direction.as_deref() != Some("in") {
            found.extend(index.sender_of(hash).cloned());
        }
    }
    found.sort_by_key(|seen| std::cmp::Reverse(seen.lt));
    found.dedup_by_key(|seen| seen.hash);
    let found = found
        .iter()
        .map(|seen| Found::of(chain, &index, seen))
        .collect();
    drop(index);
    Ok(answer(found))
}

/// `GET /transactionsByMasterchainBlock`
pub(super) fn by_block(chain: &Handle, given: &Given) -> Answer {
    let seqno = given
        .number("seqno")?
        .ok_or_else(|| Unreadable("seqno is required".to_owned()))?;
    let range = page::range(given)?;
    let index = chain.shared.index();
    let found = of_block(&index, seqno)
        .iter()
        .skip(range.offset)
        .take(range.limit)
        .map(|seen| Found::of(chain, &index, seen))
        .collect();
    drop(index);
    Ok(answer(found))
}

/// `GET /pendingTransactions`: those that are not final yet.
pub(super) fn pending(chain: &Handle, given: &Given) -> Answer {
    let accounts = given.addresses("account")?;
    let index = chain.shared.index();
    let from = chain.final_seqno(index.seqno()).saturating_add(1);
    let found = (from..=index.seqno())
        .flat_map(|seqno| of_block(&index, seqno.into()))
        .filter(|seen| accounts.is_empty() || accounts.contains(&seen.account))
        .map(|seen| Found::of(chain, &index, &seen))
        .collect();
    drop(index);
    Ok(answer(found))
}

fn answer(found: Vec<Found>) -> Value {
    let transactions: Vec<Value> = found.iter().map(transaction::shown).collect();
    let addresses = found.iter().flat_map(transaction::addresses);
    json!({"transactions": transactions, "address_book": address_book(addresses)})
}
