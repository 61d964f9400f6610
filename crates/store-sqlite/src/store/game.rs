//! What a store is asked of the game, its rewards and its purchases.

use app::{
    BatchSigned, BatchState, BatchWork, BoxFuture, ChainCursor, DepositFilter, DepositRecord,
    Fence, GameStore, LandedAt, NewBatch, PlayerRecord, PurchaseRecord, RewardFilter, RewardLine,
    RewardTally, RunRecord, StarsRecord, StoreError, WaitingRewards,
};
use ledger::{
    AchievementId, BatchId, ItemId, RewardId, RunId, StarsCharge, TelegramUserId, TonAddress,
    TonHash,
};

use super::SqliteStore;
use crate::{change, read};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl GameStore for SqliteStore {
    fn player_ensure(&self, user: TelegramUserId, name: String) -> Answer<'_, PlayerRecord> {
        self.task(move |scope| {
            Ok(change::player_ensure(
                scope.db,
                user,
                &name,
                scope.new_id,
                scope.now_ms,
            )?)
        })
    }

    fn player(&self, user: TelegramUserId) -> Answer<'_, Option<PlayerRecord>> {
        self.snapshot(move |db| read::player_fetch(db, user))
    }

    fn player_by_wallet(&self, wallet: TonAddress) -> Answer<'_, Option<PlayerRecord>> {
        self.snapshot(move |db| read::player_by_wallet(db, wallet))
    }

    fn players_top(&self, limit: usize) -> Answer<'_, Vec<PlayerRecord>> {
        self.snapshot(move |db| read::players_top(db, limit))
    }

    fn player_rank(&self, user: TelegramUserId) -> Answer<'_, Option<u64>> {
        self.snapshot(move |db| read::player_rank(db, user))
    }

    fn run(&self, run: RunId) -> Answer<'_, Option<RunRecord>> {
        self.snapshot(move |db| read::run_fetch(db, run))
    }

    fn purchases(&self, user: TelegramUserId) -> Answer<'_, Vec<PurchaseRecord>> {
        self.snapshot(move |db| read::purchases_of(db, user))
    }

    fn purchases_newest(
        &self,
        before_ms: Option<i64>,
        limit: usize,
    ) -> Answer<'_, Vec<PurchaseRecord>> {
        self.snapshot(move |db| read::purchases_newest(db, before_ms, limit))
    }

    fn rewards_waiting(&self) -> Answer<'_, WaitingRewards> {
        self.snapshot(read::rewards_waiting)
    }

    fn reward_tallies(&self) -> Answer<'_, Vec<RewardTally>> {
        self.snapshot(read::reward_tallies)
    }

    fn rewards(&self, filter: RewardFilter) -> Answer<'_, Vec<RewardLine>> {
        self.snapshot(move |db| read::reward_list(db, &filter))
    }

    fn reward(&self, id: RewardId) -> Answer<'_, Option<RewardLine>> {
        self.snapshot(move |db| read::reward_fetch(db, id))
    }

    fn batch_form(&self, fence: Fence, new: NewBatch) -> Answer<'_, Option<BatchId>> {
        self.task(move |scope| Ok(change::batch_form(scope.db, &fence, new, scope.now_ms)?))
    }

    fn batches_open(&self) -> Answer<'_, Vec<BatchWork>> {
        self.snapshot(read::batches_open)
    }

    fn batch(&self, id: BatchId) -> Answer<'_, Option<BatchWork>> {
        self.snapshot(move |db| read::batch_fetch(db, id))
    }

    fn batch_signed(&self, fence: Fence, id: BatchId, signed: BatchSigned) -> Answer<'_, bool> {
        self.task(move |scope| {
            Ok(change::batch_signed(
                scope.db,
                &fence,
                id,
                &signed,
                scope.now_ms,
            )?)
        })
    }

    fn batch_sent(&self, fence: Fence, id: BatchId) -> Answer<'_, bool> {
        self.task(move |scope| Ok(change::batch_sent(scope.db, &fence, id, scope.now_ms)?))
    }

    fn batch_landed(&self, fence: Fence, id: BatchId, at: LandedAt) -> Answer<'_, bool> {
        self.task(move |scope| {
            Ok(change::batch_landed(
                scope.db,
                &fence,
                id,
                at,
                scope.now_ms,
            )?)
        })
    }

    fn batch_end(
        &self,
        fence: Fence,
        id: BatchId,
        end: BatchState,
        why: Option<String>,
    ) -> Answer<'_, bool> {
        self.task(move |scope| {
            Ok(change::batch_end(
                scope.db,
                &fence,
                id,
                end,
                why.as_deref(),
                scope.now_ms,
            )?)
        })
    }

    fn sbt_next(&self, achievement: AchievementId) -> Answer<'_, u64> {
        self.snapshot(move |db| read::sbt_next(db, achievement))
    }

    fn chain_cursor(&self, account: TonAddress) -> Answer<'_, Option<ChainCursor>> {
        self.snapshot(move |db| read::chain_cursor_fetch(db, account))
    }

    fn chain_cursor_set(
        &self,
        fence: Fence,
        account: TonAddress,
        cursor: ChainCursor,
    ) -> Answer<'_, bool> {
        self.task(move |scope| Ok(change::chain_cursor_set(scope.db, &fence, account, cursor)?))
    }

    fn deposit(&self, transaction: TonHash) -> Answer<'_, Option<DepositRecord>> {
        self.snapshot(move |db| read::deposit_fetch(db, transaction))
    }

    fn deposits(&self, filter: DepositFilter) -> Answer<'_, Vec<DepositRecord>> {
        self.snapshot(move |db| read::deposit_list(db, &filter))
    }

    fn deposits_claimable(&self, limit: usize) -> Answer<'_, Vec<DepositRecord>> {
        self.snapshot(move |db| read::deposits_claimable(db, limit))
    }

    fn stars_payment(&self, charge: StarsCharge) -> Answer<'_, Option<StarsRecord>> {
        self.snapshot(move |db| read::stars_fetch(db, charge))
    }

    fn stars_owed(&self, limit: usize) -> Answer<'_, Vec<StarsRecord>> {
        self.snapshot(move |db| read::stars_owed(db, limit))
    }

    fn stars_for(&self, user: TelegramUserId, item: ItemId) -> Answer<'_, Option<StarsRecord>> {
        self.snapshot(move |db| read::stars_for(db, user, item))
    }
}
