use fake_discord::{Emoji, File, Permissions};
use twilight_http::request::channel::reaction::RequestReactionType;
use twilight_model::{
    channel::message::{AllowedMentions, Embed},
    id::Id,
};

use crate::bot::{self, Bot, code};

fn embed(title: &str) -> Embed {
    Embed {
        author: None,
        color: None,
        description: Some("All of it.".to_owned()),
        fields: Vec::new(),
        flags: None,
        footer: None,
        image: None,
        kind: "rich".to_owned(),
        provider: None,
        thumbnail: None,
        timestamp: None,
        title: Some(title.to_owned()),
        url: None,
        video: None,
    }
}

#[tokio::test]
async fn posting_editing_and_deleting() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    let channel = Id::new(guild.channel().get());
    let nobody = AllowedMentions::default();
    let embeds = [embed("Supply")];
    let content = format!("For <@{}>", guild.owner());
    let sent = bot
        .http
        .create_message(channel)
        .content(&content)
        .embeds(&embeds);
    let sent = sent
        .allowed_mentions(Some(&nobody))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert!(sent.mentions.is_empty(), "nobody is notified");
    let request = discord.requests().pop().unwrap();
    assert!(request.allowed_mentions().is_some());
    let post = discord.channel_history(guild.channel()).pop().unwrap();
    assert_eq!(
        post.text(),
        "For @Tea House owner\n│ # Supply\n│ All of it."
    );

    bot.http
        .update_message(channel, sent.id)
        .content(Some("Less."))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    let listed = bot
        .http
        .channel_messages(channel)
        .await
        .unwrap()
        .models()
        .await
        .unwrap();
    assert_eq!(listed[0].content, "Less.");
    assert!(listed[0].edited_timestamp.is_some());
    bot.http.delete_message(channel, sent.id).await.unwrap();
    let error = bot.http.message(channel, sent.id).await.unwrap_err();
    assert_eq!(code(&error), (404, 10008));
}

#[tokio::test]
async fn what_discord_refuses() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    let channel = Id::new(guild.channel().get());
    // Twilight checks bodies before it sends them; raw JSON goes past that.
    let send = async |body: serde_json::Value| {
        let body = body.to_string();
        let sent = bot
            .http
            .create_message(channel)
            .payload_json(body.as_bytes())
            .await;
        sent.map(drop).map_err(|error| code(&error))
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let long = "x".repeat(2001);
    assert_eq!(
        send(serde_json::json!({"content": long})).await,
        Err((400, 50035))
    );
    assert_eq!(send(json(r#"{"content": " "}"#)).await, Err((400, 50006)));
    assert_eq!(
        send(json(
            r#"{"content": "x", "embeds": [{"fields": [{"name": "", "value": "x"}]}]}"#
        ))
        .await,
        Err((400, 50035))
    );
    let twice = r#"{"content": "x", "components": [{"type": 1, "components": [
        {"type": 2, "style": 1, "label": "a", "custom_id": "a"},
        {"type": 2, "style": 1, "label": "b", "custom_id": "a"}]}]}"#;
    assert_eq!(send(json(twice)).await, Err((400, 50035)));
    assert_eq!(
        send(json(r#"{"content": "x", "attachments": [{"id": 0}]}"#)).await,
        Err((400, 50035))
    );
    let both = r#"{"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}"#;
    assert_eq!(send(json(both)).await, Err((400, 50035)));
    assert_eq!(send(json(r#"{"content": "x"}"#)).await, Ok(()));

    guild.deny_bot_in(guild.channel(), Permissions::SEND_MESSAGES);
    assert_eq!(send(json(r#"{"content": "x"}"#)).await, Err((403, 50013)));
    guild.deny_bot_in(guild.channel(), Permissions::VIEW_CHANNEL);
    assert_eq!(send(json(r#"{"content": "x"}"#)).await, Err((403, 50001)));
    guild.delete_channel(guild.channel());
    assert_eq!(send(json(r#"{"content": "x"}"#)).await, Err((404, 10003)));
}

#[tokio::test]
async fn reactions_over_rest() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    let bot = Bot::new(&discord);
    let channel = guild.channel();
    let message = discord
        .post_message(guild.owner(), channel, "hello")
        .unwrap();
    let (in_channel, on) = (Id::new(channel.get()), Id::new(message.get()));
    let custom = RequestReactionType::Custom {
        id: Id::new(emoji.get()),
        name: Some("tea"),
    };
    let unicode = RequestReactionType::Unicode { name: "🍵" };
    bot.http
        .create_reaction(in_channel, on, &custom)
        .await
        .unwrap();
    bot.http
        .create_reaction(in_channel, on, &unicode)
        .await
        .unwrap();
    discord
        .react(guild.owner(), channel, message, emoji)
        .unwrap();
    let post = discord.post(message).unwrap();
    assert_eq!(
        post.reactions,
        [(Emoji::Custom(emoji), 2), (Emoji::unicode("🍵"), 1)]
    );
    let users = bot
        .http
        .reactions(in_channel, on, &custom)
        .await
        .unwrap()
        .models()
        .await
        .unwrap();
    assert_eq!(users.len(), 2);
    bot.http
        .delete_current_user_reaction(in_channel, on, &custom)
        .await
        .unwrap();
    let seen = bot
        .http
        .message(in_channel, on)
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(seen.reactions.len(), 2);
    assert_eq!(seen.reactions[0].count, 1);
}

#[tokio::test]
async fn direct_messages() {
    let discord = bot::start().await;
    let ann = discord.add_user("ann");
    let bot = Bot::new(&discord);
    let channel = bot
        .http
        .create_private_channel(Id::new(ann.get()))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(channel.id.get(), discord.dm(ann).get());
    bot.http
        .create_message(channel.id)
        .content("psst")
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(discord.channel_history(discord.dm(ann)).len(), 1);
    let user = bot
        .http
        .user(Id::new(ann.get()))
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(user.name, "ann");
}
