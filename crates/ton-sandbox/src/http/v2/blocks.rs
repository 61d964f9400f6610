use serde_json::{Value, json};

use super::Failure;
use crate::{
    handle::Handle,
    http::{given::Given, text},
    index::BlockSeen,
};

pub(super) const SHARD: &str = "-9223372036854775808";

pub(super) fn masterchain(chain: &Handle) -> Result<Value, Failure> {
    Ok(json!({
        "@type": "blocks.masterchainInfo",
        "last": newest(chain),
        "state_root_hash": text::base64(hash_of(chain.now().seqno, 2)),
        "init": id(-1, 0),
    }))
}

/// The newest final block of the masterchain.
pub(super) fn newest(chain: &Handle) -> Value {
    id(-1, chain.now().seqno)
}

pub(super) fn id(workchain: i32, seqno: u32) -> Value {
    json!({
        "@type": "ton.blockIdExt",
        "workchain": workchain,
        "shard": SHARD,
        "seqno": seqno,
        "root_hash": text::base64(hash_of(seqno, 0)),
        "file_hash": text::base64(hash_of(seqno, 1)),
    })
}

/// There are no real blocks whose hash this would be; it tells one from another and is the same each time.
pub(in crate::http) fn hash_of(seqno: u32, part: u8) -> [u8; 32] {
    let mut hash = [part; 32];
    for (byte, of_seqno) in hash.iter_mut().zip(seqno.to_be_bytes()) {
        *byte = of_seqno;
    }
    hash
}

pub(super) fn shards(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let block = asked(chain, given)?;
    Ok(json!({"@type": "blocks.shards", "shards": [id(0, block.seqno)]}))
}

pub(super) fn lookup(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let workchain = if given.text("workchain").as_deref() == Some("0") {
        0
    } else {
        -1
    };
    Ok(id(workchain, asked(chain, given)?.seqno))
}

pub(super) fn transactions(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let block = asked(chain, given)?;
    let is_basechain = given.text("workchain").as_deref() == Some("0");
    let index = chain.shared.index();
    let found = if is_basechain {
        index.of_block(block)
    } else {
        Vec::new()
    };
    drop(index);
    let transactions: Vec<Value> = found
        .iter()
        .map(|seen| {
            json!({
                "@type": "blocks.shortTxId",
                "mode": 135,
                "account": text::raw(&seen.account).to_ascii_lowercase(),
                "lt": seen.lt.to_string(),
                "hash": text::hash(&seen.hash),
            })
        })
        .collect();
    Ok(json!({
        "@type": "blocks.transactions",
        "id": id(if is_basechain { 0 } else { -1 }, block.seqno),
        "req_count": transactions.len(),
        "incomplete": false,
        "transactions": transactions,
    }))
}

fn asked(chain: &Handle, given: &Given) -> Result<BlockSeen, Failure> {
    let newest = chain.now().seqno;
    let seqno = given.number("seqno")?.unwrap_or(newest.into());
    let seqno = u32::try_from(seqno).ok().filter(|seqno| *seqno <= newest);
    let found = seqno.and_then(|seqno| chain.shared.index().block(seqno));
    found.ok_or_else(|| Failure::of_server("LITE_SERVER_NOTREADY: block is not applied"))
}
