use ledger::{
    ApiKeyId, Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, Group, GroupId,
    GroupKind, GuildId, HolderId, Rate, Standing,
};
use serde::Serialize;

use crate::{
    ApiKey, EmojiBinding, Guild, GuildEdit, NewApiKey, RateRecord, StoreError, view::WebhookRecord,
};

/// What can be changed that is no money. Every change is logged with its origin and answers the same when its key is repeated.
#[derive(Debug, Clone, Serialize)]
pub enum Change {
    GroupCreate(NewGroup),
    GroupJoin {
        group: GroupId,
        guild: GuildId,
    },
    GroupLeave {
        group: GroupId,
        guild: GuildId,
    },
    CurrencyCreate(NewCurrency),
    CurrencyEdit(CurrencyEdit),
    RateSet(RateChange),
    RateRemove {
        from: CurrencyId,
        to: CurrencyId,
    },
    StandingSet {
        holder: HolderId,
        standing: Standing,
    },
    GuildEdit {
        guild: GuildId,
        edit: GuildEdit,
    },
    EmojiBind(EmojiBinding),
    EmojiUnbind {
        guild: GuildId,
        emoji: u64,
    },
    ApiKeyCreate(NewApiKey),
    ApiKeyRevoke {
        key: ApiKeyId,
    },
    WebhookCreate {
        url: String,
        secret: String,
        currency: Option<CurrencyId>,
    },
    WebhookRemove {
        webhook: ledger::WebhookId,
    },
}

#[derive(Debug, Clone, Serialize)]
pub struct NewGroup {
    pub kind: GroupKind,
    pub name: String,
    pub owner: Option<GuildId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct NewCurrency {
    pub group: GroupId,
    pub name: CurrencyName,
    pub symbol: Option<String>,
    #[serde(serialize_with = "digits")]
    pub decimals: Decimals,
    pub class: Class,
}

#[derive(Debug, Clone, Serialize)]
pub struct CurrencyEdit {
    pub currency: CurrencyId,
    pub state: Option<CurrencyState>,
    pub symbol: Option<String>,
}

/// A one-way rate between minor units.
#[derive(Debug, Clone, Serialize)]
pub struct RateChange {
    pub from: CurrencyId,
    pub to: CurrencyId,
    #[serde(serialize_with = "fraction")]
    pub rate: Rate,
}

/// What a change gave.
#[derive(Debug, Clone)]
pub enum Changed {
    Group(Group),
    Currency(Currency),
    Rate(RateRecord),
    Guild(Guild),
    ApiKey(ApiKey),
    Webhook(WebhookRecord),
    Done,
}

/// Why a change is not made. Variants in the order in which they are checked.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefusal {
    #[error("the idempotency key was used for another change")]
    KeyReused,
    #[error("there is no such {what}")]
    Unknown { what: &'static str },
    #[error("there is such a {what} already")]
    Exists { what: &'static str },
    #[error("only currencies of one group can be exchanged")]
    OtherGroup,
    #[error("could not write the change")]
    Store(#[source] StoreError),
}

impl From<StoreError> for ChangeRefusal {
    fn from(error: StoreError) -> Self {
        ChangeRefusal::Store(error)
    }
}

fn digits<S: serde::Serializer>(decimals: &Decimals, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u8(decimals.get())
}

fn fraction<S: serde::Serializer>(rate: &Rate, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{}/{}", rate.num(), rate.den()))
}
