use app::{Member, MembersSync};
use ledger::{GuildId, HolderId, Identity};
use rusqlite::{Connection, params};

use super::{Ids, holder::holder_ensure};
use crate::read::ReadError;

/// Stores a page of members with their holders, and how far the fetching has come. After the last page, whoever was not seen in
/// this pass has left.
pub(crate) fn members_put(
    db: &Connection,
    guild: GuildId,
    members: &[Member],
    sync: MembersSync,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<(), ReadError> {
    for member in members {
        member_put(db, guild, member, sync.pass, ids, now_ms)?;
    }
    if sync.complete {
        db.prepare_cached(
            "UPDATE member SET left_ms = ?3 WHERE guild = ?1 AND left_ms IS NULL AND pass < ?2",
        )?
        .execute((guild.get(), sync.pass, now_ms))?;
    }
    sync_put(db, guild, sync)
}

/// A member who came. The running pass, or one that begins now, does not take them for somebody who left.
pub(crate) fn member_joined(
    db: &Connection,
    guild: GuildId,
    member: &Member,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<HolderId, ReadError> {
    let pass: u32 = db
        .prepare_cached("SELECT sync_pass FROM guild WHERE id = ?1")?
        .query_row([guild.get()], |row| row.get(0))?;
    member_put(db, guild, member, pass.saturating_add(1), ids, now_ms)
}

/// A member who left keeps wallet and history.
pub(crate) fn member_left(
    db: &Connection,
    guild: GuildId,
    discord: u64,
    now_ms: i64,
) -> Result<(), ReadError> {
    db.prepare_cached(
        "UPDATE member SET left_ms = ?3 WHERE guild = ?1 AND discord = ?2 AND left_ms IS NULL",
    )?
    .execute((guild.get(), discord.cast_signed(), now_ms))?;
    Ok(())
}

fn member_put(
    db: &Connection,
    guild: GuildId,
    member: &Member,
    pass: u32,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<HolderId, ReadError> {
    let holder = holder_ensure(db, &Identity::discord(member.discord), ids)?;
    db.prepare_cached(
        "INSERT INTO member (guild, discord, holder, bot, name, joined_ms, pass) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT DO UPDATE SET holder = excluded.holder, bot = excluded.bot, name = excluded.name, \
         joined_ms = iif(left_ms IS NULL, joined_ms, excluded.joined_ms), left_ms = NULL, pass = max(pass, excluded.pass)",
    )?
    .execute(params![
        guild.get(),
        member.discord.cast_signed(),
        holder.get(),
        member.bot,
        member.name,
        now_ms,
        pass
    ])?;
    Ok(holder)
}

fn sync_put(db: &Connection, guild: GuildId, sync: MembersSync) -> Result<(), ReadError> {
    db.prepare_cached(
        "UPDATE guild SET sync_after = ?2, sync_fetched = ?3, sync_complete = ?4, sync_pass = ?5 WHERE id = ?1",
    )?
    .execute(params![
        guild.get(),
        sync.after.cast_signed(),
        sync.fetched.cast_signed(),
        sync.complete,
        sync.pass
    ])?;
    Ok(())
}
