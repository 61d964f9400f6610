//! What a store is asked, each in one line or a few: the money's writer, a read, or a change.

use std::{path::PathBuf, sync::atomic::Ordering};

use app::{
    ApiKey, AuditProgress, AuditReport, BalancesAfter, BoxFuture, Change, ChangeBy, ChangeRefusal,
    Changed, CurrencyPicture, EmojiBinding, Flow, FlowQuery, Guild, GuildStats, Health, HoldRecord,
    HolderRecord, Job, JobRetry, Member, MembersSync, NewJob, NoteRecord, Posting, RateRecord,
    ReactionRecord, Receipt, Store, StoreError, Supply, TransactionFilter, WalletLine,
    WebhookRecord, Write, WriteError,
};
use ledger::{
    AccountKey, ApiKeyId, Balance, Currency, CurrencyId, Group, GuildId, HoldId, HolderId,
    Identity, JobId, NoteId, Transaction, TransactionId,
};
use rusqlite::Connection;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::{
    SCHEMA_VERSION, audit, change,
    checkpoint::{length, log_path},
    open,
    pool::failed,
    read::{self, ReadError},
    writer::{Request, Scope},
};

use super::{LAST_BACKUP, SqliteStore, let_go, unknown};

impl Store for SqliteStore {
    fn execute(&self, write: Write) -> BoxFuture<'static, Result<Receipt, WriteError>> {
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::One(Box::new(write), tell));
        Box::pin(async move {
            sent.map_err(|_| StoreError::Closed)?;
            told.await.unwrap_or_else(|gone| Err(unknown(gone)))
        })
    }

    fn execute_many(
        &self,
        writes: Vec<Write>,
    ) -> BoxFuture<'static, Vec<Result<Receipt, WriteError>>> {
        let count = writes.len();
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::Many(writes, tell));
        Box::pin(async move {
            if sent.is_err() {
                return (0..count).map(|_| Err(StoreError::Closed.into())).collect();
            }
            told.await
                .unwrap_or_else(|_| (0..count).map(|_| Err(unknown(()))).collect())
        })
    }

    fn change(
        &self,
        by: ChangeBy,
        change: Change,
    ) -> BoxFuture<'_, Result<Changed, ChangeRefusal>> {
        self.task(move |scope| {
            let origin = (scope.origin)(&by.origin);
            let (changed, touched) =
                change::change(scope.db, &by, origin, &change, scope.new_id, scope.now_ms)?;
            scope.touched = touched;
            Ok(changed)
        })
    }

    fn holders_ensure(
        &self,
        identities: Vec<Identity>,
    ) -> BoxFuture<'_, Result<Vec<HolderId>, StoreError>> {
        self.task(move |scope| Ok(change::holders_ensure(scope.db, &identities, scope.new_id)?))
    }

    fn guild_ensure(&self, discord: u64, name: String) -> BoxFuture<'_, Result<Guild, StoreError>> {
        self.task(move |scope| {
            Ok(change::guild_ensure(
                scope.db,
                discord,
                &name,
                scope.new_id,
                scope.now_ms,
            )?)
        })
    }

    fn guild_absent(&self, guild: GuildId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::guild_absent(scope.db, guild)?))
    }

    fn members_put(
        &self,
        guild: GuildId,
        members: Vec<Member>,
        sync: MembersSync,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| {
            Ok(change::members_put(
                scope.db,
                guild,
                &members,
                sync,
                scope.new_id,
                scope.now_ms,
            )?)
        })
    }

    fn member_joined(
        &self,
        guild: GuildId,
        member: Member,
    ) -> BoxFuture<'_, Result<HolderId, StoreError>> {
        self.task(move |scope| {
            Ok(change::member_joined(
                scope.db,
                guild,
                &member,
                scope.new_id,
                scope.now_ms,
            )?)
        })
    }

    fn member_left(&self, guild: GuildId, discord: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::member_left(scope.db, guild, discord, scope.now_ms)?))
    }

    fn picture_put(
        &self,
        currency: CurrencyId,
        picture: CurrencyPicture,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::picture_put(scope.db, currency, &picture)?))
    }

    fn currencies(&self) -> BoxFuture<'_, Result<Vec<Currency>, StoreError>> {
        self.snapshot(read::currency_list)
    }

    fn groups(&self) -> BoxFuture<'_, Result<Vec<Group>, StoreError>> {
        self.snapshot(read::group_list)
    }

    fn rates(&self) -> BoxFuture<'_, Result<Vec<RateRecord>, StoreError>> {
        self.snapshot(read::rate_list)
    }

    fn holder(&self, id: HolderId) -> BoxFuture<'_, Result<Option<HolderRecord>, StoreError>> {
        self.snapshot(move |db| read::holder_fetch(db, id))
    }

    fn holder_by_identity(
        &self,
        identity: Identity,
    ) -> BoxFuture<'_, Result<Option<HolderRecord>, StoreError>> {
        self.snapshot(move |db| read::holder_by_identity(db, &identity))
    }

    fn wallet(&self, holder: HolderId) -> BoxFuture<'_, Result<Vec<WalletLine>, StoreError>> {
        self.overlaid(move |db, dirty| read::wallet_fetch(db, holder, dirty))
    }

    fn balance(&self, account: AccountKey) -> BoxFuture<'_, Result<Balance, StoreError>> {
        self.overlaid(move |db, dirty| read::balance_fetch(db, account, dirty))
    }

    fn history(
        &self,
        holder: HolderId,
        currency: Option<CurrencyId>,
        before: Option<i64>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Posting>, StoreError>> {
        self.overlaid(move |db, dirty| {
            read::history_list(db, holder, currency, before, limit, dirty)
        })
    }

    fn transaction(
        &self,
        id: TransactionId,
    ) -> BoxFuture<'_, Result<Option<Transaction>, StoreError>> {
        self.snapshot(move |db| read::transaction_fetch(db, id))
    }

    fn transactions(
        &self,
        filter: TransactionFilter,
    ) -> BoxFuture<'_, Result<Vec<Transaction>, StoreError>> {
        self.overlaid(move |db, dirty| {
            read::transaction_list(db, &filter, dirty, &|origin| dirty.origin_head(origin))
        })
    }

    fn transactions_after(
        &self,
        cursor: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Transaction>, StoreError>> {
        self.snapshot(move |db| read::transactions_after(db, cursor, limit))
    }

    fn flows(&self, query: FlowQuery) -> BoxFuture<'_, Result<Vec<Flow>, StoreError>> {
        self.snapshot(move |db| read::flow_list(db, &query))
    }

    fn supply(&self) -> BoxFuture<'_, Result<Vec<Supply>, StoreError>> {
        self.snapshot(read::supply_list)
    }

    fn richest(
        &self,
        currency: CurrencyId,
        skip: usize,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<(HolderId, Balance)>, StoreError>> {
        self.snapshot(move |db| read::richest_list(db, currency, skip, limit))
    }

    fn note(&self, id: NoteId) -> BoxFuture<'_, Result<Option<NoteRecord>, StoreError>> {
        self.snapshot(move |db| read::note_fetch(db, id))
    }

    fn notes_of(
        &self,
        sender: HolderId,
        before: Option<NoteId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<NoteRecord>, StoreError>> {
        self.snapshot(move |db| read::notes_of(db, sender, before, limit))
    }

    fn hold(&self, id: HoldId) -> BoxFuture<'_, Result<Option<HoldRecord>, StoreError>> {
        self.snapshot(move |db| read::hold_fetch(db, id))
    }

    fn holds_of(
        &self,
        holder: HolderId,
        before: Option<HoldId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HoldRecord>, StoreError>> {
        self.snapshot(move |db| read::holds_of(db, holder, before, limit))
    }

    fn holds_expired(
        &self,
        now_ms: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HoldRecord>, StoreError>> {
        self.snapshot(move |db| read::holds_expired(db, now_ms, limit))
    }

    fn guilds(&self) -> BoxFuture<'_, Result<Vec<Guild>, StoreError>> {
        self.snapshot(read::guild_list)
    }

    fn guild_by_discord(&self, discord: u64) -> BoxFuture<'_, Result<Option<Guild>, StoreError>> {
        self.snapshot(move |db| read::guild_by_discord(db, discord))
    }

    fn emojis(&self, guild: GuildId) -> BoxFuture<'_, Result<Vec<EmojiBinding>, StoreError>> {
        self.snapshot(move |db| read::emoji_list(db, guild))
    }

    fn member(
        &self,
        guild: GuildId,
        discord: u64,
    ) -> BoxFuture<'_, Result<Option<Member>, StoreError>> {
        self.snapshot(move |db| read::member_fetch(db, guild, discord))
    }

    fn guild_stats(
        &self,
        guild: GuildId,
        currencies: Vec<CurrencyId>,
    ) -> BoxFuture<'_, Result<GuildStats, StoreError>> {
        self.snapshot(move |db| read::guild_stats(db, guild, &currencies))
    }

    fn balances_after(
        &self,
        cursor: i64,
        currencies: Vec<CurrencyId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<BalancesAfter, StoreError>> {
        self.snapshot(move |db| read::balances_after(db, cursor, &currencies, limit))
    }

    fn reactions_since(
        &self,
        currencies: Vec<CurrencyId>,
        since_ms: i64,
    ) -> BoxFuture<'_, Result<Vec<ReactionRecord>, StoreError>> {
        self.snapshot(move |db| read::reactions_since(db, &currencies, since_ms))
    }

    fn picture(
        &self,
        currency: CurrencyId,
    ) -> BoxFuture<'_, Result<Option<CurrencyPicture>, StoreError>> {
        self.snapshot(move |db| read::picture_fetch(db, currency))
    }

    fn api_keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>, StoreError>> {
        self.snapshot(read::api_key_list)
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> BoxFuture<'_, Result<Option<ApiKey>, StoreError>> {
        self.snapshot(move |db| read::api_key_by_hash(db, &hash))
    }

    fn api_key(&self, id: ApiKeyId) -> BoxFuture<'_, Result<Option<ApiKey>, StoreError>> {
        self.snapshot(move |db| read::api_key_fetch(db, id))
    }

    fn webhooks(&self) -> BoxFuture<'_, Result<Vec<WebhookRecord>, StoreError>> {
        self.snapshot(read::webhook_list)
    }

    fn job_add(&self, job: NewJob) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::job_add(scope.db, &job, scope.new_id)?))
    }

    fn job_claim(
        &self,
        kinds: Vec<String>,
        lease_ms: i64,
    ) -> BoxFuture<'_, Result<Option<Job>, StoreError>> {
        self.task(move |scope| Ok(change::job_claim(scope.db, &kinds, lease_ms, scope.now_ms)?))
    }

    fn job_progress(
        &self,
        id: JobId,
        lease: i64,
        payload: Value,
        lease_ms: i64,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.task(move |scope| {
            Ok(change::job_progress(
                scope.db,
                id,
                lease,
                &payload,
                lease_ms,
                scope.now_ms,
            )?)
        })
    }

    fn job_done(&self, id: JobId, lease: i64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.task(move |scope| Ok(change::job_done(scope.db, id, lease)?))
    }

    fn job_retry(
        &self,
        id: JobId,
        lease: i64,
        retry: JobRetry,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.task(move |scope| Ok(change::job_retry(scope.db, id, lease, &retry)?))
    }

    fn jobs(&self) -> BoxFuture<'_, Result<Vec<Job>, StoreError>> {
        self.snapshot(read::job_list)
    }

    fn lease(
        &self,
        name: String,
        owner: String,
        for_ms: i64,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>> {
        self.task(move |scope| {
            Ok(change::lease_take(
                scope.db,
                &name,
                &owner,
                for_ms,
                scope.now_ms,
            )?)
        })
    }

    fn lease_drop(&self, name: String, fence: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::lease_drop(scope.db, &name, fence)?))
    }

    fn cursor(&self, name: String) -> BoxFuture<'_, Result<i64, StoreError>> {
        self.snapshot(move |db| read::cursor_fetch(db, &name))
    }

    fn cursor_set(&self, name: String, at: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::cursor_set(scope.db, &name, at)?))
    }

    fn webhook_moved(&self, webhook: WebhookRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::webhook_moved(scope.db, &webhook)?))
    }

    fn memo(&self, name: String) -> BoxFuture<'_, Result<Option<Value>, StoreError>> {
        self.snapshot(move |db| read::memo_fetch(db, &name))
    }

    fn memo_set(&self, name: String, value: Value) -> BoxFuture<'_, Result<(), StoreError>> {
        self.task(move |scope| Ok(change::memo_set(scope.db, &name, &value)?))
    }

    fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    fn health(&self) -> BoxFuture<'_, Result<Health, StoreError>> {
        let path = self.path.clone();
        let lost_origins = self.lost_origins.load(Ordering::Relaxed);
        Box::pin(async move {
            // A write of nothing: it goes through the writer and to the disk.
            let writable = self
                .memo_set("health.probe".into(), Value::Null)
                .await
                .is_ok();
            let bytes = length(&path) + length(&log_path(&path)) + length(&open::index_path(&path));
            self.snapshot(move |db| {
                health_fetch(
                    db,
                    Health {
                        writable,
                        bytes,
                        lost_origins,
                        ..Health::default()
                    },
                )
            })
            .await
        })
    }

    fn audit(&self, mut progress: AuditProgress) -> BoxFuture<'_, Result<AuditReport, StoreError>> {
        self.blocking(move |db| Ok(audit::audit(db, &mut *progress)?))
    }

    fn backup(&self, to: PathBuf) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.blocking(move |db| {
                db.execute("VACUUM INTO ?1", [to.to_string_lossy()])
                    .map(|_| ())
                    .map_err(failed)
            })
            .await?;
            self.task(|scope: &mut Scope<'_>| {
                Ok(change::memo_set(
                    scope.db,
                    LAST_BACKUP,
                    &Value::from(scope.now_ms),
                )?)
            })
            .await
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let (tell, told) = oneshot::channel();
        let sent = self.requests.send(Request::Close(tell));
        Box::pin(async move {
            // A store that is closed already has nothing left to do.
            let outcome = if sent.is_ok() {
                told.await.unwrap_or(Ok(()))
            } else {
                Ok(())
            };
            let held = self.take_held();
            let _ = tokio::task::spawn_blocking(move || let_go(held)).await;
            outcome
        })
    }
}

fn health_fetch(db: &Connection, known: Health) -> Result<Health, ReadError> {
    let (_, sequence) = read::transfer_last(db)?;
    let (jobs, oldest): (i64, Option<i64>) =
        db.query_row("SELECT count(*), min(run_at_ms) FROM job", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let last_backup_ms = read::memo_fetch(db, LAST_BACKUP)?.and_then(|value| value.as_i64());
    Ok(Health {
        sequence,
        schema_version: SCHEMA_VERSION,
        oldest_job_ms: oldest,
        jobs: jobs.unsigned_abs(),
        last_backup_ms,
        ..known
    })
}
