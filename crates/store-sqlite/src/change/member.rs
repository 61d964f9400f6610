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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        change::guild_ensure,
        read::{guild_fetch, guild_stats, member_fetch, world::World},
    };
    use ledger::{Amount, CurrencyId};

    fn people(users: impl IntoIterator<Item = u64>) -> Vec<Member> {
        let member = |discord| Member {
            discord,
            bot: false,
            name: format!("member {discord}"),
        };
        users.into_iter().map(member).collect()
    }

    fn guild() -> (World, GuildId) {
        let mut world = World::new();
        let mut ids = world.ids();
        let guild = guild_ensure(&world.db, 77, "Guild", &mut ids, 0)
            .unwrap()
            .id;
        (world, guild)
    }

    fn put(world: &mut World, guild: GuildId, members: &[Member], pass: u32, complete: bool) {
        let after = members.last().map_or(0, |last| last.discord);
        let sync = MembersSync {
            after,
            fetched: members.len() as u64,
            complete,
            pass,
        };
        let mut ids = world.ids();
        members_put(&world.db, guild, members, sync, &mut ids, 5).unwrap();
        assert_eq!(guild_fetch(&world.db, guild).unwrap().unwrap().sync, sync);
    }

    fn present(world: &World, guild: GuildId) -> Vec<u64> {
        let stats = guild_stats(&world.db, guild, &[]).unwrap();
        stats
            .members
            .into_iter()
            .map(|(discord, _)| discord)
            .collect()
    }

    #[test]
    fn a_page_may_have_no_member_one_or_a_thousand() {
        for count in [0, 1, 1_000] {
            let (mut world, guild) = guild();
            put(&mut world, guild, &people(1..=count), 1, true);
            assert_eq!(present(&world, guild), Vec::from_iter(1..=count));
            put(&mut world, guild, &people(1..=count), 2, true);
            assert_eq!(present(&world, guild), Vec::from_iter(1..=count));
            let holders: u64 = world
                .db
                .query_row("SELECT count(*) FROM holder", [], |row| {
                    row.get::<_, i64>(0)
                })
                .unwrap() as u64;
            assert_eq!(holders, count);
        }
    }

    #[test]
    fn who_was_not_seen_in_a_whole_pass_has_left() {
        let (mut world, guild) = guild();
        put(&mut world, guild, &people([1, 2]), 1, false);
        put(&mut world, guild, &people([3, 4]), 1, true);
        assert_eq!(present(&world, guild), [1, 2, 3, 4]);
        put(&mut world, guild, &people([1, 3]), 2, false);
        assert_eq!(present(&world, guild), [1, 2, 3, 4]);
        put(&mut world, guild, &people([5]), 2, true);
        assert_eq!(present(&world, guild), [1, 3, 5]);
        put(&mut world, guild, &people([1, 2, 3, 5]), 3, true);
        assert_eq!(present(&world, guild), [1, 2, 3, 5]);
    }

    #[test]
    fn who_comes_during_a_pass_stays() {
        let (mut world, guild) = guild();
        put(&mut world, guild, &people([1]), 1, true);
        let mut ids = world.ids();
        let join = |world: &World, user, ids: &mut Ids<'_>| {
            member_joined(&world.db, guild, &people([user])[0], ids, 6).unwrap()
        };
        let holder = join(&world, 9, &mut ids);
        put(&mut world, guild, &people([1]), 2, true);
        assert_eq!(present(&world, guild), [1, 9]);
        member_left(&world.db, guild, 9, 7).unwrap();
        assert_eq!(present(&world, guild), [1]);
        assert_eq!(member_fetch(&world.db, guild, 9).unwrap(), None);
        let mut ids = world.ids();
        assert_eq!(join(&world, 9, &mut ids), holder);
        assert_eq!(
            member_fetch(&world.db, guild, 9).unwrap(),
            Some(people([9])[0].clone())
        );
    }

    #[test]
    fn a_leaderboard_has_members_who_are_there_and_no_bots() {
        let (mut world, guild) = guild();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let mut members = people([1, 2, 3]);
        members[1].bot = true;
        put(&mut world, guild, &members, 1, true);
        let holders: Vec<_> = (1..=4).map(|user| world.holder(user)).collect();
        for holder in &holders {
            world.mint(*holder, coin, 10);
            world.mint(*holder, gem, 20);
        }
        world.snapshot();
        world.pay(holders[0], holders[3], coin, 10);
        world.pay(holders[3], holders[2], coin, 4);
        let wallets =
            |currencies: &[CurrencyId]| guild_stats(&world.db, guild, currencies).unwrap().wallets;
        let amount = |minor| Amount::new(minor).unwrap();
        assert_eq!(wallets(&[coin]), [(holders[2], coin, amount(14))]);
        assert_eq!(
            wallets(&[gem]),
            [(holders[0], gem, amount(20)), (holders[2], gem, amount(20))]
        );
        assert_eq!(wallets(&[]), []);
        assert_eq!(present(&world, guild), [1, 3]);
    }
}
