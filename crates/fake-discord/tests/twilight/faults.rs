use std::time::{Duration, Instant};

use fake_discord::{File, LimitScope};
use twilight_gateway::Event;
use twilight_model::{application::command::CommandType, id::Id};

use crate::{
    bot::{self, Bot, code, guild_id},
    commands::command,
};

#[tokio::test]
async fn requests_fail_as_armed() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    let faults = discord.faults();
    faults.next(1, "GET", "/guilds/*").server_error(503);
    faults
        .next(1, "GET", "/guilds/*/roles")
        .missing_permissions();
    let status = |error: twilight_http::Error| match error.kind() {
        twilight_http::error::ErrorType::Response { status, .. } => status.get(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        status(bot.http.guild(guild_id(&guild)).await.unwrap_err()),
        503
    );
    assert_eq!(
        code(&bot.http.roles(guild_id(&guild)).await.unwrap_err()),
        (403, 50013)
    );
    let found = bot
        .http
        .guild(guild_id(&guild))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(found.name, "Tea House");
}

#[tokio::test]
async fn a_lost_answer_was_carried_out() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    discord
        .faults()
        .next(1, "POST", "/channels/*/messages")
        .lost_answer();
    let channel = Id::new(guild.channel().get());
    let lost = bot.http.create_message(channel).content("once").await;
    assert!(lost.is_err());
    let history = discord.channel_history(guild.channel());
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].text(), "once");
    bot.http
        .create_message(channel)
        .content("again")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_429_is_retried_after_its_time() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    let wait = Duration::from_millis(600);
    discord
        .faults()
        .next(1, "GET", "/guilds/*")
        .rate_limited(wait, LimitScope::User);
    let before = Instant::now();
    bot.http
        .guild(guild_id(&guild))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert!(before.elapsed() >= wait);
    let statuses: Vec<u16> = discord
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [429, 200]);
}

#[tokio::test]
async fn a_slow_answer() {
    let discord = bot::start().await;
    let bot = Bot::new(&discord);
    let delay = Duration::from_millis(200);
    discord.faults().next(1, "GET", "/users/@me").slow(delay);
    let before = Instant::now();
    bot.http.current_user().await.unwrap();
    assert!(before.elapsed() >= delay);
}

#[tokio::test]
async fn a_malformed_event_does_not_end_the_stream() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    let mut bot = Bot::with_guild(&discord).await;
    let message = discord
        .post_message(guild.owner(), guild.channel(), "hello")
        .unwrap();
    discord.faults().malformed_event();
    discord
        .react(guild.owner(), guild.channel(), message, emoji)
        .unwrap();
    let mut errors = 0;
    loop {
        match bot.try_next().await {
            Ok(Event::ReactionAdd(_)) => break,
            Ok(_) => {}
            Err(_) => errors += 1,
        }
    }
    assert_eq!(errors, 1);
}

#[tokio::test]
async fn interactions_come_twice_or_late_and_expire() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[command("wallet", CommandType::ChatInput, Vec::new())])
        .await;
    let ask = || {
        discord
            .slash(guild.owner(), guild.channel(), "wallet", &[])
            .unwrap()
    };

    discord.faults().deliver_twice("INTERACTION_CREATE", 1);
    let asked = ask();
    let (first, second) = (bot.interaction().await, bot.interaction().await);
    assert_eq!((first.id, &first.token), (second.id, &second.token));
    bot.say(&first, "10").await;
    asked.redeliver();
    assert_eq!(bot.interaction().await.id, first.id);
    assert_eq!(asked.answer().await.unwrap().text(), "10");

    discord.faults().expire_interactions();
    let client = bot.http.interaction(bot.application);
    let late = client.create_followup(&first.token).content("late").await;
    assert_eq!(code(&late.unwrap_err()), (401, 50027));

    let delay = Duration::from_millis(200);
    discord.faults().delay_events(Some(delay));
    let before = Instant::now();
    drop(ask());
    bot.interaction().await;
    assert!(before.elapsed() >= delay);
}
