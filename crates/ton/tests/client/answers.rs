//! JSON as toncenter's server writes it.

use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str =
    "0:2a6ee6b7ff41bfecafe383386325c7a895f4fe4ce346b18eb9c14a0152d6629c";
pub(crate) const ACCOUNT_CAPITALS: &str =
    "0:2A6EE6B7FF41BFECAFE383386325C7A895F4FE4CE346B18EB9C14A0152D6629C";
pub(crate) const OTHER: &str = "0:47FB49F86838BC4A35A036ACC2377F1059052E66011ACEE1567A12DAE016B969";
/// 32 bytes of one, as base64 and as hexadecimal.
pub(crate) const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
pub(crate) const TWOS: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
/// The comment `42:7`.
pub(crate) const BODY: &str = "te6ccgEBAQEACgAAEAAAAAA0Mjo3";

pub(crate) fn account() -> ton::Address {
    ton::address::parse(ACCOUNT).expect("it is one").address
}

pub(crate) fn message() -> Value {
    json!({
        "hash": ONES, "source": OTHER, "destination": ACCOUNT_CAPITALS, "value": "1000000000",
        "value_extra_currencies": {}, "fwd_fee": "266669", "ihr_fee": "0", "created_lt": "47000000000002",
        "created_at": "1700000000", "opcode": "0x00000000", "ihr_disabled": true, "bounce": true, "bounced": false,
        "import_fee": null, "message_content": {"hash": ONES, "body": BODY, "decoded": null}, "init_state": null,
    })
}

pub(crate) fn transaction(lt: u64) -> Value {
    json!({
        "account": ACCOUNT_CAPITALS, "hash": ONES, "lt": lt.to_string(), "now": 1_700_000_001_u32,
        "mc_block_seqno": 33, "trace_id": TWOS, "prev_trans_hash": TWOS, "prev_trans_lt": "46999999999999",
        "orig_status": "active", "end_status": "active", "total_fees": "2500000", "total_fees_extra_currencies": {},
        "description": {
            "type": "ord", "aborted": false, "destroyed": false, "credit_first": false,
            "compute_ph": {"skipped": false, "success": true, "gas_used": "5434", "exit_code": 0},
            "action": {"success": true, "valid": true, "no_funds": false, "result_code": 0},
        },
        "block_ref": {"workchain": 0, "shard": "8000000000000000", "seqno": 44},
        "in_msg": message(), "out_msgs": [], "account_state_before": null, "account_state_after": null,
        "emulated": false, "finality": "finalized",
    })
}

pub(crate) fn transactions(list: &[Value]) -> String {
    json!({"transactions": list, "address_book": {}}).to_string()
}

pub(crate) fn stack(entries: &Value) -> String {
    json!({"gas_used": 900, "exit_code": 0, "stack": entries}).to_string()
}
