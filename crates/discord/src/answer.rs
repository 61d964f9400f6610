//! How an answer reaches a person, also when Discord loses it.

use std::{future::Future, time::Duration};

use tokio::time::{sleep, timeout};
use tracing::{instrument::WithSubscriber as _, subscriber::NoSubscriber};
use twilight_http::{Error, error::ErrorType};
use twilight_model::{
    application::{
        command::{CommandOptionChoice, CommandOptionChoiceValue},
        interaction::Interaction,
    },
    channel::message::{
        AllowedMentions, Component, Embed, MessageFlags,
        component::{ActionRow, Button, ButtonStyle, Label, TextInput, TextInputStyle},
    },
    http::attachment::Attachment,
    http::interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
    id::{
        Id,
        marker::{ChannelMarker, InteractionMarker, UserMarker},
    },
};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFooterBuilder, ImageSource};

use crate::{
    context::Context,
    discord_error::{ALREADY_ACKNOWLEDGED, Answered, UNKNOWN_INTERACTION},
};

/// What a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub text: String,
    pub list: Option<Box<List>>,
    pub buttons: Vec<Press>,
    pub files: Vec<File>,
    /// Opens this instead of saying anything: only as the first answer to a command.
    pub form: Option<Box<Form>>,
    pub audience: Audience,
    /// Whether money moved: then it is confirmed, whatever happens to the interaction.
    pub money_moved: bool,
    /// What is said in the channel then, where the text itself is for the asker alone.
    pub aloud: Option<String>,
}

/// Lines under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    pub title: String,
    pub lines: Vec<String>,
    pub footer: Option<String>,
    /// The name of one of the reply's files that is shown as a picture.
    pub picture: Option<String>,
}

/// Something to look at beside the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// With its extension.
    pub name: String,
    /// What it shows, for those who cannot see it.
    pub description: String,
    pub bytes: Vec<u8>,
}

/// A window with fields to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    /// What comes back when it is sent, at most 100 characters.
    pub id: String,
    /// At most 45 characters.
    pub title: String,
    /// One to five.
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub id: &'static str,
    /// At most 45 characters.
    pub label: String,
    pub placeholder: Option<String>,
    pub value: Option<String>,
    pub longest: u16,
    pub required: bool,
}

/// A button below a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Press {
    pub label: &'static str,
    /// What comes back when it is pressed, at most 100 characters.
    pub id: String,
    pub enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Only who asked.
    Asker,
    Everyone,
}

impl Reply {
    /// Only who asked reads it.
    pub(crate) fn quiet(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            list: None,
            buttons: Vec::new(),
            files: Vec::new(),
            form: None,
            audience: Audience::Asker,
            money_moved: false,
            aloud: None,
        }
    }

    pub(crate) fn form(form: Form) -> Self {
        Self {
            form: Some(Box::new(form)),
            ..Self::quiet("")
        }
    }

    /// Stands in place of the message whose button was pressed.
    pub(crate) fn in_place(self) -> Self {
        // Whoever reads that message reads this one.
        self.for_everyone()
    }

    pub(crate) fn with_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    pub(crate) fn list(list: List) -> Self {
        Self {
            list: Some(Box::new(list)),
            ..Self::quiet("")
        }
    }

    /// Money moved, and everyone may see it.
    pub(crate) fn moved(text: impl Into<String>) -> Self {
        Self {
            money_moved: true,
            ..Self::quiet(text).for_everyone()
        }
    }

    pub(crate) fn for_everyone(self) -> Self {
        Self {
            audience: Audience::Everyone,
            ..self
        }
    }

    pub(crate) fn with_buttons(self, buttons: Vec<Press>) -> Self {
        Self { buttons, ..self }
    }

    fn flags(&self) -> Option<MessageFlags> {
        flags(self.audience)
    }

    fn embeds(&self) -> Vec<Embed> {
        self.list.iter().map(|list| list.embed()).collect()
    }

    fn components(&self) -> Vec<Component> {
        if self.buttons.is_empty() {
            return Vec::new();
        }
        let components = self
            .buttons
            .iter()
            .map(|press| Component::Button(press.button()))
            .collect();
        vec![Component::ActionRow(ActionRow {
            id: None,
            components,
        })]
    }

    fn data(&self) -> InteractionResponseData {
        InteractionResponseData {
            content: Some(self.text.clone()).filter(|text| !text.is_empty()),
            embeds: Some(self.embeds()),
            components: Some(self.components()),
            flags: self.flags(),
            allowed_mentions: Some(AllowedMentions::default()),
            attachments: Some(self.attachments()).filter(|files| !files.is_empty()),
            ..InteractionResponseData::default()
        }
    }

    fn attachments(&self) -> Vec<Attachment> {
        let numbered = (0..).zip(&self.files);
        numbered
            .map(|(id, file)| Attachment {
                description: Some(file.description.clone()),
                ..Attachment::from_bytes(file.name.clone(), file.bytes.clone(), id)
            })
            .collect()
    }
}

impl Form {
    fn data(&self) -> InteractionResponseData {
        let components = self.fields.iter().map(Field::component).collect();
        InteractionResponseData {
            custom_id: Some(self.id.clone()),
            title: Some(self.title.clone()),
            components: Some(components),
            ..InteractionResponseData::default()
        }
    }
}

impl Field {
    fn component(&self) -> Component {
        #[expect(
            deprecated,
            reason = "twilight's struct has the field that Discord's labels replace"
        )]
        let input = TextInput {
            custom_id: self.id.to_owned(),
            id: None,
            label: None,
            max_length: Some(self.longest),
            min_length: None,
            placeholder: self.placeholder.clone(),
            required: Some(self.required),
            style: TextInputStyle::Short,
            value: self.value.clone(),
        };
        Component::Label(Label {
            id: None,
            label: self.label.clone(),
            description: None,
            component: Box::new(Component::TextInput(input)),
        })
    }
}

fn flags(audience: Audience) -> Option<MessageFlags> {
    (audience == Audience::Asker).then_some(MessageFlags::EPHEMERAL)
}

impl List {
    /// An embed's description has 4,096 characters (Discord's documentation, "Embed Limits"): what does not fit is counted.
    const ROOM: usize = 3_900;

    fn embed(&self) -> Embed {
        let builder = EmbedBuilder::new()
            .title(&self.title)
            .description(self.body());
        let builder = match &self.footer {
            Some(footer) => builder.footer(EmbedFooterBuilder::new(footer)),
            None => builder,
        };
        let picture = self.picture.as_ref();
        match picture.and_then(|name| ImageSource::attachment(name).ok()) {
            Some(picture) => builder.image(picture).build(),
            None => builder.build(),
        }
    }

    fn body(&self) -> String {
        let mut body = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            if body.chars().count() + line.chars().count() > Self::ROOM {
                let left = self.lines.len() - number;
                body.push_str(&crate::replies::and_more(left));
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        body.trim_end().to_owned()
    }
}

impl Press {
    fn button(&self) -> Button {
        Button {
            custom_id: Some(self.id.clone()),
            disabled: !self.enabled,
            emoji: None,
            id: None,
            label: Some(self.label.to_owned()),
            sku_id: None,
            style: ButtonStyle::Secondary,
            url: None,
        }
    }
}

/// The way back to whoever used a command or pressed a button.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    id: Id<InteractionMarker>,
    token: String,
    channel: Option<Id<ChannelMarker>>,
    user: Option<Id<UserMarker>>,
    /// Whether it is a button: its answer changes the message that it stands below.
    pressed: bool,
}

/// What became of an attempt to answer.
enum Sent {
    Yes,
    /// An earlier attempt, or an earlier delivery of the same interaction, has been answered.
    Before,
    /// Nothing sent with this interaction's token will arrive.
    Expired,
    No(Answered),
}

/// For one try; Discord itself waits three seconds.
const TRY: Duration = Duration::from_secs(5);

impl Line {
    pub(crate) fn of(interaction: &Interaction, pressed: bool) -> Self {
        Self {
            id: interaction.id,
            token: interaction.token.clone(),
            channel: interaction.channel.as_ref().map(|channel| channel.id),
            user: interaction.author_id(),
            pressed,
        }
    }

    /// Answers with what `work` gives, directly if that is soon, and else after showing that the bot is thinking.
    pub(crate) async fn answer(
        &self,
        ctx: &Context,
        patience: Duration,
        audience: Audience,
        work: impl Future<Output = Reply>,
    ) {
        tokio::pin!(work);
        // A timer of zero still gives quick work a chance.
        if !patience.is_zero()
            && let Ok(reply) = timeout(patience, &mut work).await
        {
            self.deliver(ctx, &reply).await;
            return;
        }
        let thinking = self.show_thinking(ctx, audience).await;
        let reply = work.await;
        match thinking {
            Sent::Yes | Sent::Before => self.finish(ctx, audience, &reply).await,
            Sent::Expired | Sent::No(_) => self.deliver(ctx, &reply).await,
        }
    }

    /// What an option may be, while it is typed. Nobody misses it when it does not arrive.
    pub(crate) async fn offer(&self, ctx: &Context, choices: Vec<(String, String)>) {
        let choice = |(name, value)| CommandOptionChoice {
            name,
            name_localizations: None,
            value: CommandOptionChoiceValue::String(value),
        };
        let data = InteractionResponseData {
            choices: Some(choices.into_iter().map(choice).collect()),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ApplicationCommandAutocompleteResult;
        if let Sent::No(answered) = self.respond(ctx, kind, Some(data)).await {
            tracing::debug!(%answered, "an autocompletion was not taken");
        }
    }

    /// Callback, once more, follow-up, once more, and for money that moved a message in the channel.
    async fn deliver(&self, ctx: &Context, reply: &Reply) {
        match self.first_answer(ctx, reply).await {
            Sent::Yes | Sent::Before => {}
            Sent::Expired => self.in_the_channel(ctx, reply).await,
            Sent::No(answered) => {
                tracing::warn!(%answered, interaction = self.id.get(), "an answer was not taken; following up");
                self.follow_up_surely(ctx, reply).await;
            }
        }
    }

    async fn first_answer(&self, ctx: &Context, reply: &Reply) -> Sent {
        let kind = if self.pressed {
            InteractionResponseType::UpdateMessage
        } else {
            InteractionResponseType::ChannelMessageWithSource
        };
        // A refusal leaves the message as it is for the others.
        let kind = if self.pressed && reply.audience == Audience::Asker {
            InteractionResponseType::ChannelMessageWithSource
        } else {
            kind
        };
        let (kind, data) = match &reply.form {
            Some(form) => (InteractionResponseType::Modal, form.data()),
            None => (kind, reply.data()),
        };
        match self.respond(ctx, kind, Some(data.clone())).await {
            Sent::No(_) => {
                sleep(Duration::from_millis(200)).await;
                self.respond(ctx, kind, Some(data)).await
            }
            sent => sent,
        }
    }

    async fn show_thinking(&self, ctx: &Context, audience: Audience) -> Sent {
        let (kind, data) = if self.pressed {
            (InteractionResponseType::DeferredUpdateMessage, None)
        } else {
            let data = InteractionResponseData {
                flags: flags(audience),
                ..InteractionResponseData::default()
            };
            (
                InteractionResponseType::DeferredChannelMessageWithSource,
                Some(data),
            )
        };
        match self.respond(ctx, kind, data.clone()).await {
            Sent::No(_) => self.respond(ctx, kind, data).await,
            sent => sent,
        }
    }

    /// Puts the reply in place of “thinking”. One that only the asker may read cannot stand where everyone reads.
    async fn finish(&self, ctx: &Context, shown_to: Audience, reply: &Reply) {
        if reply.audience == Audience::Asker && shown_to == Audience::Everyone {
            if !self.pressed {
                sent(async { ctx.interactions().delete_response(&self.token).await }).await;
            }
            self.follow_up_surely(ctx, reply).await;
            return;
        }
        for _ in 0..2 {
            match self.replace(ctx, reply).await {
                Sent::Yes | Sent::Before => return,
                Sent::Expired => break,
                Sent::No(answered) => tracing::warn!(%answered, "a late answer was not taken"),
            }
        }
        self.follow_up_surely(ctx, reply).await;
    }

    async fn follow_up_surely(&self, ctx: &Context, reply: &Reply) {
        for _ in 0..2 {
            match self.follow_up(ctx, reply).await {
                Sent::Yes | Sent::Before => return,
                Sent::Expired => break,
                Sent::No(answered) => tracing::warn!(%answered, "a follow-up was not taken"),
            }
        }
        self.in_the_channel(ctx, reply).await;
    }

    async fn respond(
        &self,
        ctx: &Context,
        kind: InteractionResponseType,
        data: Option<InteractionResponseData>,
    ) -> Sent {
        let response = InteractionResponse { kind, data };
        sent(async {
            ctx.interactions()
                .create_response(self.id, &self.token, &response)
                .await
        })
        .await
    }

    async fn replace(&self, ctx: &Context, reply: &Reply) -> Sent {
        let (embeds, components, files, mentions) = (
            reply.embeds(),
            reply.components(),
            reply.attachments(),
            AllowedMentions::default(),
        );
        let text = Some(reply.text.as_str()).filter(|text| !text.is_empty());
        sent(async {
            ctx.interactions()
                .update_response(&self.token)
                .allowed_mentions(Some(&mentions))
                .content(text)
                .embeds(Some(&embeds))
                .components(Some(&components))
                .attachments(&files)
                .await
        })
        .await
    }

    async fn follow_up(&self, ctx: &Context, reply: &Reply) -> Sent {
        let (embeds, components, files, mentions) = (
            reply.embeds(),
            reply.components(),
            reply.attachments(),
            AllowedMentions::default(),
        );
        sent(async {
            let client = ctx.interactions();
            let mut request = client
                .create_followup(&self.token)
                .allowed_mentions(Some(&mentions))
                .embeds(&embeds)
                .components(&components)
                .attachments(&files)
                .flags(reply.flags().unwrap_or(MessageFlags::empty()));
            if !reply.text.is_empty() {
                request = request.content(&reply.text);
            }
            request.await
        })
        .await
    }

    /// The last way to confirm that money moved, when the interaction is beyond reach.
    async fn in_the_channel(&self, ctx: &Context, reply: &Reply) {
        let (Some(channel), Some(user), true) = (self.channel, self.user, reply.money_moved) else {
            tracing::warn!(interaction = self.id.get(), "an answer could not be given");
            return;
        };
        let said = reply.aloud.as_ref().unwrap_or(&reply.text);
        let text = crate::replies::late(user.get(), said);
        let mentions = AllowedMentions::default();
        let message = sent(async {
            ctx.http
                .create_message(channel)
                .content(&text)
                .allowed_mentions(Some(&mentions))
                .await
        });
        if let Sent::No(answered) = message.await {
            tracing::error!(%answered, interaction = self.id.get(), "money moved and could not be confirmed");
        }
    }
}

/// twilight puts each request's path into a span, and this one's holds the interaction's token: nothing of it is logged.
async fn sent<T>(request: impl Future<Output = Result<T, Error>>) -> Sent {
    let silent = request.with_subscriber(NoSubscriber::default());
    match timeout(TRY, silent).await {
        Ok(Ok(_)) => Sent::Yes,
        Ok(Err(error)) => unsent(&error),
        Err(_) => Sent::No(Answered {
            status: None,
            code: None,
        }),
    }
}

fn unsent(error: &Error) -> Sent {
    let answered = Answered::of(error);
    if answered.is(ALREADY_ACKNOWLEDGED) {
        Sent::Before
    } else if answered.is(UNKNOWN_INTERACTION) || answered.forbidden() || answered.not_found() {
        Sent::Expired
    } else {
        if matches!(error.kind(), ErrorType::Validation) {
            tracing::error!(?error, "a reply breaks Discord's rules");
        }
        Sent::No(answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let line = |number| format!("{number} {}", "x".repeat(98));
        let list = List {
            title: "t".into(),
            lines: (100..200).map(line).collect(),
            footer: None,
            picture: None,
        };
        let body = list.body();
        assert!(body.chars().count() <= 4_096);
        assert!(body.ends_with("… and 63 more"), "{body}");
    }
}
