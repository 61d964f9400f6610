#![doc = include_str!("../README.md")]

mod api_key;
mod app;
mod ask;
mod change;
pub mod change_log;
mod clock;
mod flow;
mod game_store;
mod game_view;
mod guild;
mod history;
mod job;
mod lease;
mod link_code;
mod note_book;
mod note_token;
pub mod origin;
mod quote;

mod site_table;
mod store;
mod verbs;
mod view;
mod write;

pub use api_key::{ApiKey, ApiKeySecret, NewApiKey, Scope, Scopes};
pub use app::App;
pub use ask::Asked;
pub use change::{Change, ChangeRefusal, Changed, CurrencyEdit, NewCurrency, NewGroup, RateChange};
pub use clock::{Clock, ManualClock, SystemClock, random_bytes};
pub use flow::{Flow, FlowQuery, FlowTotals};
pub use game_store::{BatchSigned, Fence, GameStore};
pub use game_view::{
    BatchMessage, BatchRecord, BatchState, BatchWork, ChainCursor, DepositFilter, DepositRecord,
    LandedAt, NewBatch, PlayerRecord, PurchaseRail, PurchaseRecord, RewardFilter, RewardLine,
    RewardTally, RunRecord, StarsRecord, WaitingRewards,
};
pub use guild::{
    BalancesAfter, CurrencyPicture, EmojiBinding, Guild, GuildEdit, GuildStats, Member,
    MembersSync, ReactionRecord, reported_name,
};
pub use job::{Job, JobRetry, NewJob};
pub use lease::Lease;
pub use link_code::{LINK_CODE_SECS, LinkCode, LinkRefusal, Linked};
pub use note_book::NoteBook;
pub use note_token::{NoteClaims, NoteKeyLine, NoteKeys, NoteKeysError, NoteTokenError};
pub use store::{
    AuditFinding, AuditProgress, AuditReport, BoxFuture, ChangeBy, Health, Store, StoreError,
};
pub use view::{
    HoldRecord, HolderRecord, NoteRecord, Posting, RateRecord, Supply, TransactionFilter,
    WalletLine, WebhookRecord,
};
pub use write::{Receipt, Write, WriteError};
