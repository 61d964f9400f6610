use app::{ApiKey, Change, ChangeBy, ChangeRefusal, Changed, RateRecord, Scopes, WebhookRecord};
use ledger::{
    ApiKeyId, Class, ContentHash, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals,
    Group, GroupId, GroupKind, GuildId, HolderId, IdempotencyKey, Rate, Standing, WebhookId,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Ids, Making, Stop, Touched, api_key, currency, emoji, group, guild, rate, refuse_if, unknown,
    webhook,
};
use crate::read::{ReadError, guild_fetch, holder_standing, webhook_fetch};

/// Makes a change and logs it, or answers as it did before when the key was used for the same. `origin_ref` is this file's own number
/// for the origin.
pub(crate) fn change(
    db: &Connection,
    by: &ChangeBy,
    origin_ref: i64,
    change: &Change,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<(Changed, Touched), ChangeRefusal> {
    Ok(change_once(
        db,
        &By::new(by, origin_ref),
        change,
        ids,
        now_ms,
    )?)
}

/// Who asks for a change, through which code.
#[derive(Debug, Clone)]
struct By {
    actor: HolderId,
    origin_ref: i64,
    key: IdempotencyKey,
    content: ContentHash,
    reason: Option<String>,
}

impl By {
    fn new(by: &ChangeBy, origin_ref: i64) -> Self {
        Self {
            actor: by.actor,
            origin_ref,
            key: by.key,
            content: by.content,
            reason: by.reason.clone(),
        }
    }
}

fn change_once(
    db: &Connection,
    by: &By,
    change: &Change,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<(Changed, Touched), Stop> {
    if let Some((content, answer)) = logged(db, by)? {
        refuse_if(content != by.content, ChangeRefusal::KeyReused)?;
        return Ok((answer.changed(db)?, Touched::default()));
    }
    holder_standing(db, by.actor)?.ok_or_else(|| unknown("holder"))?;
    let id = ids();
    let (changed, touched) = make(
        &mut Making {
            db,
            ids: &mut || ids(),
            now_ms,
        },
        change,
    )?;
    let (what, answer) = (without_secrets(change)?, json(&Answer::of(&changed))?);
    db.prepare_cached(
        "INSERT INTO change_log (id, actor, origin, key, content, reason, what, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        id,
        by.actor.get(),
        by.origin_ref,
        by.key.bytes().as_slice(),
        by.content.bits(),
        by.reason,
        what,
        answer
    ])?;
    Ok((changed, touched))
}

fn make(making: &mut Making<'_>, change: &Change) -> Result<(Changed, Touched), Stop> {
    let (quiet, rates) = (
        Touched::default(),
        Touched {
            rates: true,
            ..Touched::default()
        },
    );
    let currencies = Touched {
        currencies: true,
        ..Touched::default()
    };
    Ok(match change {
        Change::GroupCreate(new) => (Changed::Group(group::create(making, new)?), quiet),
        Change::GroupJoin { group, guild } => {
            (Changed::Guild(group::join(making, *group, *guild)?), quiet)
        }
        Change::GroupLeave { group, guild } => (
            Changed::Guild(group::leave(making.db, *group, *guild)?),
            quiet,
        ),
        Change::CurrencyCreate(new) => (
            Changed::Currency(currency::create(making, new)?),
            currencies,
        ),
        Change::CurrencyEdit(edit) => (
            Changed::Currency(currency::edit(making.db, edit)?),
            currencies,
        ),
        Change::RateSet(set) => (Changed::Rate(rate::set(making, set)?), rates),
        Change::RateRemove { from, to } => (
            rate::remove(making.db, *from, *to).map(|()| Changed::Done)?,
            rates,
        ),
        Change::StandingSet { holder, standing } => {
            standing_set(making.db, *holder, *standing)?;
            (
                Changed::Done,
                Touched {
                    standing: Some(*holder),
                    ..quiet
                },
            )
        }
        Change::GuildEdit { guild, edit } => {
            (Changed::Guild(guild::edit(making.db, *guild, edit)?), quiet)
        }
        Change::EmojiBind(binding) => (
            emoji::bind(making.db, binding).map(|()| Changed::Done)?,
            quiet,
        ),
        Change::EmojiUnbind { guild, emoji } => (
            emoji::unbind(making.db, *guild, *emoji).map(|()| Changed::Done)?,
            quiet,
        ),
        Change::ApiKeyCreate(new) => (Changed::ApiKey(api_key::create(making, new)?), quiet),
        Change::ApiKeyRevoke { key } => (Changed::ApiKey(api_key::revoke(making, *key)?), quiet),
        Change::WebhookCreate {
            url,
            secret,
            currency,
        } => (
            Changed::Webhook(webhook::create(making, url, secret, *currency)?),
            quiet,
        ),
        Change::WebhookRemove { webhook } => (
            webhook::remove(making.db, *webhook).map(|()| Changed::Done)?,
            quiet,
        ),
    })
}

/// Only linking merges, because money moves with it; and who was merged stays so.
fn standing_set(db: &Connection, holder: HolderId, standing: Standing) -> Result<(), Stop> {
    match holder_standing(db, holder)? {
        None | Some(Standing::Merged(_)) => return Err(unknown("holder")),
        Some(_) => {}
    }
    let word = match standing {
        Standing::Open => "open",
        Standing::Frozen => "frozen",
        Standing::Merged(_) => return Err(unknown("standing")),
    };
    db.prepare_cached("UPDATE holder SET standing = ?2 WHERE id = ?1")?
        .execute(params![holder.get(), word])?;
    Ok(())
}

fn logged(db: &Connection, by: &By) -> Result<Option<(ContentHash, Answer)>, ReadError> {
    let found: Option<(i64, String)> = db
        .prepare_cached("SELECT content, answer FROM change_log WHERE key = ?1")?
        .query_row([by.key.bytes().as_slice()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((content, answer)) = found else {
        return Ok(None);
    };
    let answer = serde_json::from_str(&answer).map_err(|_| damaged())?;
    Ok(Some((ContentHash::from_bits(content), answer)))
}

/// The change as JSON. Hashes and secrets stay in their own tables only.
fn without_secrets(change: &Change) -> Result<String, ReadError> {
    let mut what = serde_json::to_value(change).map_err(|_| damaged())?;
    for (name, secret) in [("ApiKeyCreate", "hash"), ("WebhookCreate", "secret")] {
        if let Some(fields) = what.get_mut(name).and_then(Value::as_object_mut) {
            fields.remove(secret);
        }
    }
    Ok(what.to_string())
}

fn json(value: &impl Serialize) -> Result<String, ReadError> {
    serde_json::to_string(value).map_err(|_| damaged())
}

fn damaged() -> ReadError {
    ReadError::Damaged("a logged change is not readable".into())
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

    fn changed(self, db: &Connection) -> Result<Changed, ReadError> {
        Ok(match self {
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
                name: CurrencyName::new(name).map_err(|_| damaged())?,
                symbol,
                decimals: Decimals::new(decimals).ok_or_else(damaged)?,
                class,
                state,
            }),
            Answer::Rate {
                from,
                to,
                num,
                den,
                set_ms,
            } => {
                let rate = Rate::new(num, den).map_err(|_| damaged())?;
                Changed::Rate(RateRecord {
                    from,
                    to,
                    rate,
                    set_ms,
                })
            }
            Answer::Guild { id } => Changed::Guild(guild_fetch(db, id)?.ok_or_else(damaged)?),
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
                // The secret went with the webhook, if that was removed.
                let secret =
                    webhook_fetch(db, id)?.map_or_else(String::new, |webhook| webhook.secret);
                Changed::Webhook(WebhookRecord {
                    id,
                    url,
                    secret,
                    currency,
                    cursor,
                    failures: 0,
                    retry_ms: 0,
                })
            }
            Answer::Done => Changed::Done,
        })
    }
}

#[cfg(test)]
mod tests;
