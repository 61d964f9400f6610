use fake_discord::{DriverError, File};
use twilight_model::{
    application::{
        command::{CommandOptionChoice, CommandOptionChoiceValue, CommandOptionType, CommandType},
        interaction::{InteractionData, application_command::CommandOptionValue},
    },
    channel::message::{
        MessageFlags,
        component::{ActionRow, Button, ButtonStyle, Component, TextInput, TextInputStyle},
    },
    http::interaction::{InteractionResponseData, InteractionResponseType},
};

use crate::{
    bot::{self, Bot},
    commands::{command, option, transfer},
};

fn text(content: &str) -> InteractionResponseData {
    InteractionResponseData {
        content: Some(content.to_owned()),
        ..InteractionResponseData::default()
    }
}

fn button(label: &str, custom_id: &str) -> Component {
    Component::Button(Button {
        id: None,
        custom_id: Some(custom_id.to_owned()),
        disabled: false,
        emoji: None,
        label: Some(label.to_owned()),
        style: ButtonStyle::Primary,
        url: None,
        sku_id: None,
    })
}

fn row(components: Vec<Component>) -> Component {
    Component::ActionRow(ActionRow {
        id: None,
        components,
    })
}

#[tokio::test]
async fn a_slash_command_is_answered() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let (ann, ben) = (discord.add_user("ann"), discord.add_user("ben"));
    guild.add_member(ann);
    guild.add_member(ben);
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[transfer()]).await;
    discord.wait_until_ready().await.unwrap();

    let options = [("user", ben.into()), ("amount", 5.into())];
    let asked = discord
        .slash(ann, guild.channel(), "transfer", &options)
        .unwrap();
    let interaction = bot.interaction().await;
    let member = interaction.member.as_ref().unwrap();
    assert!(
        member
            .permissions
            .unwrap()
            .contains(twilight_model::guild::Permissions::SEND_MESSAGES)
    );
    let Some(InteractionData::ApplicationCommand(data)) = &interaction.data else {
        panic!("not a command: {interaction:?}");
    };
    assert_eq!(data.options[1].value, CommandOptionValue::Integer(5));
    assert_eq!(data.resolved.as_ref().unwrap().users.len(), 1);
    assert_eq!(data.resolved.as_ref().unwrap().members.len(), 1);

    let mut data = text(&format!("Paid <@{ben}> 5 :tea:, <t:1795248000:R>."));
    data.flags = Some(MessageFlags::EPHEMERAL);
    bot.respond(
        &interaction,
        InteractionResponseType::ChannelMessageWithSource,
        Some(data),
    )
    .await;
    let answer = asked.answer().await.unwrap();
    assert!(answer.ephemeral);
    assert_eq!(
        answer.text(),
        "(only you can see this)\nPaid @ben 5 :tea:, (time)."
    );
    assert!(discord.channel_history(guild.channel()).is_empty());

    let again = bot.http.interaction(bot.application);
    let response = twilight_model::http::interaction::InteractionResponse {
        kind: InteractionResponseType::ChannelMessageWithSource,
        data: Some(text("twice")),
    };
    let error = again
        .create_response(interaction.id, &interaction.token, &response)
        .await
        .unwrap_err();
    assert_eq!(bot::code(&error), (400, 40060));
}

#[tokio::test]
async fn a_deferred_answer_is_followed_to_its_edit() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[command("chart", CommandType::ChatInput, Vec::new())])
        .await;

    let asked = discord
        .slash(guild.owner(), guild.channel(), "chart", &[])
        .unwrap();
    let interaction = bot.interaction().await;
    let kind = InteractionResponseType::DeferredChannelMessageWithSource;
    bot.respond(&interaction, kind, None).await;
    assert!(asked.is_thinking());
    let files = [twilight_model::http::attachment::Attachment::from_bytes(
        "chart.png".to_owned(),
        bot::png(),
        0,
    )];
    let client = bot.http.interaction(bot.application);
    let edited = client
        .update_response(&interaction.token)
        .content(Some("The chart."))
        .attachments(&files)
        .await
        .unwrap();
    let message = edited.model().await.unwrap();
    assert_eq!(message.attachments[0].width, Some(1));

    let answer = asked.answer().await.unwrap();
    assert_eq!(answer.text(), "The chart.\n[file chart.png, image/png]");
    assert_eq!(answer.file("chart.png").unwrap().bytes, bot::png());

    let followed = client
        .create_followup(&interaction.token)
        .content("More.")
        .await
        .unwrap();
    followed.model().await.unwrap();
    assert_eq!(asked.follow_up(0).await.unwrap().text(), "More.");
    client.delete_response(&interaction.token).await.unwrap();
    assert_eq!(discord.channel_history(guild.channel()).len(), 1);
}

#[tokio::test]
async fn buttons_update_their_message() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[command("quote", CommandType::ChatInput, Vec::new())])
        .await;

    let asked = discord
        .slash(guild.owner(), guild.channel(), "quote", &[])
        .unwrap();
    let interaction = bot.interaction().await;
    let mut data = text("Sure?");
    data.components = Some(vec![row(vec![
        button("Confirm", "yes:1"),
        button("Cancel", "no:1"),
    ])]);
    bot.respond(
        &interaction,
        InteractionResponseType::ChannelMessageWithSource,
        Some(data),
    )
    .await;
    let answer = asked.answer().await.unwrap();
    assert_eq!(answer.text(), "Sure?\n[ Confirm ] [ Cancel ]");
    assert!(matches!(
        discord.press(guild.owner(), &answer, "Maybe"),
        Err(DriverError::NoComponent { .. })
    ));

    let pressed = discord.press(guild.owner(), &answer, "Confirm").unwrap();
    let interaction = bot.interaction().await;
    let Some(InteractionData::MessageComponent(data)) = &interaction.data else {
        panic!("not a component: {interaction:?}");
    };
    assert_eq!(data.custom_id, "yes:1");
    assert_eq!(interaction.message.as_ref().unwrap().content, "Sure?");
    let mut data = text("Done.");
    data.components = Some(Vec::new());
    bot.respond(
        &interaction,
        InteractionResponseType::UpdateMessage,
        Some(data),
    )
    .await;
    let changed = pressed.answer().await.unwrap();
    assert_eq!(changed.id, answer.id);
    assert_eq!(changed.text(), "Done.");
}

#[tokio::test]
async fn autocomplete_proposes() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let owner = guild.owner();
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[transfer()]).await;

    let typing = discord.autocomplete(owner, guild.channel(), "transfer", &[], ("currency", "te"));
    let proposing = async {
        let interaction = bot.interaction().await;
        let choice = CommandOptionChoice {
            name: "Tea".to_owned(),
            name_localizations: None,
            value: CommandOptionChoiceValue::String("tea".to_owned()),
        };
        let data = InteractionResponseData {
            choices: Some(vec![choice]),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ApplicationCommandAutocompleteResult;
        bot.respond(&interaction, kind, Some(data)).await;
    };
    let (choices, ()) = tokio::join!(typing, proposing);
    let choices = choices.unwrap();
    assert_eq!(
        (choices[0].name.as_str(), &choices[0].value),
        ("Tea", &"tea".into())
    );
}

#[tokio::test]
async fn a_message_menu_opens_a_modal() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let owner = guild.owner();
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[command("Award", CommandType::Message, Vec::new())])
        .await;
    let files = vec![File::new("cat.png", bot::png())];
    let post = discord
        .post_files(owner, guild.channel(), "look", files)
        .unwrap();

    let asked = discord.message_menu(owner, post, "Award").unwrap();
    let interaction = bot.interaction().await;
    let Some(InteractionData::ApplicationCommand(data)) = &interaction.data else {
        panic!("not a command: {interaction:?}");
    };
    let resolved = data.resolved.as_ref().unwrap();
    let message = resolved.messages.values().next().unwrap();
    assert_eq!(
        (message.content.as_str(), message.attachments.len()),
        ("look", 1)
    );

    #[expect(
        deprecated,
        reason = "rows with labels of their own are what twilight builds for all modals"
    )]
    let input = Component::TextInput(TextInput {
        id: None,
        custom_id: "amount".to_owned(),
        label: Some("How much?".to_owned()),
        max_length: Some(5),
        min_length: None,
        placeholder: None,
        required: Some(true),
        style: TextInputStyle::Short,
        value: None,
    });
    let data = InteractionResponseData {
        custom_id: Some("award:1".to_owned()),
        title: Some("Award".to_owned()),
        components: Some(vec![row(vec![input])]),
        ..InteractionResponseData::default()
    };
    bot.respond(&interaction, InteractionResponseType::Modal, Some(data))
        .await;
    let modal = asked.modal().await.unwrap();
    assert_eq!(modal.title(), "Award");
    assert!(matches!(
        modal.submit(&[]),
        Err(DriverError::BadField { .. })
    ));
    assert!(matches!(
        modal.submit(&[("amount", "123456")]),
        Err(DriverError::BadField { .. })
    ));

    let submitted = modal.submit(&[("How much?", "10")]).unwrap();
    let interaction = bot.interaction().await;
    assert!(matches!(
        interaction.data,
        Some(InteractionData::ModalSubmit(_))
    ));
    bot.say(&interaction, "Awarded.").await;
    assert_eq!(submitted.answer().await.unwrap().text(), "Awarded.");
}

#[tokio::test]
async fn what_discord_would_not_send_is_an_error() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let owner = guild.owner();
    let bot = Bot::new(&discord);
    let mut amount = option(CommandOptionType::Integer, "amount", true);
    amount.min_value = Some(twilight_model::application::command::CommandOptionValue::Integer(1));
    bot.register(&[command("mint", CommandType::ChatInput, vec![amount])])
        .await;

    let try_it = |command: &str, options: &[(&str, fake_discord::OptionValue)]| {
        discord
            .slash(owner, guild.channel(), command, options)
            .err()
            .unwrap()
    };
    assert!(matches!(try_it("burn", &[]), DriverError::NoCommand(..)));
    assert!(matches!(
        try_it("mint", &[]),
        DriverError::OptionMissing { .. }
    ));
    assert!(matches!(
        try_it("mint", &[("amount", 0.into())]),
        DriverError::BadOption { .. }
    ));
    assert!(matches!(
        try_it("mint", &[("amount", "5".into())]),
        DriverError::BadOption { .. }
    ));
    assert!(matches!(
        try_it("mint", &[("amount", 5.into()), ("speed", 1.into())]),
        DriverError::NoOption { .. }
    ));
    let stranger = discord.add_user("stranger");
    let refused = discord.slash(stranger, guild.channel(), "mint", &[("amount", 1.into())]);
    assert!(matches!(refused, Err(DriverError::NotThere(_))));
}

#[tokio::test]
async fn files_and_direct_messages() {
    let discord = bot::start().await;
    let ann = discord.add_user("ann");
    let mut bot = Bot::ready(&discord).await;
    let picture = option(CommandOptionType::Attachment, "picture", true);
    bot.register(&[command("emoji", CommandType::ChatInput, vec![picture])])
        .await;
    let options = [("picture", File::new("tea.png", bot::png()).into())];
    let asked = discord
        .slash(ann, discord.dm(ann), "emoji", &options)
        .unwrap();
    let interaction = bot.interaction().await;
    assert_eq!(interaction.user.as_ref().unwrap().name, "ann");
    assert!(interaction.member.is_none());
    let Some(InteractionData::ApplicationCommand(data)) = &interaction.data else {
        panic!("not a command: {interaction:?}");
    };
    let attachments = &data.resolved.as_ref().unwrap().attachments;
    let url = &attachments.values().next().unwrap().url;
    assert!(url.starts_with(&discord.cdn_url()), "{url}");
    bot.say(&interaction, "Thanks.").await;
    assert_eq!(asked.answer().await.unwrap().text(), "Thanks.");
}

#[tokio::test]
async fn no_answer_within_the_deadline() {
    let deadline = std::time::Duration::from_millis(50);
    let discord = bot::builder()
        .answer_deadline(deadline)
        .start()
        .await
        .unwrap();
    let guild = discord.add_guild("Tea House");
    let mut bot = Bot::with_guild(&discord).await;
    bot.register(&[command("slow", CommandType::ChatInput, Vec::new())])
        .await;
    let asked = discord
        .slash(guild.owner(), guild.channel(), "slow", &[])
        .unwrap();
    assert!(matches!(
        asked.answer().await,
        Err(DriverError::NoAnswer(_))
    ));
    let interaction = bot.interaction().await;
    let response = twilight_model::http::interaction::InteractionResponse {
        kind: InteractionResponseType::ChannelMessageWithSource,
        data: Some(text("late")),
    };
    let client = bot.http.interaction(bot.application);
    let error = client
        .create_response(interaction.id, &interaction.token, &response)
        .await
        .unwrap_err();
    assert_eq!(bot::code(&error), (404, 10062));
}
