use app::{Asked, WriteError};
use axum::{Json, extract::State};
use economy::{GameRefusal, Refusal, WalletBind};
use ledger::{IdempotencyKey, KeyScope, TonAddress};
use serde_json::json;

use super::Answer;
use crate::server::{
    problem::Problem,
    sign_in::Caller,
    state::{Server, Shared},
    wallet_proof::WalletClaim,
};

/// Binds a wallet without a play. Binding the same one again says so again.
pub(in crate::server) async fn wallet(State(server): State<Shared>, caller: Caller) -> Answer {
    let claim: WalletClaim = caller.body()?;
    let proved = server.proved(caller.user(), &claim).await;
    let wallet = proved.map_err(|error| Problem::wallet_proof(&error))?;
    let bound = bind_wallet(&server, &caller, wallet).await?;
    if bound != wallet {
        return Err(Problem::wallet_bound(bound));
    }
    Ok(Json(json!({"ok": true, "wallet": bound.to_string()})))
}

/// The wallet that the player has afterwards: perhaps another one, which never changes.
pub(super) async fn bind_wallet(
    server: &Server,
    caller: &Caller,
    wallet: TonAddress,
) -> Result<TonAddress, Problem> {
    if let Some(bound) = caller.player.fact.wallet {
        return Ok(bound);
    }
    let player = caller.user();
    let key = format!("{player}:{wallet}");
    let key = IdempotencyKey::new(KeyScope("telegram-wallet"), &key);
    let asked = Asked::new(&server.wallet, caller.player.holder, key);
    let bind = WalletBind { player, wallet };
    match server.app.wallet_bind(asked, bind).await {
        Ok(_) => Ok(wallet),
        Err(WriteError::Refused(Refusal::Game(GameRefusal::WalletBound { wallet }))) => Ok(wallet),
        // Somebody asked for the same as another holder, before the two were joined.
        Err(WriteError::KeyReused) => Ok(wallet),
        Err(error) => Err(Problem::write(error)),
    }
}
