use app::{Asked, PlayerRecord, RunRecord, StoreError, WriteError};
use axum::{Json, extract::State};
use economy::{GameRefusal, Play, Refusal};
use flight::{CONSTANTS, replay};
use ledger::{IdempotencyKey, KeyScope, RunId, TonAddress};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, wallet::bind_wallet};
use crate::server::{
    problem::Problem,
    run_token::{self, Begun, Within},
    sign_in::Caller,
    state::{Server, Shared},
    token,
    wallet_proof::WalletClaim,
};

/// Servers' clocks and a phone that runs fast are forgiven so much.
const TOLERANCE_MS: i64 = 5_000;

#[derive(Deserialize)]
struct Played {
    run: String,
    score: u32,
    /// The ticks at which the player flapped.
    flaps: Option<Vec<u32>>,
    wallet: Option<WalletClaim>,
}

/// A run has ended. A run pays once: whoever hands it in again gets the first answer again.
pub(in crate::server) async fn played(State(server): State<Shared>, caller: Caller) -> Answer {
    let played: Played = caller.body()?;
    let now_ms = server.app.clock().now_ms();
    let within = Within {
        now_ms,
        max_age_secs: server.config.run_max_age_secs,
    };
    let begun = run_token::read(&server.run_key, caller.user(), &played.run, within);
    let begun = begun.map_err(Problem::run)?;
    let wallet = proved_wallet(&server, &caller, &played).await?;
    if let Some(first) = server.app.store().run(begun.run).await? {
        if let Some(wallet) = wallet {
            bind_wallet(&server, &caller, wallet).await?;
        }
        return answer(&server, &first).await;
    }
    believable(&server, &played, &begun, now_ms)?;
    let record = record(&server, &caller, &played, begun.run, wallet).await?;
    answer(&server, &record).await
}

async fn proved_wallet(
    server: &Server,
    caller: &Caller,
    played: &Played,
) -> Result<Option<TonAddress>, Problem> {
    let Some(claim) = &played.wallet else {
        return Ok(None);
    };
    let proved = server.proved(caller.user(), claim).await;
    proved
        .map(Some)
        .map_err(|error| Problem::wallet_proof(&error))
}

/// Whether the flaps give the score, and there was time for them.
fn believable(server: &Server, played: &Played, begun: &Begun, now_ms: i64) -> Result<(), Problem> {
    let Some(flaps) = &played.flaps else {
        return if server.config.prove_runs {
            Err(Problem::flaps_missing())
        } else {
            Ok(())
        };
    };
    let outcome = replay(begun.seed, flaps).map_err(Problem::flaps)?;
    if outcome.score != played.score {
        return Err(Problem::score_unproved(played.score, outcome.score));
    }
    let took_ms = i64::from(outcome.ticks) * 1_000 / i64::from(CONSTANTS.ticks_per_second);
    let passed_ms = now_ms.saturating_sub(begun.began_ms).max(0);
    let missing_ms = took_ms.saturating_sub(passed_ms.saturating_add(TOLERANCE_MS));
    if missing_ms > 0 {
        let wait_secs = u32::try_from(missing_ms.saturating_add(999) / 1_000);
        return Err(Problem::too_fast(wait_secs.unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// What was written of the run: now, or by somebody who handed it in at the same moment.
async fn record(
    server: &Server,
    caller: &Caller,
    played: &Played,
    run: RunId,
    wallet: Option<TonAddress>,
) -> Result<RunRecord, Problem> {
    match count_play(server, &caller.player, played, run, wallet).await {
        Ok(())
        | Err(
            WriteError::KeyReused
            | WriteError::Refused(Refusal::Game(GameRefusal::RunPlayed { .. })),
        ) => {}
        Err(error) => return Err(Problem::write(error)),
    }
    let record = server.app.store().run(run).await?;
    record.ok_or_else(|| StoreError::Damaged("a run that was played is not there".into()).into())
}

async fn count_play(
    server: &Server,
    player: &PlayerRecord,
    played: &Played,
    run: RunId,
    wallet: Option<TonAddress>,
) -> Result<(), WriteError> {
    let key = IdempotencyKey::new(KeyScope("telegram-run"), &run.to_string());
    let mut holder = player.holder;
    for last in [false, true] {
        let asked = Asked::new(&server.played, holder, key);
        let play = Play {
            player: player.user,
            holder,
            run,
            score: played.score,
            token: server.config.token,
            rules: server.config.rules.clone(),
            wallet,
        };
        match server.app.play(asked, play).await {
            Ok(_) => return Ok(()),
            // The player's wallet was joined with another at this moment: the identity leads to that one now.
            Err(WriteError::Refused(Refusal::HolderMerged { .. })) if !last => {
                let store = server.app.store();
                let now = store.player_ensure(player.user, player.name.clone());
                holder = now.await?.holder;
            }
            // The same key tells what became of it.
            Err(WriteError::Store(StoreError::Unknown)) if !last => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unknown.into())
}

async fn answer(server: &Server, run: &RunRecord) -> Answer {
    let token = server.token().await?;
    let player = server.app.store().player(run.player).await?;
    let fact = player.map(|player| player.fact).unwrap_or_default();
    let achieved: Vec<String> = run.achieved.iter().map(|one| one.to_string()).collect();
    Ok(Json(json!({
        "ok": true,
        "score": run.score,
        "tokens": token::text(&token, run.tokens),
        "achievements": achieved,
        "high_score": fact.high_score,
        "wallet": fact.wallet.map(|wallet| wallet.to_string()),
    })))
}
