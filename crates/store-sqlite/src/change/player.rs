use app::PlayerRecord;
use ledger::TelegramUserId;
use rusqlite::Connection;

use super::{Ids, holder::holder_ensure};
use crate::read::{ReadError, player_fetch};

/// The player, with holder and identity; made, or renamed.
pub(crate) fn player_ensure(
    db: &Connection,
    user: TelegramUserId,
    name: &str,
    ids: &mut Ids<'_>,
    now_ms: i64,
) -> Result<PlayerRecord, ReadError> {
    holder_ensure(db, &user.identity(), ids)?;
    db.prepare_cached(
        "INSERT INTO player (telegram, name, plays, high_score, achievements, day, day_tokens, first_seen_ms) \
         VALUES (?1, ?2, 0, 0, 0, 0, 0, ?3) ON CONFLICT (telegram) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
    )?
    .execute((user.bits(), name, now_ms))?;
    let player = player_fetch(db, user)?;
    player.ok_or_else(|| ReadError::Damaged(format!("player {user} was written and is not there")))
}
