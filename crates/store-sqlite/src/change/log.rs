use app::{
    Change, ChangeBy, ChangeRefusal, Changed, WebhookRecord,
    change_log::{self, Remembered},
};
use ledger::{ContentHash, HolderId, IdempotencyKey, Standing};
use rusqlite::{Connection, OptionalExtension, params};

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
        return Ok((remembered(db, &answer)?, Touched::default()));
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
    let what = change_log::what(change).map_err(ReadError::from)?;
    let answer = change_log::answer(&changed).map_err(ReadError::from)?;
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

fn logged(db: &Connection, by: &By) -> Result<Option<(ContentHash, String)>, ReadError> {
    Ok(db
        .prepare_cached("SELECT content, answer FROM change_log WHERE key = ?1")?
        .query_row([by.key.bytes().as_slice()], |row| {
            Ok((ContentHash::from_bits(row.get(0)?), row.get(1)?))
        })
        .optional()?)
}

/// What a change gave when it was made, with what the log does not keep.
fn remembered(db: &Connection, answer: &str) -> Result<Changed, ReadError> {
    Ok(match change_log::remember(answer)? {
        Remembered::Whole(changed) => changed,
        Remembered::Guild(id) => {
            Changed::Guild(guild_fetch(db, id)?.ok_or(change_log::Unreadable)?)
        }
        Remembered::Webhook(webhook) => {
            let secret =
                webhook_fetch(db, webhook.id)?.map_or_else(String::new, |known| known.secret);
            Changed::Webhook(WebhookRecord { secret, ..webhook })
        }
    })
}

impl From<change_log::Unreadable> for ReadError {
    fn from(error: change_log::Unreadable) -> Self {
        ReadError::Damaged(error.to_string())
    }
}

#[cfg(test)]
mod tests;
