//! `/bot<token>/<method>`: which method is called, and what armed faults do to it.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused, response},
    faults::Fault,
    invoices, keyboards, messages, set_up,
    shared::Shared,
    updates,
    world::Call,
};
use fake_server::LoseIt;

pub async fn handle(
    State(shared): State<Shared>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let token = shared.read(|world| world.settings.token.clone());
    if bot.strip_prefix("bot") != Some(&token) {
        return response(Err(Refused::new(401, "Unauthorized")));
    }
    let params = match params(&body) {
        Ok(params) => params,
        Err(refused) => return response(Err(refused)),
    };
    let fault = shared.change(|world| {
        world.calls.push(Call {
            method: method.clone(),
            params: params.clone(),
        });
        world.armed.take(&method)
    });
    match fault {
        None => response(run(&shared, &method, &params).await),
        Some(Fault::LostAnswer) => {
            // The work is done whatever comes of it.
            let _ = run(&shared, &method, &params).await;
            lost()
        }
        Some(Fault::LostRequest) => lost(),
        Some(Fault::TooMany { retry_after_secs }) => {
            response(Err(Refused::too_many(retry_after_secs)))
        }
        Some(Fault::ServerError) => response(Err(Refused::new(500, "Internal Server Error"))),
        Some(Fault::Blocked) => response(Err(Refused::new(
            403,
            "Forbidden: bot was blocked by the user",
        ))),
    }
}

fn lost() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(LoseIt);
    response
}

fn params(body: &Bytes) -> Result<Value, Refused> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|_| Refused::bad("can't parse the request's JSON object"))
}

async fn run(shared: &Shared, method: &str, params: &Value) -> Answer {
    match method {
        "getUpdates" => updates::get(shared, params).await,
        "setWebhook" => updates::set_webhook(shared, params),
        "deleteWebhook" => updates::delete_webhook(shared, params),
        "getWebhookInfo" => updates::webhook_info(shared, params),
        "getMe" => set_up::get_me(shared, params),
        "setMyCommands" => set_up::set_commands(shared, params),
        "setChatMenuButton" => set_up::set_menu_button(shared, params),
        "sendMessage" => messages::send(shared, params),
        "answerCallbackQuery" => keyboards::answer_callback(shared, params),
        "createInvoiceLink" => invoices::create_link(shared, params),
        "answerPreCheckoutQuery" => invoices::answer_checkout(shared, params),
        "refundStarPayment" => invoices::refund(shared, params),
        _ => Err(Refused::new(404, "Not Found: method not found")),
    }
}
