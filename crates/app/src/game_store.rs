use ledger::{
    AchievementId, BatchId, ItemId, RewardId, RunId, StarsCharge, TelegramUserId, TonAddress,
    TonHash,
};

use crate::{
    BatchState, BatchWork, ChainCursor, DepositFilter, DepositRecord, LandedAt, NewBatch,
    PlayerRecord, PurchaseRecord, RewardFilter, RewardLine, RewardTally, RunRecord, StarsRecord,
    WaitingRewards, game_view::BatchMessage, store::Read,
};

/// What is signed for a batch, kept before it is sent for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSigned {
    pub message: BatchMessage,
    /// The index of each achievement's item in its collection.
    pub indexes: Vec<(RewardId, u64)>,
    /// The index that each collection gives out next, after these.
    pub next: Vec<(AchievementId, u64)>,
}

/// The game's part of a ledger's storage: players, what is owed to them on a chain, and what they bought.
///
/// What moves money are commands; here is what does not. Methods that take a `fence` write nothing, and answer false or none, when it is
/// not the newest of the lease by that name: another process does the work now. Times are milliseconds since the Unix epoch.
pub trait GameStore {
    // Players.

    /// The player, with holder and identity; made, or renamed.
    fn player_ensure(&self, user: TelegramUserId, name: String) -> Read<'_, PlayerRecord>;
    fn player(&self, user: TelegramUserId) -> Read<'_, Option<PlayerRecord>>;
    /// The player who bound this wallet; of several the first.
    fn player_by_wallet(&self, wallet: TonAddress) -> Read<'_, Option<PlayerRecord>>;
    /// By high score above zero, then by who came to it first.
    fn players_top(&self, limit: usize) -> Read<'_, Vec<PlayerRecord>>;
    /// A player's place among those above, from 1; none without a score.
    fn player_rank(&self, user: TelegramUserId) -> Read<'_, Option<u64>>;
    fn run(&self, run: RunId) -> Read<'_, Option<RunRecord>>;
    fn purchases(&self, user: TelegramUserId) -> Read<'_, Vec<PurchaseRecord>>;
    /// The newest purchases of all players, before a time.
    fn purchases_newest(
        &self,
        before_ms: Option<i64>,
        limit: usize,
    ) -> Read<'_, Vec<PurchaseRecord>>;

    // Rewards and their batches.

    fn rewards_waiting(&self) -> Read<'_, WaitingRewards>;
    /// One line for each state.
    fn reward_tallies(&self) -> Read<'_, Vec<RewardTally>>;
    fn rewards(&self, filter: RewardFilter) -> Read<'_, Vec<RewardLine>>;
    fn reward(&self, id: RewardId) -> Read<'_, Option<RewardLine>>;
    /// Takes the oldest rewards that can be sent into a new batch, each with its address as it is now; none when none can be.
    fn batch_form(&self, fence: Fence, new: NewBatch) -> Read<'_, Option<BatchId>>;
    /// Batches that have not ended, oldest first, with their rewards.
    fn batches_open(&self) -> Read<'_, Vec<BatchWork>>;
    fn batch(&self, id: BatchId) -> Read<'_, Option<BatchWork>>;
    /// Keeps the message of a formed batch; false when it is not formed any more.
    fn batch_signed(&self, fence: Fence, id: BatchId, signed: BatchSigned) -> Read<'_, bool>;
    /// Counts a sending: the batch and its rewards are sent from now on. Called before the bytes leave.
    fn batch_sent(&self, fence: Fence, id: BatchId) -> Read<'_, bool>;
    fn batch_landed(&self, fence: Fence, id: BatchId, at: LandedAt) -> Read<'_, bool>;
    /// Ends a batch: those of its rewards that did not settle wait again, with the reason.
    fn batch_end(
        &self,
        fence: Fence,
        id: BatchId,
        end: BatchState,
        why: Option<String>,
    ) -> Read<'_, bool>;
    /// The index that our own table gives out next; 0 at the beginning.
    fn sbt_next(&self, achievement: AchievementId) -> Read<'_, u64>;

    // Purchases.

    fn chain_cursor(&self, account: TonAddress) -> Read<'_, Option<ChainCursor>>;
    /// Moves the cursor over transactions that brought nothing. It never goes back.
    fn chain_cursor_set(
        &self,
        fence: Fence,
        account: TonAddress,
        cursor: ChainCursor,
    ) -> Read<'_, bool>;
    fn deposit(&self, transaction: TonHash) -> Read<'_, Option<DepositRecord>>;
    fn deposits(&self, filter: DepositFilter) -> Read<'_, Vec<DepositRecord>>;
    /// Held deposits for a player who was not known then and is now.
    fn deposits_claimable(&self, limit: usize) -> Read<'_, Vec<DepositRecord>>;
    fn stars_payment(&self, charge: StarsCharge) -> Read<'_, Option<StarsRecord>>;
    /// Payments whose Stars must be given back.
    fn stars_owed(&self, limit: usize) -> Read<'_, Vec<StarsRecord>>;
    /// The newest payment of a player for an item that bought it.
    fn stars_for(&self, user: TelegramUserId, item: ItemId) -> Read<'_, Option<StarsRecord>>;
}

/// A lease and the number that it was given with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    pub lease: String,
    pub number: i64,
}
