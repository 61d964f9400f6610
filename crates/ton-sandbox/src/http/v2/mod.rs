//! Version 2: one method, one path, and all of them behind JSON-RPC.

mod accounts;
mod blocks;
mod methods;
mod sending;
mod transactions;

pub(super) use accounts::Wallet;
pub(super) use blocks::hash_of;
pub(super) use transactions::comment;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, post},
};
use serde_json::{Map, Value, json};

use super::{
    faulty::MessageTaken,
    given::{Given, Unreadable},
};
use crate::handle::Handle;

pub(super) fn router() -> Router<Handle> {
    Router::new()
        .route("/jsonRPC", post(json_rpc))
        .route("/{method}", any(plain))
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

impl Failure {
    fn of_server(what: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            what: what.into(),
        }
    }
}

async fn plain(
    State(chain): State<Handle>,
    Path(method): Path<String>,
    verb: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = Given::of_query(query.as_deref());
    if verb == Method::GET || body.is_empty() {
        return respond(&chain, &method, query).await;
    }
    match serde_json::from_slice::<Map<String, Value>>(&body) {
        Ok(object) => respond(&chain, &method, Given::of_object(object).and(query)).await,
        Err(_) => failed(Unreadable("the body is no JSON object".to_owned()).into()),
    }
}

async fn json_rpc(State(chain): State<Handle>, body: Bytes) -> Response {
    let called = serde_json::from_slice::<Map<String, Value>>(&body).ok();
    let method = called
        .as_ref()
        .and_then(|call| call.get("method"))
        .and_then(Value::as_str);
    let Some(method) = method else {
        return failed(Unreadable("method is missing".to_owned()).into());
    };
    let params = called.as_ref().and_then(|call| call.get("params"));
    let object = params.and_then(Value::as_object).cloned();
    let given = Given::of_object(object.unwrap_or_default());
    respond(&chain, method, given).await
}

async fn respond(chain: &Handle, method: &str, given: Given) -> Response {
    let is_send = method.starts_with("sendBoc");
    match call(chain, method, &given).await {
        Ok(result) => {
            let body = json!({"ok": true, "result": result, "@extra": extra(chain)});
            let mut response = Json(body).into_response();
            if is_send {
                response.extensions_mut().insert(MessageTaken);
            }
            response
        }
        Err(failure) => failed(failure),
    }
}

/// The servers write when and how fast they answered.
fn extra(chain: &Handle) -> String {
    format!("{}:0:0.0", chain.now().time_secs)
}

fn failed(failure: Failure) -> Response {
    let code = failure.status.as_u16();
    let body = json!({"ok": false, "error": failure.what, "code": code});
    (failure.status, Json(body)).into_response()
}

async fn call(chain: &Handle, method: &str, given: &Given) -> Result<Value, Failure> {
    match method {
        "getAddressInformation" => accounts::information(chain, given),
        "getExtendedAddressInformation" => accounts::extended_information(chain, given),
        "getWalletInformation" => accounts::wallet_information(chain, given),
        "getAddressBalance" => accounts::balance(chain, given),
        "getAddressState" => accounts::state(chain, given),
        "packAddress" => accounts::packed(given),
        "unpackAddress" => accounts::unpacked(given),
        "detectAddress" => accounts::detected(given),
        "getTransactions" => transactions::of_account(chain, given),
        "getTransactionsStd" => transactions::of_account_in_an_object(chain, given),
        "tryLocateTx" | "tryLocateResultTx" => transactions::result_of(chain, given),
        "tryLocateSourceTx" => transactions::source_of(chain, given),
        "getMasterchainInfo" => blocks::masterchain(chain),
        "shards" | "getShards" => blocks::shards(chain, given),
        "getBlockTransactions" => blocks::transactions(chain, given),
        "lookupBlock" => blocks::lookup(chain, given),
        "sendBoc" => sending::send(chain, given).await,
        "sendBocReturnHash" => sending::send_returning_hash(chain, given).await,
        "estimateFee" => sending::estimate_fee(chain, given).await,
        "runGetMethod" => methods::run(chain, given).await,
        "runGetMethodStd" => methods::run_typed(chain, given).await,
        other => Err(Failure {
            status: StatusCode::NOT_FOUND,
            what: format!("method {other} not found"),
        }),
    }
}
