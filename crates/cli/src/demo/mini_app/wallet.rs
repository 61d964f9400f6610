use app::{Clock, SystemClock};
use axum::{Json, extract::State};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::json;
use ton::OutMessage;
use tycho_types::models::StateInit;

use super::{Answer, Asked, MiniApp, Refusal, Shared, purse};
use crate::demo::players::Wallet;

#[derive(Deserialize)]
pub(super) struct Connect {
    person: String,
    /// What the game wants to be signed.
    payload: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Send {
    person: String,
    /// Seconds since 1970.
    valid_until: u64,
    messages: Vec<Message>,
}

/// As TON Connect has it.
#[derive(Deserialize)]
struct Message {
    address: String,
    /// Nanoton, in digits.
    amount: String,
    /// base64 BoC.
    payload: Option<String>,
    /// base64 BoC.
    state_init: Option<String>,
}

/// What a wallet says of itself when it is connected.
pub(super) async fn connect(State(demo): Shared, asked: Asked<Connect>) -> Answer {
    let Json(wanted) = asked?;
    let wallet = wallet_of(&demo, &wanted.person)?;
    demo.purse.fill(&wallet).await?;
    let mut answer = json!({
        "ok": true,
        "address": ton::address::raw(wallet.contract.address()),
        // Wallets take the sandbox for the testnet.
        "network": "-3",
        "public_key": ton::Hash::from(wallet.keys.public()).to_string(),
        "wallet_state_init": ton::boc::to_base64(&purse::state_init(&wallet)),
    });
    if let Some(payload) = wanted.payload {
        let now_secs = SystemClock.now_ms().div_euclid(1_000).unsigned_abs();
        let proof = demo.purse.prove(&wallet, payload, now_secs);
        answer["proof"] = json!({
            "timestamp": proof.timestamp_secs,
            "domain": {"lengthBytes": proof.domain.len(), "value": proof.domain},
            "payload": proof.payload,
            "signature": BASE64_STANDARD.encode(proof.signature),
        });
    }
    Ok(Json(answer))
}

/// Signs and sends, as a wallet does once its owner has said yes.
pub(super) async fn send(State(demo): Shared, asked: Asked<Send>) -> Answer {
    let Json(wanted) = asked?;
    let wallet = wallet_of(&demo, &wanted.person)?;
    let messages = wanted.messages.iter().map(out_message);
    let messages = messages.collect::<Result<Vec<_>, _>>()?;
    let boc = demo.purse.send(&wallet, wanted.valid_until, &messages);
    let boc = BASE64_STANDARD.encode(boc.await?);
    Ok(Json(json!({"ok": true, "boc": boc})))
}

fn wallet_of(demo: &MiniApp, person: &str) -> Result<Wallet, Refusal> {
    let player = demo.players.by_id(person).ok_or(Refusal::UnknownPerson)?;
    Ok(demo.players.wallet(player.user))
}

fn out_message(message: &Message) -> Result<OutMessage, Refusal> {
    let to = ton::address::parse(&message.address);
    let to = to.map_err(|_| Refusal::Field("address"))?;
    let cell = |boc: &Option<String>, field| {
        let cell = boc.as_deref().map(ton::boc::parse_base64).transpose();
        cell.map_err(|_| Refusal::Field(field))
    };
    let state_init = match cell(&message.state_init, "state_init")? {
        Some(cell) => {
            let init = cell.parse::<StateInit>();
            Some(init.map_err(|_| Refusal::Field("state_init"))?)
        }
        None => None,
    };
    Ok(OutMessage {
        destination: to.address,
        value: message
            .amount
            .parse()
            .map_err(|_| Refusal::Field("amount"))?,
        body: cell(&message.payload, "payload")?.unwrap_or_default(),
        // What deploys a contract must not come back before there is code.
        bounce: to.bounceable.unwrap_or(true) && state_init.is_none(),
        state_init,
        // Fees are paid besides the value, and what cannot be sent is left out, as wallet programs do it.
        mode: 3,
    })
}
