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

use super::PostgresStore;
use crate::{
    ask::{read, snapshot, transact},
    change, read,
};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl GameStore for PostgresStore {
    fn player_ensure(&self, user: TelegramUserId, name: String) -> Answer<'_, PlayerRecord> {
        transact!(self, db => change::player_ensure(db, &self.ids, user, &name, self.now_ms()))
    }

    fn player(&self, user: TelegramUserId) -> Answer<'_, Option<PlayerRecord>> {
        read!(self, db => read::player_fetch(db, user))
    }

    fn player_by_wallet(&self, wallet: TonAddress) -> Answer<'_, Option<PlayerRecord>> {
        read!(self, db => read::player_by_wallet(db, wallet))
    }

    fn players_top(&self, limit: usize) -> Answer<'_, Vec<PlayerRecord>> {
        read!(self, db => read::players_top(db, limit))
    }

    fn player_rank(&self, user: TelegramUserId) -> Answer<'_, Option<u64>> {
        read!(self, db => read::player_rank(db, user))
    }

    fn run(&self, run: RunId) -> Answer<'_, Option<RunRecord>> {
        read!(self, db => read::run_fetch(db, run))
    }

    fn purchases(&self, user: TelegramUserId) -> Answer<'_, Vec<PurchaseRecord>> {
        read!(self, db => read::purchases_of(db, user))
    }

    fn purchases_newest(
        &self,
        before_ms: Option<i64>,
        limit: usize,
    ) -> Answer<'_, Vec<PurchaseRecord>> {
        read!(self, db => read::purchases_newest(db, before_ms, limit))
    }

    fn rewards_waiting(&self) -> Answer<'_, WaitingRewards> {
        read!(self, db => read::rewards_waiting(db))
    }

    fn reward_tallies(&self) -> Answer<'_, Vec<RewardTally>> {
        snapshot!(self, db => read::reward_tallies(db))
    }

    fn rewards(&self, filter: RewardFilter) -> Answer<'_, Vec<RewardLine>> {
        read!(self, db => read::reward_list(db, &filter))
    }

    fn reward(&self, id: RewardId) -> Answer<'_, Option<RewardLine>> {
        read!(self, db => read::reward_fetch(db, id))
    }

    fn batch_form(&self, fence: Fence, new: NewBatch) -> Answer<'_, Option<BatchId>> {
        transact!(self, db => change::batch_form(db, &fence, new, self.now_ms()))
    }

    fn batches_open(&self) -> Answer<'_, Vec<BatchWork>> {
        snapshot!(self, db => read::batches_open(db))
    }

    fn batch(&self, id: BatchId) -> Answer<'_, Option<BatchWork>> {
        snapshot!(self, db => read::batch_fetch(db, id))
    }

    fn batch_signed(&self, fence: Fence, id: BatchId, signed: BatchSigned) -> Answer<'_, bool> {
        transact!(self, db => change::batch_signed(db, &fence, id, &signed, self.now_ms()))
    }

    fn batch_sent(&self, fence: Fence, id: BatchId) -> Answer<'_, bool> {
        transact!(self, db => change::batch_sent(db, &fence, id, self.now_ms()))
    }

    fn batch_landed(&self, fence: Fence, id: BatchId, at: LandedAt) -> Answer<'_, bool> {
        transact!(self, db => change::batch_landed(db, &fence, id, at, self.now_ms()))
    }

    fn batch_end(
        &self,
        fence: Fence,
        id: BatchId,
        end: BatchState,
        why: Option<String>,
    ) -> Answer<'_, bool> {
        transact!(self, db => change::batch_end(db, &fence, id, end, why.as_deref(), self.now_ms()))
    }

    fn sbt_next(&self, achievement: AchievementId) -> Answer<'_, u64> {
        read!(self, db => read::sbt_next(db, achievement))
    }

    fn chain_cursor(&self, account: TonAddress) -> Answer<'_, Option<ChainCursor>> {
        read!(self, db => read::chain_cursor_fetch(db, account))
    }

    fn chain_cursor_set(
        &self,
        fence: Fence,
        account: TonAddress,
        cursor: ChainCursor,
    ) -> Answer<'_, bool> {
        transact!(self, db => change::chain_cursor_set(db, &fence, account, cursor))
    }

    fn deposit(&self, transaction: TonHash) -> Answer<'_, Option<DepositRecord>> {
        read!(self, db => read::deposit_fetch(db, transaction))
    }

    fn deposits(&self, filter: DepositFilter) -> Answer<'_, Vec<DepositRecord>> {
        read!(self, db => read::deposit_list(db, &filter))
    }

    fn deposits_claimable(&self, limit: usize) -> Answer<'_, Vec<DepositRecord>> {
        read!(self, db => read::deposits_claimable(db, limit))
    }

    fn stars_payment(&self, charge: StarsCharge) -> Answer<'_, Option<StarsRecord>> {
        read!(self, db => read::stars_fetch(db, charge))
    }

    fn stars_owed(&self, limit: usize) -> Answer<'_, Vec<StarsRecord>> {
        read!(self, db => read::stars_owed(db, limit))
    }

    fn stars_for(&self, user: TelegramUserId, item: ItemId) -> Answer<'_, Option<StarsRecord>> {
        read!(self, db => read::stars_for(db, user, item))
    }
}
