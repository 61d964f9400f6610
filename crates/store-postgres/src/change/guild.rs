use crate::client::GenericClient;
use app::{Guild, GuildEdit};
use economy::MintPolicy;
use ledger::{CurrencyId, GuildId};
use tokio_postgres::types::ToSql;

use super::{Stop, group::is_member, unknown};
use crate::{
    error::{Sql, SqlError},
    node::Ids,
    read::{currency_fetch, execute, guild_by_discord, guild_fetch, there_is_a},
};

/// The guild with its single group and membership; made, or marked present again and renamed.
pub(crate) async fn guild_ensure(
    db: &impl GenericClient,
    ids: &Ids,
    discord: u64,
    name: &str,
    now_ms: i64,
) -> Sql<Guild> {
    if guild_by_discord(db, discord).await?.is_none() {
        guild_insert(db, ids, discord, name, now_ms).await?;
    }
    // It may have been made by somebody else meanwhile, under another name.
    guild_return(db, discord, name).await?;
    let guild = guild_by_discord(db, discord).await?;
    guild.ok_or_else(|| SqlError::Damaged(format!("guild {discord} is not there")))
}

/// The guild's own group has the guild's name.
async fn guild_return(db: &impl GenericClient, discord: u64, name: &str) -> Sql<()> {
    execute(
        db,
        "WITH returned AS (UPDATE guild SET present = true, name = $2 WHERE discord = $1 AND NOT (present AND name = $2) RETURNING single_group) \
         UPDATE currency_group g SET name = $2 FROM returned WHERE g.id = returned.single_group",
        &[&discord.cast_signed(), &name],
    )
    .await?;
    Ok(())
}

/// Makes the guild with all that belongs to it, unless another process does so at the same time.
async fn guild_insert(
    db: &impl GenericClient,
    ids: &Ids,
    discord: u64,
    name: &str,
    now_ms: i64,
) -> Sql<()> {
    let (group, guild) = (ids.next(now_ms)?, ids.next(now_ms)?);
    execute(
        db,
        "WITH made AS (INSERT INTO guild (id, discord, name, single_group, present, sync_after, sync_fetched, sync_complete, sync_pass) \
            VALUES ($1, $2, $3, $4, true, 0, 0, false, 0) ON CONFLICT (discord) DO NOTHING RETURNING id, name, single_group), \
         own AS (INSERT INTO currency_group (id, kind, name, owner, created_ms) SELECT single_group, 'single', name, id, $5 FROM made) \
         INSERT INTO guild_group (guild, group_id, joined_ms) SELECT id, single_group, $5 FROM made",
        &[&guild, &discord.cast_signed(), &name, &group, &now_ms],
    )
    .await?;
    Ok(())
}

/// The bot is no longer there; what the guild has stays.
pub(crate) async fn guild_absent(db: &impl GenericClient, guild: GuildId) -> Sql<()> {
    let sql = "UPDATE guild SET present = false WHERE id = $1";
    execute(db, sql, &[&guild.get()]).await?;
    Ok(())
}

pub(super) async fn edit(
    db: &impl GenericClient,
    guild: GuildId,
    edit: &GuildEdit,
) -> Result<Guild, Stop> {
    guild_known(db, guild).await?;
    let snowflake = |id: &Option<u64>| id.map(u64::cast_signed);
    match edit {
        GuildEdit::Primary(currency) => {
            let currency = usable(db, guild, *currency).await?;
            let sql = "UPDATE guild SET primary_currency = $2 WHERE id = $1";
            set(db, guild, sql, &currency.get()).await
        }
        GuildEdit::RepostChannel(id) => {
            let sql = "UPDATE guild SET repost_channel = $2 WHERE id = $1";
            set(db, guild, sql, &snowflake(id)).await
        }
        GuildEdit::LogChannel(id) => {
            let sql = "UPDATE guild SET log_channel = $2 WHERE id = $1";
            set(db, guild, sql, &snowflake(id)).await
        }
        GuildEdit::TopRole(id) => {
            let sql = "UPDATE guild SET top_role = $2 WHERE id = $1";
            set(db, guild, sql, &snowflake(id)).await
        }
        GuildEdit::Nickname(name) => {
            let sql = "UPDATE guild SET nickname = $2 WHERE id = $1";
            set(db, guild, sql, name).await
        }
        GuildEdit::MintPolicy(policy) => {
            let sql = "UPDATE guild SET mint_policy = $2 WHERE id = $1";
            set(db, guild, sql, &mint_policy_text(policy)?).await
        }
    }?;
    guild_fetch(db, guild)
        .await?
        .ok_or_else(|| unknown("guild"))
}

async fn set(
    db: &impl GenericClient,
    guild: GuildId,
    sql: &str,
    value: &(dyn ToSql + Sync),
) -> Sql<u64> {
    execute(db, sql, &[&guild.get(), value]).await
}

fn mint_policy_text(policy: &MintPolicy) -> Sql<String> {
    serde_json::to_string(policy)
        .map_err(|_| SqlError::Damaged("a mint policy is not writable".into()))
}

/// A currency of a group that the guild is in.
async fn usable(
    db: &impl GenericClient,
    guild: GuildId,
    currency: CurrencyId,
) -> Result<CurrencyId, Stop> {
    let known = currency_fetch(db, currency).await?;
    let known = known.ok_or_else(|| unknown("currency"))?;
    if !is_member(db, guild, known.group).await? {
        return Err(unknown("currency"));
    }
    Ok(currency)
}

pub(super) async fn guild_known(db: &impl GenericClient, guild: GuildId) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM guild WHERE id = $1";
    if there_is_a(db, sql, &[&guild.get()]).await? {
        Ok(())
    } else {
        Err(unknown("guild"))
    }
}
