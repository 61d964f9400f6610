//! Messages on their way in.

use thiserror::Error;
use tycho_types::{
    boc::Boc,
    cell::{Cell, CellBuilder, CellFamily, CellSlice, HashBytes, Load, Store},
    error::Error as CellError,
    models::{IntAddr, IntMsgInfo, MsgInfo, OwnedMessage, StdAddr},
    num::Tokens,
};

/// The size of an external message in bytes and in depth (configuration parameter 43's defaults).
const BYTES_MOST: usize = 65_535;
const DEPTH_MOST: u16 = 512;

/// Where the faucet's coins come from. Nobody holds its key.
pub(crate) const FAUCET: StdAddr = StdAddr::new(0, HashBytes([0xfa; 32]));

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadMessage {
    #[error("the message is larger than {BYTES_MOST} bytes")]
    TooLarge,
    #[error("the message is deeper than {DEPTH_MOST} cells")]
    TooDeep,
    #[error("this is no bag of cells")]
    NoBoc,
    #[error("this is no external message")]
    NotExternal,
}

/// A message from outside.
#[derive(Debug, Clone)]
pub(crate) struct External {
    pub cell: Cell,
    pub to: StdAddr,
    pub hash: HashBytes,
    /// Over what TEP-467 leaves of it, so that two ways to serialize one message have one hash.
    pub normalized_hash: HashBytes,
}

impl External {
    pub(crate) fn read(boc: &[u8]) -> Result<Self, BadMessage> {
        if boc.len() > BYTES_MOST {
            return Err(BadMessage::TooLarge);
        }
        let cell = Boc::decode(boc).map_err(|_| BadMessage::NoBoc)?;
        if cell.as_ref().repr_depth() > DEPTH_MOST {
            return Err(BadMessage::TooDeep);
        }
        Self::of(cell).ok_or(BadMessage::NotExternal)
    }

    pub(crate) fn of(cell: Cell) -> Option<Self> {
        let message = cell.parse::<OwnedMessage>().ok()?;
        let MsgInfo::ExtIn(info) = &message.info else {
            return None;
        };
        let IntAddr::Std(to) = info.dst.clone() else {
            return None;
        };
        Some(Self {
            hash: *cell.repr_hash(),
            normalized_hash: normalized_hash(&to, &message).ok()?,
            to,
            cell,
        })
    }
}

/// No source, no import fee, no initial state, and the body in a cell of its own
/// (<https://github.com/ton-blockchain/TEPs/blob/master/text/0467-normalized-message-hash.md>).
fn normalized_hash(to: &StdAddr, message: &OwnedMessage) -> Result<HashBytes, CellError> {
    let mut builder = CellBuilder::new();
    builder.store_small_uint(0b10, 2)?;
    builder.store_small_uint(0b00, 2)?;
    to.store_into(&mut builder, Cell::empty_context())?;
    Tokens::ZERO.store_into(&mut builder, Cell::empty_context())?;
    builder.store_bit_zero()?;
    builder.store_bit_one()?;
    builder.store_reference(body_cell(message)?)?;
    Ok(*builder.build()?.repr_hash())
}

pub(crate) fn body_cell(message: &OwnedMessage) -> Result<Cell, CellError> {
    let slice = CellSlice::apply_allow_exotic(&message.body);
    CellBuilder::build_from(slice)
}

/// A message between accounts that waits for its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub created_lt: u64,
    pub hash: HashBytes,
    pub to: StdAddr,
    pub cell: Cell,
    /// The transaction that sent it, by its number; none for the faucet's.
    pub parent: Option<u32>,
}

impl Waiting {
    /// None for a message that leaves the chain.
    pub(crate) fn of(cell: Cell, parent: Option<u32>) -> Option<Self> {
        let mut slice = cell.as_slice_allow_exotic();
        let MsgInfo::Int(info) = MsgInfo::load_from(&mut slice).ok()? else {
            return None;
        };
        let IntAddr::Std(to) = info.dst else {
            return None;
        };
        Some(Self {
            created_lt: info.created_lt,
            hash: *cell.repr_hash(),
            to,
            cell,
            parent,
        })
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.created_lt, &self.hash).cmp(&(other.created_lt, &other.hash))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Coins out of nothing.
pub(crate) fn gift(to: &StdAddr, nanoton: u64, created_lt: u64, now_secs: u32) -> Waiting {
    let cell = CellBuilder::build_from(OwnedMessage {
        info: MsgInfo::Int(IntMsgInfo {
            ihr_disabled: true,
            bounce: false,
            bounced: false,
            src: FAUCET.into(),
            dst: to.clone().into(),
            value: Tokens::new(nanoton.into()).into(),
            extra_flags: Default::default(),
            fwd_fee: Tokens::ZERO,
            created_lt,
            created_at: now_secs,
        }),
        init: None,
        body: Cell::empty_cell().into(),
        layout: None,
    })
    .expect("a message without body fits into a cell");
    Waiting {
        created_lt,
        hash: *cell.repr_hash(),
        to: to.clone(),
        cell,
        parent: None,
    }
}
