//! What a wallet program does: it has coins, proves whose it is, signs and sends.

use tokio::sync::Mutex;
use ton::{
    Cell, OutMessage,
    proof::{TonProof, sign},
    toncenter::{AccountStatus, Client, StackEntry},
    wallet_v4::MESSAGES_MOST,
};
use ton_sandbox::Handle;
use tycho_types::cell::CellBuilder;

use super::Refusal;
use crate::demo::players::Wallet;

/// In nanoton: for dozens of payments.
const GIFT: u64 = 2_000_000_000;
/// In nanoton; whoever has less and connects gets a gift.
const FEW: u128 = 500_000_000;
/// In nanoton, for the wallet's own code and for sending.
const FEES: u128 = 10_000_000;

#[derive(Debug)]
pub(in crate::demo) struct Purse {
    chain: Handle,
    client: Client,
    /// What wallets sign for.
    domain: String,
    /// One message at a time: the next one's number is that of the last that landed.
    sending: Mutex<()>,
}

impl Purse {
    pub(in crate::demo) fn new(chain: Handle, client: Client, domain: String) -> Self {
        Self {
            chain,
            client,
            domain,
            sending: Mutex::default(),
        }
    }

    /// Coins for whoever has few.
    pub(super) async fn fill(&self, wallet: &Wallet) -> Result<(), Refusal> {
        let address = wallet.contract.address();
        if self.chain.balance(address) < FEW {
            self.chain.give(address, GIFT).await?;
        }
        Ok(())
    }

    pub(super) fn prove(&self, wallet: &Wallet, payload: String, now_secs: u64) -> TonProof {
        let unsigned = TonProof {
            timestamp_secs: now_secs,
            domain: self.domain.clone(),
            payload,
            signature: [0; 64],
            state_init: None,
            public_key: None,
        };
        sign(&wallet.keys, wallet.contract.address(), unsigned)
    }

    /// Comes back with the external message once it can have landed.
    pub(super) async fn send(
        &self,
        wallet: &Wallet,
        valid_until: u64,
        messages: &[OutMessage],
    ) -> Result<Vec<u8>, Refusal> {
        if messages.is_empty() || messages.len() > MESSAGES_MOST {
            return Err(Refusal::Count {
                most: MESSAGES_MOST,
            });
        }
        let valid_until = u32::try_from(valid_until).unwrap_or(u32::MAX);
        if valid_until <= self.chain.now().time_secs {
            return Err(Refusal::Late);
        }
        let _turn = self.sending.lock().await;
        let account = self.client.account(wallet.contract.address()).await?;
        let sum = messages.iter().map(|message| message.value);
        let needed = sum.fold(FEES, u128::saturating_add);
        if account.balance < needed {
            let there = account.balance;
            return Err(Refusal::Poor { there, needed });
        }
        let deployed = account.status == AccountStatus::Active;
        let seqno = if deployed {
            self.seqno(wallet).await?
        } else {
            0
        };
        let signed = wallet
            .contract
            .sign(&wallet.keys, seqno, valid_until, messages, !deployed)?;
        self.chain.send(&signed.boc).await?;
        // It is in the block after the one that is being made.
        self.chain.blocks(2).await?;
        Ok(signed.boc)
    }

    async fn seqno(&self, wallet: &Wallet) -> Result<u32, Refusal> {
        let address = wallet.contract.address();
        let answer = self.client.run_get_method(address, "seqno", &[]).await?;
        let number = answer.stack.first().and_then(StackEntry::number);
        Ok(number
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or_default())
    }
}

/// What a wallet is deployed with.
pub(super) fn state_init(wallet: &Wallet) -> Cell {
    let init = CellBuilder::build_from(wallet.contract.state_init());
    init.expect("a wallet's state fits a cell")
}
