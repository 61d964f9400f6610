//! What is set up, what is missing, and trying again.

use fake_discord::{FakeDiscord, Permissions, RoleSetup};
use insta::assert_snapshot;

use crate::stage::Stage;

#[tokio::test]
async fn a_new_server() {
    let mut stage = Stage::new().await;
    stage.types(stage.owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn everything_is_set_up() {
    let mut stage = Stage::with_gold().await;
    let owner = stage.owner;
    let (log, best) = (
        stage.guild.add_channel("log"),
        stage.guild.add_channel("best"),
    );
    let rich = stage.guild.add_role("rich");
    stage
        .types(owner, "set_log_channel", &[("channel", log.into())])
        .await;
    stage
        .types(owner, "set_repost_channel", &[("channel", best.into())])
        .await;
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    stage.types(owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

/// What was set up once and does not work any more.
#[tokio::test]
async fn what_was_deleted_or_forbidden_since() {
    let mut stage = Stage::with_gold().await;
    let owner = stage.owner;
    let (log, best) = (
        stage.guild.add_channel("log"),
        stage.guild.add_channel("best"),
    );
    let rich = stage.guild.add_role("rich");
    stage
        .types(owner, "set_log_channel", &[("channel", log.into())])
        .await;
    stage
        .types(owner, "set_repost_channel", &[("channel", best.into())])
        .await;
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    stage.guild.delete_channel(log);
    stage.guild.deny_bot_in(best, Permissions::ATTACH_FILES);
    stage.guild.delete_role(rich);
    let emoji = stage.guild.emoji_named("gold").expect("an emoji");
    stage.guild.delete_emoji(emoji);
    let guild = stage.kept().await.id;
    stage
        .until("the emoji is gone", async || {
            let left = stage.app.store().emojis(guild).await;
            left.expect("the store reads").is_empty()
        })
        .await;
    stage.types(owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_bot_that_was_invited_with_too_little() {
    let mut stage = Stage::new().await;
    stage.guild.set_everyone_permissions(Permissions::NONE);
    stage
        .guild
        .set_bot_permissions(Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES);
    stage.types(stage.owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn without_the_members_intent() {
    let mut stage = Stage::without_bot(FakeDiscord::builder().members_intent(false)).await;
    stage.start_only(stage.config());
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    stage.types(stage.owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn discord_does_not_say_what_the_bot_may_do() {
    let mut stage = Stage::new().await;
    stage
        .discord
        .faults()
        .next(1, "GET", "/guilds/*/channels")
        .server_error(500);
    stage.types(stage.owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

/// Trying again ends a pause, and asks for all members anew.
#[tokio::test]
async fn trying_again() {
    let mut stage = Stage::with_gold().await;
    let (owner, ann) = (stage.owner, stage.ann);
    let rich = stage.guild.add_role("rich");
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    let faults = stage.discord.faults();
    faults
        .next(100, "PUT", "/guilds/*/members/*/roles/*")
        .missing_permissions();
    stage.mint(ann, "1").await;
    let dm = stage.discord.dm(owner);
    let heard = stage.discord.wait_for_post(dm, |_| true).await;
    heard.expect("a direct message");
    let list = stage.types(owner, "setup", &[]).await;
    faults.clear();
    stage.discord.forget_requests();
    stage.presses(owner, &list, "Try again").await;
    stage
        .until("the role", async || stage.guild.has_role(ann, rich))
        .await;
    let members = |request: &fake_discord::RecordedRequest| {
        request.matches("GET", "/guilds/*/members") && request.status == 200
    };
    stage
        .discord
        .wait_for_request(members)
        .await
        .expect("the members are fetched again");
    stage.members_complete().await;
    stage.types(owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

/// What roles show to be wrong still is not tried: pressing a button does not mend it, and nobody is told twice.
#[tokio::test]
async fn trying_again_in_vain() {
    let mut stage = Stage::with_gold().await;
    let (owner, ann) = (stage.owner, stage.ann);
    let above = RoleSetup {
        above_the_bot: true,
        ..RoleSetup::default()
    };
    let rich = stage.guild.add_role("rich");
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    stage.guild.add_role_with("king", &above);
    stage.guild.move_role_to_top(rich);
    stage.mint(ann, "1").await;
    let dm = stage.discord.dm(owner);
    let heard = stage.discord.wait_for_post(dm, |_| true).await;
    heard.expect("a direct message");
    stage.discord.forget_requests();
    let list = stage.types(owner, "setup", &[]).await;
    let list = stage.presses(owner, &list, "Try again").await;
    stage.presses(owner, &list, "Try again").await;
    let requests = stage.discord.requests();
    let said = requests
        .iter()
        .filter(|request| request.matches("POST", "/channels/*/messages"));
    assert_eq!(said.count(), 0);
    assert_snapshot!(stage.end().await);
}
