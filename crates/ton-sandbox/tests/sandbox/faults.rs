//! What goes wrong on demand, as a client meets it.

use ton::toncenter::ClientError;
use ton_sandbox::LostAnswer;

use crate::rig::{Rig, TON, WHAT_FITS, coins, somebody};

#[tokio::test]
async fn a_lost_answer_hides_a_message_that_is_executed() {
    let rig = Rig::start().await;
    for (number, how) in [
        (1, LostAnswer::Dropped),
        (2, LostAnswer::ServerError),
        (3, LostAnswer::GatewayTimeout),
    ] {
        rig.chain.faults().lose_answers(how, 1);
        let boc = rig.signed(&[coins(&somebody(number), TON, WHAT_FITS)]);
        let sent = rig.client.send(&boc).await;
        assert!(sent.is_err_and(|error| error.is_temporary()), "{how:?}");
        rig.chain.quiet().await.unwrap();
        assert!(rig.chain.balance(&somebody(number)) > 0, "{how:?}");
    }
    let boc = rig.signed(&[coins(&somebody(4), TON, WHAT_FITS)]);
    assert!(rig.client.send(&boc).await.is_ok());
}

#[tokio::test]
async fn a_lost_external_is_answered_and_never_executed() {
    let rig = Rig::start().await;
    rig.chain.faults().lose_externals(1);
    let boc = rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]);
    let hash = rig.client.send(&boc).await.unwrap();
    rig.chain.blocks(3).await.unwrap();
    let landed = rig.client.transactions_by_message(&hash).await.unwrap();
    assert!(landed.is_empty());
    // The same bytes once more, and they land.
    assert_eq!(rig.client.send(&boc).await.unwrap(), hash);
    rig.chain.quiet().await.unwrap();
    let landed = rig.client.transactions_by_message(&hash).await.unwrap();
    assert_eq!(landed.len(), 1);
}

#[tokio::test]
async fn an_index_that_lags_shows_the_past_and_catches_up() {
    let rig = Rig::start().await;
    let before = rig.transactions(rig.wallet.address()).await.len();
    rig.chain.faults().lag(1_000_000);
    let boc = rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]);
    let hash = rig.client.send(&boc).await.unwrap();
    rig.chain.blocks(3).await.unwrap();
    let time = rig.client.chain_time().await.unwrap();
    rig.chain.blocks(3).await.unwrap();
    assert_eq!(rig.client.chain_time().await.unwrap(), time);
    assert_eq!(rig.transactions(rig.wallet.address()).await.len(), before);
    let landed = rig.client.transactions_by_message(&hash).await.unwrap();
    assert!(landed.is_empty());
    rig.chain.faults().lag(0);
    rig.chain.quiet().await.unwrap();
    let landed = rig.client.transactions_by_message(&hash).await.unwrap();
    assert_eq!(landed.len(), 1);
}

#[tokio::test]
async fn who_waits_for_quiet_under_a_lag_sees_what_was_sent() {
    let rig = Rig::start().await;
    rig.chain.faults().lag(4);
    rig.chain.give(&somebody(1), TON).await.unwrap();
    let account = rig.client.account(&somebody(1)).await.unwrap();
    assert_eq!(account.balance, u128::from(TON));
}

#[tokio::test]
async fn a_trace_is_incomplete_while_messages_are_on_their_way() {
    let rig = Rig::start().await;
    rig.chain.faults().one_hop_a_block(true);
    let boc = rig.signed(&[rig.mint(&somebody(1), 5)]);
    let hash = rig.client.send(&boc).await.unwrap();
    let mut sizes = Vec::new();
    loop {
        let landed = rig.client.transactions_by_message(&hash).await.unwrap();
        if let Some(landed) = landed.first() {
            let trace = rig.client.trace(&landed.hash).await.unwrap().unwrap();
            sizes.push((trace.transactions.len(), trace.complete));
            if trace.complete {
                break;
            }
        }
        tokio::task::yield_now().await;
    }
    sizes.dedup();
    assert!(sizes.len() > 1, "{sizes:?}");
    assert_eq!(sizes.last(), Some(&(4, true)));
    assert_eq!(rig.jettons(&somebody(1)).await, 5);
}

#[tokio::test]
async fn a_frozen_chain_answers_with_its_last_time_and_goes_on_later() {
    let rig = Rig::start().await;
    rig.chain.faults().freeze(true);
    let boc = rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]);
    let before = rig.client.chain_time().await.unwrap();
    rig.chain.advance(3600);
    rig.client.send(&boc).await.unwrap();
    assert_eq!(rig.chain.balance(&somebody(1)), 0);
    let frozen = rig.client.chain_time().await.unwrap();
    assert!(frozen.seqno <= before.seqno + 1, "the block at hand ends");
    rig.chain.faults().freeze(false);
    rig.chain.quiet().await.unwrap();
    assert!(rig.chain.balance(&somebody(1)) > 0);
    assert!(rig.client.chain_time().await.unwrap().time_secs >= before.time_secs + 3600);
}

#[tokio::test]
async fn a_busy_or_failing_server_says_so_and_recovers() {
    let rig = Rig::with_empty_wallet().await;
    rig.chain.faults().answer_busy(2);
    for _ in 0..2 {
        let asked = rig.client.chain_time().await;
        assert!(matches!(asked, Err(ClientError::Busy)), "{asked:?}");
    }
    rig.chain.faults().fail(1);
    let asked = rig.client.chain_time().await;
    assert!(asked.is_err_and(|error| error.is_temporary()));
    assert!(rig.client.chain_time().await.is_ok());
    rig.chain.faults().answer_busy_share(50);
    let mut busy = 0;
    for _ in 0..10 {
        busy += usize::from(rig.client.chain_time().await.is_err());
    }
    assert_eq!(busy, 5);
}

#[tokio::test]
async fn pages_come_short_and_with_a_gap() {
    let rig = Rig::start().await;
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    let whole = rig.transactions(rig.wallet.address()).await;
    assert_eq!(whole.len(), 5);
    rig.chain.faults().short_pages(2);
    assert_eq!(rig.transactions(rig.wallet.address()).await, whole[..2]);
    rig.chain.faults().short_pages(0);
    rig.chain.faults().gap_pages(1);
    let gapped = rig.transactions(rig.wallet.address()).await;
    assert_eq!(gapped.len(), 4);
    assert!(
        gapped
            .windows(2)
            .any(|pair| pair[0].prev_hash != pair[1].hash)
    );
    assert_eq!(rig.transactions(rig.wallet.address()).await, whole);
}
