use twilight_model::application::command::{
    Command, CommandOption, CommandOptionType, CommandType,
};

use crate::bot::{self, Bot, code};

pub fn option(kind: CommandOptionType, name: &str, required: bool) -> CommandOption {
    CommandOption {
        autocomplete: None,
        channel_types: None,
        choices: None,
        description: format!("The {name}."),
        description_localizations: None,
        file_types: None,
        kind,
        max_length: None,
        max_value: None,
        min_length: None,
        min_value: None,
        name: name.to_owned(),
        name_localizations: None,
        options: None,
        required: Some(required),
    }
}

#[expect(
    deprecated,
    reason = "the struct has no constructor without this field"
)]
pub fn command(name: &str, kind: CommandType, options: Vec<CommandOption>) -> Command {
    Command {
        application_id: None,
        contexts: None,
        default_member_permissions: None,
        dm_permission: None,
        description: if kind == CommandType::ChatInput {
            format!("Does {name}.")
        } else {
            String::new()
        },
        description_localizations: None,
        guild_id: None,
        id: None,
        integration_types: None,
        kind,
        name: name.to_owned(),
        name_localizations: None,
        nsfw: None,
        options,
        version: twilight_model::id::Id::new(1),
    }
}

pub fn transfer() -> Command {
    command(
        "transfer",
        CommandType::ChatInput,
        vec![
            option(CommandOptionType::User, "user", true),
            option(CommandOptionType::Integer, "amount", true),
            CommandOption {
                autocomplete: Some(true),
                ..option(CommandOptionType::String, "currency", false)
            },
        ],
    )
}

#[tokio::test]
async fn registering_again_keeps_ids_and_versions() {
    let discord = bot::start().await;
    let bot = Bot::new(&discord);
    let award = command("Award", CommandType::Message, Vec::new());
    let first = bot.register(&[transfer(), award.clone()]).await;
    let second = bot.register(&[transfer(), award.clone()]).await;
    assert_eq!(first, second);

    let mut changed = transfer();
    changed.description = "Pays somebody.".to_owned();
    let third = bot.register(&[changed, award]).await;
    assert_eq!(first[0].id, third[0].id);
    assert_ne!(first[0].version, third[0].version);
    assert_eq!(first[1], third[1]);
    assert_eq!(discord.registered_commands(), ["transfer", "Award"]);

    let listed = bot
        .http
        .interaction(bot.application)
        .global_commands()
        .await;
    assert_eq!(listed.unwrap().models().await.unwrap(), third);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let discord = bot::start().await;
    let error = bot::http(&discord, "stolen")
        .current_user()
        .await
        .unwrap_err();
    assert_eq!(code(&error), (401, 0));
}

#[tokio::test]
async fn the_application_and_its_user_parse() {
    let discord = bot::start().await;
    let bot = Bot::new(&discord);
    let me = bot
        .http
        .current_user()
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(me.id.get(), discord.bot_user().get());
    let application = bot
        .http
        .current_user_application()
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(application.id, bot.application);
    assert_eq!(
        application.owner.unwrap().id.get(),
        discord.application_owner().get()
    );
    let gateway = bot
        .http
        .gateway()
        .authed()
        .await
        .unwrap()
        .model()
        .await
        .unwrap();
    assert_eq!(gateway.url, discord.gateway_url());
    let plain = bot.http.gateway().await.unwrap().model().await.unwrap();
    assert_eq!(plain.url, discord.gateway_url());
    assert!(discord.unknown_routes().is_empty());
}

#[tokio::test]
async fn an_unknown_route_is_a_404_and_is_kept() {
    let discord = bot::start().await;
    let bot = Bot::new(&discord);
    let error = bot.http.voice_regions().await.unwrap_err();
    assert_eq!(code(&error), (404, 0));
    assert_eq!(
        discord.unknown_routes().last().unwrap().path,
        "/voice/regions"
    );
}
