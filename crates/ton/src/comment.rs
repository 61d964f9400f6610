//! Text comments: a zero operation and text in snake form (TEP-74, TON's smart contract guidelines).

use tycho_types::cell::CellSlice;

use crate::{Cell, cells::build};

/// Longer comments are not read: nothing that we look for is.
pub const BYTES_MOST: usize = 4096;

const TEXT: u32 = 0;
/// A cell's 1,023 bits hold 127 bytes.
const CELL_BYTES: usize = 127;

/// A cell with the comment, such as a wallet's "message".
#[must_use]
pub fn cell(text: &str) -> Cell {
    let mut bytes = TEXT.to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    snake(&bytes)
}

/// None when there is no text comment, or one that is no text, or longer than [`BYTES_MOST`].
#[must_use]
pub fn read(payload: &Cell) -> Option<String> {
    let mut slice = payload.as_slice().ok()?;
    if slice.load_u32().ok()? != TEXT {
        return None;
    }
    String::from_utf8(read_snake(slice, BYTES_MOST)?).ok()
}

/// As many bytes as fit into each cell, the rest in a reference.
pub(crate) fn snake(bytes: &[u8]) -> Cell {
    let mut next = None;
    let mut chunks: Vec<&[u8]> = bytes.chunks(CELL_BYTES).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    for chunk in chunks.into_iter().rev() {
        let reference = next.take();
        next = Some(build(|builder| {
            builder.store_raw(chunk, bits(chunk.len()))?;
            reference.map_or(Ok(()), |cell| builder.store_reference(cell))
        }));
    }
    next.expect("there is a chunk at least")
}

/// None when a part is not of whole bytes, there is more than one way on, or it is longer than that.
pub(crate) fn read_snake(mut slice: CellSlice<'_>, most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let size = slice.size_bits();
        if !size.is_multiple_of(8) {
            return None;
        }
        let mut part = [0; 128];
        bytes.extend_from_slice(slice.load_raw(&mut part, size).ok()?);
        if bytes.len() > most {
            return None;
        }
        match slice.size_refs() {
            0 => return Some(bytes),
            1 => slice = slice.load_reference_as_slice().ok()?,
            _ => return None,
        }
    }
}

fn bits(bytes: usize) -> u16 {
    u16::try_from(bytes * 8).expect("a chunk is shorter than a cell")
}
