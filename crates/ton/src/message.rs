use std::fmt;

use tycho_types::models::{
    BaseMessage, CurrencyCollection, ExtInMsgInfo, IntAddr, MsgInfo, OwnedMessage,
    OwnedRelaxedMessage, RelaxedIntMsgInfo, RelaxedMsgInfo, message::MessageLayout,
};

use crate::{
    Address, Cell, Hash, StateInit, boc,
    cells::{build, store},
};

/// What validators take as an external message (configuration parameter 43).
pub const EXTERNAL_BYTES_MOST: usize = 65_535;

/// A message that a wallet sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutMessage {
    pub destination: Address,
    /// In nanoton.
    pub value: u128,
    pub body: Cell,
    /// Deploys the destination.
    pub state_init: Option<StateInit>,
    /// Whether the value comes back when the destination fails.
    pub bounce: bool,
    /// 1: fees are paid besides the value; plus 2: what cannot be sent is left out, silently.
    pub mode: u8,
}

impl OutMessage {
    pub(crate) fn cell(&self) -> Cell {
        internal(self)
    }
}

/// An external message as it is sent, any number of times.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedExternal {
    pub boc: Vec<u8>,
    /// The normalised hash (TEP-467), by which it is found on chain.
    pub hash: Hash,
}

impl fmt::Debug for SignedExternal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedExternal")
            .field("bytes", &self.boc.len())
            .field("hash", &self.hash)
            .finish()
    }
}

/// The chain would not take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    #[error("{count} messages are more than the {most} that one external message may carry")]
    Messages { count: usize, most: usize },
    #[error("the external message has {bytes} bytes, more than {EXTERNAL_BYTES_MOST}")]
    Bytes { bytes: usize },
}

/// `int_msg_info` with what the sender fills in; the rest is the chain's.
fn internal(message: &OutMessage) -> Cell {
    let info = RelaxedMsgInfo::Int(RelaxedIntMsgInfo {
        bounce: message.bounce,
        dst: IntAddr::Std(message.destination.clone()),
        value: CurrencyCollection::new(message.value),
        ..RelaxedIntMsgInfo::default()
    });
    let message = OwnedRelaxedMessage {
        info,
        init: message.state_init.clone(),
        body: message.body.clone().into(),
        layout: None,
    };
    build(|builder| store(builder, &message))
}

/// # Errors
/// When validators would not take so large a message.
pub(crate) fn external(
    destination: &Address,
    body: Cell,
    init: Option<StateInit>,
) -> Result<SignedExternal, TooLarge> {
    let hash = normalised_hash(destination, body.clone());
    let message = BaseMessage {
        info: info_in(destination),
        init,
        body: body.into(),
        layout: None,
    };
    let message: OwnedMessage = message;
    let boc = boc::encode(&build(|builder| store(builder, &message)));
    if boc.len() > EXTERNAL_BYTES_MOST {
        return Err(TooLarge::Bytes { bytes: boc.len() });
    }
    Ok(SignedExternal { boc, hash })
}

/// The hash that does not depend on how the message was written down: no source, no fee, no state init, the body in
/// a cell of its own (TEP-467).
#[must_use]
pub fn normalised_hash(destination: &Address, body: Cell) -> Hash {
    let message = OwnedMessage {
        info: info_in(destination),
        init: None,
        body: body.into(),
        layout: Some(MessageLayout {
            init_to_cell: false,
            body_to_cell: true,
        }),
    };
    *build(|builder| store(builder, &message)).repr_hash()
}

fn info_in(destination: &Address) -> MsgInfo {
    MsgInfo::ExtIn(ExtInMsgInfo {
        dst: IntAddr::Std(destination.clone()),
        ..ExtInMsgInfo::default()
    })
}
