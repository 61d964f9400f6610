use app::{EmojiBinding, Guild, GuildStats, Member, MembersSync};
use ledger::{Amount, CurrencyId, GroupId, GuildId, HolderId};
use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

use super::{
    ReadError,
    balance::link_count,
    column,
    column::{column_opt, count, mint_policy, snowflake, snowflake_opt},
    currency_ref,
    journal::transfer_last,
    tail::Tail,
};

macro_rules! guild_sql {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.discord, g.name, g.single_group, c.id, g.repost_channel, g.log_channel, g.top_role, g.nickname, g.present, \
             g.sync_after, g.sync_fetched, g.sync_complete, g.sync_pass, g.mint_policy \
             FROM guild g LEFT JOIN currency c ON c.ref = g.primary_currency ",
            $rest
        )
    };
}

/// All guilds that the bot ever was in, oldest first.
pub(crate) fn guild_list(db: &Connection) -> Result<Vec<Guild>, ReadError> {
    db.prepare_cached(guild_sql!("ORDER BY g.id"))?
        .query_and_then([], |row| guild_row(db, row))?
        .collect()
}

pub(crate) fn guild_fetch(db: &Connection, id: GuildId) -> Result<Option<Guild>, ReadError> {
    db.prepare_cached(guild_sql!("WHERE g.id = ?1"))?
        .query_and_then([id.get()], |row| guild_row(db, row))?
        .next()
        .transpose()
}

pub(crate) fn guild_by_discord(db: &Connection, discord: u64) -> Result<Option<Guild>, ReadError> {
    db.prepare_cached(guild_sql!("WHERE g.discord = ?1"))?
        .query_and_then([discord.cast_signed()], |row| guild_row(db, row))?
        .next()
        .transpose()
}

fn guild_row(db: &Connection, row: &Row<'_>) -> Result<Guild, ReadError> {
    let (id, single) = (column(row, 0)?, column(row, 3)?);
    Ok(Guild {
        id,
        discord: snowflake(row, 1)?,
        name: row.get(2)?,
        single,
        groups: groups_of(db, id, single)?,
        primary: column_opt(row, 4)?,
        repost_channel: snowflake_opt(row, 5)?,
        log_channel: snowflake_opt(row, 6)?,
        top_role: snowflake_opt(row, 7)?,
        nickname: row.get(8)?,
        mint_policy: mint_policy(row, 14)?,
        present: row.get(9)?,
        sync: MembersSync {
            after: snowflake(row, 10)?,
            fetched: count(row, 11)?,
            complete: row.get(12)?,
            pass: count(row, 13)?,
        },
    })
}

/// The guild's own group, then the others as it joined them.
fn groups_of(db: &Connection, guild: GuildId, single: GroupId) -> Result<Vec<GroupId>, ReadError> {
    db.prepare_cached(
        "SELECT group_id FROM guild_group WHERE guild = ?1 ORDER BY group_id <> ?2, joined_ms, group_id",
    )?
    .query_and_then((guild.get(), single.get()), |row| column(row, 0))?
    .collect()
}

/// A guild's emojis, by Discord's ids.
pub(crate) fn emoji_list(db: &Connection, guild: GuildId) -> Result<Vec<EmojiBinding>, ReadError> {
    db.prepare_cached(
        "SELECT e.emoji, e.name, e.animated, c.id FROM emoji e JOIN currency c ON c.ref = e.currency WHERE e.guild = ?1 ORDER BY e.emoji",
    )?
    .query_and_then([guild.get()], |row| {
        Ok(EmojiBinding {
            guild,
            emoji: snowflake(row, 0)?,
            name: row.get(1)?,
            animated: row.get(2)?,
            currency: column(row, 3)?,
        })
    })?
    .collect()
}

/// The member with this Discord id, while they are there.
pub(crate) fn member_fetch(
    db: &Connection,
    guild: GuildId,
    discord: u64,
) -> Result<Option<Member>, ReadError> {
    db.prepare_cached(
        "SELECT bot, name FROM member WHERE guild = ?1 AND discord = ?2 AND left_ms IS NULL",
    )?
    .query_and_then((guild.get(), discord.cast_signed()), |row| {
        Ok(Member {
            discord,
            bot: row.get(0)?,
            name: row.get(1)?,
        })
    })?
    .next()
    .transpose()
}

/// The members who are there and no bots, and what they have; exact at the last transfer. A holder's accounts are listed once,
/// however many of the members it is.
pub(crate) fn guild_stats(
    db: &Connection,
    guild: GuildId,
    currencies: &[CurrencyId],
) -> Result<GuildStats, ReadError> {
    let members = members_present(db, guild)?;
    let mut holders: Vec<HolderId> = members.iter().map(|(_, holder)| *holder).collect();
    // In the order of the index.
    holders.sort_unstable();
    holders.dedup();
    let wallets = wallets_of(db, &holders, currencies)?;
    Ok(GuildStats {
        members,
        wallets,
        cursor: transfer_last(db)?.0,
        links: link_count(db)?,
    })
}

fn members_present(db: &Connection, guild: GuildId) -> Result<Vec<(u64, HolderId)>, ReadError> {
    db.prepare_cached(
        "SELECT discord, holder FROM member WHERE guild = ?1 AND left_ms IS NULL AND bot = 0 ORDER BY discord",
    )?
    .query_and_then([guild.get()], |row| Ok((snowflake(row, 0)?, column(row, 1)?)))?
    .collect()
}

fn wallets_of(
    db: &Connection,
    holders: &[HolderId],
    currencies: &[CurrencyId],
) -> Result<Vec<(HolderId, CurrencyId, Amount)>, ReadError> {
    let mut wanted = FxHashMap::default();
    for currency in currencies {
        wanted.extend(currency_ref(db, *currency)?.map(|known| (known, *currency)));
    }
    let tail = Tail::load(db)?;
    let mut statement = db.prepare_cached(
        "SELECT ref, currency, balance FROM account WHERE role = 0 AND holder = ?1",
    )?;
    let mut wallets = Vec::new();
    for holder in holders {
        let mut rows = statement.query([holder.get()])?;
        while let Some(row) = rows.next()? {
            let balance = Amount::new(tail.balance(row.get(0)?, row.get(2)?)).unwrap_or_default();
            let currency = wanted
                .get(&row.get::<_, i64>(1)?)
                .filter(|_| !balance.is_zero());
            wallets.extend(currency.map(|currency| (*holder, *currency, balance)));
        }
    }
    Ok(wallets)
}
