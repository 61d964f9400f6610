use twilight_gateway::{Event, error::ReceiveMessageErrorType};
use twilight_http::request::AuditLogReason;
use twilight_model::{gateway::payload::outgoing::RequestGuildMembers, guild::Permissions, id::Id};

use crate::bot::{self, Bot, code, guild_id};

/// Reads all pages as a bot would, and gives their sizes.
async fn pages(bot: &Bot, guild: &fake_discord::Guild) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut after = None;
    loop {
        let mut request = bot.http.guild_members(guild_id(guild)).limit(1000);
        if let Some(after) = after {
            request = request.after(after);
        }
        let page = request.await.unwrap().models().await.unwrap();
        sizes.push(page.len());
        let Some(last) = page.last() else {
            return sizes;
        };
        assert!(page.is_sorted_by_key(|member| member.user.id));
        after = Some(last.user.id);
    }
}

#[tokio::test]
async fn pages_of_members() {
    // The owner and the bot are members too.
    let cases: [(usize, &[usize]); 5] = [
        (2, &[2, 0]),
        (999, &[999, 0]),
        (1000, &[1000, 0]),
        (1001, &[1000, 1, 0]),
        (2500, &[1000, 1000, 500, 0]),
    ];
    let discord = bot::start().await;
    let bot = Bot::new(&discord);
    for (members, expect) in cases {
        let guild = discord.add_guild("Tea House");
        guild.add_members(members - 2);
        assert_eq!(guild.member_count(), members);
        assert_eq!(pages(&bot, &guild).await, expect);
    }
    let empty = discord.add_guild_without_bot("Ghost town", discord.add_user("nobody"));
    let error = bot.http.guild_members(guild_id(&empty)).await.unwrap_err();
    assert_eq!(code(&error), (403, 50001));
}

#[tokio::test]
async fn the_list_needs_the_members_intent() {
    let discord = bot::builder().members_intent(false).start().await.unwrap();
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    let error = bot.http.guild_members(guild_id(&guild)).await.unwrap_err();
    assert_eq!(code(&error), (403, 50001));
}

#[tokio::test]
async fn a_quarter_of_a_million() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Metropolis");
    guild.add_members(250_000);
    let bot = Bot::new(&discord);
    let page = bot
        .http
        .guild_members(guild_id(&guild))
        .limit(1000)
        .await
        .unwrap();
    assert_eq!(page.models().await.unwrap().len(), 1000);
}

#[tokio::test]
async fn chunks_over_the_gateway_once_in_a_while() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    guild.add_members(2498);
    let mut bot = Bot::with_guild(&discord).await;
    let request = RequestGuildMembers::builder(guild_id(&guild))
        .nonce("n")
        .query("", None);
    bot.shard.command(&request);
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let chunk = bot.until(|event| match event {
            Event::MemberChunk(chunk) => Some(chunk),
            _ => None,
        });
        let chunk = chunk.await;
        assert_eq!((chunk.chunk_count, chunk.nonce.as_deref()), (3, Some("n")));
        seen.push((chunk.chunk_index, chunk.members.len()));
    }
    assert_eq!(seen, [(0, 1000), (1, 1000), (2, 500)]);

    bot.shard.command(&request);
    // Discord documents `meta` as a plain object; twilight 0.18 expects it wrapped in a variant's
    // name, so this event is one of those that a bot must survive unparsed.
    let error = loop {
        if let Err(error) = bot.try_next().await {
            break error;
        }
    };
    let ReceiveMessageErrorType::Deserializing { event } = error.kind() else {
        panic!("another error: {error:?}");
    };
    let event: serde_json::Value = serde_json::from_str(event).unwrap();
    assert_eq!(
        (&event["t"], &event["d"]["opcode"]),
        (&"RATE_LIMITED".into(), &8.into())
    );
    assert!(event["d"]["retry_after"].as_f64().unwrap() > 25.0);
}

#[tokio::test]
async fn roles_by_hierarchy() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let ann = discord.add_user("ann");
    guild.add_member(ann);
    let below = guild.add_role("rich");
    let above = guild.add_role_with(
        "boss",
        &fake_discord::RoleSetup {
            above_the_bot: true,
            ..Default::default()
        },
    );
    let managed = guild.add_managed_role("booster", discord.add_bot("other"));
    let bot = Bot::new(&discord);
    let give = async |role: fake_discord::RoleId| {
        let (guild, user) = (guild_id(&guild), Id::new(ann.get()));
        let request = bot
            .http
            .add_guild_member_role(guild, user, Id::new(role.get()));
        request.await.map(drop).map_err(|error| code(&error))
    };
    assert_eq!(give(below).await, Ok(()));
    assert_eq!(guild.roles_of(ann), [below]);
    assert_eq!(give(above).await, Err((403, 50013)));
    assert_eq!(give(managed).await, Err((403, 50013)));
    guild.set_bot_permissions(fake_discord::Permissions::NONE);
    assert_eq!(give(below).await, Err((403, 50013)));
    guild.set_bot_permissions(fake_discord::Permissions::ADMINISTRATOR);
    assert_eq!(give(above).await, Err((403, 50013)));
    let taken = bot.http.remove_guild_member_role(
        guild_id(&guild),
        Id::new(ann.get()),
        Id::new(below.get()),
    );
    taken.await.unwrap();
    assert!(guild.roles_of(ann).is_empty());
    let roles = bot
        .http
        .roles(guild_id(&guild))
        .await
        .unwrap()
        .models()
        .await
        .unwrap();
    assert!(
        roles
            .iter()
            .any(|role| role.permissions.contains(Permissions::ADMINISTRATOR))
    );
}

#[tokio::test]
async fn the_bots_own_nickname() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    let rename = bot
        .http
        .update_current_member(guild_id(&guild))
        .nick(Some("Bank"))
        .reason("asked for");
    rename.await.unwrap();
    assert_eq!(guild.nick(discord.bot_user()).as_deref(), Some("Bank"));
    let update = bot.until(|event| match event {
        Event::MemberUpdate(update) => Some(update),
        _ => None,
    });
    assert_eq!(update.await.nick.as_deref(), Some("Bank"));
    let request = discord.requests().pop().unwrap();
    assert!(request.header("x-audit-log-reason").is_some());
}
