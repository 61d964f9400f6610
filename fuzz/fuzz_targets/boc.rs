//! Bags of cells from strangers: a wallet's state in a proof, a message that somebody sends to the sandbox chain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ton::{boc, jetton};

fuzz_target!(|bytes: &[u8]| {
    let Ok(cell) = boc::parse(bytes) else {
        return;
    };
    // What was read is written and read again as the same cell.
    let again = boc::parse(&boc::encode(&cell)).expect("what was read can be written");
    assert_eq!(again.repr_hash(), cell.repr_hash());
    // Each is a stranger's message body, too.
    if let Ok(arrived) = jetton::TransferNotification::parse(&cell) {
        let _ = arrived.comment();
    }
    let _ = jetton::InternalTransfer::parse(&cell);
    let _ = ton::comment::read(&cell);
});
