use crate::client::GenericClient;
use app::{EmojiBinding, Guild, GuildStats, Member, MembersSync};
use ledger::{Amount, CurrencyId, GuildId, HolderId};
use tokio_postgres::Row;

use super::{
    balance::link_count,
    column,
    column::{column_opt, count, mint_policy, number, snowflake, snowflake_opt},
    journal::transfer_last,
    row_opt, rows,
};
use crate::error::Sql;

// The guild's own group, then the others as it joined them.
macro_rules! guild_sql {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.discord, g.name, g.single_group, g.primary_currency, g.repost_channel, g.log_channel, g.top_role, g.nickname, \
             g.present, g.sync_after, g.sync_fetched, g.sync_complete, g.sync_pass, \
             ARRAY(SELECT m.group_id FROM guild_group m WHERE m.guild = g.id ORDER BY m.group_id <> g.single_group, m.joined_ms, m.group_id), g.mint_policy \
             FROM guild g ",
            $rest
        )
    };
}

/// All guilds that the bot ever was in, oldest first.
pub(crate) async fn guild_list(db: &impl GenericClient) -> Sql<Vec<Guild>> {
    rows(db, guild_sql!("ORDER BY g.id"), &[], guild_row).await
}

pub(crate) async fn guild_fetch(db: &impl GenericClient, id: GuildId) -> Sql<Option<Guild>> {
    row_opt(db, guild_sql!("WHERE g.id = $1"), &[&id.get()], guild_row).await
}

pub(crate) async fn guild_by_discord(db: &impl GenericClient, discord: u64) -> Sql<Option<Guild>> {
    let discord = discord.cast_signed();
    row_opt(
        db,
        guild_sql!("WHERE g.discord = $1"),
        &[&discord],
        guild_row,
    )
    .await
}

fn guild_row(row: &Row) -> Sql<Guild> {
    let groups: Vec<i64> = row.try_get(14)?;
    Ok(Guild {
        id: column(row, 0)?,
        discord: snowflake(row, 1)?,
        name: row.try_get(2)?,
        single: column(row, 3)?,
        groups: groups.into_iter().map(number).collect::<Sql<_>>()?,
        primary: column_opt(row, 4)?,
        repost_channel: snowflake_opt(row, 5)?,
        log_channel: snowflake_opt(row, 6)?,
        top_role: snowflake_opt(row, 7)?,
        nickname: row.try_get(8)?,
        mint_policy: mint_policy(row, 15)?,
        present: row.try_get(9)?,
        sync: MembersSync {
            after: snowflake(row, 10)?,
            fetched: count(row, 11)?,
            complete: row.try_get(12)?,
            pass: count(row, 13)?,
        },
    })
}

/// A guild's emojis, by Discord's ids.
pub(crate) async fn emoji_list(db: &impl GenericClient, guild: GuildId) -> Sql<Vec<EmojiBinding>> {
    rows(
        db,
        "SELECT emoji, name, animated, currency FROM emoji WHERE guild = $1 ORDER BY emoji",
        &[&guild.get()],
        |row| {
            Ok(EmojiBinding {
                guild,
                emoji: snowflake(row, 0)?,
                name: row.try_get(1)?,
                animated: row.try_get(2)?,
                currency: column(row, 3)?,
            })
        },
    )
    .await
}

/// The member with this Discord id, while they are there.
pub(crate) async fn member_fetch(
    db: &impl GenericClient,
    guild: GuildId,
    discord: u64,
) -> Sql<Option<Member>> {
    row_opt(
        db,
        "SELECT bot, name FROM member WHERE guild = $1 AND discord = $2 AND left_ms IS NULL",
        &[&guild.get(), &discord.cast_signed()],
        |row| {
            Ok(Member {
                discord,
                bot: row.try_get(0)?,
                name: row.try_get(1)?,
            })
        },
    )
    .await
}

/// The members who are there and no bots, and what they have; both at one point of the ledger. A holder's accounts are listed once,
/// however many of the members it is.
pub(crate) async fn guild_stats(
    db: &impl GenericClient,
    guild: GuildId,
    currencies: &[CurrencyId],
) -> Sql<GuildStats> {
    let members = members_present(db, guild).await?;
    let wallets = if currencies.is_empty() {
        Vec::new()
    } else {
        if members.len() > MANY_MEMBERS {
            // Before the first ANALYZE a plan goes through all members for each account, for minutes.
            db.batch_execute("SET LOCAL enable_nestloop = off").await?;
        }
        wallets_of(db, guild, currencies).await?
    };
    Ok(GuildStats {
        members,
        wallets,
        cursor: transfer_last(db).await?.0,
        links: link_count(db).await?,
    })
}

/// From here on it is quicker to look at all accounts of the currencies than to look each member's up.
const MANY_MEMBERS: usize = 2_000;

async fn members_present(db: &impl GenericClient, guild: GuildId) -> Sql<Vec<(u64, HolderId)>> {
    rows(
        db,
        "SELECT discord, holder FROM member WHERE guild = $1 AND left_ms IS NULL AND NOT bot ORDER BY discord",
        &[&guild.get()],
        |row| Ok((snowflake(row, 0)?, column(row, 1)?)),
    )
    .await
}

async fn wallets_of(
    db: &impl GenericClient,
    guild: GuildId,
    currencies: &[CurrencyId],
) -> Sql<Vec<(HolderId, CurrencyId, Amount)>> {
    let currencies: Vec<i64> = currencies.iter().map(|currency| currency.get()).collect();
    // Not kept prepared: a plan that was made for a large guild would look at all members of all guilds for a small one.
    let found = db
        .query(
            "SELECT a.holder, a.currency, a.balance FROM account a WHERE a.role = 0 AND a.balance > 0 AND a.currency = ANY ($2) \
             AND a.shard_key IN (SELECT c.group_id FROM currency c WHERE c.id = ANY ($2)) \
             AND a.holder IN (SELECT m.holder FROM member m WHERE m.guild = $1 AND m.left_ms IS NULL AND NOT m.bot)",
            &[&guild.get(), &currencies],
        )
        .await?;
    let wallet = |row: &Row| Ok((column(row, 0)?, column(row, 1)?, column(row, 2)?));
    let mut wallets: Vec<_> = found.iter().map(wallet).collect::<Sql<_>>()?;
    wallets.sort_unstable();
    Ok(wallets)
}
