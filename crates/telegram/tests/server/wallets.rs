//! A wallet is bound once, and only by whoever it belongs to.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{wallet::Wallet, world::World};

#[tokio::test]
async fn a_play_binds_the_wallet_that_the_player_proves() {
    let world = World::new().await;
    let wallet = Wallet::new(1);
    let run = world.flown(7, 12).await;
    let claim = wallet.proved(&world, 7).await;
    let answer = world
        .done(7, "/played", run.with(json!({"wallet": claim})))
        .await;
    assert_eq!(answer["wallet"], wallet.address());
    let me = world.read(7, "/me").await;
    insta::assert_json_snapshot!("me_with_a_wallet", me);
}

#[tokio::test]
async fn a_wallet_never_changes() {
    let world = World::new().await;
    let (first, second) = (Wallet::new(1), Wallet::new(2));
    let claim = first.proved(&world, 7).await;
    let bound = world.done(7, "/wallet", claim).await;
    assert_eq!(bound, json!({"ok": true, "wallet": first.address()}));

    let claim = first.proved(&world, 7).await;
    let again = world.done(7, "/wallet", claim).await;
    assert_eq!(again, bound, "the same one again");

    let claim = second.proved(&world, 7).await;
    let answer = world.post(7, "/wallet", claim).await;
    assert_eq!(
        (answer.status, answer.problem()),
        (StatusCode::CONFLICT, "wallet-bound")
    );
    insta::assert_json_snapshot!("another_wallet", answer.body);

    // With a play the play counts, and the answer says where its tokens go.
    let run = world.flown(7, 12).await;
    let claim = second.proved(&world, 7).await;
    let answer = world
        .done(7, "/played", run.with(json!({"wallet": claim})))
        .await;
    assert_eq!(answer["wallet"], first.address());
    assert_eq!(answer["tokens"], "11.00");
    assert_eq!(world.read(7, "/me").await["wallet"], first.address());
}

#[tokio::test]
async fn a_wallet_can_come_with_the_run_handed_in_again() {
    let world = World::new().await;
    let run = world.flown(7, 12).await;
    let first = world.done(7, "/played", run.body()).await;
    assert_eq!(first["wallet"], Value::Null);
    let wallet = Wallet::new(1);
    let claim = wallet.proved(&world, 7).await;
    let again = world
        .done(7, "/played", run.with(json!({"wallet": claim})))
        .await;
    assert_eq!(again["wallet"], wallet.address());
    assert_eq!(again["tokens"], first["tokens"]);
    assert_eq!(world.promised().await, 1_100);
}

/// The whole request is refused, before anything of it is counted.
#[tokio::test]
async fn a_proof_that_is_none_counts_nothing() {
    let world = World::new().await;
    let wallet = Wallet::new(1);
    let run = world.flown(7, 12).await;
    let claim = wallet.proved(&world, 7).await;
    let asked = world.done(7, "/ton-proof", json!({})).await;
    let payload = asked["payload"].as_str().unwrap();
    let others = world.done(8, "/ton-proof", json!({})).await;
    let others = others["payload"].as_str().unwrap();
    let now = world.now_secs();
    let with = |pointer: &str, value: Value| {
        let mut claim = claim.clone();
        *claim.pointer_mut(pointer).unwrap() = value;
        claim
    };
    let stranger = Wallet::new(9);
    let init = claim.pointer("/proof/state_init").unwrap().clone();
    let mut refusals = Vec::new();
    for (what, wallet) in [
        ("no address", with("/address", json!("my wallet"))),
        (
            "the shop's address",
            with("/address", json!(format!("0:{}", "22".repeat(32)))),
        ),
        ("no signature", with("/proof/signature", json!("AAAA"))),
        ("no state init", with("/proof/state_init", json!("AAAA"))),
        (
            "a domain of another length",
            with("/proof/domain/lengthBytes", json!(3)),
        ),
        (
            "a payload that was made up",
            wallet.claim("game.example", "hello", now),
        ),
        (
            "somebody else's payload",
            wallet.claim("game.example", others, now),
        ),
        ("another domain", wallet.claim("evil.example", payload, now)),
        (
            "signed too long ago",
            wallet.claim("game.example", payload, now - 3_600),
        ),
        (
            "signed in the future",
            wallet.claim("game.example", payload, now + 3_600),
        ),
        (
            "somebody else's address",
            with("/address", json!(stranger.address())),
        ),
        (
            "another signature",
            with("/proof/signature", json!(STANDARD.encode([7; 64]))),
        ),
        (
            "a key that is not known",
            with("/proof/state_init", Value::Null),
        ),
        ("another key", {
            let mut claim = claim.clone();
            claim["proof"]["public_key"] = json!("11".repeat(32));
            claim
        }),
        ("a stranger with the wallet's state", {
            let mut claim = stranger.claim("game.example", payload, now);
            claim["address"] = json!(wallet.address());
            claim["proof"]["state_init"] = init;
            claim
        }),
    ] {
        let answer = world
            .post(7, "/played", run.with(json!({"wallet": wallet})))
            .await;
        assert_eq!(answer.problem(), "wallet-proof", "{what}: {}", answer.body);
        refusals.push(json!({what: answer.body}));
    }
    insta::assert_json_snapshot!("proofs_that_are_none", refusals);
    assert_eq!(world.plays(7).await, 0);
    assert_eq!(world.promised().await, 0);

    world.pass_secs(15 * 60 + 1);
    let answer = world.post(7, "/wallet", claim).await;
    assert_eq!(
        answer.body["reason"], "payload",
        "the time to sign it is over"
    );
    assert_eq!(world.read(7, "/me").await["wallet"], Value::Null);
}

#[tokio::test]
async fn a_friendly_address_and_the_wallets_own_words_do_too() {
    let world = World::new().await;
    let wallet = Wallet::new(1);
    let mut claim = wallet.proved(&world, 7).await;
    let form = ton::address::Form {
        bounceable: false,
        testnet: true,
    };
    claim["address"] = json!(ton::address::friendly(wallet.wallet.address(), form));
    let proof = claim["proof"].as_object_mut().unwrap();
    let init = proof.remove("state_init").unwrap();
    proof.insert("walletStateInit".into(), init);
    proof.insert("domain".into(), json!("game.example"));
    let key: String = wallet
        .keys
        .public()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    proof.insert("publicKey".into(), json!(key));
    let bound = world.done(7, "/wallet", claim).await;
    assert_eq!(bound["wallet"], wallet.address());
}

#[tokio::test]
async fn a_game_without_a_chain_has_no_wallets() {
    let world = World::with(|config| config.chain = None).await;
    let claim = Wallet::new(1).proved(&world, 7).await;
    let answer = world.post(7, "/wallet", claim).await;
    assert_eq!(answer.body["reason"], "no-chain");
    assert_eq!(world.read(7, "/config").await["chain"], Value::Null);
}
