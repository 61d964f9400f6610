//! Whatever comes to the shop is accounted for.

use app::{DepositFilter, DepositRecord};
use economy::{DepositAssign, DepositRefund, DepositState, HeldWhy};
use ledger::{Identity, Platform};
use ton::{
    OutMessage, content,
    jetton::{self, Mint, Minter},
};
use tycho_types::cell::CellBuilder;

use crate::rig::{Player, Rig, amount, item, transfer};

pub async fn deposits(rig: &Rig) -> Vec<DepositRecord> {
    let filter = DepositFilter {
        state: None,
        player: None,
        before_lt: None,
        limit: 1_000,
    };
    let mut deposits = rig
        .world
        .store()
        .deposits(filter)
        .await
        .expect("it answers");
    deposits.reverse();
    deposits
}

pub async fn refund_all_without_comment(rig: &Rig) {
    let held = deposits(rig).await.into_iter();
    for deposit in
        held.filter(|one| one.why == Some(HeldWhy::NoComment) && one.state == DepositState::Held)
    {
        let refund = DepositRefund {
            deposit: deposit.transaction,
            by: rig.world.operator,
        };
        let refunded = rig
            .world
            .app
            .deposit_refund(rig.world.asked(), refund)
            .await;
        refunded.expect("it was held");
    }
}

#[tokio::test]
async fn each_payment_is_a_purchase_or_held_with_its_reason() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    let long = format!("1:1{}", "x".repeat(400));
    let cases: [(u128, Option<&str>, Result<i64, HeldWhy>); 12] = [
        (50, Some("1:1"), Ok(0)),
        (50, Some("1:1"), Err(HeldWhy::OwnedAlready)),
        (230, Some("1:2"), Ok(30)),
        (49, Some("2:1"), Err(HeldWhy::UnknownPlayer)),
        (50, Some("1:9"), Err(HeldWhy::UnknownItem)),
        (50, None, Err(HeldWhy::NoComment)),
        (50, Some("hello"), Err(HeldWhy::OtherComment)),
        (50, Some("1:1 "), Err(HeldWhy::OtherComment)),
        (50, Some("1:1\0"), Err(HeldWhy::OtherComment)),
        (50, Some(&long), Err(HeldWhy::OtherComment)),
        (
            1,
            Some("'; DROP TABLE player; --"),
            Err(HeldWhy::OtherComment),
        ),
        (7, Some("٤٢:7"), Err(HeldWhy::OtherComment)),
    ];
    for (units, comment, _) in &cases {
        rig.pay(&ada, *units, *comment).await;
    }
    rig.settle(&settlement).await;
    let deposits = deposits(&rig).await;
    assert_eq!(deposits.len(), cases.len());
    for (deposit, (units, comment, expect)) in deposits.iter().zip(&cases) {
        assert_eq!(
            u128::from(deposit.amount.get().unsigned_abs()),
            *units,
            "{comment:?}"
        );
        match expect {
            Ok(over) => {
                assert_eq!(deposit.state, DepositState::Bought, "{comment:?}");
                assert_eq!(deposit.over.get(), *over, "{comment:?}");
            }
            Err(why) => {
                assert_eq!(deposit.state, DepositState::Held, "{comment:?}");
                assert_eq!(deposit.why, Some(*why), "{comment:?}");
            }
        }
    }
    let status = settlement.status().await.expect("it answers");
    assert_eq!(status.held, 10);
    assert_eq!(status.supply.ledger.unsigned_abs(), status.supply.chain);
    // What the shop has on the chain is what it earned and what is held.
    let shop = status.supply.shop_ledger + status.supply.on_the_way;
    assert_eq!(status.supply.shop_chain, shop.unsigned_abs());
    rig.mirrors(&[ada]).await;
}

#[tokio::test]
async fn too_little_is_held() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    rig.pay(&ada, 49, Some("1:1")).await;
    rig.settle(&settlement).await;
    assert_eq!(deposits(&rig).await[0].why, Some(HeldWhy::Underpaid));
}

/// The recipient's own transaction is `aborted`: with one nanoton its code never runs.
#[tokio::test]
async fn an_aborted_notification_is_a_purchase() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    rig.pay(&ada, 50, Some("1:1")).await;
    rig.settle(&settlement).await;
    let deposit = &deposits(&rig).await[0];
    let account = rig.wallet.address().clone();
    let query = ton::toncenter::TransactionsQuery {
        account,
        from_lt: Some(deposit.lt),
        to_lt: Some(deposit.lt),
        limit: 10,
    };
    let told = rig.client.transactions(query).await.expect("it answers");
    assert!(told[0].aborted && told[0].exit_code.is_none());
    assert_eq!(deposit.state, DepositState::Bought);
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_no_comment() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    let mut odd = CellBuilder::new();
    odd.store_bit_one().expect("it fits");
    rig.pay_with(&ada, 50, Some(odd.build().expect("a cell")))
        .await;
    // Instead of a payload a bit that says that one follows in a reference, and none does.
    let mut message = transfer(rig.minter.address(), &ada, rig.wallet.address(), 60, None);
    message.body = announced_and_missing(&rig, &ada, 60);
    rig.send_as(&ada, message).await;
    rig.settle(&settlement).await;
    let deposits = deposits(&rig).await;
    assert_eq!(deposits.len(), 2);
    for deposit in deposits {
        assert_eq!(deposit.why, Some(HeldWhy::NoComment), "{deposit:?}");
    }
}

fn announced_and_missing(rig: &Rig, from: &Player, units: u128) -> ton::Cell {
    let whole = jetton::transfer_body(&jetton::Transfer {
        query_id: 0,
        amount: units,
        destination: rig.wallet.address().clone(),
        response: Some(from.wallet.address().clone()),
        forward_value: 1,
        forward_payload: None,
    });
    let slice = whole.as_slice().expect("a plain cell");
    let mut builder = CellBuilder::new();
    let bits = slice.size_bits();
    let head = slice.get_prefix(bits - 1, 0);
    builder.store_slice(head).expect("it fits");
    builder.store_bit_one().expect("it fits");
    builder.build().expect("a cell")
}

#[tokio::test]
async fn other_tokens_and_lies_are_skipped_and_counted() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    // Another token, that anybody can make.
    let other = Minter::new(
        ada.wallet.address(),
        content::onchain(&[("name", "Points")]),
    );
    let mint = OutMessage {
        destination: other.address().clone(),
        value: 300_000_000,
        body: jetton::mint_body(&Mint {
            query_id: 0,
            to: ada.wallet.address().clone(),
            amount: 1_000,
            wallet_value: 100_000_000,
        }),
        state_init: Some(other.state_init()),
        bounce: false,
        mode: 3,
    };
    rig.send_as(&ada, mint).await;
    let comment = Some(jetton::comment_payload("1:1"));
    let pay = transfer(other.address(), &ada, rig.wallet.address(), 50, comment);
    rig.send_as(&ada, pay).await;
    // A lie: the player's own wallet says that tokens came.
    let mut body = CellBuilder::new();
    body.store_u32(jetton::TRANSFER_NOTIFICATION)
        .expect("it fits");
    body.store_zeros(64 + 4 + 2 + 1).expect("it fits");
    let lie = OutMessage {
        destination: rig.wallet.address().clone(),
        value: 10_000_000,
        body: body.build().expect("a cell"),
        state_init: None,
        bounce: false,
        mode: 3,
    };
    rig.send_as(&ada, lie).await;
    rig.settle(&settlement).await;
    assert!(deposits(&rig).await.is_empty());
    let status = settlement.status().await.expect("it answers");
    assert_eq!(status.skipped.count, 2);
    assert!(status.is_caught_up());
}

#[tokio::test]
async fn a_purchase_before_the_first_game_works() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let (ada, bob) = (Player::new(1), Player::new(2));
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    // Bob has never played; Ada pays for him.
    rig.known(&bob).await;
    rig.pay(&ada, 50, Some("2:1")).await;
    // Nobody has ever seen player 3.
    rig.pay(&ada, 50, Some("3:1")).await;
    rig.settle(&settlement).await;
    let bought = rig
        .world
        .store()
        .purchases(bob.user)
        .await
        .expect("it answers");
    assert_eq!(bought.len(), 1);
    assert_eq!(settlement.status().await.expect("it answers").held, 1);
    let cy = Player::new(3);
    rig.known(&cy).await;
    rig.settle(&settlement).await;
    let bought = rig
        .world
        .store()
        .purchases(cy.user)
        .await
        .expect("it answers");
    assert_eq!(bought.len(), 1);
    assert_eq!(settlement.status().await.expect("it answers").held, 0);
    rig.mirrors(&[ada, bob, cy]).await;
}

#[tokio::test]
async fn a_refund_goes_back_on_the_chain_and_an_assignment_stays() {
    let rig = Rig::start().await;
    let settlement = rig.settlement();
    let ada = Player::new(1);
    rig.play(&ada, 1_000).await;
    rig.settle(&settlement).await;
    let before = rig.tokens_on_chain(ada.wallet.address()).await;
    rig.pay(&ada, 70, None).await;
    rig.pay(&ada, 55, Some("red pipe please")).await;
    rig.settle(&settlement).await;
    assert_eq!(
        rig.tokens_on_chain(ada.wallet.address()).await,
        before - 125
    );
    refund_all_without_comment(&rig).await;
    let shop = Identity::new(Platform::Operator, "shop").expect("a good identity");
    let assign = DepositAssign {
        deposit: deposits(&rig).await[1].transaction,
        player: ada.user,
        item: item(1),
        price: amount(50),
        shop: rig.world.app.holder(shop).await.expect("it answers"),
    };
    let assigned = rig
        .world
        .app
        .deposit_assign(rig.world.asked(), assign)
        .await;
    assigned.expect("it was held");
    rig.settle(&settlement).await;
    assert_eq!(rig.tokens_on_chain(ada.wallet.address()).await, before - 55);
    let states: Vec<DepositState> = deposits(&rig).await.iter().map(|one| one.state).collect();
    assert_eq!(states, [DepositState::Refunded, DepositState::Assigned]);
    let bought = rig
        .world
        .store()
        .purchases(ada.user)
        .await
        .expect("it answers");
    assert_eq!(bought.len(), 1);
    rig.mirrors(&[ada]).await;
    let status = settlement.status().await.expect("it answers");
    assert_eq!(status.supply.on_the_way, 0);
    assert_eq!(status.supply.ledger.unsigned_abs(), status.supply.chain);
}
