use app::{ChangeRefusal, EmojiBinding};
use ledger::GuildId;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Stop, guild::guild_known, refuse_if, unknown};
use crate::read::currency_ref;

/// Binds an emoji, or renames it; one that stands for another currency has to be unbound first.
pub(super) fn bind(db: &Connection, binding: &EmojiBinding) -> Result<(), Stop> {
    guild_known(db, binding.guild)?;
    let currency = currency_ref(db, binding.currency)?.ok_or_else(|| unknown("currency"))?;
    let bound = bound_to(db, binding.guild, binding.emoji)?;
    let other = bound.is_some_and(|bound| bound != currency);
    refuse_if(other, ChangeRefusal::Exists { what: "emoji" })?;
    db.prepare_cached(
        "INSERT INTO emoji (guild, emoji, name, animated, currency) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO UPDATE SET name = excluded.name, animated = excluded.animated",
    )?
    .execute(params![
        binding.guild.get(),
        binding.emoji.cast_signed(),
        binding.name,
        binding.animated,
        currency
    ])?;
    Ok(())
}

pub(super) fn unbind(db: &Connection, guild: GuildId, emoji: u64) -> Result<(), Stop> {
    guild_known(db, guild)?;
    bound_to(db, guild, emoji)?.ok_or_else(|| unknown("emoji"))?;
    db.prepare_cached("DELETE FROM emoji WHERE guild = ?1 AND emoji = ?2")?
        .execute((guild.get(), emoji.cast_signed()))?;
    Ok(())
}

fn bound_to(db: &Connection, guild: GuildId, emoji: u64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT currency FROM emoji WHERE guild = ?1 AND emoji = ?2")?
        .query_row((guild.get(), emoji.cast_signed()), |row| row.get(0))
        .optional()
}
