use app::PlayerRecord;
use ledger::TelegramUserId;

use super::holders_ensure;
use crate::{
    client::GenericClient,
    error::{Sql, SqlError},
    node::Ids,
    read::{execute, player_fetch},
};

/// The player, with holder and identity; made, or renamed.
pub(crate) async fn player_ensure(
    db: &impl GenericClient,
    ids: &Ids,
    user: TelegramUserId,
    name: &str,
    now_ms: i64,
) -> Sql<PlayerRecord> {
    holders_ensure(db, ids, &[user.identity()], now_ms).await?;
    execute(
        db,
        "INSERT INTO player AS p (telegram, name, plays, high_score, achievements, day, day_tokens, first_seen_ms) \
         VALUES ($1, $2, 0, 0, 0, 0, 0, $3) ON CONFLICT (telegram) DO UPDATE SET name = excluded.name WHERE p.name <> excluded.name",
        &[&user.bits(), &name, &now_ms],
    )
    .await?;
    let player = player_fetch(db, user).await?;
    player.ok_or_else(|| SqlError::Damaged(format!("player {user} was written and is not there")))
}
