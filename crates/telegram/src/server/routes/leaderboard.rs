use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::Answer;
use crate::server::{sign_in::Caller, state::Shared};

const MOST: usize = 50;

/// The best players, and where the caller stands among all. Nobody's Telegram id is told to others.
pub(in crate::server) async fn leaderboard(State(server): State<Shared>, caller: Caller) -> Answer {
    let store = server.app.store();
    let top = store.players_top(MOST).await?;
    let rank = store.player_rank(caller.user()).await?;
    let top: Vec<Value> = (1_u64..)
        .zip(&top)
        .map(|(rank, player)| {
            let you = player.user == caller.user();
            json!({"rank": rank, "name": player.name, "score": player.fact.high_score, "you": you})
        })
        .collect();
    let you = json!({
        "rank": rank,
        "name": caller.player.name,
        "score": caller.player.fact.high_score,
    });
    Ok(Json(json!({"ok": true, "top": top, "you": you})))
}
