//! What a run earns, and that it earns it once.

use axum::http::StatusCode;
use futures_util::future::join_all;
use ledger::Kind;
use serde_json::{Value, json};

use crate::world::{Run, World, user};

#[tokio::test]
async fn old_score_new_score_tokens() {
    let world = World::new().await;
    let mut player = 100;
    for (before, score, tokens) in [
        (None, 0, "1.00"),
        (None, 9, "1.00"),
        (None, 10, "11.00"),
        (None, 49, "41.00"),
        (Some(50), 49, "1.00"),
        (Some(50), 0, "1.00"),
        (Some(50), 59, "1.00"),
        (Some(50), 60, "11.00"),
        (Some(49), 59, "11.00"),
        (Some(49), 68, "11.00"),
    ] {
        player += 1;
        if let Some(before) = before {
            world.play(player, before).await;
        }
        let answer = world.play(player, score).await;
        assert_eq!(answer["tokens"], tokens, "{score} after {before:?}");
        let best = before.unwrap_or(0).max(score);
        assert_eq!(answer["high_score"], best);
    }
    world.bank.audited().await;
}

#[tokio::test]
async fn achievements_come_with_the_first_and_the_fifth_play() {
    let world = World::new().await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(world.play(7, 3).await["achievements"].clone());
    }
    let expect = [
        json!(["1"]),
        json!([]),
        json!([]),
        json!([]),
        json!(["2"]),
        json!([]),
    ];
    assert_eq!(seen, expect);
    let me = world.read(7, "/me").await;
    insta::assert_json_snapshot!("me_without_a_wallet", me);
}

#[tokio::test]
async fn a_play_is_answered_and_stands_in_the_ledger_with_its_entry() {
    let world = World::new().await;
    let answer = world.play(7, 23).await;
    insta::assert_json_snapshot!("played", answer);
    let filter = app::TransactionFilter {
        kind: Some(Kind::Reward),
        limit: 10,
        ..app::TransactionFilter::default()
    };
    let written = world.app.store().transactions(filter).await.unwrap();
    assert_eq!(written.len(), 1);
    let origin = &written[0].origin;
    assert_eq!(origin.entry, "telegram:POST /played");
    assert_eq!(origin.application, "game");
    assert!(origin.class.ends_with("played.rs"), "{origin:?}");
    let player = world.app.store().player(user(7)).await.unwrap().unwrap();
    assert_eq!(written[0].actor, player.holder);
    assert_eq!(world.promised().await, 2_100);
}

#[tokio::test]
async fn the_same_run_again_gets_the_first_answer_again() {
    let world = World::new().await;
    let run = world.flown(7, 12).await;
    let first = world.done(7, "/played", run.body()).await;
    assert_eq!(first["tokens"], "11.00");
    for body in [
        run.body(),
        // Whatever else they say now: it is paid.
        run.with(json!({"score": 3})),
        run.with(json!({"flaps": [1, 1]})),
        run.with(json!({"flaps": null})),
    ] {
        assert_eq!(world.done(7, "/played", body).await, first);
    }
    assert_eq!(world.promised().await, 1_100);
    assert_eq!(world.plays(7).await, 1);
    // Later games do not change what the first one earned.
    world.play(7, 30).await;
    let again = world.done(7, "/played", run.body()).await;
    assert_eq!(again["tokens"], first["tokens"]);
    assert_eq!(again["achievements"], first["achievements"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_times_the_same_run_at_once_pays_once() {
    let world = World::new().await;
    let run = world.flown(7, 12).await;
    let asks = (0..1_000).map(|_| world.done(7, "/played", run.body()));
    let answers: Vec<Value> = join_all(asks).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0]["tokens"], "11.00");
    assert_eq!(answers[0]["achievements"], json!(["1"]));
    assert_eq!(world.promised().await, 1_100);
    assert_eq!(world.plays(7).await, 1);
    world.bank.audited().await;
}

/// Each asks with another body, so that no two writes are the same command.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_without_proof_is_paid_once_whatever_it_says() {
    let world = World::with(|config| config.prove_runs = false).await;
    let run = world.flown(7, 0).await;
    let asks = (0..200).map(|score| {
        let body = json!({"run": run.id, "score": score});
        world.done(7, "/played", body)
    });
    let answers: Vec<Value> = join_all(asks).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer["tokens"] == answers[0]["tokens"])
    );
    assert_eq!(world.plays(7).await, 1);
    world.bank.audited().await;
}

#[tokio::test]
async fn where_runs_are_not_proved_the_ceilings_hold() {
    let world = World::with(|config| config.prove_runs = false).await;
    let claim = async |score: u32| {
        let run = world.flown(7, 0).await;
        let body = json!({"run": run.id, "score": score});
        world.done(7, "/played", body).await["tokens"].clone()
    };
    assert_eq!(claim(1_000_000_000).await, "500.00", "the ceiling of a run");
    assert_eq!(claim(2_000_000_000).await, "500.00");
    assert_eq!(claim(3_000_000_000).await, "500.00");
    assert_eq!(claim(4_000_000_000).await, "500.00");
    assert_eq!(claim(u32::MAX).await, "0.00", "the ceiling of a day");
    world.pass_secs(86_400);
    assert_eq!(claim(1).await, "1.00");
    // Flaps that are sent are believed no less than elsewhere.
    let run = world.flown(7, 5).await;
    let answer = world
        .post(7, "/played", run.with(json!({"score": 6})))
        .await;
    assert_eq!(answer.problem(), "score-unproved");
}

#[tokio::test]
async fn a_score_counts_only_with_the_run_that_gives_it() {
    let world = World::new().await;
    let run = world.flown(7, 12).await;
    let check = async |body: Value, problem: &str| {
        let answer = world.post(7, "/played", body).await;
        assert_eq!(answer.problem(), problem, "{}", answer.body);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    };
    check(run.with(json!({"score": 13})), "score-unproved").await;
    check(run.with(json!({"score": 11})), "score-unproved").await;
    check(run.with(json!({"score": 1_000_000_000})), "score-unproved").await;
    check(run.with(json!({"flaps": []})), "score-unproved").await;
    check(run.with(json!({"flaps": null})), "flaps-missing").await;
    check(run.with(json!({"flaps": [3, 2]})), "flaps-invalid").await;
    check(run.with(json!({"flaps": [2, 2]})), "flaps-invalid").await;
    check(
        run.with(json!({"flaps": [4_000_000_000_u32]})),
        "flaps-invalid",
    )
    .await;
    let many: Vec<u32> = (0..20_001).collect();
    check(run.with(json!({"flaps": many})), "flaps-invalid").await;
    // Somebody else's run, and a run of one's own with the flaps of another.
    let other = world.flown(8, 12).await;
    check(other.body(), "run-unknown").await;
    let swapped = Run {
        id: run.id.clone(),
        ..other
    };
    let answer = world.post(7, "/played", swapped.body()).await;
    assert_ne!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(world.plays(7).await, 0, "nothing of it was counted");
    assert_eq!(world.promised().await, 0);
    world.done(7, "/played", run.body()).await;
}

#[tokio::test]
async fn a_second_of_the_game_takes_a_second() {
    let world = World::new().await;
    let begun = world.done(7, "/run", json!({})).await;
    let seed = u32::try_from(begun["seed"].as_u64().unwrap()).unwrap();
    let flaps = flight::pilot::flaps(seed, 40);
    let ticks = flight::replay(seed, &flaps).unwrap().ticks;
    let body = json!({"run": begun["run"], "score": 40, "flaps": flaps});
    let needed = i64::from(ticks.div_ceil(60));
    world.pass_secs(needed - 6);
    let answer = world.post(7, "/played", body.clone()).await;
    assert_eq!(answer.problem(), "run-too-fast");
    assert_eq!(answer.body["wait_secs"], 1);
    world.pass_secs(1);
    assert_eq!(world.done(7, "/played", body).await["tokens"], "41.00");
}

#[tokio::test]
async fn a_run_is_handed_in_within_a_day() {
    let world = World::new().await;
    let (early, late) = (world.flown(7, 1).await, world.flown(7, 1).await);
    world.pass_secs(86_400 - 60);
    world.done(7, "/played", early.body()).await;
    world.pass_secs(120);
    let answer = world.post(7, "/played", late.body()).await;
    assert_eq!(answer.problem(), "run-expired");
}

#[tokio::test]
async fn a_player_who_was_stopped_earns_nothing() {
    let world = World::new().await;
    let run = world.flown(7, 1).await;
    let player = world.app.store().player(user(7)).await.unwrap().unwrap();
    world.bank.freeze(player.holder, true).await;
    let answer = world.post(7, "/played", run.body()).await;
    assert_eq!(
        (answer.status, answer.problem()),
        (StatusCode::CONFLICT, "holder-frozen")
    );
    world.bank.freeze(player.holder, false).await;
    world.done(7, "/played", run.body()).await;
}
