//! What strangers write into a payment: a purchase is read exactly where a comment is `<user id>:<item id>`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use settlement::read_request;
use ton::{
    Cell, boc, comment,
    jetton::TransferNotification,
};
use tycho_types::cell::CellBuilder;

/// As many bytes as a cell holds.
const CELL_BYTES: usize = 127;

fuzz_target!(|input: (&str, &[u8], &[u8], &[u8])| {
    let (text, body, reference, bag) = input;

    assert_eq!(request(text), slowly(text), "{text:?}");
    let read = comment::read(&comment::cell(text));
    let expected = (text.len() <= comment::BYTES_MOST).then(|| text.to_owned());
    // A wallet that splits it otherwise is read by the same rules: only the length can make it unreadable here.
    if text.len() + 4 <= comment::BYTES_MOST || read.is_some() {
        assert_eq!(read, expected, "{text:?}");
    }

    // A body with a notification's operation and anything behind it.
    let mut bytes = 0x7362_d09c_u32.to_be_bytes().to_vec();
    bytes.extend_from_slice(body);
    arrived(&cell(&bytes, &[cell(reference, &[])]));
    if let Ok(cell) = boc::parse(bag) {
        arrived(&cell);
    }
});

fn arrived(body: &Cell) {
    if let Ok(notification) = TransferNotification::parse(body)
        && let Some(comment) = notification.comment()
    {
        assert_eq!(request(&comment), slowly(&comment), "{comment:?}");
    }
}

fn request(comment: &str) -> Option<(u64, i64)> {
    let (player, item) = read_request(comment)?;
    Some((player.get(), item.get()))
}

/// The same by other means: what is written back must be the comment.
fn slowly(comment: &str) -> Option<(u64, i64)> {
    let at = comment.bytes().position(|byte| byte == b':')?;
    let (player, item) = (&comment[..at], &comment[at + 1..]);
    let (player, item): (u64, i64) = (player.parse().ok()?, item.parse().ok()?);
    let in_range = player > 0 && player < 1 << 52 && item > 0;
    (in_range && format!("{player}:{item}") == comment).then_some((player, item))
}

fn cell(bytes: &[u8], references: &[Cell]) -> Cell {
    let bytes = &bytes[..bytes.len().min(CELL_BYTES)];
    let bits = u16::try_from(bytes.len() * 8).expect("a cell's");
    let mut builder = CellBuilder::new();
    builder.store_raw(bytes, bits).expect("it fits");
    for reference in references {
        builder.store_reference(reference.clone()).expect("it fits");
    }
    builder.build().expect("a plain cell")
}
