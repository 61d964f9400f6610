//! Wallet v4r2, as most players have it: for the development mode's wallet and for tests.

use crate::{
    Address, KeyPair, OutMessage, SignedExternal, StateInit, TooLarge,
    cells::{address_of, build, state_init},
    code,
    message::external,
};

/// What wallet programs take in the base workchain.
pub const WALLET_ID: u32 = 698_983_191;
/// A cell's references.
pub const MESSAGES_MOST: usize = 4;

const SEND: u8 = 0;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletV4 {
    public_key: [u8; 32],
    id: u32,
    address: Address,
}

impl WalletV4 {
    #[must_use]
    pub fn new(public_key: [u8; 32], id: u32) -> Self {
        let mut wallet = Self {
            public_key,
            id,
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
    pub fn state_init(&self) -> StateInit {
        let data = build(|builder| {
            // No message yet.
            builder.store_u32(0)?;
            builder.store_u32(self.id)?;
            builder.store_raw(&self.public_key, 256)?;
            // No plugins.
            builder.store_bit_zero()
        });
        state_init(code::wallet_v4r2(), data)
    }

    /// # Errors
    /// When there are more than [`MESSAGES_MOST`] or they weigh too much.
    pub fn sign(
        &self,
        keys: &KeyPair,
        seqno: u32,
        valid_until: u32,
        messages: &[OutMessage],
        with_state_init: bool,
    ) -> Result<SignedExternal, TooLarge> {
        if messages.len() > MESSAGES_MOST {
            return Err(TooLarge::Messages {
                count: messages.len(),
                most: MESSAGES_MOST,
            });
        }
        let signed = build(|builder| {
            builder.store_u32(self.id)?;
            builder.store_u32(valid_until)?;
            builder.store_u32(seqno)?;
            builder.store_u8(SEND)?;
            for message in messages {
                builder.store_u8(message.mode)?;
                builder.store_reference(message.cell())?;
            }
            Ok(())
        });
        let body = build(|builder| {
            builder.store_raw(&keys.sign(signed.repr_hash().as_slice()), 512)?;
            builder.store_slice(signed.as_slice()?)
        });
        external(
            &self.address,
            body,
            with_state_init.then(|| self.state_init()),
        )
    }
}
