use app::{ChangeRefusal, Guild, NewGroup};
use ledger::{Group, GroupId, GroupKind, GuildId};
use rusqlite::{Connection, params};

use super::{Making, Stop, guild::guild_known, refuse_if, unknown};
use posting::stored::Word;

use crate::read::{group_fetch, guild_fetch, number};

/// Makes a group. A guild that makes one is in it from the start.
pub(super) fn create(making: &mut Making<'_>, new: &NewGroup) -> Result<Group, Stop> {
    let db = making.db;
    new.owner.map_or(Ok(()), |owner| guild_known(db, owner))?;
    refuse_if(there_is(db, new)?, ChangeRefusal::Exists { what: "group" })?;
    let id: GroupId = number((making.ids)())?;
    db.prepare_cached("INSERT INTO currency_group (id, kind, name, owner, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id.get(), new.kind.word(), new.name, new.owner.map(GuildId::get), making.now_ms])?;
    if let Some(owner) = new.owner {
        membership_insert(db, owner, id, making.now_ms)?;
    }
    Ok(Group {
        id,
        kind: new.kind,
        name: new.name.clone(),
        owner: new.owner,
    })
}

/// There is one global group, and an owner has no two of one kind and name.
fn there_is(db: &Connection, new: &NewGroup) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM currency_group WHERE kind = ?1 AND (kind = 'global' OR (name = ?2 COLLATE NOCASE AND owner IS ?3))",
    )?
    .exists(params![new.kind.word(), new.name, new.owner.map(GuildId::get)])
}

/// A single group is for its own guild or application: nobody joins it.
pub(super) fn join(making: &Making<'_>, group: GroupId, guild: GuildId) -> Result<Guild, Stop> {
    let db = making.db;
    let joined = group_fetch(db, group)?.ok_or_else(|| unknown("group"))?;
    guild_known(db, guild)?;
    let is_in = is_member(db, guild, group)?;
    refuse_if(
        joined.kind == GroupKind::Single && !is_in,
        ChangeRefusal::Unknown { what: "group" },
    )?;
    refuse_if(is_in, ChangeRefusal::Exists { what: "membership" })?;
    membership_insert(db, guild, group, making.now_ms)?;
    guild_fetch(db, guild)?.ok_or_else(|| unknown("guild"))
}

/// A guild never leaves its own group. What it used by default in the group that it leaves, it uses no longer.
pub(super) fn leave(db: &Connection, group: GroupId, guild: GuildId) -> Result<Guild, Stop> {
    group_fetch(db, group)?.ok_or_else(|| unknown("group"))?;
    let left = guild_fetch(db, guild)?.ok_or_else(|| unknown("guild"))?;
    let is_in = left.single != group && is_member(db, guild, group)?;
    refuse_if(!is_in, ChangeRefusal::Unknown { what: "membership" })?;
    let both = (guild.get(), group.get());
    db.prepare_cached("DELETE FROM guild_group WHERE guild = ?1 AND group_id = ?2")?
        .execute(both)?;
    db.prepare_cached(
        "UPDATE guild SET primary_currency = NULL \
         WHERE id = ?1 AND primary_currency IN (SELECT ref FROM currency WHERE group_id = ?2)",
    )?
    .execute(both)?;
    guild_fetch(db, guild)?.ok_or_else(|| unknown("guild"))
}

pub(super) fn is_member(db: &Connection, guild: GuildId, group: GroupId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM guild_group WHERE guild = ?1 AND group_id = ?2")?
        .exists((guild.get(), group.get()))
}

pub(super) fn membership_insert(
    db: &Connection,
    guild: GuildId,
    group: GroupId,
    now_ms: i64,
) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO guild_group (guild, group_id, joined_ms) VALUES (?1, ?2, ?3)")?
        .execute((guild.get(), group.get(), now_ms))?;
    Ok(())
}
