use crate::client::GenericClient;
use app::{ChangeRefusal, EmojiBinding};
use ledger::GuildId;

use super::{Stop, guild::guild_known, refuse_if, unknown};
use crate::{
    error::Sql,
    read::{currency_fetch, execute, row_opt},
};

/// Binds an emoji, or renames it; one that stands for another currency has to be unbound first.
pub(super) async fn bind(db: &impl GenericClient, binding: &EmojiBinding) -> Result<(), Stop> {
    guild_known(db, binding.guild).await?;
    let currency = currency_fetch(db, binding.currency).await?;
    let currency = currency.ok_or_else(|| unknown("currency"))?.id.get();
    let bound = bound_to(db, binding.guild, binding.emoji).await?;
    let other = bound.is_some_and(|bound| bound != currency);
    refuse_if(other, ChangeRefusal::Exists { what: "emoji" })?;
    execute(
        db,
        "INSERT INTO emoji (guild, emoji, name, animated, currency) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (guild, emoji) DO UPDATE SET name = excluded.name, animated = excluded.animated",
        &[
            &binding.guild.get(),
            &binding.emoji.cast_signed(),
            &binding.name,
            &binding.animated,
            &currency,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn unbind(
    db: &impl GenericClient,
    guild: GuildId,
    emoji: u64,
) -> Result<(), Stop> {
    guild_known(db, guild).await?;
    let unbound = execute(
        db,
        "DELETE FROM emoji WHERE guild = $1 AND emoji = $2",
        &[&guild.get(), &emoji.cast_signed()],
    )
    .await?;
    if unbound == 0 {
        return Err(unknown("emoji"));
    }
    Ok(())
}

async fn bound_to(db: &impl GenericClient, guild: GuildId, emoji: u64) -> Sql<Option<i64>> {
    row_opt(
        db,
        "SELECT currency FROM emoji WHERE guild = $1 AND emoji = $2",
        &[&guild.get(), &emoji.cast_signed()],
        |row| Ok(row.try_get(0)?),
    )
    .await
}
