//! A reaction mints, taking it back un-mints, and each counts once.

use fake_discord::{ChannelId, EmojiId, MessageId};

use crate::stage::Stage;

struct Scene {
    stage: Stage,
    channel: ChannelId,
    gold: EmojiId,
    /// Written by ann.
    message: MessageId,
}

async fn scene() -> Scene {
    let stage = Stage::with_gold().await;
    let channel = stage.guild.channel();
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    let message = stage
        .discord
        .post_message(stage.ann, channel, "a good idea")
        .expect("a message");
    Scene {
        stage,
        channel,
        gold,
        message,
    }
}

impl Scene {
    /// Until the bot says that it is done with every event that there was.
    async fn settle(&self) {
        let last = self.stage.discord.last_event(0);
        let done = async || {
            let place = self.stage.app.store().memo("discord.session.0".into());
            let place = place.await.expect("the store reads");
            place.is_some_and(|place| place["sequence"].as_u64() >= Some(last))
        };
        self.stage.until("the bot to be done", done).await;
    }
}

#[tokio::test]
async fn reacting_mints_one_for_the_author_and_taking_it_back_burns_it() {
    let scene = scene().await;
    let Scene {
        stage,
        channel,
        gold,
        message,
    } = &scene;
    stage
        .discord
        .react(stage.ben, *channel, *message, *gold)
        .expect("a reaction");
    stage.until_has(stage.ann, "gold", 1).await;
    stage
        .discord
        .unreact(stage.ben, *channel, *message, *gold)
        .expect("a reaction");
    stage.until_has(stage.ann, "gold", 0).await;
    scene.stage.end().await;
}

#[tokio::test]
async fn react_and_unreact_again_and_again_mints_once() {
    let scene = scene().await;
    for _ in 0..3 {
        scene
            .stage
            .discord
            .react(scene.stage.ben, scene.channel, scene.message, scene.gold)
            .expect("a reaction");
        scene
            .stage
            .discord
            .unreact(scene.stage.ben, scene.channel, scene.message, scene.gold)
            .expect("a reaction");
    }
    scene
        .stage
        .discord
        .react(scene.stage.ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.settle().await;
    assert_eq!(
        scene.stage.has(scene.stage.ann, "gold").await,
        0,
        "minted once, burned once"
    );
    scene.stage.end().await;
}

#[tokio::test]
async fn react_spend_unreact_react_mints_once() {
    let mut scene = scene().await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    scene
        .stage
        .discord
        .react(ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.stage.until_has(ann, "gold", 1).await;
    scene
        .stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", "1".into())],
        )
        .await;
    scene
        .stage
        .discord
        .unreact(ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene
        .stage
        .discord
        .react(ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.settle().await;
    assert_eq!(
        (
            scene.stage.has(ann, "gold").await,
            scene.stage.has(ben, "gold").await
        ),
        (0, 1),
        "{owner}"
    );
    scene.stage.end().await;
}

#[tokio::test]
async fn a_normal_and_a_super_reaction_count_once() {
    let scene = scene().await;
    scene
        .stage
        .discord
        .react(scene.stage.ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene
        .stage
        .discord
        .react_burst(scene.stage.ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.settle().await;
    assert_eq!(scene.stage.has(scene.stage.ann, "gold").await, 1);
    scene.stage.end().await;
}

#[tokio::test]
async fn reactions_that_mint_nothing() {
    let scene = scene().await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let robot = scene.stage.discord.add_bot("robot");
    scene.stage.guild.add_member(robot);
    let by_robot = scene
        .stage
        .discord
        .post_message(robot, scene.channel, "beep")
        .expect("a message");
    let other = scene
        .stage
        .guild
        .add_emoji("other", crate::stage::picture());
    scene
        .stage
        .discord
        .react(ann, scene.channel, scene.message, scene.gold)
        .expect("to oneself");
    scene
        .stage
        .discord
        .react(robot, scene.channel, scene.message, scene.gold)
        .expect("by a bot");
    scene
        .stage
        .discord
        .react(ben, scene.channel, by_robot, scene.gold)
        .expect("to a bot");
    scene
        .stage
        .discord
        .react(ben, scene.channel, scene.message, other)
        .expect("another emoji");
    scene
        .stage
        .discord
        .react(
            ben,
            scene.channel,
            scene.message,
            fake_discord::Emoji::Unicode("👍".into()),
        )
        .expect("a plain emoji");
    let left = scene.stage.discord.add_user("gone");
    scene.stage.guild.add_member(left);
    let by_left = scene
        .stage
        .discord
        .post_message(left, scene.channel, "bye")
        .expect("a message");
    let guild = scene.stage.kept().await.id;
    let is_there = async || {
        let member = scene.stage.app.store().member(guild, left.get()).await;
        member.expect("the store reads").is_some()
    };
    scene.stage.until("gone is there", &is_there).await;
    scene.stage.guild.kick(left);
    let is_gone = async || !is_there().await;
    scene.stage.until("gone is gone", is_gone).await;
    scene
        .stage
        .discord
        .react(ben, scene.channel, by_left, scene.gold)
        .expect("to one who left");
    scene.settle().await;
    for who in [ann, ben, robot, left] {
        assert_eq!(
            scene.stage.has(who, "gold").await,
            0,
            "{:?}",
            scene.stage.discord.user_name(who)
        );
    }
    scene.stage.end().await;
}

#[tokio::test]
async fn a_missing_author_is_asked_for() {
    let scene = scene().await;
    scene.stage.discord.faults().omit_message_author(true);
    scene
        .stage
        .discord
        .react(scene.stage.ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.stage.until_has(scene.stage.ann, "gold", 1).await;
    scene.stage.end().await;
}

#[tokio::test]
async fn a_channel_that_may_not_be_read_is_not_asked_again_and_again() {
    let scene = scene().await;
    scene.stage.discord.faults().omit_message_author(true);
    scene
        .stage
        .discord
        .faults()
        .next(1, "GET", "/channels/*/messages/*")
        .missing_permissions();
    scene
        .stage
        .discord
        .react(scene.stage.ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    let _ = scene
        .stage
        .discord
        .wait_for_request(|request| {
            request.matches("GET", "/channels/*/messages/*") && request.status == 403
        })
        .await;
    // Answered by the closed channel's memory, not by Discord.
    scene
        .stage
        .discord
        .react(scene.stage.owner, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.stage.discord.faults().omit_message_author(false);
    scene.settle().await;
    let asked = scene
        .stage
        .discord
        .requests()
        .iter()
        .filter(|request| request.matches("GET", "/channels/*/messages/*"))
        .count();
    assert_eq!(
        (asked, scene.stage.has(scene.stage.ann, "gold").await),
        (1, 0)
    );
    scene.stage.end().await;
}

#[tokio::test]
async fn an_author_whom_the_bot_does_not_know_yet() {
    let stage =
        Stage::without_bot(fake_discord::FakeDiscord::builder().members_intent(false)).await;
    let mut stage = stage;
    stage.start_only(stage.config());
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    stage.make_currency("gold", &[]).await;
    let channel = stage.guild.channel();
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    let message = stage
        .discord
        .post_message(stage.ann, channel, "hi")
        .expect("a message");
    stage
        .discord
        .react(stage.ben, channel, message, gold)
        .expect("a reaction");
    stage.until_has(stage.ann, "gold", 1).await;
    stage.end().await;
}

/// Lost connections, events that come again, events that come twice: each reaction still counts once.
#[tokio::test]
async fn a_resumed_session_mints_nothing_twice() {
    let scene = scene().await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    scene
        .stage
        .discord
        .faults()
        .deliver_twice("MESSAGE_REACTION_ADD", 1);
    scene
        .stage
        .discord
        .react(ben, scene.channel, scene.message, scene.gold)
        .expect("a reaction");
    scene.stage.until_has(ann, "gold", 1).await;
    scene.stage.discord.faults().drop_connections_and_replay(10);
    scene
        .stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    scene.settle().await;
    assert_eq!(scene.stage.has(ann, "gold").await, 1);
    assert_eq!(scene.stage.discord.identify_count(), 1);
    scene.stage.end().await;
}

/// Five thousand reactions at once: all of them count, and the bot stays connected.
#[tokio::test]
async fn a_storm_of_reactions() {
    let scene = scene().await;
    let fans = scene.stage.guild.add_members(250);
    let messages: Vec<MessageId> = (0..20)
        .map(|number| {
            scene
                .stage
                .discord
                .post_message(scene.stage.ann, scene.channel, &number.to_string())
                .expect("a message")
        })
        .collect();
    for message in &messages {
        for fan in &fans {
            scene
                .stage
                .discord
                .react(*fan, scene.channel, *message, scene.gold)
                .expect("a reaction");
        }
    }
    scene.stage.until_has(scene.stage.ann, "gold", 5_000).await;
    for fan in &fans {
        scene
            .stage
            .discord
            .unreact(*fan, scene.channel, messages[0], scene.gold)
            .expect("a reaction");
    }
    scene.stage.until_has(scene.stage.ann, "gold", 4_750).await;
    assert_eq!(scene.stage.discord.identify_count(), 1);
    scene.stage.end().await;
}
