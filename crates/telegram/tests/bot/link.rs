use fake_telegram::Chat;
use ledger::{IdempotencyKey, Identity, KeyScope};

use crate::stage::{ANN, BOB, Stage, user};

const ON_DISCORD: u64 = 42_000;

async fn code_from_discord(stage: &Stage) -> String {
    let bytes = app::random_bytes::<8>();
    let key = IdempotencyKey::new(KeyScope("test"), &format!("{bytes:?}"));
    let app = &stage.world.app;
    let code = app.link_code(&Identity::discord(ON_DISCORD), key).await;
    code.unwrap().text().to_owned()
}

#[tokio::test]
async fn two_wallets_become_one_with_both_histories_and_the_same_total() {
    let stage = Stage::playing().await;
    let (world, coin) = (&stage.world, &stage.coin);
    let discord = world.person(ON_DISCORD).await;
    let telegram = world.app.holder(user(ANN).identity()).await.unwrap();
    world.give(discord, coin, 1_000).await;
    world.give(telegram, coin, 234).await;
    stage.plays(ANN, "Ann", 12).await;
    let issued = world.store().supply().await.unwrap()[0].issued;

    let code = code_from_discord(&stage).await;
    let told = stage
        .asks(ANN, &format!("/link {}", code.to_lowercase()))
        .await;
    assert!(
        told.starts_with("Done: this account and your Discord account"),
        "{told}"
    );
    assert!(stage.asks(ANN, "/wallet").await.contains("12.34 coin"));
    assert_eq!(world.store().supply().await.unwrap()[0].issued, issued);
    for identity in [Identity::discord(ON_DISCORD), user(ANN).identity()] {
        let holder = world.app.holder(identity).await.unwrap();
        assert_eq!(world.balance(holder, coin).await, 1_234);
        let history = world
            .store()
            .history(holder, None, None, 100)
            .await
            .unwrap();
        let came_in: i64 = history.iter().map(|posting| posting.change.max(0)).sum();
        assert!(came_in >= 1_234, "{history:?}");
        assert!(
            history.iter().any(|posting| posting.change == 1_000),
            "{history:?}"
        );
        assert!(
            history.iter().any(|posting| posting.change == 234),
            "{history:?}"
        );
    }
    // What the game owes still goes to the same player.
    let player = world.store().player(user(ANN)).await.unwrap().unwrap();
    let one = world.app.holder(user(ANN).identity()).await.unwrap();
    assert_eq!(player.holder, one);

    // The code works once: again by the same person changes nothing, by another it is refused.
    let again = stage.asks(ANN, &format!("/link {code}")).await;
    assert!(again.contains("one wallet already"), "{again}");
    let other = stage.asks(BOB, &format!("/link {code}")).await;
    assert!(other.starts_with("This code was used before"), "{other}");
    assert!(world.audited().await.findings.is_empty());
}

#[tokio::test]
async fn a_code_for_discord_is_made_here() {
    let stage = Stage::playing().await;
    let told = stage.asks(ANN, "/link").await;
    let code = told
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap();
    let shown = stage
        .transcript(Chat::Private(ANN))
        .replace(code, "XXXXX-XXXXX");
    insta::assert_snapshot!(shown);
    let by = Identity::discord(ON_DISCORD);
    let redeemed = stage
        .world
        .app
        .link_redeem(stage.world.asked(), code, by)
        .await;
    assert_eq!(redeemed.unwrap().with, user(ANN).identity());
}

#[tokio::test]
async fn codes_that_join_nothing_are_explained() {
    let mut stage = Stage::playing().await;
    let told = stage.asks(ANN, "/link").await;
    let own = told
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap()
        .to_owned();
    let old = code_from_discord(&stage).await;
    let late = code_from_discord(&stage).await;
    let mut seen = Vec::new();
    seen.push(stage.asks(ANN, &format!("/link {own}")).await);
    seen.push(stage.asks(BOB, &format!("/link {own}")).await);
    seen.push(stage.asks(ANN, &format!("/link {old}")).await);
    stage.later(601_000);
    seen.push(stage.asks(ANN, &format!("/link {late}")).await);
    for _ in 0..6 {
        seen.push(stage.asks(BOB, "/link <b>nonsense</b>").await);
    }
    seen.dedup();
    insta::assert_snapshot!(seen.join("\n\n"));
}
