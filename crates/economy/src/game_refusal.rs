use ledger::{RewardId, RunId, TelegramUserId, TonAddress, TonHash};

use crate::{DepositState, Refusal, RewardState};

/// What refuses a game's own commands, before any question of money. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameRefusal {
    /// This person was never seen in the game.
    UnknownPlayer {
        player: TelegramUserId,
    },
    UnknownReward {
        reward: RewardId,
    },
    UnknownDeposit {
        deposit: TonHash,
    },
    UnknownPayment,
    /// A run pays once.
    RunPlayed {
        run: RunId,
    },
    /// A player's wallet never changes.
    WalletBound {
        wallet: TonAddress,
    },
    /// The reward is not in a state in which this can be done.
    RewardEnded {
        state: RewardState,
    },
    /// The deposit was recorded before.
    DepositSeen,
    DepositEnded {
        state: DepositState,
    },
    /// The player has the item.
    ItemOwned,
    /// The payment was recorded before.
    PaymentSeen,
    PaymentRefunded,
}

impl GameRefusal {
    /// A stable name, for problem documents, logs and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            GameRefusal::UnknownPlayer { .. } => "unknown-player",
            GameRefusal::UnknownReward { .. } => "unknown-reward",
            GameRefusal::UnknownDeposit { .. } => "unknown-deposit",
            GameRefusal::UnknownPayment => "unknown-payment",
            GameRefusal::RunPlayed { .. } => "run-played",
            GameRefusal::WalletBound { .. } => "wallet-bound",
            GameRefusal::RewardEnded { .. } => "reward-ended",
            GameRefusal::DepositSeen => "deposit-seen",
            GameRefusal::DepositEnded { .. } => "deposit-ended",
            GameRefusal::ItemOwned => "item-owned",
            GameRefusal::PaymentSeen => "payment-seen",
            GameRefusal::PaymentRefunded => "payment-refunded",
        }
    }
}

impl From<GameRefusal> for Refusal {
    fn from(refusal: GameRefusal) -> Self {
        Refusal::Game(refusal)
    }
}
