use crate::client::GenericClient;
use app::{ChangeRefusal, Guild, NewGroup};
use ledger::{Group, GroupId, GroupKind, GuildId};
use posting::stored::Word;

use super::{Making, Stop, guild::guild_known, refuse_if, unknown};
use crate::{
    error::Sql,
    read::{execute, group_fetch, guild_fetch, there_is_a},
};

/// Makes a group. A guild that makes one is in it from the start.
pub(super) async fn create<D: GenericClient>(
    making: &Making<'_, D>,
    new: &NewGroup,
) -> Result<Group, Stop> {
    let db = making.db;
    if let Some(owner) = new.owner {
        guild_known(db, owner).await?;
    }
    refuse_if(
        there_is(db, new).await?,
        ChangeRefusal::Exists { what: "group" },
    )?;
    let id: GroupId = making.id()?;
    execute(
        db,
        "INSERT INTO currency_group (id, kind, name, owner, created_ms) VALUES ($1, $2, $3, $4, $5)",
        &[
            &id.get(),
            &new.kind.word(),
            &new.name,
            &new.owner.map(GuildId::get),
            &making.now_ms,
        ],
    )
    .await?;
    if let Some(owner) = new.owner {
        membership_insert(db, owner, id, making.now_ms).await?;
    }
    Ok(Group {
        id,
        kind: new.kind,
        name: new.name.clone(),
        owner: new.owner,
    })
}

/// There is one global group, and an owner has no two of one kind and name.
async fn there_is(db: &impl GenericClient, new: &NewGroup) -> Sql<bool> {
    there_is_a(
        db,
        "SELECT 1 FROM currency_group WHERE kind = $1 \
         AND (kind = 'global' OR (lower(name) = lower($2 COLLATE \"C\") AND owner IS NOT DISTINCT FROM $3))",
        &[&new.kind.word(), &new.name, &new.owner.map(GuildId::get)],
    )
    .await
}

/// A single group is for its own guild or application: nobody joins it.
pub(super) async fn join<D: GenericClient>(
    making: &Making<'_, D>,
    group: GroupId,
    guild: GuildId,
) -> Result<Guild, Stop> {
    let db = making.db;
    let joined = group_fetch(db, group).await?;
    let joined = joined.ok_or_else(|| unknown("group"))?;
    guild_known(db, guild).await?;
    let is_in = is_member(db, guild, group).await?;
    refuse_if(
        joined.kind == GroupKind::Single && !is_in,
        ChangeRefusal::Unknown { what: "group" },
    )?;
    refuse_if(is_in, ChangeRefusal::Exists { what: "membership" })?;
    membership_insert(db, guild, group, making.now_ms).await?;
    guild_fetch(db, guild)
        .await?
        .ok_or_else(|| unknown("guild"))
}

/// A guild never leaves its own group. What it used by default in the group that it leaves, it uses no longer.
pub(super) async fn leave(
    db: &impl GenericClient,
    group: GroupId,
    guild: GuildId,
) -> Result<Guild, Stop> {
    let known = group_fetch(db, group).await?;
    known.ok_or_else(|| unknown("group"))?;
    let left = guild_fetch(db, guild).await?;
    let left = left.ok_or_else(|| unknown("guild"))?;
    let is_in = left.single != group && is_member(db, guild, group).await?;
    refuse_if(!is_in, ChangeRefusal::Unknown { what: "membership" })?;
    for sql in [
        "DELETE FROM guild_group WHERE guild = $1 AND group_id = $2",
        "UPDATE guild SET primary_currency = NULL \
         WHERE id = $1 AND primary_currency IN (SELECT id FROM currency WHERE group_id = $2)",
    ] {
        execute(db, sql, &[&guild.get(), &group.get()]).await?;
    }
    guild_fetch(db, guild)
        .await?
        .ok_or_else(|| unknown("guild"))
}

pub(super) async fn is_member(
    db: &impl GenericClient,
    guild: GuildId,
    group: GroupId,
) -> Sql<bool> {
    let sql = "SELECT 1 FROM guild_group WHERE guild = $1 AND group_id = $2";
    there_is_a(db, sql, &[&guild.get(), &group.get()]).await
}

async fn membership_insert(
    db: &impl GenericClient,
    guild: GuildId,
    group: GroupId,
    now_ms: i64,
) -> Sql<()> {
    let sql = "INSERT INTO guild_group (guild, group_id, joined_ms) VALUES ($1, $2, $3)";
    execute(db, sql, &[&guild.get(), &group.get(), &now_ms]).await?;
    Ok(())
}
