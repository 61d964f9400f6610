//! Emojis of shared currencies on their way into guilds, and what can happen to them there.

use std::time::Duration;

use fake_discord::{File, LimitScope, Permissions};
use insta::assert_snapshot;

use crate::{
    groups::{bound, join, make_global, settled},
    stage::{Stage, picture},
};

/// Still pictures of global currencies, and a guild that has not joined.
async fn with_globals(names: &[&str]) -> Stage {
    let mut stage = Stage::new().await;
    for name in names {
        make_global(&mut stage, name).await;
    }
    stage
}

#[tokio::test]
async fn killed_between_upload_and_binding_it_goes_on_without_a_second_emoji() {
    let mut stage = with_globals(&["star", "moon", "sun"]).await;
    stage
        .discord
        .faults()
        .next(1, "POST", "/guilds/*/emojis")
        .slow(Duration::from_secs(15));
    stage.types(stage.owner, "join_global_group", &[]).await;
    stage
        .until("an emoji", async || stage.guild.emojis().len() == 1)
        .await;
    stage.kill().await;
    assert!(bound(&stage, &stage.guild).await.is_empty());
    // The lease of whoever was killed runs out.
    stage.later(Duration::from_secs(61));
    stage.start().await;
    settled(&stage).await;
    let mut names: Vec<String> = stage
        .guild
        .emojis()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.sort();
    assert_eq!(names, ["moon", "star", "sun"]);
    assert_eq!(bound(&stage, &stage.guild).await.len(), 3);
    stage.end().await;
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_emoji() {
    let mut stage = with_globals(&["star"]).await;
    stage
        .discord
        .faults()
        .next(1, "POST", "/guilds/*/emojis")
        .lost_answer();
    let here = stage.guild.clone();
    join(&mut stage, &here).await;
    assert_eq!(here.emojis().len(), 1);
    assert_eq!(bound(&stage, &here).await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn without_room_the_admins_hear_of_it_and_it_goes_on_when_there_is() {
    let mut stage = with_globals(&["star", "moon"]).await;
    let animated = File::new("sun.gif", *b"GIF89a\x01\0\x01\0");
    let developer = stage.developer();
    let options = [("attachment", animated.into()), ("name", "sun".into())];
    stage
        .types(developer, "global currency create", &options)
        .await;
    let (here, owner) = (stage.guild.clone(), stage.owner);
    let own = here.add_emoji("own", picture());
    here.set_emoji_slots(1);
    join(&mut stage, &here).await;
    let told = stage.discord.dm(owner);
    let told = stage.discord.wait_for_post(told, |_| true).await;
    stage.note(told.expect("a direct message").text());
    assert!(here.emoji_named("sun").is_some(), "animated ones have room");
    stage.types(owner, "currencies", &[]).await;

    // A place is free: the next one comes by itself.
    here.delete_emoji(own);
    stage
        .until("another emoji", async || {
            bound(&stage, &here).await.len() == 2
        })
        .await;
    settled(&stage).await;
    here.set_emoji_slots(50);
    stage.types(owner, "join_global_group", &[]).await;
    settled(&stage).await;
    assert_eq!(bound(&stage, &here).await.len(), 3);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn without_permission_it_waits_for_one() {
    let mut stage = with_globals(&["star", "moon"]).await;
    let here = stage.guild.clone();
    here.set_bot_permissions(Permissions::NONE);
    join(&mut stage, &here).await;
    let tries = stage.discord.requests();
    let tries = tries
        .iter()
        .filter(|request| request.method == "POST" && request.path.ends_with("/emojis"));
    assert_eq!(tries.count(), 1, "one refusal is enough");
    here.set_bot_permissions(Permissions::BOT);
    stage
        .until("both emojis", async || {
            bound(&stage, &here).await.len() == 2
        })
        .await;
    settled(&stage).await;
    stage.end().await;
}

/// Discord wants patience for an hour: nobody waits for that, not the next command, and not another guild.
#[tokio::test]
async fn a_rate_limit_of_an_hour_holds_up_this_guild_only() {
    let mut stage = Stage::without_bot(fake_discord::FakeDiscord::builder()).await;
    let config = discord::Config {
        emoji_timeout: Duration::from_millis(300),
        ..stage.config()
    };
    stage.start_with(config.clone()).await;
    let harbor = stage.another_guild("Harbor").await;
    for name in ["star", "moon"] {
        make_global(&mut stage, name).await;
    }
    let here = stage.guild.clone();
    let of_here = format!("/guilds/{}/emojis", here.id());
    stage
        .discord
        .faults()
        .next(1, "POST", &of_here)
        .rate_limited(Duration::from_secs(3_600), LimitScope::User);
    stage.types(stage.owner, "join_global_group", &[]).await;
    stage
        .types_in(&harbor, harbor.owner(), "join_global_group", &[])
        .await;
    stage.types(stage.ann, "wallet", &[]).await;
    stage
        .until("the other guild's emojis", async || {
            bound(&stage, &harbor).await.len() == 2
        })
        .await;
    assert!(bound(&stage, &here).await.is_empty());
    let waits = async || {
        let jobs = stage.store().jobs().await.expect("the store reads");
        let now_ms = stage.now_ms();
        jobs.iter().any(|job| job.run_at_ms > now_ms + 3_000_000)
    };
    stage.until("a job for in an hour", waits).await;
    stage.types(stage.ann, "currencies", &[]).await;

    stage.stop().await;
    stage.later(Duration::from_secs(3_601));
    stage.start_with(config).await;
    settled(&stage).await;
    assert_eq!(bound(&stage, &here).await.len(), 2);
    assert_eq!(here.emojis().len(), 2);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_an_admin_deletes_comes_back_only_when_asked_for() {
    let mut stage = with_globals(&["star", "moon"]).await;
    let here = stage.guild.clone();
    join(&mut stage, &here).await;
    here.delete_emoji(here.emoji_named("star").expect("an emoji"));
    stage
        .until("no binding", async || bound(&stage, &here).await.len() == 1)
        .await;
    stage.types(stage.ann, "currencies", &[]).await;
    make_global(&mut stage, "sun").await;
    settled(&stage).await;
    stage.stop().await;
    stage.discord.faults().invalidate_sessions();
    stage.start().await;
    settled(&stage).await;
    assert_eq!(here.emoji_named("star"), None);
    assert!(here.emoji_named("sun").is_some());
    join(&mut stage, &here).await;
    assert!(here.emoji_named("star").is_some());
    stage.end().await;
}

#[tokio::test]
async fn a_new_picture_takes_the_old_ones_place_everywhere() {
    let mut stage = with_globals(&["star", "moon"]).await;
    let developer = stage.developer();
    let harbor = stage.another_guild("Harbor").await;
    let here = stage.guild.clone();
    for guild in [&here, &harbor] {
        join(&mut stage, guild).await;
    }
    let before = (here.emoji_named("star"), harbor.emoji_named("star"));
    let moon = here.emoji_named("moon");
    let options = [
        ("currency", "star".into()),
        ("attachment", picture().into()),
    ];
    stage
        .types(developer, "global currency picture", &options)
        .await;
    settled(&stage).await;
    for (guild, before) in [(&here, before.0), (&harbor, before.1)] {
        assert_eq!(guild.emojis().len(), 2, "{:?}", guild.emojis());
        assert_ne!(guild.emoji_named("star"), before);
        assert_eq!(bound(&stage, guild).await.len(), 2);
    }
    assert_eq!(here.emoji_named("moon"), moon, "the other one stays");
    stage.end().await;
}
