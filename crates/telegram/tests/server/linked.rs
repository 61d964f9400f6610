//! Somebody on Discord and on Telegram is one person, with one wallet.

use app::{Asked, LinkRefusal};
use ledger::{IdempotencyKey, Identity, KeyScope, Kind};

use crate::world::{World, user};

#[tokio::test]
async fn discord_and_telegram_become_one_wallet_with_both_histories() {
    let world = World::new().await;
    let (store, bank) = (world.app.store(), &world.bank);
    let discord = Identity::discord(563_437_347_899_965_455);
    let on_discord = world.app.holder(discord.clone()).await.unwrap();
    bank.give(on_discord, &world.coin, 5_000).await;
    world.play(7, 12).await;
    let on_telegram = store.player(user(7)).await.unwrap().unwrap().holder;
    bank.give(on_telegram, &world.coin, 250).await;
    assert_eq!(world.read(7, "/me").await["balance"], "2.50");
    let before = store.supply().await.unwrap();
    // A run is under way while the wallets are joined.
    let run = world.flown(7, 30).await;

    let key = IdempotencyKey::new(KeyScope("test"), "code");
    let code = world.app.link_code(&discord, key).await.unwrap();
    let redeem = async |code: &str, by: Identity| {
        let entry = bank.gates.telegram.entry("/link", "bot");
        let key = IdempotencyKey::new(KeyScope("test"), "redeem");
        let asked = Asked::new(&entry, on_telegram, key);
        world.app.link_redeem(asked, code, by).await
    };
    let linked = redeem(code.text(), user(7).identity()).await.unwrap();
    assert_eq!(linked.with, discord);

    let me = world.read(7, "/me").await;
    assert_eq!(me["balance"], "52.50");
    assert_eq!((&me["plays"], &me["high_score"]), (&1.into(), &12.into()));
    assert_eq!(
        me["pending"], "11.00",
        "what was promised is still on its way"
    );
    let player = store.player(user(7)).await.unwrap().unwrap();
    assert_eq!(player.holder, on_discord);
    assert_eq!(world.app.holder(discord.clone()).await.unwrap(), on_discord);
    let after = store.supply().await.unwrap();
    let totals = |supply: &[app::Supply]| -> Vec<(i128, i128)> {
        supply.iter().map(|one| (one.issued, one.held)).collect()
    };
    assert_eq!(totals(&after), totals(&before), "nothing was made or lost");

    // Both histories: what came in on either side, and the joining.
    let kinds = async |holder| -> Vec<Kind> {
        let history = store.history(holder, None, None, 10).await.unwrap();
        history.iter().map(|posting| posting.kind).collect()
    };
    assert_eq!(kinds(on_discord).await, [Kind::Link, Kind::Mint]);
    assert_eq!(kinds(on_telegram).await, [Kind::Link, Kind::Mint]);

    // The code works once.
    let other = redeem(code.text(), Identity::telegram(8)).await;
    assert!(matches!(other, Err(LinkRefusal::Used)), "{other:?}");
    assert_eq!(world.read(8, "/me").await["balance"], "0.00");

    // The run goes on as the same player's.
    let played = world.done(7, "/played", run.body()).await;
    assert_eq!(played["tokens"], "11.00");
    assert_eq!(world.promised().await, 2_200);
    bank.audited().await;
}

/// The player is looked up before the wallets are joined, and the play is written after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plays_count_while_wallets_are_joined() {
    let world = World::new().await;
    let discord = Identity::discord(5);
    world.app.holder(discord.clone()).await.unwrap();
    let mut runs = Vec::new();
    for _ in 0..20 {
        runs.push(world.flown(7, 0).await);
    }
    let key = IdempotencyKey::new(KeyScope("test"), "code");
    let code = world.app.link_code(&discord, key).await.unwrap();
    let holder = world
        .app
        .store()
        .player(user(7))
        .await
        .unwrap()
        .unwrap()
        .holder;
    let entry = world.bank.gates.telegram.entry("/link", "bot");
    let asked = Asked::new(
        &entry,
        holder,
        IdempotencyKey::new(KeyScope("test"), "redeem"),
    );
    let link = world
        .app
        .link_redeem(asked, code.text(), user(7).identity());
    let plays = runs.iter().map(|run| world.done(7, "/played", run.body()));
    let (linked, answers) = tokio::join!(link, futures_util::future::join_all(plays));
    linked.unwrap();
    assert!(answers.iter().all(|answer| answer["tokens"] == "1.00"));
    assert_eq!(world.plays(7).await, 20);
    assert_eq!(world.promised().await, 2_000);
    world.bank.audited().await;
}
