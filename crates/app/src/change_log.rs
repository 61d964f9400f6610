//! What the log of changes keeps, as JSON: the same words in every store.

use ledger::{
    ApiKeyId, Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, Group, GroupId,
    GroupKind, GuildId, Rate, WebhookId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ApiKey, Change, Changed, RateRecord, Scopes, view::WebhookRecord};

/// A logged change, or one that is to be logged, is not as this program writes them.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a logged change is not readable")]
pub struct Unreadable;

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Unreadable
    }
}

/// What was changed. Hashes and secrets stay in their own tables only.
///
/// # Errors
/// Never for a change as the fronts make it.
pub fn what(change: &Change) -> Result<String, Unreadable> {
    let mut what = serde_json::to_value(change)?;
    for (name, secret) in [("ApiKeyCreate", "hash"), ("WebhookCreate", "secret")] {
        if let Some(fields) = what.get_mut(name).and_then(Value::as_object_mut) {
            fields.remove(secret);
        }
    }
    Ok(what.to_string())
}

/// What a change gave, to be read again by [`remember`].
///
/// # Errors
/// Never for an answer as the stores give it.
pub fn answer(changed: &Changed) -> Result<String, Unreadable> {
    Ok(serde_json::to_string(&Answer::of(changed))?)
}

/// A logged answer, and what of it has to be read again.
#[derive(Debug)]
pub enum Remembered {
    Whole(Changed),
    /// As the guild is now.
    Guild(GuildId),
    /// But for its secret, which is gone when the webhook was removed.
    Webhook(WebhookRecord),
}

/// # Errors
/// When this program did not write it.
pub fn remember(answer: &str) -> Result<Remembered, Unreadable> {
    serde_json::from_str::<Answer>(answer)?.remembered()
}

/// What a change gave, as the log keeps it: all that it answered, but for secrets and for a guild, which is read again.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Group {
        id: GroupId,
        kind: GroupKind,
        name: String,
        owner: Option<GuildId>,
    },
    Currency {
        id: CurrencyId,
        group: GroupId,
        name: String,
        symbol: Option<String>,
        decimals: u8,
        class: Class,
        state: CurrencyState,
    },
    Rate {
        from: CurrencyId,
        to: CurrencyId,
        num: u64,
        den: u64,
        set_ms: i64,
    },
    Guild {
        id: GuildId,
    },
    ApiKey {
        id: ApiKeyId,
        name: String,
        scopes: Scopes,
        created_ms: i64,
        revoked_ms: Option<i64>,
    },
    Webhook {
        id: WebhookId,
        url: String,
        currency: Option<CurrencyId>,
        cursor: i64,
    },
    Done,
}

impl Answer {
    fn of(changed: &Changed) -> Self {
        match changed.clone() {
            Changed::Group(Group {
                id,
                kind,
                name,
                owner,
            }) => Answer::Group {
                id,
                kind,
                name,
                owner,
            },
            Changed::Currency(currency) => Answer::Currency {
                id: currency.id,
                group: currency.group,
                name: currency.name.to_string(),
                symbol: currency.symbol,
                decimals: currency.decimals.get(),
                class: currency.class,
                state: currency.state,
            },
            Changed::Rate(RateRecord {
                from,
                to,
                rate,
                set_ms,
            }) => Answer::Rate {
                from,
                to,
                num: rate.num(),
                den: rate.den(),
                set_ms,
            },
            Changed::Guild(guild) => Answer::Guild { id: guild.id },
            Changed::ApiKey(ApiKey {
                id,
                name,
                scopes,
                created_ms,
                revoked_ms,
            }) => Answer::ApiKey {
                id,
                name,
                scopes,
                created_ms,
                revoked_ms,
            },
            Changed::Webhook(WebhookRecord {
                id,
                url,
                currency,
                cursor,
                ..
            }) => Answer::Webhook {
                id,
                url,
                currency,
                cursor,
            },
            Changed::Done => Answer::Done,
        }
    }

    fn remembered(self) -> Result<Remembered, Unreadable> {
        let changed = match self {
            Answer::Group {
                id,
                kind,
                name,
                owner,
            } => Changed::Group(Group {
                id,
                kind,
                name,
                owner,
            }),
            Answer::Currency {
                id,
                group,
                name,
                symbol,
                decimals,
                class,
                state,
            } => Changed::Currency(Currency {
                id,
                group,
                name: CurrencyName::new(name).map_err(|_| Unreadable)?,
                symbol,
                decimals: Decimals::new(decimals).ok_or(Unreadable)?,
                class,
                state,
            }),
            Answer::Rate {
                from,
                to,
                num,
                den,
                set_ms,
            } => Changed::Rate(RateRecord {
                from,
                to,
                rate: Rate::new(num, den).map_err(|_| Unreadable)?,
                set_ms,
            }),
            Answer::Guild { id } => return Ok(Remembered::Guild(id)),
            Answer::ApiKey {
                id,
                name,
                scopes,
                created_ms,
                revoked_ms,
            } => Changed::ApiKey(ApiKey {
                id,
                name,
                scopes,
                created_ms,
                revoked_ms,
            }),
            Answer::Webhook {
                id,
                url,
                currency,
                cursor,
            } => {
                return Ok(Remembered::Webhook(WebhookRecord {
                    id,
                    url,
                    secret: String::new(),
                    currency,
                    cursor,
                    failures: 0,
                    retry_ms: 0,
                }));
            }
            Answer::Done => Changed::Done,
        };
        Ok(Remembered::Whole(changed))
    }
}
