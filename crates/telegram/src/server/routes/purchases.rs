use app::{PurchaseRail, PurchaseRecord};
use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::Answer;
use crate::server::{sign_in::Caller, state::Shared};

/// What this player has bought, oldest first.
pub(in crate::server) async fn purchases(State(server): State<Shared>, caller: Caller) -> Answer {
    let mut bought = server.app.store().purchases(caller.user()).await?;
    bought.sort_by_key(|purchase| (purchase.bought_ms, purchase.item));
    let bought: Vec<Value> = bought.iter().map(shown).collect();
    Ok(Json(json!({"ok": true, "purchases": bought})))
}

fn shown(purchase: &PurchaseRecord) -> Value {
    let item = purchase.item.to_string();
    let bought = purchase.bought_ms.div_euclid(1_000);
    match purchase.rail {
        PurchaseRail::Tokens { deposit } => {
            json!({"item": item, "bought": bought, "paid": "tokens", "transaction": deposit.to_string()})
        }
        PurchaseRail::Stars => json!({"item": item, "bought": bought, "paid": "stars"}),
    }
}
