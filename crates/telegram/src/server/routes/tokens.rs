use axum::{Json, extract::State};
use ledger::Decimals;
use serde_json::json;

use super::Answer;
use crate::server::{on_chain, sign_in::Caller, state::Shared, token};

/// A coin's, such as TON's: its minor units are nanoton.
const COIN_DECIMALS: u8 = 9;

/// What the bound wallet holds on the chain, whoever sent it. `/me` tells what the ledger knows.
pub(in crate::server) async fn tokens(State(server): State<Shared>, caller: Caller) -> Answer {
    let token = server.token().await?;
    let holdings = server.holdings(&caller.player).await;
    let holdings = holdings.map_err(on_chain::Unread::problem)?;
    let coin = Decimals::new(COIN_DECIMALS).expect("nine decimals are allowed");
    let coins = token::units_text(holdings.nanoton, coin);
    Ok(Json(json!({
        "ok": true,
        "balance": token::units_text(holdings.units, token.decimals),
        "coins": shortened(&coins),
    })))
}

/// Without zeros at the end: nobody reads nine of them.
fn shortened(coins: &str) -> &str {
    coins.trim_end_matches('0').trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_are_short() {
        let check = |coins: &str, expect: &str| assert_eq!(shortened(coins), expect);
        check("2.000000000", "2");
        check("10.000000000", "10");
        check("0.000000000", "0");
        check("1.950000001", "1.950000001");
        check("0.100000000", "0.1");
    }
}
