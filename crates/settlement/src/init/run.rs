use std::{fmt, io, ops::ControlFlow, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ton::{
    Cell, KeyPair, OutMessage, SignedExternal,
    highload::{QueryId, SELF_VALUE},
    toncenter::Client,
};

use super::{
    Contract, Contracts, InitError, Network, Pending, Progress,
    look::{Seen, look},
    verify::verify,
};

/// The wallet refuses a message that is not a little in the past by chain time (exit code 35).
const BACKDATED_SECS: u32 = 30;
/// Fees of one message, many times over, in nanoton.
const FEES: u128 = 20_000_000;
/// How many messages the wallet may take without the contracts being there.
const FRUITLESS_MESSAGES: u64 = 5;

/// Something to show to whoever waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The server answers and is of this network.
    Network(Network),
    /// The wallet has to be given more first. In nanoton.
    Funds { there: u128, needed: u128 },
    /// A message that deploys these is signed and kept; it is not sent yet.
    Signed(Vec<Contract>),
    /// It was sent, perhaps not for the first time.
    Sent,
    /// It is not seen yet.
    Waiting,
    /// It can never land, or landed without effect; another is made.
    Lost,
    /// This is there.
    Found(Contract),
}

type Keep<'a> = Box<dyn FnMut(&Progress) -> io::Result<()> + Send + 'a>;
type Tell<'a> = Box<dyn FnMut(&Told) -> ControlFlow<()> + Send + 'a>;

/// Makes what is missing.
pub struct Init<'a> {
    client: &'a Client,
    keys: &'a KeyPair,
    keep: Keep<'a>,
    tell: Tell<'a>,
    pace: Duration,
}

impl<'a> Init<'a> {
    /// `keep` must be durable when it returns; `tell` can end the work, as a crash would.
    pub fn new(
        client: &'a Client,
        keys: &'a KeyPair,
        keep: impl FnMut(&Progress) -> io::Result<()> + Send + 'a,
        tell: impl FnMut(&Told) -> ControlFlow<()> + Send + 'a,
    ) -> Self {
        Self {
            client,
            keys,
            keep: Box::new(keep),
            tell: Box::new(tell),
            pace: Duration::from_secs(2),
        }
    }

    /// How long to wait before the chain is asked again.
    #[must_use]
    pub fn pace(mut self, pace: Duration) -> Self {
        self.pace = pace;
        self
    }

    /// Goes on until all is there. Repeated, it finds all and changes nothing.
    ///
    /// # Errors
    /// [`InitError`]; what was made until then stays.
    pub async fn run(&mut self, progress: &mut Progress) -> Result<Contracts, InitError> {
        let contracts = Contracts::of(&progress.design, self.keys);
        let wallet = ton::address::raw(contracts.wallet.address());
        if wallet != progress.wallet {
            return Err(InitError::OtherWallet {
                begun: progress.wallet.clone(),
            });
        }
        let network = progress.design.network;
        self.client_is_of(network).await?;
        self.tell(Told::Network(network))?;

        let mut told = Vec::new();
        let already = progress.messages;
        loop {
            let waiting = self.settle_pending(progress).await?;
            let seen = look(self.client, &contracts).await?;
            for contract in &seen.found {
                if !told.contains(contract) {
                    told.push(*contract);
                    self.tell(Told::Found(*contract))?;
                }
            }
            if seen.all() {
                self.finish(progress)?;
                verify(self.client, &contracts).await?;
                return Ok(contracts);
            }
            if waiting == Waiting::Nothing {
                let messages = progress.messages.saturating_sub(already);
                if messages >= FRUITLESS_MESSAGES {
                    let contract = seen.first_missing();
                    return Err(InitError::Fruitless { contract, messages });
                }
                if !self.funded(&seen)? || !self.sign(progress, &contracts, &seen).await? {
                    tokio::time::sleep(self.pace).await;
                    continue;
                }
            }
            self.send(progress).await?;
            tokio::time::sleep(self.pace).await;
        }
    }

    async fn client_is_of(&self, wanted: Network) -> Result<(), InitError> {
        let said = self.client.chain_time().await?.global_id;
        if wanted.is(said) {
            Ok(())
        } else {
            Err(InitError::OtherNetwork { wanted, said })
        }
    }

    /// Forgets a message of which nothing more is to come.
    async fn settle_pending(&mut self, progress: &mut Progress) -> Result<Waiting, InitError> {
        let Some(pending) = &progress.pending else {
            return Ok(Waiting::Nothing);
        };
        // The time first: what lands after it was read is looked for after it was read.
        let time = self.client.chain_time().await?;
        let hash = pending.hash();
        let landed = match hash {
            Some(hash) => self.client.transactions_by_message(&hash).await?,
            None => Vec::new(),
        };
        let over = match landed.first() {
            Some(transaction) => {
                let trace = self.client.trace(&transaction.hash).await?;
                trace.is_some_and(|trace| trace.complete)
            }
            None => hash.is_none() || time.time_secs > pending.expires_at,
        };
        if !over {
            return Ok(Waiting::Message);
        }
        // Whether it had its effect is seen by looking at the contracts, after this.
        self.finish(progress)?;
        Ok(Waiting::Nothing)
    }

    fn finish(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        if progress.pending.take().is_some() {
            (self.keep)(progress).map_err(InitError::Keep)?;
        }
        Ok(())
    }

    fn funded(&mut self, seen: &Seen) -> Result<bool, InitError> {
        let needed = needed(seen);
        if seen.balance < needed {
            let there = seen.balance;
            self.tell(Told::Funds { there, needed })?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether there is a message to send.
    async fn sign(
        &mut self,
        progress: &mut Progress,
        contracts: &Contracts,
        seen: &Seen,
    ) -> Result<bool, InitError> {
        if progress.messages > 0 {
            self.tell(Told::Lost)?;
        }
        let now = self.client.chain_time().await?.time_secs;
        let created_at = now.saturating_sub(BACKDATED_SECS);
        // From the end of the numbers: batches of rewards count from their beginning.
        let nth = QueryId::COUNT.saturating_sub(progress.messages.saturating_add(1));
        let signed = contracts.wallet.sign(
            self.keys,
            QueryId::of(nth),
            created_at,
            &messages(seen),
            !seen.wallet_active,
        )?;
        let expires_at = created_at.saturating_add(contracts.wallet.timeout_secs());
        progress.messages = progress.messages.saturating_add(1);
        progress.pending = Some(Pending::new(&signed, expires_at));
        (self.keep)(progress).map_err(InitError::Keep)?;
        let deploys = seen.missing.iter().map(|deployment| deployment.contract);
        let wallet = (!seen.wallet_active).then_some(Contract::Wallet);
        self.tell(Told::Signed(wallet.into_iter().chain(deploys).collect()))?;
        Ok(true)
    }

    async fn send(&mut self, progress: &Progress) -> Result<(), InitError> {
        let Some(message) = progress.pending.as_ref().and_then(Pending::bytes) else {
            return Ok(());
        };
        match self.client.send(&message).await {
            Ok(_) => self.tell(Told::Sent),
            // It was taken before, or its answer was lost: whether it landed is looked at next.
            Err(error) => {
                tracing::debug!(%error, "a message was not taken now");
                self.tell(Told::Waiting)
            }
        }
    }

    fn tell(&mut self, told: Told) -> Result<(), InitError> {
        match (self.tell)(&told) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(InitError::Stopped),
        }
    }
}

impl fmt::Debug for Init<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Init").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Nothing,
    Message,
}

/// What deploys all that is missing, in nanoton.
fn needed(seen: &Seen) -> u128 {
    let values: u128 = seen.missing.iter().map(|one| one.value + FEES).sum();
    values + SELF_VALUE + FEES
}

fn messages(seen: &Seen) -> Vec<OutMessage> {
    let deploying = seen.missing.iter().map(|deployment| OutMessage {
        destination: deployment.address.clone(),
        value: deployment.value,
        body: Cell::default(),
        state_init: Some(deployment.init.clone()),
        // There is no code yet that could bounce it.
        bounce: false,
        mode: 1,
    });
    deploying.collect()
}

impl Pending {
    fn new(signed: &SignedExternal, expires_at: u32) -> Self {
        Self {
            boc: BASE64_STANDARD.encode(&signed.boc),
            hash: signed.hash.to_string(),
            expires_at,
        }
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        BASE64_STANDARD.decode(&self.boc).ok()
    }

    fn hash(&self) -> Option<ton::Hash> {
        self.hash.parse().ok()
    }
}
