use axum::{Json, extract::State};
use ledger::ItemId;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::{
    bot::InvoiceRefusal,
    server::{problem::Problem, sign_in::Caller, state::Shared},
};

#[derive(Deserialize)]
struct Wanted {
    /// In digits.
    item: String,
}

/// A link that the Mini App opens with `openInvoice`: the item is paid for with Stars.
pub(in crate::server) async fn invoice(State(server): State<Shared>, caller: Caller) -> Answer {
    let wanted: Wanted = caller.body()?;
    let item: Result<ItemId, _> = wanted.item.parse();
    let item = item.map_err(|_| Problem::invalid("\"item\" is an item's id in digits."))?;
    let invoices = server.config.invoices.as_ref();
    let invoices = invoices
        .ok_or(InvoiceRefusal::Off)
        .map_err(Problem::invoice)?;
    let link = invoices
        .link(caller.user(), item)
        .await
        .map_err(Problem::invoice)?;
    Ok(Json(json!({"ok": true, "link": link})))
}
