//! Jettons (TEP-74): the contract of `@ton-community/assets-sdk`, its messages, and what others send.

use tycho_types::cell::CellSlice;

pub use crate::comment::{cell as comment_payload, read as read_comment};
pub use crate::content::{offchain as offchain_content, onchain as onchain_content};
use crate::{
    Address, Cell, ParseError, StateInit,
    cells::{
        address_of, build, coins, load_address, load_coins, load_payload, state_init, store,
        store_address,
    },
    code,
};

/// Nanoton for the minter with each mint. It needs about 6,600,000 for gas and for sending the rest on; what is over
/// stays with it for ever, so that the customary 0.05 TON would lose nearly half.
pub const MINT_VALUE: u128 = 30_000_000;
/// Nanoton of [`MINT_VALUE`] that go on to the jetton wallet, for its gas and its rent.
pub const MINT_WALLET_VALUE: u128 = 20_000_000;
/// Nanoton for a jetton wallet with a transfer, when nothing is forwarded; the rest comes back as excess.
pub const TRANSFER_VALUE: u128 = 50_000_000;
/// Nanoton with which the minter is deployed, for its rent.
pub const DEPLOY_VALUE: u128 = 50_000_000;

pub const MINT: u32 = 21;
pub const TRANSFER: u32 = 0x0f8a_7ea5;
pub const INTERNAL_TRANSFER: u32 = 0x178d_4519;
pub const TRANSFER_NOTIFICATION: u32 = 0x7362_d09c;
pub const EXCESSES: u32 = 0xd532_76db;

/// The contract that mints a jetton and knows how much of it there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minter {
    init: StateInit,
    address: Address,
}

impl Minter {
    /// Only the admin can mint. The content is [`onchain_content`] or [`offchain_content`].
    #[must_use]
    pub fn new(admin: &Address, content: Cell) -> Self {
        let data = build(|builder| {
            store(builder, coins(0))?;
            store(builder, admin)?;
            builder.store_reference(content)?;
            builder.store_reference(code::jetton_wallet().clone())
        });
        let init = state_init(code::jetton_minter(), data);
        Self {
            address: address_of(&init),
            init,
        }
    }

    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    #[must_use]
    pub fn state_init(&self) -> StateInit {
        self.init.clone()
    }
}

/// The address of the owner's jetton wallet, whether or not there is one yet.
#[must_use]
pub fn wallet_address(minter: &Address, owner: &Address) -> Address {
    address_of(&wallet_init(minter, owner))
}

/// What the owner's jetton wallet is deployed with.
#[must_use]
pub fn wallet_init(minter: &Address, owner: &Address) -> StateInit {
    let data = build(|builder| {
        store(builder, coins(0))?;
        store(builder, owner)?;
        store(builder, minter)?;
        builder.store_reference(code::jetton_wallet().clone())
    });
    state_init(code::jetton_wallet(), data)
}

/// New jettons for an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mint {
    pub query_id: u64,
    pub to: Address,
    /// In minor units.
    pub amount: u128,
    /// Nanoton that go on to the jetton wallet: [`MINT_WALLET_VALUE`].
    pub wallet_value: u128,
}

/// For the minter, from its admin. Nobody is told of it and no excess is returned, so that a batch does not come back
/// as many messages.
#[must_use]
pub fn mint_body(mint: &Mint) -> Cell {
    let transfer = build(|builder| {
        builder.store_u32(INTERNAL_TRANSFER)?;
        builder.store_u64(mint.query_id)?;
        store(builder, coins(mint.amount))?;
        store_address(builder, None)?;
        store_address(builder, None)?;
        store(builder, coins(0))?;
        builder.store_bit_zero()
    });
    build(|builder| {
        builder.store_u32(MINT)?;
        builder.store_u64(mint.query_id)?;
        store(builder, &mint.to)?;
        store(builder, coins(mint.wallet_value))?;
        builder.store_reference(transfer)
    })
}

/// What an owner asks of their jetton wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub query_id: u64,
    /// In minor units.
    pub amount: u128,
    pub destination: Address,
    /// Who gets the nanoton that are left over.
    pub response: Option<Address>,
    /// In nanoton; without any the receiver is not told.
    pub forward_value: u128,
    /// Such as a [`comment_payload`].
    pub forward_payload: Option<Cell>,
}

#[must_use]
pub fn transfer_body(transfer: &Transfer) -> Cell {
    build(|builder| {
        builder.store_u32(TRANSFER)?;
        builder.store_u64(transfer.query_id)?;
        store(builder, coins(transfer.amount))?;
        store(builder, &transfer.destination)?;
        store_address(builder, transfer.response.as_ref())?;
        // No custom payload.
        builder.store_bit_zero()?;
        store(builder, coins(transfer.forward_value))?;
        store(builder, &transfer.forward_payload)
    })
}

/// A jetton wallet tells its owner that somebody sent jettons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferNotification {
    pub query_id: u64,
    /// In minor units.
    pub amount: u128,
    /// Who sent them: an owner, not a jetton wallet.
    pub sender: Address,
    /// Empty when there is none.
    pub forward_payload: Cell,
}

impl TransferNotification {
    /// # Errors
    /// When the body is not one.
    pub fn parse(body: &Cell) -> Result<Self, ParseError> {
        let mut slice = body_of(body, TRANSFER_NOTIFICATION)?;
        Ok(Self {
            query_id: slice.load_u64()?,
            amount: load_coins(&mut slice)?,
            sender: load_address(&mut slice)?.ok_or(ParseError::Address)?,
            // The jetton wallet passes on whatever the sender put there: one that cannot be read is none, and the jettons are here.
            forward_payload: load_payload(&mut slice).unwrap_or_default(),
        })
    }

    #[must_use]
    pub fn comment(&self) -> Option<String> {
        read_comment(&self.forward_payload)
    }
}

/// Jettons arrive at a jetton wallet, from the minter or from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalTransfer {
    pub query_id: u64,
    /// In minor units.
    pub amount: u128,
    /// Who sent them; the minter may leave it open.
    pub from: Option<Address>,
    pub response: Option<Address>,
    /// In nanoton.
    pub forward_value: u128,
    /// Empty when there is none.
    pub forward_payload: Cell,
}

impl InternalTransfer {
    /// # Errors
    /// When the body is not one.
    pub fn parse(body: &Cell) -> Result<Self, ParseError> {
        let mut slice = body_of(body, INTERNAL_TRANSFER)?;
        Ok(Self {
            query_id: slice.load_u64()?,
            amount: load_coins(&mut slice)?,
            from: load_address(&mut slice)?,
            response: load_address(&mut slice)?,
            forward_value: load_coins(&mut slice)?,
            forward_payload: load_payload(&mut slice)?,
        })
    }
}

/// The slice after the operation.
fn body_of(body: &Cell, operation: u32) -> Result<CellSlice<'_>, ParseError> {
    let mut slice = body.as_slice()?;
    match slice.load_u32()? {
        found if found == operation => Ok(slice),
        found => Err(ParseError::Operation(found)),
    }
}
