use std::sync::Arc;

use app::{DepositFilter, PurchaseRail, WriteError};
use economy::{
    Command, DepositAssign, DepositRefund, DepositState, HeldWhy, Link, Play, RewardRefuse,
    RewardState, StarsRefund, StarsState, WalletBind,
};
use ledger::{AccountKey, HolderId, ItemId, StarsCharge, SystemRole};

use super::{Opener, races::at_once, town::Town};
use crate::{
    game::{Game, PRICE, address, hash, run_id, telegram},
    world::{World, amount},
};

async fn promised(game: &Game) -> i64 {
    let account = AccountKey::system(SystemRole::Settlement, game.token);
    let balance = game.world.store().balance(account).await;
    balance.expect("the store answers").get()
}

async fn holds(game: &Game, holder: HolderId) -> i64 {
    let account = AccountKey::holder(holder, game.token);
    let balance = game.world.store().balance(account).await;
    balance.expect("the store answers").get()
}

pub(super) async fn a_run_earns_what_is_settled_on_the_chain(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let ada = game.player(11).await;
    assert_eq!(game.player(11).await, ada, "made once");
    let played = world.done(game.play(&ada, 1, 25)).await;
    assert_eq!(
        promised(&game).await,
        21,
        "one for the game, ten for ten points"
    );
    assert_eq!(
        world.refused(game.play(&ada, 1, 99)).await,
        "run-played",
        "with whatever score"
    );
    let run = store.run(run_id(1)).await.expect("the store answers");
    let run = run.expect("it was played");
    assert_eq!(
        (run.player, run.score, run.tokens),
        (ada.user, 25, amount(21))
    );
    let waiting = store.rewards_waiting().await.expect("the store answers");
    assert_eq!((waiting.count, waiting.without_wallet), (0, 2));
    assert_eq!(game.form().await, None, "there is no wallet to send it to");

    let wallet = address(0xa1);
    let bind = WalletBind {
        player: ada.user,
        wallet,
    };
    world.done(bind.clone()).await;
    let other = WalletBind {
        wallet: address(0xa2),
        ..bind
    };
    assert_eq!(world.refused(other).await, "wallet-bound");
    let waiting = store.rewards_waiting().await.expect("the store answers");
    assert_eq!((waiting.count, waiting.without_wallet), (2, 0));
    let found = store.player_by_wallet(wallet).await;
    assert_eq!(
        found.map(|found| found.map(|player| player.user)).ok(),
        Some(Some(ada.user))
    );

    let work = game.send().await;
    let tokens = &work.rewards[0];
    assert_eq!(
        (tokens.state, tokens.to, tokens.promised_by),
        (RewardState::Sent, Some(wallet), played.transaction)
    );
    game.settle_all(&work).await;
    assert_eq!(
        (promised(&game).await, holds(&game, ada.holder).await),
        (0, 21)
    );
    for line in game.rewards(RewardState::Settled).await {
        assert_eq!(line.seen, Some((hash(0xcc), 78)));
        let again = game.settle(&line, Some(ada.holder));
        assert_eq!(world.refused(again).await, "reward-ended");
    }
    world.done(game.play(&ada, 2, 24)).await;
    let waiting = game.rewards(RewardState::Waiting).await;
    assert_eq!(waiting.len(), 1, "the first play's achievement came once");
    let refuse = RewardRefuse {
        reward: waiting[0].id,
        why: "cheated".into(),
    };
    world.done(refuse.clone()).await;
    assert_eq!(world.refused(refuse).await, "reward-ended");
    assert_eq!(promised(&game).await, 0);
    let ada = game.player(11).await;
    assert_eq!(
        (ada.fact.plays, ada.fact.high_score, ada.fact.day_tokens),
        (2, 25, amount(22))
    );
    town.end().await;
}

pub(super) async fn a_run_pays_once_at_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let game = Game::open(&town.world, town.tea.id).await;
    let ada = game.player(11).await;
    let run = Command::from(game.play(&ada, 1, 10));
    let done = at_once(&town.world, std::iter::repeat_n(run, 1_000)).await;
    assert_eq!((done, promised(&game).await), (1, 11));
    let runs = (2..52).map(|run| Command::from(game.play(&ada, run, 10)));
    assert_eq!(at_once(&town.world, runs).await, 50);
    let ada = game.player(11).await;
    assert_eq!((ada.fact.plays, promised(&game).await), (51, 61));
    town.end().await;
}

/// What the application answers to commands of one batch, by the names of refusals.
async fn in_one_batch(world: &World, commands: Vec<Command>) -> Vec<&'static str> {
    let commands = commands.into_iter();
    let asked = commands.map(|command| (world.asked(), command)).collect();
    let answers = world.app.write_many(asked).await.into_iter();
    let name = |answer| match answer {
        Ok(_) => "done",
        Err(WriteError::Refused(refusal)) => refusal.name(),
        Err(error) => panic!("{error:?}"),
    };
    answers.map(name).collect()
}

pub(super) async fn commands_of_one_batch_see_the_game_before_them(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let ada = game.player(11).await;
    let with_wallet = Play {
        wallet: Some(address(0xa1)),
        ..game.play(&ada, 2, 15)
    };
    let bind = WalletBind {
        player: ada.user,
        wallet: address(0xa2),
    };
    let by = world.operator;
    let deposit = hash(3);
    let assign = DepositAssign {
        deposit,
        player: ada.user,
        item: ItemId::new(1).expect("an item"),
        price: amount(PRICE),
        shop: game.shop,
    };
    let charge = StarsCharge::of("one");
    let commands = vec![
        game.play(&ada, 1, 10).into(),
        game.play(&ada, 1, 10).into(),
        with_wallet.into(),
        bind.into(),
        game.play(&ada, 3, 20).into(),
        game.deposit(1, PRICE, Some((11, 1))).into(),
        game.deposit(1, PRICE, Some((11, 1))).into(),
        game.deposit(2, PRICE, Some((11, 1))).into(),
        game.deposit(3, PRICE, None).into(),
        assign.into(),
        DepositRefund { deposit, by }.into(),
        DepositRefund { deposit, by }.into(),
        game.stars("one", 11, 2).into(),
        game.stars("one", 11, 2).into(),
        game.stars("two", 11, 2).into(),
        StarsRefund { charge }.into(),
        game.stars("three", 11, 2).into(),
        game.deposit(4, PRICE, Some((11, 2))).into(),
    ];
    let answers = in_one_batch(world, commands).await;
    assert_eq!(
        answers,
        [
            "done",
            "run-played",
            "done",
            "wallet-bound",
            "done",
            "done",
            "deposit-seen",
            "done",
            "done",
            "item-owned",
            "done",
            "deposit-ended",
            "done",
            "payment-seen",
            "done",
            "done",
            "done",
            "done",
        ]
    );
    let ada = game.player(11).await;
    assert_eq!((ada.fact.plays, ada.fact.high_score), (3, 20));
    assert_eq!(ada.fact.wallet, Some(address(0xa1)));
    let waiting = store.rewards_waiting().await.expect("the store answers");
    assert_eq!(
        (waiting.count, waiting.without_wallet),
        (6, 0),
        "three runs, two achievements, a refund"
    );
    let state = async |number| {
        let found = store.deposit(hash(number)).await;
        let found = found.expect("the store answers").expect("it came");
        (found.state, found.why)
    };
    assert_eq!(state(1).await, (DepositState::Bought, None));
    let owned = Some(HeldWhy::OwnedAlready);
    assert_eq!(state(2).await, (DepositState::Held, owned));
    assert_eq!(
        state(3).await,
        (DepositState::Refunding, Some(HeldWhy::OtherComment))
    );
    assert_eq!(state(4).await, (DepositState::Held, owned));
    let bought = store.purchases(ada.user).await.expect("the store answers");
    assert_eq!(bought.len(), 2);
    town.end().await;
}

pub(super) async fn deposits_buy_or_are_held(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let ada = game.player(11).await;
    // The ledger knows of thirty of the payer's tokens; the others came to them on the chain.
    world.give(ada.holder, &town.tea, 30).await;
    let bought = economy::Deposit {
        payer: Some(ada.holder),
        ..game.deposit(1, PRICE + 5, Some((11, 1)))
    };
    world.done(bought.clone()).await;
    assert_eq!(world.refused(bought).await, "deposit-seen");
    assert_eq!(
        (
            holds(&game, ada.holder).await,
            holds(&game, game.shop).await
        ),
        (0, PRICE + 5)
    );
    let held = [
        (2, PRICE - 1, Some((11, 2)), HeldWhy::Underpaid),
        (3, PRICE, Some((11, 100)), HeldWhy::UnknownItem),
        (4, PRICE, Some((99, 1)), HeldWhy::UnknownPlayer),
        (5, PRICE, Some((11, 1)), HeldWhy::OwnedAlready),
        (6, 3, None, HeldWhy::OtherComment),
        (7, 0, None, HeldWhy::OtherComment),
    ];
    for (number, minor_units, asked, why) in held {
        world.done(game.deposit(number, minor_units, asked)).await;
        let found = store.deposit(hash(number)).await;
        let found = found.expect("the store answers").expect("it came");
        assert_eq!((found.state, found.why), (DepositState::Held, Some(why)));
    }
    let silent = economy::Deposit {
        comment: None,
        ..game.deposit(8, 2, None)
    };
    world.done(silent).await;
    assert_eq!(promised(&game).await, 4 * PRICE - 1 + 3 + 2);
    let cursor = store.chain_cursor(address(0xee)).await;
    let cursor = cursor.expect("the store answers").expect("it moved");
    assert_eq!((cursor.lt, cursor.hash), (80, hash(8)));
    world.done(game.deposit(0, 1, None)).await;
    let after = store.chain_cursor(address(0xee)).await;
    assert_eq!(after.ok(), Some(Some(cursor)), "it never goes back");

    let first = store.deposit(hash(1)).await;
    let first = first.expect("the store answers").expect("it came");
    assert_eq!(first.state, DepositState::Bought);
    assert_eq!(
        (first.price, first.over, first.payer),
        (Some(amount(PRICE)), amount(5), Some(ada.holder))
    );
    let bought = store.purchases(ada.user).await.expect("the store answers");
    let rails: Vec<_> = bought
        .iter()
        .map(|one| (one.item.get(), one.rail))
        .collect();
    assert_eq!(rails, [(1, PurchaseRail::Tokens { deposit: hash(1) })]);
    let filter = DepositFilter {
        state: Some(DepositState::Held),
        player: Some(ada.user),
        before_lt: Some(50),
        limit: 9,
    };
    let found = store.deposits(filter).await.expect("the store answers");
    let found: Vec<_> = found.iter().map(|one| one.lt).collect();
    assert_eq!(found, [30, 20]);
    town.end().await;
}

pub(super) async fn a_deposit_is_credited_once_at_once(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let game = Game::open(&town.world, town.tea.id).await;
    game.player(11).await;
    let deposit = Command::from(game.deposit(1, PRICE, Some((11, 1))));
    let done = at_once(&town.world, std::iter::repeat_n(deposit, 1_000)).await;
    assert_eq!((done, holds(&game, game.shop).await), (1, PRICE));
    let others = (2..=200).map(|number| Command::from(game.deposit(number, PRICE, Some((11, 2)))));
    assert_eq!(at_once(&town.world, others).await, 199);
    assert_eq!(
        (holds(&game, game.shop).await, promised(&game).await),
        (2 * PRICE, 198 * PRICE),
        "one bought it, the others are held"
    );
    town.end().await;
}

pub(super) async fn held_deposits_are_assigned_or_sent_back(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let by = world.operator;
    world.done(game.deposit(1, PRICE, Some((99, 1)))).await;
    world.done(game.deposit(2, PRICE - 1, Some((98, 1)))).await;
    world.done(game.deposit(3, 7, None)).await;
    let claimable = async || {
        let found = store.deposits_claimable(9).await;
        let found = found.expect("the store answers").into_iter();
        found.map(|one| one.transaction).collect::<Vec<_>>()
    };
    assert_eq!(claimable().await, []);
    game.player(98).await;
    game.player(99).await;
    assert_eq!(claimable().await, [hash(1)], "the other paid too little");
    let assign = |deposit, user| DepositAssign {
        deposit,
        player: telegram(user),
        item: ItemId::new(1).expect("an item"),
        price: amount(PRICE),
        shop: game.shop,
    };
    assert_eq!(world.refused(assign(hash(9), 99)).await, "unknown-deposit");
    assert_eq!(world.refused(assign(hash(1), 97)).await, "unknown-player");
    world.done(assign(hash(1), 99)).await;
    assert_eq!(world.refused(assign(hash(1), 99)).await, "deposit-ended");
    assert_eq!(world.refused(assign(hash(2), 99)).await, "item-owned");
    assert_eq!(holds(&game, game.shop).await, PRICE);
    assert_eq!(claimable().await, []);

    let refund = DepositRefund {
        deposit: hash(3),
        by,
    };
    world.done(refund.clone()).await;
    assert_eq!(world.refused(refund.clone()).await, "deposit-ended");
    assert_eq!(world.refused(assign(hash(3), 98)).await, "deposit-ended");
    let line = game.rewards(RewardState::Waiting).await.remove(0);
    assert_eq!((line.to, line.player), (Some(address(0xbb)), None));
    let why = "keep it".into();
    let reward = line.id;
    world.done(RewardRefuse { reward, why }).await;
    let held = store.deposit(hash(3)).await.expect("the store answers");
    let held = held.expect("it came");
    assert_eq!((held.state, held.refund), (DepositState::Held, None));
    world.done(refund).await;
    let work = game.send().await;
    game.settle_all(&work).await;
    let back = store.deposit(hash(3)).await.expect("the store answers");
    let back = back.expect("it came");
    assert_eq!(
        (back.state, back.refund),
        (DepositState::Refunded, Some(work.rewards[0].id))
    );
    assert_eq!(
        (back.decided_by, promised(&game).await),
        (Some(by), PRICE - 1)
    );
    town.end().await;
}

pub(super) async fn stars_buy_and_are_given_back(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let ada = game.player(11).await;
    assert_eq!(
        world.refused(game.stars("a", 12, 1)).await,
        "unknown-player"
    );
    world.done(game.stars("a", 11, 1)).await;
    assert_eq!(world.refused(game.stars("a", 11, 1)).await, "payment-seen");
    world.done(game.stars("b", 11, 1)).await;
    world.done(game.stars("c", 11, 100)).await;
    let owed = store.stars_owed(9).await.expect("the store answers");
    let mut owed: Vec<_> = owed.iter().map(|one| one.charge_id.as_str()).collect();
    owed.sort_unstable();
    assert_eq!(owed, ["b", "c"]);
    let item = ItemId::new(1).expect("an item");
    let paid = store.stars_for(ada.user, item).await;
    let paid = paid.expect("the store answers").expect("it was paid");
    assert_eq!((paid.charge_id.as_str(), paid.stars), ("a", 25));
    let refund = |charge| StarsRefund {
        charge: StarsCharge::of(charge),
    };
    for charge in ["a", "b"] {
        world.done(refund(charge)).await;
        assert_eq!(world.refused(refund(charge)).await, "payment-refunded");
    }
    assert_eq!(world.refused(refund("d")).await, "unknown-payment");
    assert_eq!(store.purchases(ada.user).await.ok(), Some(vec![]));
    let given = store.stars_payment(StarsCharge::of("a")).await;
    let given = given.expect("the store answers").expect("it was paid");
    assert_eq!(given.state, StarsState::Refunded);
    world.done(game.deposit(1, PRICE, Some((11, 1)))).await;
    let bought = store.purchases_newest(None, 9).await;
    assert_eq!(bought.expect("the store answers").len(), 1);
    town.end().await;
}

pub(super) async fn linked_players_get_their_rewards_in_one_wallet(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    let ada = game.player(11).await;
    let play = Play {
        wallet: Some(address(0xa1)),
        ..game.play(&ada, 1, 10)
    };
    world.done(play).await;
    let work = game.send().await;
    world
        .done(Link {
            from: ada.holder,
            into: town.alice,
            probe: town.tea.id,
        })
        .await;
    let old = game.settle(&work.rewards[0], Some(ada.holder));
    assert_eq!(world.refused(old).await, "holder-merged");
    let now = game.player(11).await;
    assert_eq!(now.holder, town.alice);
    game.settle_all(&work).await;
    assert_eq!(
        (promised(&game).await, holds(&game, town.alice).await),
        (0, 11)
    );
    assert_eq!(world.refused(game.play(&ada, 2, 10)).await, "holder-merged");
    world.done(game.play(&now, 2, 30)).await;
    let supply = store.supply().await.expect("the store answers");
    let tea = supply.iter().find(|supply| supply.currency == town.tea.id);
    assert_eq!(tea.expect("tea is a currency").issued, 32);
    town.end().await;
}

pub(super) async fn players_stand_in_the_order_of_their_scores(opener: Arc<dyn Opener>) {
    let clock = Arc::new(app::ManualClock::at(1_000_000_000));
    let town = Town::open_at(&opener, Arc::clone(&clock) as _).await;
    let (world, store) = (&town.world, town.world.store());
    let game = Game::open(world, town.tea.id).await;
    for (place, (user, score)) in (1..).zip([(14, 10), (12, 30), (13, 30), (11, 0), (12, 30)]) {
        clock.set(1_000_000_000 + place * 10);
        let player = game.player(user).await;
        let run = place.unsigned_abs();
        world.done(game.play(&player, run, score)).await;
    }
    let top = store.players_top(9).await.expect("the store answers");
    let users: Vec<_> = top.iter().map(|player| player.user.get()).collect();
    assert_eq!(users, [12, 13, 14], "who came to it first stands higher");
    for (user, rank) in [
        (12, Some(1)),
        (13, Some(2)),
        (14, Some(3)),
        (11, None),
        (99, None),
    ] {
        assert_eq!(
            store.player_rank(telegram(user)).await.ok(),
            Some(rank),
            "{user}"
        );
    }
    assert_eq!(
        store.players_top(1).await.map(|top| top.len()).ok(),
        Some(1)
    );
    town.end().await;
}
