use crate::client::GenericClient;
use app::{
    Change, ChangeBy, ChangeRefusal, Changed, WebhookRecord,
    change_log::{self, Remembered},
};
use ledger::{ContentHash, HolderId, IdempotencyKey, Standing};

use super::{
    Making, Stop, api_key, currency, emoji, group, guild, rate, refuse_if, unknown, webhook,
};
use crate::{
    error::{Sql, SqlError},
    node::Ids,
    read::{execute, guild_fetch, holder_standing, row_opt, webhook_fetch},
};

/// Makes a change and logs it, or answers as it did before when the key was used for the same. `origin` is the origin's row.
pub(crate) async fn change(
    db: &impl GenericClient,
    ids: &Ids,
    by: &ChangeBy,
    origin: i64,
    change: &Change,
    now_ms: i64,
) -> Result<Changed, Stop> {
    // Changes are made one after the other, in whichever process: what one of them looked for is not made by another meanwhile.
    db.batch_execute("LOCK TABLE change_log IN SHARE ROW EXCLUSIVE MODE")
        .await
        .map_err(SqlError::from)?;
    if let Some((content, answer)) = logged(db, &by.key).await? {
        refuse_if(content != by.content, ChangeRefusal::KeyReused)?;
        return Ok(remembered(db, &answer).await?);
    }
    tell_writers(db, change).await?;
    let actor = holder_standing(db, by.actor).await?;
    actor.ok_or_else(|| unknown("holder"))?;
    let id = ids.next(now_ms)?;
    let changed = make(&Making { db, ids, now_ms }, change).await?;
    let what = change_log::what(change).map_err(SqlError::from)?;
    let answer = change_log::answer(&changed).map_err(SqlError::from)?;
    execute(
        db,
        "INSERT INTO change_log (id, actor, origin, key, content, reason, what, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &id,
            &by.actor.get(),
            &origin,
            &by.key.bytes().as_slice(),
            &by.content.bits(),
            &by.reason,
            &what,
            &answer,
        ],
    )
    .await?;
    Ok(changed)
}

/// Locks the journal's head when this changes what writers keep in memory, and says so in it: they read it again before the next decision.
async fn tell_writers(db: &impl GenericClient, change: &Change) -> Sql<()> {
    let sql = match change {
        Change::CurrencyCreate(_)
        | Change::CurrencyEdit(_)
        | Change::RateSet(_)
        | Change::RateRemove { .. } => {
            "UPDATE journal SET catalogue = catalogue + 1 WHERE shard_key = 0"
        }
        Change::StandingSet { .. } => {
            "UPDATE journal SET standings = standings + 1 WHERE shard_key = 0"
        }
        Change::GroupCreate(_)
        | Change::GroupJoin { .. }
        | Change::GroupLeave { .. }
        | Change::GuildEdit { .. }
        | Change::EmojiBind(_)
        | Change::EmojiUnbind { .. }
        | Change::ApiKeyCreate(_)
        | Change::ApiKeyRevoke { .. }
        | Change::WebhookCreate { .. }
        | Change::WebhookRemove { .. } => return Ok(()),
    };
    match execute(db, sql, &[]).await? {
        1 => Ok(()),
        _ => Err(SqlError::Damaged("the journal has no head".into())),
    }
}

async fn make<D: GenericClient>(making: &Making<'_, D>, change: &Change) -> Result<Changed, Stop> {
    let db = making.db;
    Ok(match change {
        Change::GroupCreate(new) => Changed::Group(group::create(making, new).await?),
        Change::GroupJoin { group, guild } => {
            Changed::Guild(group::join(making, *group, *guild).await?)
        }
        Change::GroupLeave { group, guild } => {
            Changed::Guild(group::leave(db, *group, *guild).await?)
        }
        Change::CurrencyCreate(new) => Changed::Currency(currency::create(making, new).await?),
        Change::CurrencyEdit(edit) => Changed::Currency(currency::edit(db, edit).await?),
        Change::RateSet(set) => Changed::Rate(rate::set(making, set).await?),
        Change::RateRemove { from, to } => {
            rate::remove(db, *from, *to).await?;
            Changed::Done
        }
        Change::StandingSet { holder, standing } => {
            standing_set(db, *holder, *standing).await?;
            Changed::Done
        }
        Change::GuildEdit { guild, edit } => Changed::Guild(guild::edit(db, *guild, edit).await?),
        Change::EmojiBind(binding) => {
            emoji::bind(db, binding).await?;
            Changed::Done
        }
        Change::EmojiUnbind { guild, emoji } => {
            emoji::unbind(db, *guild, *emoji).await?;
            Changed::Done
        }
        Change::ApiKeyCreate(new) => Changed::ApiKey(api_key::create(making, new).await?),
        Change::ApiKeyRevoke { key } => Changed::ApiKey(api_key::revoke(making, *key).await?),
        Change::WebhookCreate {
            url,
            secret,
            currency,
        } => Changed::Webhook(webhook::create(making, url, secret, *currency).await?),
        Change::WebhookRemove { webhook } => {
            webhook::remove(db, *webhook).await?;
            Changed::Done
        }
    })
}

/// Only linking merges, because money moves with it; and who was merged stays so.
async fn standing_set(
    db: &impl GenericClient,
    holder: HolderId,
    standing: Standing,
) -> Result<(), Stop> {
    match holder_standing(db, holder).await? {
        None | Some(Standing::Merged(_)) => return Err(unknown("holder")),
        Some(_) => {}
    }
    let word = match standing {
        Standing::Open => "open",
        Standing::Frozen => "frozen",
        Standing::Merged(_) => return Err(unknown("standing")),
    };
    let sql = "UPDATE holder SET standing = $2 WHERE id = $1";
    execute(db, sql, &[&holder.get(), &word]).await?;
    Ok(())
}

async fn logged(
    db: &impl GenericClient,
    key: &IdempotencyKey,
) -> Sql<Option<(ContentHash, String)>> {
    row_opt(
        db,
        "SELECT content, answer FROM change_log WHERE key = $1",
        &[&key.bytes().as_slice()],
        |row| Ok((ContentHash::from_bits(row.try_get(0)?), row.try_get(1)?)),
    )
    .await
}

/// What a change gave when it was made, with what the log does not keep.
async fn remembered(db: &impl GenericClient, answer: &str) -> Sql<Changed> {
    Ok(match change_log::remember(answer)? {
        Remembered::Whole(changed) => changed,
        Remembered::Guild(id) => {
            let guild = guild_fetch(db, id).await?;
            Changed::Guild(guild.ok_or(change_log::Unreadable)?)
        }
        Remembered::Webhook(webhook) => {
            let known = webhook_fetch(db, webhook.id).await?;
            let secret = known.map_or_else(String::new, |known| known.secret);
            Changed::Webhook(WebhookRecord { secret, ..webhook })
        }
    })
}

impl From<change_log::Unreadable> for SqlError {
    fn from(error: change_log::Unreadable) -> Self {
        SqlError::Damaged(error.to_string())
    }
}
