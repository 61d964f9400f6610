//! A guild's settings, each checked against what the bot may do there.

use std::time::Duration;

use fake_discord::{Permissions, RoleSetup};
use insta::assert_snapshot;

use crate::stage::Stage;

#[tokio::test]
async fn channels_are_chosen_and_given_up() {
    let mut stage = Stage::new().await;
    let owner = stage.owner;
    let (log, best) = (
        stage.guild.add_channel("log"),
        stage.guild.add_channel("best"),
    );
    for (command, channel) in [("set_log_channel", log), ("set_repost_channel", best)] {
        stage.types(owner, command, &[]).await;
        stage
            .types(owner, command, &[("channel", channel.into())])
            .await;
    }
    let kept = stage.kept().await;
    assert_eq!(kept.log_channel, Some(log.get()));
    assert_eq!(kept.repost_channel, Some(best.get()));
    stage.types(owner, "set_log_channel", &[]).await;
    stage.types(owner, "set_repost_channel", &[]).await;
    let kept = stage.kept().await;
    assert_eq!((kept.log_channel, kept.repost_channel), (None, None));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_channel_in_which_the_bot_may_not_write() {
    let mut stage = Stage::new().await;
    let owner = stage.owner;
    let secret = stage.guild.add_channel("secret");
    stage.guild.deny_bot_in(secret, Permissions::VIEW_CHANNEL);
    let quiet = stage.guild.add_channel("quiet");
    stage.guild.deny_bot_in(quiet, Permissions::SEND_MESSAGES);
    let plain = stage.guild.add_channel("plain");
    stage.guild.deny_bot_in(plain, Permissions::ATTACH_FILES);
    for channel in [secret, quiet, plain] {
        for command in ["set_log_channel", "set_repost_channel"] {
            stage
                .types(owner, command, &[("channel", channel.into())])
                .await;
        }
    }
    let kept = stage.kept().await;
    assert_eq!(
        kept.log_channel,
        Some(plain.get()),
        "pictures are not told there"
    );
    assert_eq!(kept.repost_channel, None);
    // As soon as it is allowed it goes.
    stage.guild.allow_all_in(secret);
    stage
        .types(owner, "set_repost_channel", &[("channel", secret.into())])
        .await;
    let refused = stage.discord.requests();
    let refused = refused.iter().filter(|request| request.status == 403);
    assert_eq!(refused.count(), 0, "nothing hopeless was asked of Discord");
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_role_that_the_bot_can_give_and_those_that_it_cannot() {
    let mut stage = Stage::new().await;
    let owner = stage.owner;
    let rich = stage.guild.add_role("rich");
    let above = RoleSetup {
        above_the_bot: true,
        ..RoleSetup::default()
    };
    let king = stage.guild.add_role_with("king", &above);
    let boosters = stage
        .guild
        .add_managed_role("boosters", stage.discord.bot_user());
    let everyone = stage.guild.id().everyone();
    stage.types(owner, "set_top_role", &[]).await;
    for role in [king, boosters, everyone, rich] {
        stage
            .types(owner, "set_top_role", &[("role", role.into())])
            .await;
    }
    assert_eq!(stage.kept().await.top_role, Some(rich.get()));
    stage.make_currency("gold", &[]).await;
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    stage.types(owner, "set_top_role", &[]).await;
    let less = Permissions::BOT.without(Permissions::MANAGE_ROLES);
    stage.guild.set_bot_permissions(less);
    stage
        .types(owner, "set_top_role", &[("role", rich.into())])
        .await;
    // An administrator's role does not stand higher for that.
    stage.guild.set_bot_permissions(Permissions::ADMINISTRATOR);
    stage
        .types(owner, "set_top_role", &[("role", king.into())])
        .await;
    assert_eq!(stage.kept().await.top_role, None);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_nickname() {
    let mut stage = Stage::new().await;
    let (owner, bot) = (stage.owner, stage.discord.bot_user());
    let name = |name: &str| [("nickname", name.into())];
    stage
        .types(owner, "set_nickname", &name("  Bank of \u{202e}tea "))
        .await;
    assert_eq!(stage.guild.nick(bot).as_deref(), Some("Bank of tea"));
    assert_eq!(stage.kept().await.nickname.as_deref(), Some("Bank of tea"));
    stage
        .types(owner, "set_nickname", &name(&"🏦".repeat(17)))
        .await;
    stage.types(owner, "set_nickname", &[]).await;
    assert_eq!(stage.guild.nick(bot), None);
    assert_eq!(stage.kept().await.nickname, None);
    let less = Permissions::BOT.without(Permissions::CHANGE_NICKNAME);
    stage.guild.set_bot_permissions(less);
    stage
        .guild
        .set_everyone_permissions(Permissions::VIEW_CHANNEL);
    stage.types(owner, "set_nickname", &name("Bank")).await;
    stage.guild.set_bot_permissions(Permissions::BOT);
    let faults = stage.discord.faults();
    faults
        .next(1, "PATCH", "/guilds/*/members/@me")
        .missing_permissions();
    stage.types(owner, "set_nickname", &name("Bank")).await;
    faults
        .next(1, "PATCH", "/guilds/*/members/@me")
        .server_error(500);
    stage.types(owner, "set_nickname", &name("Bank")).await;
    assert_eq!(stage.guild.nick(bot), None);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_command_that_is_delivered_twice_is_done_once() {
    let mut stage = Stage::new().await;
    let log = stage.guild.add_channel("log");
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    stage
        .types(stage.owner, "set_log_channel", &[("channel", log.into())])
        .await;
    assert_eq!(stage.kept().await.log_channel, Some(log.get()));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn discord_does_not_say_what_the_bot_may_do() {
    let mut stage = Stage::new().await;
    let log = stage.guild.add_channel("log");
    stage
        .discord
        .faults()
        .next(1, "GET", "/guilds/*/channels")
        .server_error(500);
    stage
        .types(stage.owner, "set_log_channel", &[("channel", log.into())])
        .await;
    assert_eq!(stage.kept().await.log_channel, None);
    // The failure is not remembered for long.
    stage.later(Duration::from_secs(10));
    stage
        .types(stage.owner, "set_log_channel", &[("channel", log.into())])
        .await;
    assert_eq!(stage.kept().await.log_channel, Some(log.get()));
    assert_snapshot!(stage.end().await);
}

/// Discord compares first; an admin may have let others use the commands.
#[tokio::test]
async fn only_those_who_manage_the_server() {
    let mut stage = Stage::new().await;
    let ann = stage.ann;
    stage
        .register_otherwise(|commands| {
            for command in commands {
                command.default_member_permissions = None;
            }
        })
        .await;
    for command in [
        "set_log_channel",
        "set_repost_channel",
        "set_top_role",
        "set_nickname",
        "setup",
    ] {
        stage.types(ann, command, &[]).await;
    }
    let button = stage.post_button("setup").await;
    stage.presses(ann, &button, "Press").await;
    assert_snapshot!(stage.end().await);
}
