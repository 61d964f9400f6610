//! Version 3: the index.

mod accounts;
mod blocks;
mod items;
mod jettons;
mod page;
mod sending;
mod traces;
mod transaction;
mod transactions;

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use serde_json::{Map, Value, json};
use tycho_types::models::StdAddr;

use super::{
    faulty::MessageTaken,
    given::{Given, Unreadable},
    text,
};
use crate::handle::Handle;

pub(super) fn router() -> Router<Handle> {
    Router::new()
        .route("/masterchainInfo", reading(blocks::masterchain))
        .route("/transactions", reading(transactions::listed))
        .route("/transactionsByMessage", reading(transactions::by_message))
        .route(
            "/transactionsByMasterchainBlock",
            reading(transactions::by_block),
        )
        .route("/pendingTransactions", reading(transactions::pending))
        .route("/traces", reading(traces::listed))
        .route("/pendingTraces", reading(traces::pending))
        .route("/accountStates", reading(accounts::states))
        .route("/walletStates", reading(accounts::wallet_states))
        .route("/addressInformation", reading(accounts::information))
        .route("/walletInformation", reading(accounts::wallet_information))
        .route("/addressBook", reading(accounts::book))
        .route("/jetton/wallets", reading(jettons::wallets))
        .route("/jetton/masters", reading(jettons::masters))
        .route("/jetton/transfers", reading(jettons::transfers))
        .route("/nft/items", reading(items::items))
        .route("/nft/collections", reading(items::collections))
        .route("/message", post(message))
        .route("/runGetMethod", post(run_get_method))
        .fallback(async || Failure {
            status: StatusCode::NOT_FOUND,
            what: "Cannot find this path".to_owned(),
        })
}

/// Status and words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    status: StatusCode,
    what: String,
}

impl From<Unreadable> for Failure {
    fn from(Unreadable(what): Unreadable) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            what,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": self.what}))).into_response()
    }
}

type Answer = Result<Value, Failure>;

/// Reading may run get-methods, so it does not happen on a thread that serves connections.
fn reading(answer: fn(&Handle, &Given) -> Answer) -> MethodRouter<Handle> {
    get(
        async move |State(chain): State<Handle>, RawQuery(query): RawQuery| {
            let given = Given::of_query(query.as_deref());
            let answered = tokio::task::spawn_blocking(move || answer(&chain, &given)).await;
            match answered {
                Ok(Ok(value)) => Json(value).into_response(),
                Ok(Err(failure)) => failure.into_response(),
                Err(error) => Failure {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    what: error.to_string(),
                }
                .into_response(),
            }
        },
    )
}

async fn message(State(chain): State<Handle>, body: Bytes) -> Response {
    match sending::send(&chain, body).await {
        Ok(value) => {
            let mut response = Json(value).into_response();
            response.extensions_mut().insert(MessageTaken);
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn run_get_method(State(chain): State<Handle>, body: Bytes) -> Response {
    match sending::run_get_method(&chain, body).await {
        Ok(value) => Json(value).into_response(),
        Err(failure) => failure.into_response(),
    }
}

fn body_object(body: &Bytes) -> Result<Given, Failure> {
    let object = serde_json::from_slice::<Map<String, Value>>(body);
    let object = object.map_err(|error| Unreadable(error.to_string()))?;
    Ok(Given::of_object(object))
}

/// Every address of an answer in its friendly form.
fn address_book(addresses: impl IntoIterator<Item = StdAddr>) -> Value {
    let addresses: BTreeSet<StdAddr> = addresses.into_iter().collect();
    let rows = addresses.iter().map(|address| {
        let row = json!({"user_friendly": text::friendly(address), "domain": null});
        (text::raw(address), row)
    });
    Value::Object(rows.collect())
}
