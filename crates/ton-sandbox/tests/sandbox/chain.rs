//! Blocks, time, traces and balances.

use ton::toncenter::{AccountStatus, Finality};

use crate::rig::{Player, Rig, TON, WHAT_FITS, coins, somebody};

#[tokio::test]
async fn rewards_are_minted_in_one_trace_and_paid_back_to_the_shop() {
    let rig = Rig::start().await;
    let player = Player::new(21);
    rig.chain.give(player.address(), TON).await.unwrap();
    let sent = rig
        .batch(&[
            rig.mint(player.address(), 100),
            rig.mint_items(&rig.collections[0], &[(0, player.address())]),
            rig.mint_items(
                &rig.collections[1],
                &[(0, player.address()), (1, &somebody(4))],
            ),
        ])
        .await
        .unwrap();

    let landed = rig
        .client
        .transactions_by_message(&sent.normalized_hash)
        .await
        .unwrap();
    let [landed] = landed.as_slice() else {
        panic!("{} transactions took the message", landed.len());
    };
    assert_eq!(landed.account, *rig.wallet.address());
    let trace = rig.client.trace(&landed.hash).await.unwrap().unwrap();
    assert!(trace.complete);
    // Wallet, itself, minter, jetton wallet, two collections, three items.
    assert_eq!(trace.transactions.len(), 9);
    assert!(trace.transactions.iter().all(|one| !one.aborted));

    assert_eq!(rig.jettons(player.address()).await, 100);
    for (collection, index, owner) in [(0, 0, player.address()), (1, 1, &somebody(4))] {
        let found = rig.owner_of(&rig.collections[collection], index).await;
        assert_eq!(found.as_ref(), Some(owner));
    }
    for (collection, next) in [(0, 1), (1, 2)] {
        let address = rig.collections[collection].address();
        let index = rig.client.collection_next_index(address).await;
        assert_eq!(index.unwrap(), next);
    }

    let paying = player.pays(&rig, 30, 5_000_000, "4242:1");
    rig.chain.send(&paying).await.unwrap();
    rig.chain.quiet().await.unwrap();
    assert_eq!(rig.jettons(rig.wallet.address()).await, 30);
}

#[tokio::test]
async fn an_accounts_transactions_are_an_unbroken_chain() {
    let rig = Rig::start().await;
    for number in 1..=5 {
        rig.batch(&[coins(&somebody(number), TON, WHAT_FITS)])
            .await
            .unwrap();
    }
    let transactions = rig.transactions(rig.wallet.address()).await;
    // One gift, and two for each of six batches.
    assert_eq!(transactions.len(), 13);
    for pair in transactions.windows(2) {
        let [newer, older] = pair else { continue };
        assert!(newer.lt > older.lt);
        assert_eq!((newer.prev_lt, newer.prev_hash), (older.lt, older.hash));
    }
    assert_eq!(transactions.last().map(|first| first.prev_lt), Some(0));
    let account = rig.client.account(rig.wallet.address()).await.unwrap();
    assert_eq!(account.status, AccountStatus::Active);
    let newest = &transactions[0];
    assert_eq!(
        (account.last_lt, account.last_hash),
        (newest.lt, newest.hash)
    );
    assert_eq!(account.balance, rig.chain.balance(rig.wallet.address()));
}

#[tokio::test]
async fn coins_are_lost_to_fees_only() {
    let rig = Rig::start().await;
    let wallet = rig.wallet.address();
    let before = rig.chain.balance(wallet);
    let seen = rig.transactions(wallet).await.len();
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    let lost = before - rig.chain.balance(wallet) - u128::from(TON);
    let transactions = rig.transactions(wallet).await;
    let fees: u128 = transactions[..transactions.len() - seen]
        .iter()
        .map(|transaction| transaction.total_fees)
        .sum();
    // Besides its own fees the wallet pays for forwarding, of which the receiver's side gets a part.
    assert!(lost >= fees, "{lost} against {fees}");
    assert!(lost < 20_000_000, "{lost}");
    assert_eq!(rig.chain.balance(&somebody(1)), u128::from(TON));
}

#[tokio::test]
async fn time_goes_on_and_jumps_when_told_to() {
    let rig = Rig::with_empty_wallet().await;
    let before = rig.client.chain_time().await.unwrap();
    rig.chain.advance(86_400);
    rig.chain.blocks(2).await.unwrap();
    let after = rig.client.chain_time().await.unwrap();
    assert!(after.seqno > before.seqno);
    let jumped = after.time_secs - before.time_secs;
    assert!((86_400..86_460).contains(&jumped), "{jumped} s");
}

#[tokio::test]
async fn rent_is_taken_when_time_has_passed() {
    let rig = Rig::start().await;
    let wallet = rig.wallet.address();
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    rig.chain.advance(365 * 86_400);
    rig.chain.blocks(2).await.unwrap();
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    let transactions = rig.transactions(wallet).await;
    let (after, before) = (transactions[1].total_fees, transactions[3].total_fees);
    assert!(after > before + 1_000_000, "{after} against {before}");
}

#[tokio::test]
async fn a_transaction_is_final_when_its_blocks_have_passed() {
    let rig = Rig::start().await;
    rig.chain.faults().late_finality(1_000_000);
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    rig.chain.blocks(2).await.unwrap();
    let newest = &rig.transactions(rig.wallet.address()).await[0];
    assert_eq!(newest.finality, Finality::Confirmed);
    let trace = rig.client.trace(&newest.hash).await.unwrap().unwrap();
    assert!(!trace.complete);
    rig.chain.faults().clear();
    let newest = &rig.transactions(rig.wallet.address()).await[0];
    assert_eq!(newest.finality, Finality::Finalized);
    let trace = rig.client.trace(&newest.hash).await.unwrap().unwrap();
    assert!(trace.complete);
}
