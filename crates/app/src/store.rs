use std::{fmt, future::Future, path::PathBuf, pin::Pin};

use ledger::{
    AccountKey, ApiKeyId, Balance, Currency, CurrencyId, Group, GuildId, HoldId, HolderId,
    Identity, JobId, NoteId, Transaction, TransactionId,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    ApiKey, BalancesAfter, Change, ChangeRefusal, Changed, CurrencyPicture, EmojiBinding, Flow,
    FlowQuery, Guild, GuildStats, HoldRecord, HolderRecord, Job, JobRetry, Member, MembersSync,
    NewJob, NoteRecord, Posting, RateRecord, ReactionRecord, Receipt, Supply, TransactionFilter,
    WalletLine, Write, WriteError, origin::Origin, view::WebhookRecord,
};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why the store cannot answer. Never an answer about money: those are refusals.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written. Try again after this many seconds.
    #[error("the database does not answer")]
    Unavailable { retry_after_secs: u32 },
    /// Nothing was written; reads go on.
    #[error("the disk is full")]
    Full,
    /// Nothing was written: the program is stopping.
    #[error("the store is closed")]
    Closed,
    /// It may or may not have been written: repeat it with the same key.
    #[error("the outcome of the write is not known")]
    Unknown,
    /// What is stored is not what the program wrote.
    #[error("the stored data is damaged: {0}")]
    Damaged(String),
    #[error("{doing}: {cause}")]
    Failed { doing: &'static str, cause: String },
}

pub(crate) type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A ledger's storage. Implementations commit many waiting writes at once and answer each after the commit is durable.
///
/// Lists are in the order that their names say, with cursors; times are milliseconds since the Unix epoch.
pub trait Store: crate::GameStore + Send + Sync + fmt::Debug + 'static {
    // Money.

    /// Writes one command, or answers as it did before when the key was used for the same.
    fn execute(&self, write: Write) -> BoxFuture<'static, Result<Receipt, WriteError>>;

    /// Commands that came together: each is answered for itself, in order, and a later one sees the earlier ones' effects.
    fn execute_many(
        &self,
        writes: Vec<Write>,
    ) -> BoxFuture<'static, Vec<Result<Receipt, WriteError>>>;

    // What is no money.

    fn change(&self, by: ChangeBy, change: Change)
    -> BoxFuture<'_, Result<Changed, ChangeRefusal>>;
    /// The holders of these identities, in their order; made where there were none.
    fn holders_ensure(&self, identities: Vec<Identity>) -> Read<'_, Vec<HolderId>>;
    /// The guild with its single group and membership; made, or marked present again and renamed.
    fn guild_ensure(&self, discord: u64, name: String) -> Read<'_, Guild>;
    fn guild_absent(&self, guild: GuildId) -> Read<'_, ()>;
    /// Stores a page of members, with their holders, and how far the fetching has come: together or not at all.
    fn members_put(&self, guild: GuildId, members: Vec<Member>, sync: MembersSync) -> Read<'_, ()>;
    fn member_joined(&self, guild: GuildId, member: Member) -> Read<'_, HolderId>;
    fn member_left(&self, guild: GuildId, discord: u64) -> Read<'_, ()>;
    /// Keeps a currency's picture in place of an earlier one. At most 256 KiB.
    fn picture_put(&self, currency: CurrencyId, picture: CurrencyPicture) -> Read<'_, ()>;

    // Reading.

    fn currencies(&self) -> Read<'_, Vec<Currency>>;
    fn groups(&self) -> Read<'_, Vec<Group>>;
    fn rates(&self) -> Read<'_, Vec<RateRecord>>;
    fn holder(&self, id: HolderId) -> Read<'_, Option<HolderRecord>>;
    fn holder_by_identity(&self, identity: Identity) -> Read<'_, Option<HolderRecord>>;
    fn wallet(&self, holder: HolderId) -> Read<'_, Vec<WalletLine>>;
    fn balance(&self, account: AccountKey) -> Read<'_, Balance>;
    fn history(
        &self,
        holder: HolderId,
        currency: Option<CurrencyId>,
        before: Option<i64>,
        limit: usize,
    ) -> Read<'_, Vec<Posting>>;
    fn transaction(&self, id: TransactionId) -> Read<'_, Option<Transaction>>;
    fn transactions(&self, filter: TransactionFilter) -> Read<'_, Vec<Transaction>>;
    /// Oldest first, all those after the cursor (0 for the beginning).
    fn transactions_after(&self, cursor: i64, limit: usize) -> Read<'_, Vec<Transaction>>;
    fn flows(&self, query: FlowQuery) -> Read<'_, Vec<Flow>>;
    fn supply(&self) -> Read<'_, Vec<Supply>>;
    /// The richest holders of one currency, by balance, then by the older holder.
    fn richest(
        &self,
        currency: CurrencyId,
        skip: usize,
        limit: usize,
    ) -> Read<'_, Vec<(HolderId, Balance)>>;
    fn note(&self, id: NoteId) -> Read<'_, Option<NoteRecord>>;
    fn notes_of(
        &self,
        sender: HolderId,
        before: Option<NoteId>,
        limit: usize,
    ) -> Read<'_, Vec<NoteRecord>>;
    fn hold(&self, id: HoldId) -> Read<'_, Option<HoldRecord>>;
    fn holds_of(
        &self,
        holder: HolderId,
        before: Option<HoldId>,
        limit: usize,
    ) -> Read<'_, Vec<HoldRecord>>;
    /// Open holds whose time has passed.
    fn holds_expired(&self, now_ms: i64, limit: usize) -> Read<'_, Vec<HoldRecord>>;
    fn guilds(&self) -> Read<'_, Vec<Guild>>;
    fn guild_by_discord(&self, discord: u64) -> Read<'_, Option<Guild>>;
    fn emojis(&self, guild: GuildId) -> Read<'_, Vec<EmojiBinding>>;
    /// The member with this Discord id, while they are there.
    fn member(&self, guild: GuildId, discord: u64) -> Read<'_, Option<Member>>;
    fn guild_stats(&self, guild: GuildId, currencies: Vec<CurrencyId>) -> Read<'_, GuildStats>;
    /// What transfers after this cursor (of [`GuildStats`]) left in holders' accounts of these currencies; looks at `limit` transfers at most.
    fn balances_after(
        &self,
        cursor: i64,
        currencies: Vec<CurrencyId>,
        limit: usize,
    ) -> Read<'_, BalancesAfter>;
    /// Reactions that minted in these currencies since a time, oldest first.
    fn reactions_since(
        &self,
        currencies: Vec<CurrencyId>,
        since_ms: i64,
    ) -> Read<'_, Vec<ReactionRecord>>;
    fn picture(&self, currency: CurrencyId) -> Read<'_, Option<CurrencyPicture>>;
    fn api_keys(&self) -> Read<'_, Vec<ApiKey>>;
    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>>;
    fn api_key(&self, id: ApiKeyId) -> Read<'_, Option<ApiKey>>;
    fn webhooks(&self) -> Read<'_, Vec<WebhookRecord>>;

    // Work and what follows the journal.

    fn job_add(&self, job: NewJob) -> Read<'_, ()>;
    /// The oldest job of these kinds that is due and not leased, now leased for so long.
    fn job_claim(&self, kinds: Vec<String>, lease_ms: i64) -> Read<'_, Option<Job>>;
    /// Extends the lease and keeps what was done so far; false when another has taken the job.
    fn job_progress(&self, id: JobId, lease: i64, payload: Value, lease_ms: i64) -> Read<'_, bool>;
    fn job_done(&self, id: JobId, lease: i64) -> Read<'_, bool>;
    fn job_retry(&self, id: JobId, lease: i64, retry: JobRetry) -> Read<'_, bool>;
    fn jobs(&self) -> Read<'_, Vec<Job>>;
    /// What one process does alone: taken for so long, or extended by the owner that has it; nothing while another has it and its time is
    /// not over. The fence is greater than any before it under this name; who extends keeps theirs.
    fn lease(&self, name: String, owner: String, for_ms: i64) -> Read<'_, Option<i64>>;
    /// Ends a lease before its time, if this fence is still the newest.
    fn lease_drop(&self, name: String, fence: i64) -> Read<'_, ()>;
    /// Where a follower of the journal stands; 0 when it never ran.
    fn cursor(&self, name: String) -> Read<'_, i64>;
    fn cursor_set(&self, name: String, at: i64) -> Read<'_, ()>;
    fn webhook_moved(&self, webhook: WebhookRecord) -> Read<'_, ()>;
    /// A small value that a front keeps for itself, such as a gateway session.
    fn memo(&self, name: String) -> Read<'_, Option<Value>>;
    fn memo_set(&self, name: String, value: Value) -> Read<'_, ()>;

    // Care.

    /// The id of the last committed transfer: wakes those who follow the journal; they read it by cursor.
    fn committed(&self) -> watch::Receiver<i64>;
    fn health(&self) -> Read<'_, Health>;
    /// Checks every invariant over the whole ledger, streaming; stops at the first row that is wrong.
    fn audit(&self, progress: AuditProgress) -> Read<'_, AuditReport>;
    /// An online copy of the whole ledger in one file.
    fn backup(&self, to: PathBuf) -> Read<'_, ()>;
    /// Writes everything out and stops. Writes that come later are refused as closed.
    fn close(&self) -> Read<'_, ()>;
}

/// Who made a change, through which code.
#[derive(Debug, Clone)]
pub struct ChangeBy {
    pub actor: HolderId,
    pub origin: Origin,
    pub key: ledger::IdempotencyKey,
    pub content: ledger::ContentHash,
    pub reason: Option<String>,
}

/// Hears how many transfers were checked, of how many.
pub type AuditProgress = Box<dyn FnMut(u64, u64) + Send>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    pub transfers: u64,
    pub accounts: u64,
    /// The chain's last hash, in hexadecimal: the same over equal ledgers.
    pub head: String,
    /// Empty when all is well; else the first row that is wrong, and what follows from it.
    pub findings: Vec<AuditFinding>,
}

/// One row that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFinding {
    /// Table and key, such as `transfer 123`.
    pub row: String,
    pub what: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    pub writable: bool,
    pub sequence: u64,
    pub schema_version: u32,
    /// Bytes that the ledger takes on disk.
    pub bytes: u64,
    pub oldest_job_ms: Option<i64>,
    pub jobs: u64,
    pub last_backup_ms: Option<i64>,
    /// Origins that could not be recorded since the start.
    pub lost_origins: u64,
}
