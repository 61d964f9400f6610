use std::time::Duration;

use fake_discord::{FakeDiscord, File, Guild, MessageId, UserId};
use twilight_gateway::{Event, ShardState};

use crate::bot::{self, Bot};

struct Scene {
    discord: FakeDiscord,
    guild: Guild,
    bot: Bot,
    message: MessageId,
    people: Vec<UserId>,
    emoji: fake_discord::EmojiId,
}

async fn scene() -> Scene {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let people = guild.add_members(20);
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    let bot = Bot::with_guild(&discord).await;
    let message = discord
        .post_message(guild.owner(), guild.channel(), "hello")
        .unwrap();
    Scene {
        discord,
        guild,
        bot,
        message,
        people,
        emoji,
    }
}

impl Scene {
    fn react(&self, from: usize, to: usize) {
        for person in &self.people[from..to] {
            self.discord
                .react(*person, self.guild.channel(), self.message, self.emoji)
                .unwrap();
        }
    }

    /// Who reacted, as the bot hears it, until `count` have; errors of the connection are expected.
    async fn heard(&mut self, count: usize) -> Vec<u64> {
        let mut heard = Vec::new();
        while heard.len() < count {
            if let Ok(Event::ReactionAdd(add)) = self.bot.try_next().await {
                heard.push(add.user_id.get());
            }
        }
        heard
    }

    fn ids(&self, from: usize, to: usize) -> Vec<u64> {
        self.people[from..to]
            .iter()
            .map(|person| person.get())
            .collect()
    }
}

#[tokio::test]
async fn a_dropped_connection_loses_and_doubles_nothing() {
    let mut scene = scene().await;
    scene.react(0, 5);
    let mut heard = scene.heard(3).await;
    scene.discord.faults().drop_connections();
    scene.react(5, 12);
    heard.extend(scene.heard(9).await);
    assert_eq!(heard, scene.ids(0, 12));
    assert_eq!(scene.discord.identify_count(), 1);
    scene.react(12, 13);
    assert_eq!(scene.heard(1).await, scene.ids(12, 13));
    assert_eq!(scene.discord.resume_count(), 1);
}

#[tokio::test]
async fn a_replay_may_bring_events_again() {
    let mut scene = scene().await;
    scene.react(0, 5);
    assert_eq!(scene.heard(5).await, scene.ids(0, 5));
    scene.discord.faults().drop_connections_and_replay(2);
    scene.react(5, 6);
    assert_eq!(scene.heard(3).await, scene.ids(3, 6));
}

#[tokio::test]
async fn reconnect_resumes_and_an_invalid_session_identifies() {
    let mut scene = scene().await;
    scene.discord.faults().ask_to_reconnect();
    scene
        .bot
        .until(|event| matches!(event, Event::Resumed).then_some(()))
        .await;
    scene.react(0, 2);
    assert_eq!(scene.heard(2).await, scene.ids(0, 2));
    assert_eq!(
        (scene.discord.identify_count(), scene.discord.resume_count()),
        (1, 1)
    );

    scene.discord.faults().invalidate_sessions();
    scene
        .bot
        .until(|event| matches!(event, Event::Ready(_)).then_some(()))
        .await;
    assert_eq!(scene.discord.identify_count(), 2);
    scene.react(2, 3);
    assert_eq!(scene.heard(1).await, scene.ids(2, 3));
}

#[tokio::test]
async fn a_heartbeat_on_request_and_a_zombie() {
    let quick = Duration::from_millis(200);
    let discord = bot::builder()
        .heartbeat_interval(quick)
        .start()
        .await
        .unwrap();
    let mut bot = Bot::ready(&discord).await;
    discord.faults().ask_for_heartbeat();
    bot.until(|event| matches!(event, Event::GatewayHeartbeatAck).then_some(()))
        .await;
    discord.faults().zombie(true);
    let gone = discord.wait_until_disconnected();
    let polling = async {
        loop {
            // The client notices by itself; what it reports meanwhile does not matter here.
            let _ = bot.try_next().await;
        }
    };
    tokio::select! {
        result = gone => result.unwrap(),
        () = polling => {}
    }
    discord.faults().zombie(false);
    bot.until(|event| matches!(event, Event::Resumed).then_some(()))
        .await;
}

#[tokio::test]
async fn final_close_codes() {
    let discord = bot::builder().members_intent(false).start().await.unwrap();
    let mut bot = Bot::new(&discord);
    while bot.shard.state() != ShardState::FatallyClosed {
        if let Ok(Event::GatewayClose(Some(frame))) = bot.try_next().await {
            assert_eq!(frame.code, 4014);
        }
    }
}

/// The code with which the gateway closes next.
async fn close_code(bot: &mut Bot) -> u16 {
    loop {
        if let Ok(Event::GatewayClose(Some(frame))) = bot.try_next().await {
            return frame.code;
        }
    }
}

#[tokio::test]
async fn what_a_client_sends_is_limited() {
    let discord = bot::start().await;
    let mut bot = Bot::ready(&discord).await;
    bot.shard.send("x".repeat(4097));
    assert_eq!(close_code(&mut bot).await, 4002);

    let mut bot = Bot::ready(&discord).await;
    bot.shard.send(r#"{"op": 99, "d": null}"#.to_owned());
    assert_eq!(close_code(&mut bot).await, 4001);

    let thief = FakeDiscord::builder()
        .bot_token("another")
        .start()
        .await
        .unwrap();
    assert_eq!(close_code(&mut Bot::new(&thief)).await, 4004);
}
