//! The domain's values as stores keep them: integers and words.

use app::BatchState;
use economy::{DepositState, HeldWhy, RewardState, StarsState};
use ledger::{
    AchievementId, Amount, ApiKeyId, BatchId, Class, CurrencyId, CurrencyState, Decimals, GroupId,
    GroupKind, GuildId, HoldId, HolderId, JobId, Kind, NoteId, Platform, RewardId, TelegramUserId,
    TransactionId, WebhookId,
};

/// A value that is kept as an integer.
pub trait Number: Sized {
    const WHAT: &'static str;

    fn from_number(number: i64) -> Option<Self>;
}

/// A value that is kept as a word.
pub trait Word: Copy + Sized + 'static {
    const WHAT: &'static str;
    const ALL: &'static [Self];

    fn word(self) -> &'static str;
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Number for $id {
            const WHAT: &'static str = stringify!($id);

            fn from_number(number: i64) -> Option<Self> {
                $id::new(number).ok()
            }
        }
    )*};
}

ids! { HolderId CurrencyId GroupId TransactionId NoteId HoldId GuildId JobId ApiKeyId WebhookId Amount RewardId BatchId }

impl Number for ledger::ItemId {
    const WHAT: &'static str = "ItemId";

    fn from_number(number: i64) -> Option<Self> {
        Self::new(number).ok()
    }
}

impl Number for TelegramUserId {
    const WHAT: &'static str = "TelegramUserId";

    fn from_number(number: i64) -> Option<Self> {
        Self::new(number.cast_unsigned()).ok()
    }
}

impl Number for AchievementId {
    const WHAT: &'static str = "AchievementId";

    fn from_number(number: i64) -> Option<Self> {
        Self::new(u8::try_from(number).ok()?).ok()
    }
}

impl Number for Kind {
    const WHAT: &'static str = "kind";

    fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number).ok().and_then(Kind::from_code)
    }
}

impl Number for Decimals {
    const WHAT: &'static str = "decimals";

    fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number).ok().and_then(Decimals::new)
    }
}

macro_rules! words {
    ($($type:ident { $($variant:ident $word:literal)* })*) => {$(
        impl Word for $type {
            const WHAT: &'static str = stringify!($type);
            const ALL: &'static [Self] = &[$($type::$variant),*];

            fn word(self) -> &'static str {
                match self { $($type::$variant => $word,)* }
            }
        }
    )*};
}

words! {
    GroupKind { Global "global" Local "local" Single "single" }
    Class { Regular "regular" Premium "premium" }
    CurrencyState { Active "active" Frozen "frozen" }
    Platform { Discord "discord" Telegram "telegram" App "app" Guild "guild" Operator "operator" }
}

macro_rules! states {
    ($($type:ident)*) => {$(
        impl Word for $type {
            const WHAT: &'static str = stringify!($type);
            const ALL: &'static [Self] = &$type::ALL;

            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    )*};
}

states! { RewardState DepositState StarsState HeldWhy BatchState }
