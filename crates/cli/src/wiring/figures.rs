//! The game's figures on the admin listener.

use std::{fmt::Write, sync::Arc};

use app::{App, StoreError};
use settlement::{Settlement, Status};
use tokio::sync::Mutex;

/// The chain's server counts requests: its figures are asked for this seldom, however often metrics are read.
const CHAIN_AGE_MS: i64 = 30_000;

struct Seen {
    at_ms: i64,
    status: Option<Status>,
}

/// Rewards by state, their ages, the wallet, deposits and how far the shop's transactions were read.
pub(super) fn of(app: App, settlement: Option<Settlement>) -> web::MoreFigures {
    let seen = Arc::new(Mutex::new(None::<Seen>));
    Arc::new(move || {
        let (app, settlement, seen) = (app.clone(), settlement.clone(), Arc::clone(&seen));
        Box::pin(async move {
            let mut text = String::new();
            if let Err(error) = rewards(&app, &mut text).await {
                tracing::warn!(%error, "the rewards' figures are missing from the metrics");
            }
            if let Some(settlement) = settlement {
                chain(&app, &settlement, &seen, &mut text).await;
            }
            text
        })
    })
}

async fn rewards(app: &App, text: &mut String) -> Result<(), StoreError> {
    let now_ms = app.clock().now_ms();
    let tallies = app.store().reward_tallies().await?;
    text.push_str("# HELP scrip_rewards Rewards by state.\n# TYPE scrip_rewards gauge\n");
    for tally in &tallies {
        let state = tally.state.as_str();
        let _ = writeln!(text, "scrip_rewards{{state=\"{state}\"}} {}", tally.count);
    }
    text.push_str(
        "# HELP scrip_reward_oldest_seconds The age of the oldest reward in a state.\n# TYPE scrip_reward_oldest_seconds gauge\n",
    );
    for tally in &tallies {
        let state = tally.state.as_str();
        let age = tally
            .oldest_ms
            .map_or(0, |since| (now_ms - since).max(0) / 1_000);
        let _ = writeln!(
            text,
            "scrip_reward_oldest_seconds{{state=\"{state}\"}} {age}"
        );
    }
    let waiting = app.store().rewards_waiting().await?;
    gauge(
        text,
        "scrip_rewards_without_wallet",
        "Rewards that wait for a player to connect a wallet.",
        waiting.without_wallet,
    );
    Ok(())
}

async fn chain(app: &App, settlement: &Settlement, seen: &Mutex<Option<Seen>>, text: &mut String) {
    let mut seen = seen.lock().await;
    let now_ms = app.clock().now_ms();
    let fresh = seen
        .as_ref()
        .is_some_and(|seen| now_ms.saturating_sub(seen.at_ms) < CHAIN_AGE_MS);
    if !fresh {
        let status = settlement.status().await;
        let status = status.inspect_err(
            |error| tracing::warn!(%error, "the chain's figures are missing from the metrics"),
        );
        *seen = Some(Seen {
            at_ms: now_ms,
            status: status.ok(),
        });
    }
    let status = seen.as_ref().and_then(|seen| seen.status.as_ref());
    gauge(
        text,
        "scrip_chain_up",
        "Whether the chain's server answers.",
        u8::from(status.is_some()),
    );
    if let Some(status) = status {
        chain_text(text, status);
    }
}

fn chain_text(text: &mut String, status: &Status) {
    gauge(
        text,
        "scrip_wallet_nanoton",
        "The balance of the wallet that sends rewards.",
        status.balance,
    );
    gauge(
        text,
        "scrip_wallet_low",
        "Whether the wallet has too little for what waits.",
        u8::from(status.low_funds.is_some()),
    );
    gauge(
        text,
        "scrip_batches_open",
        "Batches that have not ended.",
        status.batches.len(),
    );
    gauge(
        text,
        "scrip_deposits_held",
        "Deposits that wait for a decision.",
        status.held,
    );
    let read = status.cursor.map_or(0, |cursor| cursor.lt);
    gauge(
        text,
        "scrip_shop_lag_lt",
        "Logical time between the shop's newest transaction and the last one that was read.",
        status.newest_lt.saturating_sub(read),
    );
}

fn gauge(text: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    let _ = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
    );
}
