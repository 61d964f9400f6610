//! What has surprised others on the real chain happens here too.

use ton::{
    highload::QueryId,
    jetton::TransferNotification,
    toncenter::{AccountStatus, StackEntry, Transaction},
};
use ton_sandbox::{BadMessage, SendError};

use crate::rig::{ALL_OR_NOTHING, Player, Rig, TON, WHAT_FITS, coins, somebody};

fn exit_code(error: &SendError) -> Option<i32> {
    match error {
        SendError::NotAccepted { exit_code, .. } => *exit_code,
        other => panic!("refused for another reason: {other}"),
    }
}

async fn is_processed(rig: &Rig, query: QueryId) -> bool {
    let arguments = [
        StackEntry::Num(query.value().to_string()),
        StackEntry::Num("0".to_owned()),
    ];
    let ran = rig
        .client
        .run_get_method(rig.wallet.address(), "processed?", &arguments)
        .await
        .unwrap();
    assert_eq!(ran.exit_code, 0);
    let StackEntry::Num(answer) = &ran.stack[0] else {
        panic!("no number: {:?}", ran.stack);
    };
    answer != "0x0"
}

async fn notifications(rig: &Rig) -> Vec<(Transaction, TransferNotification)> {
    let transactions = rig.transactions(rig.wallet.address()).await;
    transactions
        .into_iter()
        .filter_map(|transaction| {
            let body = transaction.in_msg.as_ref()?.body.clone();
            Some((transaction, TransferNotification::parse(&body).ok()?))
        })
        .collect()
}

#[tokio::test]
async fn a_payment_that_forwards_one_nano_arrives_although_its_notification_is_aborted() {
    let rig = Rig::start().await;
    let player = Player::new(21);
    rig.chain.give(player.address(), TON).await.unwrap();
    rig.batch(&[rig.mint(player.address(), 100)]).await.unwrap();
    let paying = player.pays(&rig, 60, 1, "4242:1");
    rig.chain.send(&paying).await.unwrap();
    rig.chain.quiet().await.unwrap();

    let told = notifications(&rig).await;
    let [(transaction, notification)] = told.as_slice() else {
        panic!("{} notifications", told.len());
    };
    assert!(transaction.aborted);
    assert_eq!(transaction.exit_code, None, "skipped for want of gas");
    assert_eq!(notification.amount, 60);
    assert_eq!(notification.comment().as_deref(), Some("4242:1"));
    assert_eq!(notification.sender, *player.address());
    assert_eq!(rig.jettons(rig.wallet.address()).await, 60);
    assert_eq!(rig.jettons(player.address()).await, 40);
}

#[tokio::test]
async fn a_wallet_without_funds_takes_the_message_and_sends_nothing() {
    let rig = Rig::with_empty_wallet().await;
    let wallet = rig.wallet.address();
    rig.chain.give(wallet, 12_000_000).await.unwrap();
    let query = QueryId::of(0);
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    assert!(is_processed(&rig, query).await);
    assert!(!is_processed(&rig, QueryId::of(1)).await);
    let account = rig.client.account(&somebody(1)).await.unwrap();
    assert_eq!(account.status, AccountStatus::Nonexist);
}

#[tokio::test]
async fn one_message_over_the_balance_ends_all_in_mode_1_and_only_itself_in_mode_3() {
    for (mode, arrived) in [(ALL_OR_NOTHING, [0, 0, 0]), (WHAT_FITS, [1, 0, 1])] {
        let rig = Rig::with_empty_wallet().await;
        let wallet = rig.wallet.address();
        rig.chain.give(wallet, 5 * TON).await.unwrap();
        let messages = [
            coins(&somebody(1), TON, mode),
            coins(&somebody(2), 10 * TON, mode),
            coins(&somebody(3), TON, mode),
        ];
        rig.batch(&messages).await.unwrap();
        for (number, ton) in [1, 2, 3].into_iter().zip(arrived) {
            let balance = rig.chain.balance(&somebody(number));
            assert_eq!(balance > 0, ton == 1, "mode {mode}, receiver {number}");
        }
        let newest = &rig.transactions(wallet).await[0];
        let code = if mode == ALL_OR_NOTHING { 37 } else { 0 };
        assert_eq!(newest.action_code, Some(code), "mode {mode}");
        assert_eq!(newest.aborted, mode == ALL_OR_NOTHING);
        assert!(
            newest
                .in_msg
                .as_ref()
                .is_some_and(|message| !message.bounced)
        );
    }
}

#[tokio::test]
async fn an_item_index_too_high_fails_the_whole_batch_and_comes_back() {
    let rig = Rig::start().await;
    let collection = &rig.collections[0];
    let (first, second) = (somebody(1), somebody(2));
    // The code tells which item it was: 404 for the first, 405 for the second.
    for (items, code) in [
        ([(5, &first), (6, &second)], 404),
        ([(0, &first), (5, &second)], 405),
    ] {
        rig.batch(&[rig.mint_items(collection, &items)])
            .await
            .unwrap();
        let failed = &rig.transactions(collection.address()).await[0];
        assert_eq!(failed.exit_code, Some(code));
        let back = &rig.transactions(rig.wallet.address()).await[0];
        assert!(back.in_msg.as_ref().is_some_and(|message| message.bounced));
        assert_eq!(rig.owner_of(collection, 0).await, None);
    }
}

#[tokio::test]
async fn an_item_index_used_before_succeeds_at_the_collection_and_fails_at_the_item() {
    let rig = Rig::start().await;
    let collection = &rig.collections[1];
    let (first, second) = (somebody(1), somebody(2));
    rig.batch(&[rig.mint_items(collection, &[(0, &first)])])
        .await
        .unwrap();
    let before = rig.transactions(rig.wallet.address()).await.len();
    rig.batch(&[rig.mint_items(collection, &[(0, &second)])])
        .await
        .unwrap();
    let minted = &rig.transactions(collection.address()).await[0];
    assert_eq!(minted.exit_code, Some(0));
    let item = ton::sbt::item_address(collection.address(), 0);
    let refused = &rig.transactions(&item).await[0];
    assert_eq!(refused.exit_code, Some(65535));
    assert_eq!(rig.owner_of(collection, 0).await, Some(first));
    // The external message and the wallet's message to itself: nothing came back.
    assert_eq!(
        rig.transactions(rig.wallet.address()).await.len(),
        before + 2
    );
}

#[tokio::test]
async fn a_message_created_now_or_too_long_ago_is_refused() {
    let rig = Rig::start().await;
    let now_secs = rig.chain.now().time_secs;
    for (created_at, code) in [
        (now_secs + 5, Some(35)),
        (now_secs - rig.wallet.timeout_secs() - 5, Some(35)),
    ] {
        let messages = [coins(&somebody(1), TON, WHAT_FITS)];
        let signed = rig
            .wallet
            .sign(&rig.keys, rig.next_query(), created_at, &messages, false)
            .unwrap();
        let refused = rig.chain.send(&signed.boc).await.unwrap_err();
        assert_eq!(exit_code(&refused), code, "created at {created_at}");
    }
}

#[tokio::test]
async fn a_message_is_executed_once_until_it_expires_and_never_after() {
    let rig = Rig::start().await;
    let boc = rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]);
    // Twice before its block: it is in the pool once.
    rig.chain.send(&boc).await.unwrap();
    let second = rig.chain.send(&boc).await;
    assert!(
        second.is_ok()
            || second
                .as_ref()
                .is_err_and(|error| exit_code(error) == Some(36))
    );
    rig.chain.quiet().await.unwrap();
    let balance = rig.chain.balance(&somebody(1));
    assert!(balance > 0);
    let again = rig.chain.send(&boc).await.unwrap_err();
    assert_eq!(exit_code(&again), Some(36));
    rig.chain.advance(rig.wallet.timeout_secs() + 60);
    rig.chain.blocks(2).await.unwrap();
    let later = rig.chain.send(&boc).await.unwrap_err();
    assert_eq!(exit_code(&later), Some(35));
    assert_eq!(rig.chain.balance(&somebody(1)), balance);
}

#[tokio::test]
async fn two_hundred_and_fifty_mints_fit_into_one_message_and_all_arrive() {
    let rig = Rig::start().await;
    let owners: Vec<_> = (1..=250).map(somebody).collect();
    let mints: Vec<_> = owners.iter().map(|owner| rig.mint(owner, 3)).collect();
    let boc = rig.signed(&mints);
    assert!(boc.len() < 65_535, "{} bytes", boc.len());
    rig.chain.send(&boc).await.unwrap();
    rig.chain.quiet().await.unwrap();
    for owner in &owners {
        assert_eq!(rig.jettons(owner).await, 3);
    }
    let supply = rig.client.jetton_supply(rig.minter.address()).await;
    assert_eq!(supply.unwrap(), 750);
}

#[tokio::test]
async fn what_is_no_message_from_outside_is_refused_with_its_reason() {
    let rig = Rig::with_empty_wallet().await;
    for (boc, why) in [
        (vec![0; 65_536], BadMessage::TooLarge),
        (b"nonsense".to_vec(), BadMessage::NoBoc),
        (
            ton::boc::encode(&ton::Cell::default()).to_vec(),
            BadMessage::NotExternal,
        ),
    ] {
        assert_eq!(rig.chain.send(&boc).await, Err(SendError::Bad(why)));
    }
    // Nobody is there: no code that could accept.
    let boc = rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]);
    let refused = rig.chain.send(&boc).await.unwrap_err();
    assert_eq!(exit_code(&refused), None);
}
