use app::{RewardFilter, RewardLine};
use axum::{Json, extract::State};
use economy::{OwedKind, RewardState};
use ledger::{AccountKey, Amount};
use serde_json::{Map, Value, json};

use super::Answer;
use crate::server::{
    addresses,
    problem::Problem,
    sign_in::Caller,
    state::{Server, Shared},
    token,
};

/// More rewards of one state than this are not counted.
const MOST: usize = 1_000;

/// The player as the game knows them, and what is on its way to their wallet.
pub(in crate::server) async fn me(State(server): State<Shared>, caller: Caller) -> Answer {
    let token = server.token().await?;
    let account = AccountKey::holder(caller.player.holder, token.id);
    let balance = server.app.store().balance(account).await?;
    let (mut rewards, mut pending) = (Map::new(), Amount::ZERO);
    for state in RewardState::ALL {
        let lines = lines(&server, &caller, state).await?;
        if !matches!(state, RewardState::Settled | RewardState::Refused) {
            pending = lines
                .iter()
                .fold(pending, |sum, line| added(&server, sum, line));
        }
        rewards.insert(state.as_str().into(), lines.len().into());
    }
    let fact = caller.player.fact;
    let achievements = fact.achievements.iter();
    let achievements: Vec<String> = achievements.map(|one| one.to_string()).collect();
    Ok(Json(json!({
        "ok": true,
        "user": caller.user().to_string(),
        "name": caller.player.name,
        "plays": fact.plays,
        "high_score": fact.high_score,
        "achievements": achievements,
        "wallet": fact.wallet.map(|wallet| wallet.to_string()),
        "jetton_wallet": jetton_wallet(&server, &caller),
        "balance": balance.display(token.decimals).to_string(),
        "pending": token::text(&token, pending),
        "rewards": rewards,
    })))
}

async fn lines(
    server: &Server,
    caller: &Caller,
    state: RewardState,
) -> Result<Vec<RewardLine>, Problem> {
    let filter = RewardFilter {
        state: Some(state),
        player: Some(caller.user()),
        before: None,
        limit: MOST,
    };
    Ok(server.app.store().rewards(filter).await?)
}

fn added(server: &Server, sum: Amount, line: &RewardLine) -> Amount {
    match line.owed {
        OwedKind::Tokens { currency, amount } if currency == server.config.token => {
            sum.checked_add(amount).unwrap_or(sum)
        }
        _ => sum,
    }
}

/// Where the player's tokens are on the chain: what is paid with is sent from there.
fn jetton_wallet(server: &Server, caller: &Caller) -> Option<Value> {
    let chain = server.config.chain.as_ref()?;
    let owner = addresses::theirs(caller.player.fact.wallet?);
    let minter = addresses::theirs(chain.minter);
    let wallet = ton::jetton::wallet_address(&minter, &owner);
    Some(addresses::contract(addresses::ours(&wallet), chain.network))
}
