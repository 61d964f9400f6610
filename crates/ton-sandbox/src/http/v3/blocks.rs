use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Failure};
use crate::{
    handle::Handle,
    http::{given::Given, text, v2},
    index::BlockSeen,
};

/// Shards are written in hexadecimal here.
pub(super) const SHARD: &str = "8000000000000000";

pub(super) fn masterchain(chain: &Handle, _: &Given) -> Answer {
    let index = chain.shared.index();
    let first = index.block(1);
    let last = index.block(chain.final_seqno(index.seqno()));
    drop(index);
    match (first, last) {
        (Some(first), Some(last)) => {
            Ok(json!({"last": shown(chain, last), "first": shown(chain, first)}))
        }
        _ => Err(Failure {
            status: StatusCode::NOT_FOUND,
            what: "block not found".to_owned(),
        }),
    }
}

fn shown(chain: &Handle, block: BlockSeen) -> Value {
    let seqno = block.seqno;
    let before = seqno.saturating_sub(1);
    json!({
        "workchain": -1,
        "shard": SHARD,
        "seqno": seqno,
        "root_hash": text::base64(v2::hash_of(seqno, 0)),
        "file_hash": text::base64(v2::hash_of(seqno, 1)),
        "global_id": chain.shared.global_id,
        "version": 0,
        "after_merge": false,
        "before_split": false,
        "after_split": false,
        "want_merge": true,
        "want_split": false,
        "key_block": false,
        "vert_seqno_incr": false,
        "flags": 1,
        "gen_utime": block.now_secs.to_string(),
        "start_lt": block.start_lt.to_string(),
        "end_lt": block.end_lt.to_string(),
        "validator_list_hash_short": 0,
        "gen_catchain_seqno": 0,
        "min_ref_mc_seqno": before,
        "prev_key_block_seqno": 0,
        "vert_seqno": 0,
        "master_ref_seqno": 0,
        "rand_seed": text::base64(v2::hash_of(seqno, 3)),
        "created_by": text::base64(v2::hash_of(0, 4)),
        "tx_count": 0,
        "masterchain_block_ref": {"workchain": -1, "shard": SHARD, "seqno": seqno},
        "prev_blocks": [{"workchain": -1, "shard": SHARD, "seqno": before}],
    })
}
