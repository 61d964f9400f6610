//! Bags of cells from outside: limits first, then the parser.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use tycho_types::boc::{Boc, de::BocHeader, de::Options};

use crate::Cell;

/// Twice what a message on chain may weigh (2^21 bits, configuration parameter 43).
pub const BYTES_MOST: usize = 512 * 1024;
/// A message on chain is at most 512 deep; contracts' data at most 1,024.
pub const DEPTH_MOST: u16 = 1024;

#[derive(Debug, thiserror::Error)]
pub enum BocError {
    #[error("the bag of cells is larger than {BYTES_MOST} bytes")]
    Large,
    #[error("the bag of cells is deeper than {DEPTH_MOST} cells")]
    Deep,
    #[error("the bag of cells is not base64")]
    Base64,
    #[error("the bag of cells is broken")]
    Broken(#[source] tycho_types::boc::de::Error),
}

/// One root, within the limits.
///
/// # Errors
/// When it is too large, too deep or broken.
pub fn parse(bytes: &[u8]) -> Result<Cell, BocError> {
    if bytes.len() > BYTES_MOST {
        return Err(BocError::Large);
    }
    let header = BocHeader::decode(bytes, &Options::exact(1)).map_err(BocError::Broken)?;
    // Before any cell is made: cells are dropped recursively, and a chain of thousands would not fit the stack.
    if depth(header.cells(), header.ref_size()) > DEPTH_MOST {
        return Err(BocError::Deep);
    }
    Boc::decode(bytes).map_err(BocError::Broken)
}

/// # Errors
/// As [`parse`], or when it is not base64.
pub fn parse_base64(text: &str) -> Result<Cell, BocError> {
    if text.len() > BYTES_MOST / 3 * 4 + 4 {
        return Err(BocError::Large);
    }
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| BocError::Base64)?;
    parse(&bytes)
}

#[must_use]
pub fn encode(cell: &Cell) -> Vec<u8> {
    Boc::encode(cell)
}

#[must_use]
pub fn to_base64(cell: &Cell) -> String {
    Boc::encode_base64(cell)
}

/// The depth of the deepest cell. References point forward only; one that does not is left to the parser to refuse.
fn depth(cells: &[&[u8]], ref_size: usize) -> u16 {
    let mut depths = vec![0_u16; cells.len()];
    for index in (0..cells.len()).rev() {
        depths[index] = references(cells[index], ref_size)
            .filter_map(|child| depths.get(child).filter(|_| child > index))
            .map(|child| child.saturating_add(1))
            .max()
            .unwrap_or(0);
    }
    depths.into_iter().max().unwrap_or(0)
}

/// The references stand at the end of a cell's bytes; how many is in the first three bits of its descriptor.
fn references(cell: &[u8], ref_size: usize) -> impl Iterator<Item = usize> {
    let count = cell.first().map_or(0, |descriptor| descriptor & 0b111);
    let bytes = usize::from(count) * ref_size;
    let tail = cell
        .len()
        .checked_sub(bytes)
        .map_or(&[][..], |start| &cell[start..]);
    tail.chunks(ref_size.max(1)).map(|chunk| {
        chunk
            .iter()
            .fold(0, |index, byte| (index << 8) | usize::from(*byte))
    })
}
