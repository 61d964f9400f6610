//! The game, its rewards and its purchases, as they are read back.

use economy::{DepositState, HeldWhy, OwedKind, PlayerFact, RewardState, StarsState};
use ledger::{
    Achievements, Amount, BatchId, CurrencyId, HolderId, ItemId, RewardId, RunId, TelegramUserId,
    TonAddress, TonHash, TransactionId,
};

/// A player. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerRecord {
    pub user: TelegramUserId,
    /// The holder that the Telegram identity leads to now.
    pub holder: HolderId,
    /// As Telegram said it last; attackers' text.
    pub name: String,
    pub fact: PlayerFact,
    pub first_seen_ms: i64,
    pub last_played_ms: Option<i64>,
    pub wallet_bound_ms: Option<i64>,
}

/// A run that was played, with what it earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRecord {
    pub run: RunId,
    pub player: TelegramUserId,
    pub score: u32,
    pub tokens: Amount,
    pub achieved: Achievements,
    pub played_ms: i64,
}

/// How an item was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseRail {
    /// With tokens, by this deposit.
    Tokens { deposit: TonHash },
    /// With Telegram Stars.
    Stars,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseRecord {
    pub player: TelegramUserId,
    pub item: ItemId,
    pub rail: PurchaseRail,
    pub bought_ms: i64,
}

/// A reward with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardLine {
    pub id: RewardId,
    pub player: Option<TelegramUserId>,
    pub owed: OwedKind,
    pub state: RewardState,
    /// Where it goes: the player's wallet, or a refund's sender. None while the player has no wallet.
    pub to: Option<TonAddress>,
    /// The batch that it is or was last in.
    pub batch: Option<BatchId>,
    /// How many batches it was in.
    pub attempts: u32,
    /// The index of the item in its collection, in the batch at hand.
    pub sbt_index: Option<u64>,
    pub queued_ms: i64,
    pub changed_ms: i64,
    /// The transaction on the chain that settled it.
    pub seen: Option<(TonHash, u64)>,
    /// Why it was refused, or went back into the queue.
    pub why: Option<String>,
    /// The ledger's transaction that promised it, and the one that ended it, where money moved.
    pub promised_by: Option<TransactionId>,
    pub ended_by: Option<TransactionId>,
}

/// Rewards in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewardTally {
    pub state: RewardState,
    pub count: u64,
    pub oldest_ms: Option<i64>,
}

/// What waits in the queue and can be sent: whose wallet is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitingRewards {
    pub count: u64,
    /// When the oldest of them, and the newest, could be sent for the first time (queued, or put back, or the wallet was bound).
    pub oldest_ms: Option<i64>,
    pub newest_ms: Option<i64>,
    /// Those of players without a wallet.
    pub without_wallet: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardFilter {
    pub state: Option<RewardState>,
    pub player: Option<TelegramUserId>,
    /// Newest first, those before this one.
    pub before: Option<RewardId>,
    pub limit: usize,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchState {
    /// Rewards were gathered; there is no message yet.
    Formed,
    /// The message is stored, and was perhaps sent.
    Signed,
    /// The message was sent at least once.
    Sent,
    /// The wallet has taken the message; each reward's effect is looked for.
    Landed,
    /// Each reward was settled or put back.
    Done,
    /// The message can never land; the rewards were put back.
    Expired,
}

impl BatchState {
    pub const ALL: [BatchState; 6] = [
        BatchState::Formed,
        BatchState::Signed,
        BatchState::Sent,
        BatchState::Landed,
        BatchState::Done,
        BatchState::Expired,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            BatchState::Formed => "formed",
            BatchState::Signed => "signed",
            BatchState::Sent => "sent",
            BatchState::Landed => "landed",
            BatchState::Done => "done",
            BatchState::Expired => "expired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRecord {
    /// Dense: the first batch is 1. The wallet's query id follows from it.
    pub id: BatchId,
    pub state: BatchState,
    pub rewards: u32,
    pub formed_ms: i64,
    pub changed_ms: i64,
    /// How often its message was sent.
    pub sends: u32,
    pub message: Option<BatchMessage>,
    pub landed: Option<LandedAt>,
}

/// The signed message of a batch: what is sent again is these very bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchMessage {
    /// The wallet's query id (23 bits).
    pub query_id: u32,
    /// Seconds since the Unix epoch, by chain time.
    pub created_at: u32,
    /// From this chain time on the wallet refuses it, in seconds since the Unix epoch.
    pub expires_at: u32,
    pub boc: Vec<u8>,
    /// The normalised hash of the external message (TEP-467).
    pub hash: TonHash,
}

/// The wallet's transaction that took a batch's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LandedAt {
    pub transaction: TonHash,
    pub lt: u64,
}

/// A batch with its rewards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchWork {
    pub batch: BatchRecord,
    /// All that are or were in it, in the order of their ids; those that were put back meanwhile name another batch or none.
    pub rewards: Vec<RewardLine>,
}

/// Which rewards a new batch takes: the oldest that can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBatch {
    pub most: u32,
    /// Of those at most so many achievements and refunds, whose messages are larger.
    pub most_achievements: u32,
    pub most_refunds: u32,
}

/// How far an account's transactions were read: the newest that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainCursor {
    pub lt: u64,
    pub hash: TonHash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositRecord {
    pub transaction: TonHash,
    pub account: TonAddress,
    pub lt: u64,
    pub sender: TonAddress,
    pub token: CurrencyId,
    pub amount: Amount,
    /// Attackers' text.
    pub comment: Option<String>,
    /// Whom and what the comment asks for, or what it was assigned to.
    pub player: Option<TelegramUserId>,
    pub item: Option<ItemId>,
    pub price: Option<Amount>,
    /// What was more than the price.
    pub over: Amount,
    pub state: DepositState,
    pub why: Option<HeldWhy>,
    pub payer: Option<HolderId>,
    pub seen_ms: i64,
    pub changed_ms: i64,
    /// Who decided, where somebody did.
    pub decided_by: Option<HolderId>,
    /// The reward row that carries its refund.
    pub refund: Option<RewardId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositFilter {
    pub state: Option<DepositState>,
    pub player: Option<TelegramUserId>,
    /// Newest first, those with a smaller logical time.
    pub before_lt: Option<u64>,
    pub limit: usize,
}

/// A payment with Stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarsRecord {
    pub charge_id: String,
    pub player: TelegramUserId,
    pub item: ItemId,
    pub stars: u32,
    pub state: StarsState,
    pub paid_ms: i64,
}
