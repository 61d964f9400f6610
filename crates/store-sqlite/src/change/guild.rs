use app::{Guild, GuildEdit};
use economy::MintPolicy;
use ledger::{CurrencyId, GroupId, GuildId};
use rusqlite::{Connection, ToSql, params};

use super::{
    Ids, Stop,
    group::{is_member, membership_insert},
    unknown,
};
use crate::read::{ReadError, currency_fetch, currency_ref, guild_by_discord, guild_fetch, number};

/// The guild with its single group and membership; made, or marked present again and renamed.
pub(crate) fn guild_ensure(
    db: &Connection,
    discord: u64,
    name: &str,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<Guild, ReadError> {
    match guild_by_discord(db, discord)? {
        Some(guild) => guild_return(db, &guild, name)?,
        None => guild_insert(db, discord, name, ids, now_ms)?,
    }
    guild_by_discord(db, discord)?
        .ok_or_else(|| ReadError::Damaged(format!("guild {discord} is not there")))
}

/// The guild's own group has the guild's name.
fn guild_return(db: &Connection, guild: &Guild, name: &str) -> rusqlite::Result<()> {
    if guild.present && guild.name == name {
        return Ok(());
    }
    db.prepare_cached("UPDATE guild SET present = 1, name = ?2 WHERE id = ?1")?
        .execute(params![guild.id.get(), name])?;
    db.prepare_cached("UPDATE currency_group SET name = ?2 WHERE id = ?1")?
        .execute(params![guild.single.get(), name])?;
    Ok(())
}

fn guild_insert(
    db: &Connection,
    discord: u64,
    name: &str,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<(), ReadError> {
    let (group, guild): (GroupId, GuildId) = (number(ids())?, number(ids())?);
    db.prepare_cached(
        "INSERT INTO guild (id, discord, name, single_group, present, sync_after, sync_fetched, sync_complete, sync_pass) \
         VALUES (?1, ?2, ?3, ?4, 1, 0, 0, 0, 0)",
    )?
    .execute(params![guild.get(), discord.cast_signed(), name, group.get()])?;
    db.prepare_cached("INSERT INTO currency_group (id, kind, name, owner, created_ms) VALUES (?1, 'single', ?2, ?3, ?4)")?
        .execute(params![group.get(), name, guild.get(), now_ms])?;
    Ok(membership_insert(db, guild, group, now_ms)?)
}

/// The bot is no longer there; what the guild has stays.
pub(crate) fn guild_absent(db: &Connection, guild: GuildId) -> Result<(), ReadError> {
    db.prepare_cached("UPDATE guild SET present = 0 WHERE id = ?1")?
        .execute([guild.get()])?;
    Ok(())
}

pub(super) fn edit(db: &Connection, guild: GuildId, edit: &GuildEdit) -> Result<Guild, Stop> {
    guild_known(db, guild)?;
    let set =
        |sql: &str, value: &dyn ToSql| db.prepare_cached(sql)?.execute(params![guild.get(), value]);
    let snowflake = |id: Option<u64>| id.map(u64::cast_signed);
    match edit {
        GuildEdit::Primary(currency) => set(
            "UPDATE guild SET primary_currency = ?2 WHERE id = ?1",
            &usable(db, guild, *currency)?,
        ),
        GuildEdit::RepostChannel(id) => set(
            "UPDATE guild SET repost_channel = ?2 WHERE id = ?1",
            &snowflake(*id),
        ),
        GuildEdit::LogChannel(id) => set(
            "UPDATE guild SET log_channel = ?2 WHERE id = ?1",
            &snowflake(*id),
        ),
        GuildEdit::TopRole(id) => set(
            "UPDATE guild SET top_role = ?2 WHERE id = ?1",
            &snowflake(*id),
        ),
        GuildEdit::Nickname(name) => set("UPDATE guild SET nickname = ?2 WHERE id = ?1", name),
        GuildEdit::MintPolicy(policy) => set(
            "UPDATE guild SET mint_policy = ?2 WHERE id = ?1",
            &mint_policy_text(policy)?,
        ),
    }?;
    guild_fetch(db, guild)?.ok_or_else(|| unknown("guild"))
}

fn mint_policy_text(policy: &MintPolicy) -> Result<String, ReadError> {
    serde_json::to_string(policy)
        .map_err(|_| ReadError::Damaged("a mint policy is not writable".into()))
}

/// A currency of a group that the guild is in, as this file numbers it.
fn usable(db: &Connection, guild: GuildId, currency: CurrencyId) -> Result<i64, Stop> {
    let known = currency_fetch(db, currency)?.ok_or_else(|| unknown("currency"))?;
    if !is_member(db, guild, known.group)? {
        return Err(unknown("currency"));
    }
    currency_ref(db, currency)?.ok_or_else(|| unknown("currency"))
}

pub(super) fn guild_known(db: &Connection, guild: GuildId) -> Result<(), Stop> {
    let known = db
        .prepare_cached("SELECT 1 FROM guild WHERE id = ?1")?
        .exists([guild.get()])?;
    if known { Ok(()) } else { Err(unknown("guild")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{group_fetch, guild_list, world::World};

    #[test]
    fn a_guild_is_made_once_with_its_own_group() {
        let mut world = World::new();
        let mut ids = world.ids();
        let made = guild_ensure(&world.db, u64::MAX, "First", &mut ids, 0).unwrap();
        assert_eq!(
            (made.discord, made.present, &made.groups),
            (u64::MAX, true, &vec![made.single])
        );
        let group = group_fetch(&world.db, made.single).unwrap().unwrap();
        assert_eq!((group.owner, group.name.as_str()), (Some(made.id), "First"));

        guild_absent(&world.db, made.id).unwrap();
        assert!(!guild_fetch(&world.db, made.id).unwrap().unwrap().present);
        let back = guild_ensure(&world.db, u64::MAX, "Second", &mut ids, 0).unwrap();
        assert_eq!(
            back,
            Guild {
                name: "Second".into(),
                ..made
            }
        );
        assert_eq!(
            group_fetch(&world.db, back.single).unwrap().unwrap().name,
            "Second"
        );
        assert_eq!(guild_list(&world.db).unwrap(), [back]);
    }
}
