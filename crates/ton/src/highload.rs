//! Highload wallet v3: one signature for many messages, each query id once.
//!
//! <https://github.com/ton-blockchain/highload-wallet-contract-v3>

use tycho_types::{cell::CellBuilder, models::SendMsgFlags};

use crate::{
    Address, Cell, KeyPair, OutMessage, SignedExternal, StateInit, TooLarge,
    cells::{address_of, build, state_init, store},
    code,
    message::external,
};

/// One external message carries at most 254 actions; these leave a little room.
pub const MESSAGES_MOST: usize = 250;
/// What the contract's authors take, so that wallets show it.
pub const SUBWALLET_ID: u32 = 0x10ad;
/// How long a query id is remembered, and so how long a message can land after its `created_at`.
pub const TIMEOUT_SECS: u32 = 24 * 60 * 60;
/// Nanoton that the wallet sends itself along with a batch: its gas many times over (about 0.0007 TON was seen).
///
/// The default of the contract's own wrapper, the whole balance, must not be used: it would take all other messages'
/// money on its way.
pub const SELF_VALUE: u128 = 10_000_000;

const INTERNAL_TRANSFER: u32 = 0xae42_e5a4;
const ACTION_SEND_MSG: u32 = 0x0ec3_c86d;
const PAY_FEES_SEPARATELY: u8 = SendMsgFlags::PAY_FEE_SEPARATELY.bits();
const TIMEOUT_BITS: u16 = 22;
const QUERY_ID_BITS: u16 = 23;

/// The number under which the wallet remembers a message: 13 bits of shift, 10 bits of position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(u32);

impl QueryId {
    /// Positions go from 0 to 1,022; the contract refuses 1,023.
    const POSITIONS: u64 = 1023;
    /// How many there are before the first one comes again.
    pub const COUNT: u64 = 8192 * Self::POSITIONS;

    /// The query id of the nth message; they repeat after [`Self::COUNT`].
    #[must_use]
    pub const fn of(nth: u64) -> Self {
        let nth = nth % Self::COUNT;
        let id = ((nth / Self::POSITIONS) << 10) | (nth % Self::POSITIONS);
        // Below 2^23.
        #[expect(clippy::cast_possible_truncation, reason = "13 and 10 bits")]
        Self(id as u32)
    }

    /// As the contract and its get-method `processed?` take it.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighloadWallet {
    public_key: [u8; 32],
    subwallet_id: u32,
    timeout_secs: u32,
    address: Address,
}

impl HighloadWallet {
    /// # Panics
    /// When the timeout does not fit into 22 bits (48 days).
    #[must_use]
    pub fn new(public_key: [u8; 32], subwallet_id: u32, timeout_secs: u32) -> Self {
        assert!(timeout_secs < 1 << TIMEOUT_BITS, "the timeout has 22 bits");
        let mut wallet = Self {
            public_key,
            subwallet_id,
            timeout_secs,
            address: Address::ZERO,
        };
        wallet.address = address_of(&wallet.state_init());
        wallet
    }

    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    #[must_use]
    pub fn timeout_secs(&self) -> u32 {
        self.timeout_secs
    }

    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    #[must_use]
    pub fn state_init(&self) -> StateInit {
        let data = build(|builder| {
            builder.store_raw(&self.public_key, 256)?;
            builder.store_u32(self.subwallet_id)?;
            // No queries yet, old or new, and never cleaned.
            builder.store_zeros(1 + 1 + 64)?;
            builder.store_uint(u64::from(self.timeout_secs), TIMEOUT_BITS)
        });
        state_init(code::highload_wallet_v3(), data)
    }

    /// One external message that sends all of them, in their order.
    ///
    /// `created_at` has to be a little before the chain's time, some 20 to 60 s, or the wallet refuses (exit code 35).
    ///
    /// # Errors
    /// When there are more than [`MESSAGES_MOST`] or they weigh too much.
    pub fn sign(
        &self,
        keys: &KeyPair,
        query_id: QueryId,
        created_at: u32,
        messages: &[OutMessage],
        with_state_init: bool,
    ) -> Result<SignedExternal, TooLarge> {
        if messages.len() > MESSAGES_MOST {
            return Err(TooLarge::Messages {
                count: messages.len(),
                most: MESSAGES_MOST,
            });
        }
        let to_self = self.to_self(query_id, messages);
        let signed = self.signed(query_id, created_at, to_self.cell());
        let body = build(|builder| {
            builder.store_raw(&keys.sign(signed.repr_hash().as_slice()), 512)?;
            builder.store_reference(signed)
        });
        external(
            &self.address,
            body,
            with_state_init.then(|| self.state_init()),
        )
    }

    fn to_self(&self, query_id: QueryId, messages: &[OutMessage]) -> OutMessage {
        let body = build(|builder| {
            builder.store_u32(INTERNAL_TRANSFER)?;
            builder.store_u64(u64::from(query_id.0))?;
            builder.store_reference(actions(messages))
        });
        OutMessage {
            destination: self.address.clone(),
            value: SELF_VALUE,
            body,
            state_init: None,
            bounce: true,
            mode: PAY_FEES_SEPARATELY,
        }
    }

    fn signed(&self, query_id: QueryId, created_at: u32, message: Cell) -> Cell {
        build(|builder| {
            builder.store_u32(self.subwallet_id)?;
            builder.store_reference(message)?;
            builder.store_u8(PAY_FEES_SEPARATELY)?;
            builder.store_uint(u64::from(query_id.0), QUERY_ID_BITS)?;
            builder.store_u64(u64::from(created_at))?;
            builder.store_uint(u64::from(self.timeout_secs), TIMEOUT_BITS)
        })
    }
}

/// `OutList`: the last action is the root, each holds the one before it.
fn actions(messages: &[OutMessage]) -> Cell {
    messages.iter().fold(Cell::default(), |previous, message| {
        build(|builder: &mut CellBuilder| {
            builder.store_reference(previous)?;
            builder.store_u32(ACTION_SEND_MSG)?;
            builder.store_u8(message.mode)?;
            store(builder, message.cell())
        })
    })
}
