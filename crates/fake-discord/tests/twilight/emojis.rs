use fake_discord::Permissions;

use crate::bot::{self, Bot, code, guild_id};

/// `base64` of the test picture, made by hand so that the test shows what travels.
fn data_uri(bytes: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(bytes))
}

async fn create(
    bot: &Bot,
    guild: &fake_discord::Guild,
    name: &str,
    image: &str,
) -> Result<u64, (u16, u64)> {
    match bot.http.create_emoji(guild_id(guild), name, image).await {
        Ok(response) => Ok(response.model().await.unwrap().id.get()),
        Err(error) => Err(code(&error)),
    }
}

#[tokio::test]
async fn creation_and_its_refusals() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    guild.set_emoji_slots(2);
    let bot = Bot::new(&discord);
    let image = data_uri(&bot::png());
    let id = create(&bot, &guild, "tea", &image).await.unwrap();
    assert_eq!(guild.emoji_named("tea").unwrap().get(), id);

    let mut huge = bot::png();
    huge.resize(256 * 1024 + 1, 0);
    let cases = [
        ("t", image.clone()),
        ("green-tea", image.clone()),
        ("tea", data_uri(&huge)),
        ("tea", data_uri(b"not a picture")),
        ("tea", "https://example.com/tea.png".to_owned()),
    ];
    for (name, image) in cases {
        let refused = create(&bot, &guild, name, &image).await;
        assert_eq!(refused, Err((400, 50035)), "{name}");
    }
    create(&bot, &guild, "second", &image).await.unwrap();
    assert_eq!(
        create(&bot, &guild, "third", &image).await,
        Err((400, 30008))
    );

    guild.set_bot_permissions(Permissions::NONE);
    assert_eq!(
        create(&bot, &guild, "third", &image).await,
        Err((403, 50013))
    );
    guild.set_bot_permissions(Permissions::BOT);
    let id = twilight_model::id::Id::new(id);
    bot.http.delete_emoji(guild_id(&guild), id).await.unwrap();
    let left = bot
        .http
        .emojis(guild_id(&guild))
        .await
        .unwrap()
        .models()
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].name, "second");
}

#[tokio::test]
async fn other_peoples_emojis_need_more() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let theirs = guild.add_emoji("theirs", fake_discord::File::new("x.png", bot::png()));
    let bot = Bot::new(&discord);
    let id = twilight_model::id::Id::new(theirs.get());
    let error = bot
        .http
        .delete_emoji(guild_id(&guild), id)
        .await
        .unwrap_err();
    assert_eq!(code(&error), (403, 50013));
    guild.set_bot_permissions(Permissions::MANAGE_GUILD_EXPRESSIONS);
    bot.http
        .update_emoji(guild_id(&guild), id)
        .name("ours")
        .await
        .unwrap();
    assert_eq!(guild.emojis(), [("ours".to_owned(), theirs)]);
}
