//! Every kind of event once, parsed by twilight.

use std::{collections::BTreeSet, time::Duration};

use fake_discord::{Emoji, File, Permissions};
use twilight_gateway::{Event, EventTypeFlags, ShardId, StreamExt};

use crate::bot::{self, Bot};

/// Reads until nothing comes for a moment; everything must parse.
async fn drain(bot: &mut Bot) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let next = bot.shard.next_event(EventTypeFlags::all());
        match tokio::time::timeout(Duration::from_millis(300), next).await {
            Ok(event) => events.push(
                event
                    .expect("an open stream")
                    .expect("an event that parses"),
            ),
            Err(_) => return events,
        }
    }
}

#[tokio::test]
async fn every_event_parses() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::ready(&discord).await;
    let ann = discord.add_user("ann");
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    guild.add_member(ann);
    let role = guild.add_role("rich");
    guild.give_role(ann, role);
    guild.set_role_permissions(role, Permissions::MANAGE_GUILD);
    guild.delete_role(role);
    guild.rename("Coffee House");
    let channel = guild.add_channel("log");
    guild.deny_bot_in(channel, Permissions::SEND_MESSAGES);
    let message = discord.post_message(ann, channel, "hello").unwrap();
    discord.react(ann, channel, message, emoji).unwrap();
    discord
        .react_burst(ann, channel, message, Emoji::unicode("🍵"))
        .unwrap();
    discord.unreact(ann, channel, message, emoji).unwrap();
    guild.clear_emoji(channel, message, &Emoji::unicode("🍵"));
    guild.clear_reactions(channel, message);
    discord.delete_message(channel, message);
    discord.post_message(ann, discord.dm(ann), "psst").unwrap();
    guild.delete_channel(channel);
    guild.kick(ann);
    guild.outage();
    guild.remove_bot();

    let kinds: BTreeSet<String> = drain(&mut bot)
        .await
        .iter()
        .filter(|event| !matches!(event, Event::GatewayHeartbeatAck))
        .map(|event| event.kind().name().unwrap_or("other").to_owned())
        .collect();
    let expect = [
        "CHANNEL_CREATE",
        "CHANNEL_DELETE",
        "CHANNEL_UPDATE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_EMOJIS_UPDATE",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_REMOVE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_DELETE",
        "GUILD_ROLE_UPDATE",
        "GUILD_UPDATE",
        "MESSAGE_CREATE",
        "MESSAGE_DELETE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "MESSAGE_REACTION_REMOVE_ALL",
        "MESSAGE_REACTION_REMOVE_EMOJI",
    ];
    for name in expect {
        assert!(kinds.contains(name), "{name} is missing among {kinds:?}");
    }
}

#[tokio::test]
async fn reactions_say_whose_message_it_was() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let (ann, owner) = (discord.add_user("ann"), guild.owner());
    guild.add_member(ann);
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    let mut bot = Bot::with_guild(&discord).await;
    let message = discord
        .post_message(owner, guild.channel(), "hello")
        .unwrap();
    let add = |event| match event {
        Event::ReactionAdd(add) => Some(add.0),
        _ => None,
    };

    discord.react(ann, guild.channel(), message, emoji).unwrap();
    discord.react(ann, guild.channel(), message, emoji).unwrap();
    let first = bot.until(add).await;
    assert_eq!(first.message_author_id.unwrap().get(), owner.get());
    assert!(!first.burst);
    assert_eq!(first.member.unwrap().user.id.get(), ann.get());

    discord.faults().omit_message_author(true);
    discord
        .react_burst(ann, guild.channel(), message, emoji)
        .unwrap();
    let second = bot.until(add).await;
    assert!(second.burst, "the same reaction twice is one event");
    assert_eq!(second.message_author_id, None);

    discord
        .unreact(ann, guild.channel(), message, emoji)
        .unwrap();
    let removed = bot.until(|event| match event {
        Event::ReactionRemove(removed) => Some(removed.0),
        _ => None,
    });
    assert_eq!(removed.await.member, None);
}

#[tokio::test]
async fn message_content_is_hidden_without_the_intent() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    let mention = format!("hi <@{}>", discord.bot_user());
    for content in ["secret", &mention] {
        discord
            .post_message(guild.owner(), guild.channel(), content)
            .unwrap();
    }
    let message = |event| match event {
        Event::MessageCreate(message) => Some(message.content.clone()),
        _ => None,
    };
    assert_eq!(bot.until(message).await, "");
    assert_eq!(bot.until(message).await, mention);
}

#[tokio::test]
async fn guilds_go_to_their_shard() {
    let discord = bot::builder().max_concurrency(2).start().await.unwrap();
    let guilds: Vec<_> = (0..6)
        .map(|n| discord.add_guild(&format!("guild {n}")))
        .collect();
    let mut seen = Vec::new();
    for number in 0..2 {
        let mut bot = Bot::new(&discord);
        bot.shard = bot::shard(&discord, ShardId::new(number, 2));
        for event in drain(&mut bot).await {
            if let Event::GuildCreate(guild) = event {
                let id = guild.id().get();
                assert_eq!((id >> 22) % 2, u64::from(number));
                seen.push(id);
            }
        }
    }
    seen.sort_unstable();
    let all: Vec<u64> = guilds.iter().map(|guild| guild.id().get()).collect();
    assert_eq!(seen, all);
}
