#![doc = include_str!("../README.md")]
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic)]

mod account;
mod amount;
mod chain;
mod code_lookup;

mod currency;
mod group;
mod holder;
mod id;
mod key;
mod rate;
mod telegram;
mod ton;
mod transaction;

pub use account::{AccountKey, Floor, Owner, Standing, SystemRole};
pub use amount::{Amount, AmountError, Balance};
pub use chain::{Chain, Link};
pub use code_lookup::{CodeSiteId, SiteName, SiteNameError, code_site_id};
pub use currency::{Class, Currency, CurrencyName, CurrencyState, Decimals, NameError};
pub use group::{Group, GroupKind};
pub use holder::{Identity, IdentityError, Platform};
pub use id::{
    ApiKeyId, BatchId, CurrencyId, GroupId, GuildId, HoldId, HolderId, IdError, IdSequence, ItemId,
    JobId, NodeNumber, NoteId, RewardId, TransactionId, WebhookId,
};
pub use key::{ContentHash, IdempotencyKey, KeyScope};
pub use rate::{Quote, Rate, RateError, Remainder};
pub use telegram::{AchievementId, Achievements, RunId, StarsCharge, TelegramUserId};
pub use ton::{TonAddress, TonAddressError, TonHash};
pub use transaction::{Detail, Kind, RecordedOrigin, Transaction, Transfer};
