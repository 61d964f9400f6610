//! Making a currency from a picture.

use std::time::Duration;

use fake_discord::{FakeDiscord, File, LimitScope, Permissions};
use insta::assert_snapshot;

use crate::stage::{Stage, picture};

#[tokio::test]
async fn the_first_one_becomes_primary_and_the_next_does_not() {
    let mut stage = Stage::new().await;
    stage.make_currency("Pirate Gold", &[]).await;
    stage
        .make_currency("silver", &[("decimals", 2.into())])
        .await;
    stage.types(stage.ann, "currencies", &[]).await;
    stage
        .types(
            stage.owner,
            "make_currency_primary",
            &[("currency", "silver".into())],
        )
        .await;
    stage.types(stage.ann, "currencies", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn the_same_name_again_replaces_the_picture() {
    let mut stage = Stage::with_gold().await;
    let first = stage.guild.emoji_named("gold").expect("an emoji");
    stage.make_currency("gold", &[]).await;
    stage.make_currency("gold", &[("decimals", 2.into())]).await;
    let emojis = stage.guild.emojis();
    assert_eq!(emojis.len(), 1, "the former one is gone: {emojis:?}");
    assert_ne!(emojis[0].1, first);
    let bound = stage
        .app
        .store()
        .emojis(stage.kept().await.id)
        .await
        .expect("the store reads");
    assert_eq!(
        bound.iter().map(|bound| bound.emoji).collect::<Vec<_>>(),
        [emojis[0].1.get()]
    );
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_picture_that_will_not_do() {
    let mut stage = Stage::new().await;
    let try_with = async |stage: &mut Stage, file: File| {
        stage
            .types(
                stage.owner,
                "set_currency_emoji",
                &[("attachment", file.into()), ("name", "gold".into())],
            )
            .await;
    };
    try_with(&mut stage, File::new("notes.txt", "gold")).await;
    try_with(&mut stage, File::new("fake.png", "<svg onload=alert(1)>")).await;
    try_with(
        &mut stage,
        File::new("large.png", [picture().bytes, vec![0; 256 * 1024]].concat()),
    )
    .await;
    stage.make_currency("!", &[]).await;
    assert!(stage.guild.emojis().is_empty());
    assert!(
        stage
            .app
            .store()
            .currencies()
            .await
            .expect("the store reads")
            .is_empty()
    );
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_discord_refuses_is_explained() {
    let mut stage = Stage::new().await;
    stage.guild.set_emoji_slots(0);
    stage.make_currency("gold", &[]).await;
    let gif = File::new("coin.gif", *b"GIF89a\x01\0\x01\0");
    stage
        .types(
            stage.owner,
            "set_currency_emoji",
            &[("attachment", gif.into()), ("name", "gold".into())],
        )
        .await;
    stage.guild.set_emoji_slots(50);
    stage.guild.set_bot_permissions(Permissions::NONE);
    stage.make_currency("gold", &[]).await;
    stage.guild.set_bot_permissions(Permissions::BOT);
    stage
        .discord
        .faults()
        .next(1, "POST", "/guilds/*/emojis")
        .server_error(503);
    stage.make_currency("gold", &[]).await;
    let said = stage.make_currency("gold", &[]).await;
    assert!(said.says("primary"), "{said}");
    assert_snapshot!(stage.end().await);
}

/// Discord asks for up to an hour of patience: nobody waits for that, and no other command does.
#[tokio::test]
async fn a_rate_limit_on_emojis_blocks_nobody() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    let config = discord::Config {
        emoji_timeout: Duration::from_millis(300),
        ..stage.config()
    };
    stage.start_with(config).await;
    stage
        .discord
        .faults()
        .next(1, "POST", "/guilds/*/emojis")
        .rate_limited(Duration::from_secs(3_600), LimitScope::User);
    let waiting = stage.asks(
        stage.owner,
        "set_currency_emoji",
        &[("attachment", picture().into()), ("name", "gold".into())],
    );
    stage.types(stage.ann, "wallet", &[]).await;
    stage.hears(&waiting).await;
    assert_snapshot!(stage.end().await);
}

/// The database goes away while Discord makes the emoji.
#[tokio::test]
async fn an_emoji_for_nothing_is_removed_again() {
    let mut stage = Stage::new().await;
    stage
        .discord
        .faults()
        .next(1, "POST", "/guilds/*/emojis")
        .slow(Duration::from_millis(500));
    let options = [("attachment", picture().into()), ("name", "gold".into())];
    let asked = stage.asks(stage.owner, "set_currency_emoji", &options);
    stage
        .until("an emoji", async || stage.guild.emojis().len() == 1)
        .await;
    stage.app.store().close().await.expect("the store closes");
    let said = stage.hears(&asked).await;
    assert!(said.says("Nothing was changed"), "{said}");
    assert!(stage.guild.emojis().is_empty());
}

#[tokio::test]
async fn names_that_differ_in_case_are_one_currency() {
    let mut stage = Stage::with_gold().await;
    stage.make_currency("GOLD", &[]).await;
    let currencies = stage
        .app
        .store()
        .currencies()
        .await
        .expect("the store reads");
    assert_eq!(currencies.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn an_emoji_that_an_admin_deletes_no_longer_mints() {
    let mut stage = Stage::with_gold().await;
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    stage.guild.delete_emoji(gold);
    let guild = stage.kept().await.id;
    stage
        .until("no binding", async || {
            stage
                .app
                .store()
                .emojis(guild)
                .await
                .expect("the store reads")
                .is_empty()
        })
        .await;
    stage.types(stage.ann, "currencies", &[]).await;
    stage.make_currency("gold", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_redelivered_order_makes_one_currency_and_one_emoji() {
    let mut stage = Stage::new().await;
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    stage.make_currency("gold", &[]).await;
    stage.stop().await;
    assert_eq!(stage.guild.emojis().len(), 1);
    let bound = stage
        .app
        .store()
        .emojis(stage.kept().await.id)
        .await
        .expect("the store reads");
    assert_eq!(bound.len(), 1);
    assert_eq!(bound[0].emoji, stage.guild.emojis()[0].1.get());
    stage.end().await;
}
