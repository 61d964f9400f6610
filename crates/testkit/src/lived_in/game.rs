use app::ChainCursor;
use economy::{
    DepositAssign, DepositRefund, Play, RewardRefuse, RewardState, StarsRefund, WalletBind,
};
use ledger::{Currency, ItemId, StarsCharge};

use crate::{
    game::{Game, PRICE, address, hash, telegram},
    world::{World, amount},
};

/// Some of all that the game keeps: rewards, deposits and payments in each state, and batches that ended and that did not.
pub(super) async fn live(world: &World, token: &Currency) {
    let game = Game::open(world, token.id).await;
    let (ada, bert, cora) = (
        game.player(11).await,
        game.player(12).await,
        game.player(13).await,
    );
    for (run, score) in [(1, 9), (2, 25), (3, 5)] {
        world
            .done(Play {
                wallet: Some(address(0xa1)),
                ..game.play(&ada, run, score)
            })
            .await;
    }
    world.done(game.play(&bert, 4, 12)).await;
    game.settle_all(&game.send().await).await;

    deposits(&game).await;
    game.settle_all(&game.send().await).await;
    world
        .done(WalletBind {
            player: bert.user,
            wallet: address(0xb1),
        })
        .await;
    world.done(game.play(&bert, 5, 40)).await;
    world.done(game.play(&cora, 6, 33)).await;
    refuse(&game).await;
    game.send().await;
    world
        .done(Play {
            wallet: Some(address(0xc1)),
            ..game.play(&cora, 7, 1)
        })
        .await;
    game.form().await.expect("something waits");
    world.done(game.play(&game.player(14).await, 8, 77)).await;

    for (charge, item) in [("paid", 1), ("given back", 2), ("twice", 1)] {
        world.done(game.stars(charge, 13, item)).await;
    }
    world
        .done(StarsRefund {
            charge: StarsCharge::of("given back"),
        })
        .await;
}

async fn deposits(game: &Game) {
    let world = &game.world;
    // Bought with more than the price; too little; for an item that there is not; without a request; for somebody unknown; nothing.
    world.done(game.deposit(1, PRICE + 5, Some((11, 1)))).await;
    world.done(game.deposit(2, PRICE - 1, Some((11, 2)))).await;
    world.done(game.deposit(3, PRICE, Some((11, 100)))).await;
    world.done(game.deposit(4, 7, None)).await;
    world.done(game.deposit(5, PRICE, Some((99, 1)))).await;
    world.done(game.deposit(6, 0, None)).await;
    world.done(game.deposit(7, PRICE, Some((11, 1)))).await;
    world
        .done(DepositAssign {
            deposit: hash(2),
            player: telegram(11),
            item: ItemId::new(2).expect("an item"),
            price: amount(PRICE),
            shop: game.shop,
        })
        .await;
    let by = world.operator;
    for deposit in [hash(3), hash(4)] {
        world.done(DepositRefund { deposit, by }).await;
    }
    let cursor = ChainCursor {
        lt: 1_000,
        hash: hash(0xdd),
    };
    let set = world
        .store()
        .chain_cursor_set(game.fence.clone(), address(0xee), cursor)
        .await;
    assert_eq!(set.ok(), Some(true));
}

/// The first that waits is not sent.
async fn refuse(game: &Game) {
    let waiting = game.rewards(RewardState::Waiting).await;
    let first = waiting.first().expect("something waits");
    let why = "the player asked for it".into();
    let reward = first.id;
    game.world.done(RewardRefuse { reward, why }).await;
    game.world
        .done(DepositRefund {
            deposit: hash(7),
            by: game.world.operator,
        })
        .await;
}
