//! What players' wallets hold, read from the chain.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use app::PlayerRecord;
use ledger::{TelegramUserId, TonAddress};

use super::{addresses, problem::Problem, state::Server};

/// How long the chain may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The chain's server counts requests: a player's wallet is read no more often.
const GOOD_MS: i64 = 3_000;
const MOST: usize = 10_000;

/// In minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holdings {
    pub(super) units: u128,
    pub(super) nanoton: u128,
}

#[derive(Debug, Clone, Copy)]
struct Read {
    at_ms: i64,
    wallet: TonAddress,
    holdings: Holdings,
}

/// What was read a moment ago.
#[derive(Debug, Default)]
pub(super) struct Wallets(Mutex<HashMap<TelegramUserId, Read>>);

/// Why it is not known what a player has. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    NoChain,
    NoWallet,
    Away,
}

impl Unread {
    pub(super) fn problem(self) -> Problem {
        Problem::unread(self)
    }
}

impl Server {
    pub(super) async fn holdings(&self, player: &PlayerRecord) -> Result<Holdings, Unread> {
        let wallet = player.fact.wallet;
        if self.config.chain.is_none() {
            return Err(Unread::NoChain);
        }
        let wallet = wallet.ok_or(Unread::NoWallet)?;
        let now_ms = self.app.clock().now_ms();
        if let Some(read) = self.wallets.get(player.user)
            && read.wallet == wallet
            && now_ms.saturating_sub(read.at_ms) < GOOD_MS
        {
            return Ok(read.holdings);
        }
        let holdings = self.ask_chain(wallet).await.ok_or(Unread::Away)?;
        let read = Read {
            at_ms: now_ms,
            wallet,
            holdings,
        };
        self.wallets.keep(player.user, read);
        Ok(holdings)
    }

    async fn ask_chain(&self, wallet: TonAddress) -> Option<Holdings> {
        let chain = self.config.chain.as_ref()?;
        let client = chain.client.as_ref()?;
        let owner = addresses::theirs(wallet);
        let minter = addresses::theirs(chain.minter);
        let asked = async {
            tokio::try_join!(
                client.jetton_balance(&minter, &owner),
                client.account(&owner)
            )
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok((units, account))) => Some(Holdings {
                units,
                nanoton: account.balance,
            }),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a wallet could not be read from the chain");
                None
            }
            Err(_) => None,
        }
    }
}

impl Wallets {
    fn get(&self, player: TelegramUserId) -> Option<Read> {
        self.known().get(&player).copied()
    }

    fn keep(&self, player: TelegramUserId, read: Read) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, old| read.at_ms.saturating_sub(old.at_ms) < GOOD_MS);
        }
        known.insert(player, read);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<TelegramUserId, Read>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
