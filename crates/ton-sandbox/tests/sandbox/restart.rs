//! A chain that is kept in a file.

use std::{fs::OpenOptions, io::Write};

use ton::{
    KeyPair,
    highload::{HighloadWallet, QueryId, SUBWALLET_ID, TIMEOUT_SECS},
    toncenter::TransactionsQuery,
};
use ton_sandbox::{Sandbox, SendError, Settings};

use crate::rig::{TON, WHAT_FITS, client, coins, settings, somebody};

#[tokio::test]
async fn a_chain_in_a_file_is_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain");
    let kept = || Settings {
        file: Some(path.clone()),
        ..settings()
    };
    let keys = KeyPair::from_seed(&[7; 32]);
    let wallet = HighloadWallet::new(keys.public(), SUBWALLET_ID, TIMEOUT_SECS);
    let query = || TransactionsQuery {
        account: wallet.address().clone(),
        from_lt: None,
        to_lt: None,
        limit: 100,
    };

    let running = Sandbox::start(kept()).await.unwrap();
    let chain = running.chain();
    chain.give(wallet.address(), 10 * TON).await.unwrap();
    chain.advance(86_400);
    chain.blocks(5).await.unwrap();
    let created_at = chain.now().time_secs - 30;
    let messages = [coins(&somebody(1), TON, WHAT_FITS)];
    let signed = wallet
        .sign(&keys, QueryId::of(0), created_at, &messages, true)
        .unwrap();
    chain.send(&signed.boc).await.unwrap();
    chain.quiet().await.unwrap();
    let before = client(&running).transactions(query()).await.unwrap();
    let now = chain.now();
    running.stop().await;
    // The machine went down in the middle of a line.
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"seqno\":999,\"now_").unwrap();

    let running = Sandbox::start(kept()).await.unwrap();
    let chain = running.chain();
    let after = client(&running).transactions(query()).await.unwrap();
    assert_eq!(before.len(), 3);
    assert_eq!(after, before);
    assert_eq!(chain.balance(&somebody(1)), u128::from(TON));
    assert!(chain.now().time_secs + 60 >= now.time_secs, "time goes on");
    let again = chain.send(&signed.boc).await;
    assert!(matches!(
        again,
        Err(SendError::NotAccepted {
            exit_code: Some(36),
            ..
        })
    ));
    chain.give(wallet.address(), TON).await.unwrap();
    running.stop().await;

    let running = Sandbox::start(kept()).await.unwrap();
    let third = client(&running).transactions(query()).await.unwrap();
    assert_eq!(third.len(), 4);
    assert_eq!(third[1..], before);
}

#[tokio::test]
async fn another_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter");
    std::fs::write(&path, "Dear aunt,\nall is well.\n").unwrap();
    let started = Sandbox::start(Settings {
        file: Some(path.clone()),
        ..settings()
    })
    .await;
    assert!(started.is_err());
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "Dear aunt,\nall is well.\n");
}
