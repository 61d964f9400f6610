//! The first words in a guild, once.

use fake_discord::{Guild, Permissions, RecordedRequest};
use insta::assert_snapshot;

use crate::stage::Stage;

/// A guild to which the bot has not come yet.
fn without_bot(stage: &Stage) -> Guild {
    let owner = stage.discord.add_user("founder");
    stage.discord.add_guild_without_bot("Garden", owner)
}

fn said_in(stage: &Stage, guild: &Guild) -> usize {
    let channels = guild.channels();
    let requests = stage.discord.requests();
    let said = requests.iter().filter(|request: &&RecordedRequest| {
        channels
            .iter()
            .any(|(_, channel)| request.matches("POST", &format!("/channels/{channel}/messages")))
    });
    said.count()
}

#[tokio::test]
async fn in_the_channel_for_such_messages() {
    let mut stage = Stage::new().await;
    let guild = without_bot(&stage);
    let news = guild.add_channel("news");
    guild.set_system_channel(Some(news));
    guild.invite_bot();
    let post = stage.discord.wait_for_post(news, |_| true).await;
    stage.note(post.expect("a message").text());
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn in_the_first_channel_in_which_it_may_write() {
    let stage = Stage::new().await;
    let guild = without_bot(&stage);
    let (rules, talk) = (guild.channel(), guild.add_channel("talk"));
    guild.set_system_channel(Some(rules));
    guild.deny_role_in(rules, guild.id().everyone(), Permissions::SEND_MESSAGES);
    guild.invite_bot();
    let post = stage.discord.wait_for_post(talk, |_| true).await;
    post.expect("a message");
    assert_eq!(said_in(&stage, &guild), 1);
    stage.end().await;
}

#[tokio::test]
async fn nowhere_where_it_may_not_write_and_never_twice() {
    let stage = Stage::new().await;
    let (mute, guild) = (without_bot(&stage), without_bot(&stage));
    mute.set_everyone_permissions(Permissions::VIEW_CHANNEL);
    mute.invite_bot_with(Permissions::VIEW_CHANNEL);
    guild.invite_bot();
    let post = stage.discord.wait_for_post(guild.channel(), |_| true).await;
    post.expect("a message");
    stage.members_complete_in(&mute).await;
    guild.remove_bot();
    guild.invite_bot();
    guild.outage();
    stage.discord.faults().invalidate_sessions();
    let again = stage.discord.wait_for_identifies(2).await;
    again.expect("the bot connects again");
    // Whoever is new is welcomed after those whom the bot has seen again.
    let last = without_bot(&stage);
    last.invite_bot();
    let post = stage.discord.wait_for_post(last.channel(), |_| true).await;
    post.expect("a message");
    assert_eq!(said_in(&stage, &guild), 1);
    assert_eq!(said_in(&stage, &mute), 0);
    stage.end().await;
}
