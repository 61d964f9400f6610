use app::{Clock, SystemClock};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Asked, Refusal, Shared};
use crate::demo::players::Player;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// In digits; somebody new where there is none.
    person: Option<String>,
}

pub(super) async fn people(State(demo): Shared) -> Json<Value> {
    let people: Vec<Value> = demo.players.all().iter().map(shown).collect();
    Json(json!({"ok": true, "people": people}))
}

/// Init data as Telegram gives it to whoever opens the game there.
pub(super) async fn sign_in(State(demo): Shared, asked: Asked<Wanted>) -> Answer {
    let Json(wanted) = asked?;
    let player = match &wanted.person {
        Some(id) => demo.players.by_id(id).ok_or(Refusal::UnknownPerson)?,
        None => {
            let player = demo.players.somebody_new();
            demo.telegram.person(player.user.get(), &player.name);
            player
        }
    };
    let user = json!({
        "id": player.user.get(),
        "first_name": player.name,
        "language_code": "en",
        "allows_write_to_pm": true,
    });
    let now_secs = SystemClock.now_ms().div_euclid(1_000);
    let init_data = demo.key.sign(&[
        ("user", &user.to_string()),
        ("chat_type", "private"),
        ("auth_date", &now_secs.to_string()),
        // Telegram's own, which third parties check. Mini Apps do not take init data without one.
        ("signature", "made-up"),
    ]);
    Ok(Json(
        json!({"ok": true, "init_data": init_data, "person": shown(&player)}),
    ))
}

fn shown(player: &Player) -> Value {
    json!({"id": player.user.to_string(), "name": player.name})
}
