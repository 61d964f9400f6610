use ledger::{
    Achievements, Amount, CurrencyId, HolderId, ItemId, RewardId, RunId, StarsCharge,
    TelegramUserId, TonAddress, TonHash,
};

use crate::{Deposit, DepositOutcome, Effect, PlayerFact, StarsPay};

/// What a game's commands record beside their transfers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GameEffect {
    /// The player stands as in `after`, the run was played, and its tokens (if any) and each achievement wait to be sent.
    Played {
        run: RunId,
        player: TelegramUserId,
        score: u32,
        token: CurrencyId,
        tokens: Amount,
        /// Those that are new.
        achieved: Achievements,
        after: PlayerFact,
    },
    WalletBound {
        player: TelegramUserId,
        wallet: TonAddress,
    },
    /// With it a refund's deposit is refunded.
    RewardSettled {
        reward: RewardId,
        seen: TonHash,
        lt: u64,
    },
    /// With it a refund's deposit is held again.
    RewardRefused { reward: RewardId, why: String },
    /// The deposit is recorded, the purchase made if it bought something, and the cursor of its account stands at its transaction.
    Deposited {
        deposit: Box<Deposit>,
        outcome: DepositOutcome,
    },
    DepositAssigned {
        deposit: TonHash,
        player: TelegramUserId,
        item: ItemId,
        price: Amount,
        over: Amount,
    },
    /// The deposit is being refunded, by a reward row that waits to be sent.
    RefundQueued {
        deposit: TonHash,
        token: CurrencyId,
        amount: Amount,
        to: TonAddress,
        by: HolderId,
    },
    /// The payment is recorded, and the purchase made if it bought something.
    StarsPaid {
        payment: Box<StarsPay>,
        bought: bool,
    },
    /// The payment is refunded, and what it bought is no longer the player's.
    StarsRefunded { charge: StarsCharge },
}

impl From<GameEffect> for Effect {
    fn from(effect: GameEffect) -> Self {
        Effect::Game(effect)
    }
}
