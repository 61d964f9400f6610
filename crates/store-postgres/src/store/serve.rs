//! What a store is asked, each in one line or a few: the money's writer, a read, a snapshot, or a change.

use std::{path::PathBuf, sync::atomic::Ordering};

use app::{
    ApiKey, AuditProgress, AuditReport, BalancesAfter, BoxFuture, Change, ChangeBy, ChangeRefusal,
    Changed, CurrencyPicture, EmojiBinding, Flow, FlowQuery, Guild, GuildStats, Health, HoldRecord,
    HolderRecord, Job, JobRetry, Member, MembersSync, NewJob, NoteRecord, Posting, RateRecord,
    ReactionRecord, Receipt, Store, StoreError, Supply, TransactionFilter, WalletLine,
    WebhookRecord, Write, WriteError, origin::Origin,
};
use deadpool_postgres::ClientWrapper;
use ledger::{
    AccountKey, ApiKeyId, Balance, CodeSiteId, Currency, CurrencyId, Group, GuildId, HoldId,
    HolderId, Identity, JobId, NoteId, Transaction, TransactionId,
};
use serde_json::Value;
use tokio::sync::watch;

use super::PostgresStore;
use crate::{
    SCHEMA_VERSION,
    ask::{read, snapshot, transact},
    audit, backup, change,
    error::Sql,
    intern, read,
};

const LAST_BACKUP: &str = "backup.last";

impl Store for PostgresStore {
    fn execute(&self, write: Write) -> BoxFuture<'static, Result<Receipt, WriteError>> {
        self.writer.execute(write)
    }

    fn execute_many(
        &self,
        writes: Vec<Write>,
    ) -> BoxFuture<'static, Vec<Result<Receipt, WriteError>>> {
        self.writer.execute_many(writes)
    }

    fn change(
        &self,
        by: ChangeBy,
        change: Change,
    ) -> BoxFuture<'_, Result<Changed, ChangeRefusal>> {
        Box::pin(async move {
            let now_ms = self.now_ms();
            // Its own transactions: an origin stays recorded though what it asked for is refused.
            let (origin, _) = self.origin(&by.origin, now_ms).await?;
            let changed: BoxFuture<'_, _> =
                transact!(self, db => change::change(db, &self.ids, &by, origin, &change, now_ms));
            changed.await
        })
    }

    fn holders_ensure(
        &self,
        identities: Vec<Identity>,
    ) -> BoxFuture<'_, Result<Vec<HolderId>, StoreError>> {
        transact!(self, db => change::holders_ensure(db, &self.ids, &identities, self.now_ms()))
    }

    fn guild_ensure(&self, discord: u64, name: String) -> BoxFuture<'_, Result<Guild, StoreError>> {
        transact!(self, db => change::guild_ensure(db, &self.ids, discord, &name, self.now_ms()))
    }

    fn guild_absent(&self, guild: GuildId) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::guild_absent(db, guild))
    }

    fn members_put(
        &self,
        guild: GuildId,
        members: Vec<Member>,
        sync: MembersSync,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::members_put(db, &self.ids, guild, &members, sync, self.now_ms()))
    }

    fn member_joined(
        &self,
        guild: GuildId,
        member: Member,
    ) -> BoxFuture<'_, Result<HolderId, StoreError>> {
        transact!(self, db => change::member_joined(db, &self.ids, guild, &member, self.now_ms()))
    }

    fn member_left(&self, guild: GuildId, discord: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::member_left(db, guild, discord, self.now_ms()))
    }

    fn picture_put(
        &self,
        currency: CurrencyId,
        picture: CurrencyPicture,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::picture_put(db, currency, &picture))
    }

    fn currencies(&self) -> BoxFuture<'_, Result<Vec<Currency>, StoreError>> {
        read!(self, db => read::currency_list(db))
    }

    fn groups(&self) -> BoxFuture<'_, Result<Vec<Group>, StoreError>> {
        read!(self, db => read::group_list(db))
    }

    fn rates(&self) -> BoxFuture<'_, Result<Vec<RateRecord>, StoreError>> {
        read!(self, db => read::rate_list(db))
    }

    fn holder(&self, id: HolderId) -> BoxFuture<'_, Result<Option<HolderRecord>, StoreError>> {
        read!(self, db => read::holder_fetch(db, id))
    }

    fn holder_by_identity(
        &self,
        identity: Identity,
    ) -> BoxFuture<'_, Result<Option<HolderRecord>, StoreError>> {
        read!(self, db => read::holder_by_identity(db, &identity))
    }

    fn wallet(&self, holder: HolderId) -> BoxFuture<'_, Result<Vec<WalletLine>, StoreError>> {
        read!(self, db => read::wallet_fetch(db, holder))
    }

    fn balance(&self, account: AccountKey) -> BoxFuture<'_, Result<Balance, StoreError>> {
        read!(self, db => read::balance_fetch(db, account))
    }

    fn history(
        &self,
        holder: HolderId,
        currency: Option<CurrencyId>,
        before: Option<i64>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Posting>, StoreError>> {
        snapshot!(self, db => read::history_list(db, holder, currency, before, limit))
    }

    fn transaction(
        &self,
        id: TransactionId,
    ) -> BoxFuture<'_, Result<Option<Transaction>, StoreError>> {
        read!(self, db => read::transaction_fetch(db, id))
    }

    fn transactions(
        &self,
        filter: TransactionFilter,
    ) -> BoxFuture<'_, Result<Vec<Transaction>, StoreError>> {
        snapshot!(self, db => read::transaction_list(db, &filter))
    }

    fn transactions_after(
        &self,
        cursor: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Transaction>, StoreError>> {
        read!(self, db => read::transactions_after(db, cursor, limit))
    }

    fn flows(&self, query: FlowQuery) -> BoxFuture<'_, Result<Vec<Flow>, StoreError>> {
        read!(self, db => read::flow_list(db, &query))
    }

    fn supply(&self) -> BoxFuture<'_, Result<Vec<Supply>, StoreError>> {
        read!(self, db => read::supply_list(db))
    }

    fn richest(
        &self,
        currency: CurrencyId,
        skip: usize,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(HolderId, Balance)>, StoreError>> {
        read!(self, db => read::richest_list(db, currency, skip, limit))
    }

    fn note(&self, id: NoteId) -> BoxFuture<'_, Result<Option<NoteRecord>, StoreError>> {
        read!(self, db => read::note_fetch(db, id))
    }

    fn notes_of(
        &self,
        sender: HolderId,
        before: Option<NoteId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<NoteRecord>, StoreError>> {
        read!(self, db => read::notes_of(db, sender, before, limit))
    }

    fn hold(&self, id: HoldId) -> BoxFuture<'_, Result<Option<HoldRecord>, StoreError>> {
        read!(self, db => read::hold_fetch(db, id))
    }

    fn holds_of(
        &self,
        holder: HolderId,
        before: Option<HoldId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HoldRecord>, StoreError>> {
        read!(self, db => read::holds_of(db, holder, before, limit))
    }

    fn holds_expired(
        &self,
        now_ms: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HoldRecord>, StoreError>> {
        read!(self, db => read::holds_expired(db, now_ms, limit))
    }

    fn guilds(&self) -> BoxFuture<'_, Result<Vec<Guild>, StoreError>> {
        read!(self, db => read::guild_list(db))
    }

    fn guild_by_discord(&self, discord: u64) -> BoxFuture<'_, Result<Option<Guild>, StoreError>> {
        read!(self, db => read::guild_by_discord(db, discord))
    }

    fn emojis(&self, guild: GuildId) -> BoxFuture<'_, Result<Vec<EmojiBinding>, StoreError>> {
        read!(self, db => read::emoji_list(db, guild))
    }

    fn member(
        &self,
        guild: GuildId,
        discord: u64,
    ) -> BoxFuture<'_, Result<Option<Member>, StoreError>> {
        read!(self, db => read::member_fetch(db, guild, discord))
    }

    fn guild_stats(
        &self,
        guild: GuildId,
        currencies: Vec<CurrencyId>,
    ) -> BoxFuture<'_, Result<GuildStats, StoreError>> {
        snapshot!(self, db => read::guild_stats(db, guild, &currencies))
    }

    fn balances_after(
        &self,
        cursor: i64,
        currencies: Vec<CurrencyId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<BalancesAfter, StoreError>> {
        read!(self, db => read::balances_after(db, cursor, &currencies, limit))
    }

    fn reactions_since(
        &self,
        currencies: Vec<CurrencyId>,
        since_ms: i64,
    ) -> BoxFuture<'_, Result<Vec<ReactionRecord>, StoreError>> {
        read!(self, db => read::reactions_since(db, &currencies, since_ms))
    }

    fn picture(
        &self,
        currency: CurrencyId,
    ) -> BoxFuture<'_, Result<Option<CurrencyPicture>, StoreError>> {
        read!(self, db => read::picture_fetch(db, currency))
    }

    fn api_keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>, StoreError>> {
        read!(self, db => read::api_key_list(db))
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> BoxFuture<'_, Result<Option<ApiKey>, StoreError>> {
        read!(self, db => read::api_key_by_hash(db, &hash))
    }

    fn api_key(&self, id: ApiKeyId) -> BoxFuture<'_, Result<Option<ApiKey>, StoreError>> {
        read!(self, db => read::api_key_fetch(db, id))
    }

    fn webhooks(&self) -> BoxFuture<'_, Result<Vec<WebhookRecord>, StoreError>> {
        read!(self, db => read::webhook_list(db))
    }

    fn job_add(&self, job: NewJob) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::job_add(db, &self.ids, &job, self.now_ms()))
    }

    fn job_claim(
        &self,
        kinds: Vec<String>,
        lease_ms: i64,
    ) -> BoxFuture<'_, Result<Option<Job>, StoreError>> {
        transact!(self, db => change::job_claim(db, &kinds, lease_ms, self.now_ms()))
    }

    fn job_progress(
        &self,
        id: JobId,
        lease: i64,
        payload: Value,
        lease_ms: i64,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        transact!(self, db => change::job_progress(db, id, lease, &payload, lease_ms, self.now_ms()))
    }

    fn job_done(&self, id: JobId, lease: i64) -> BoxFuture<'_, Result<bool, StoreError>> {
        transact!(self, db => change::job_done(db, id, lease))
    }

    fn job_retry(
        &self,
        id: JobId,
        lease: i64,
        retry: JobRetry,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        transact!(self, db => change::job_retry(db, id, lease, &retry))
    }

    fn jobs(&self) -> BoxFuture<'_, Result<Vec<Job>, StoreError>> {
        read!(self, db => read::job_list(db))
    }

    fn lease(
        &self,
        name: String,
        owner: String,
        for_ms: i64,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>> {
        transact!(self, db => change::lease_take(db, &name, &owner, for_ms, self.now_ms()))
    }

    fn lease_drop(&self, name: String, fence: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::lease_drop(db, &name, fence))
    }

    fn cursor(&self, name: String) -> BoxFuture<'_, Result<i64, StoreError>> {
        read!(self, db => read::cursor_fetch(db, &name))
    }

    fn cursor_set(&self, name: String, at: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::cursor_set(db, &name, at))
    }

    fn webhook_moved(&self, webhook: WebhookRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::webhook_moved(db, &webhook))
    }

    fn memo(&self, name: String) -> BoxFuture<'_, Result<Option<Value>, StoreError>> {
        read!(self, db => read::memo_fetch(db, &name))
    }

    fn memo_set(&self, name: String, value: Value) -> BoxFuture<'_, Result<(), StoreError>> {
        transact!(self, db => change::memo_set(db, &name, &value))
    }

    fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    fn health(&self) -> BoxFuture<'_, Result<Health, StoreError>> {
        Box::pin(async move {
            // A write of nothing: it goes to the server and to its disk.
            let probe = self.memo_set("health.probe".into(), Value::Null).await;
            let writable = probe.is_ok();
            let lost_origins = self.lost_origins.load(Ordering::Relaxed);
            let known = Health {
                writable,
                lost_origins,
                schema_version: SCHEMA_VERSION,
                ..Health::default()
            };
            let health: BoxFuture<'_, _> =
                snapshot!(self, db => read::health_fetch(db, &known, LAST_BACKUP));
            health.await
        })
    }

    fn audit(&self, mut progress: AuditProgress) -> BoxFuture<'_, Result<AuditReport, StoreError>> {
        Box::pin(async move { Ok(self.audit_long(&mut *progress).await?) })
    }

    fn backup(&self, to: PathBuf) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            backup::backup(&self.connector, &to).await?;
            self.memo_set(LAST_BACKUP.into(), self.now_ms().into())
                .await
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.writer.close().await;
            self.pool.close();
            Ok(())
        })
    }
}

impl PostgresStore {
    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn origin<'a>(
        &'a self,
        origin: &'a Origin,
        now_ms: i64,
    ) -> BoxFuture<'a, Result<(i64, CodeSiteId), StoreError>> {
        read!(self, db => intern::origin_ensure(db, &self.ids, now_ms, origin))
    }

    /// Over all rows, for as long as it takes: on a connection of its own, at one point of the ledger.
    async fn audit_long(&self, progress: &mut (dyn FnMut(u64, u64) + Send)) -> Sql<AuditReport> {
        let (client, task) = self.connector.connect().await?;
        let mut db = ClientWrapper::new(client, task);
        let tx = db
            .build_transaction()
            .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await?;
        tx.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        )
        .await?;
        let report = audit::audit(&tx, progress).await?;
        tx.commit().await?;
        Ok(report)
    }
}
