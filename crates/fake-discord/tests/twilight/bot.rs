//! A small bot on twilight. It does nothing by itself: a test says what it sends.

use std::time::Duration;

use fake_discord::{Builder, FakeDiscord};
use twilight_gateway::{
    ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt,
    error::ReceiveMessageError,
};
use twilight_http::Client;
use twilight_model::{
    application::{command::Command, interaction::Interaction},
    http::interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
    id::{
        Id,
        marker::{ApplicationMarker, GuildMarker},
    },
};

pub const TOKEN: &str = "test-token";

pub struct Bot {
    pub http: Client,
    pub shard: Shard,
    pub application: Id<ApplicationMarker>,
}

pub fn intents() -> Intents {
    Intents::GUILDS
        | Intents::GUILD_MEMBERS
        | Intents::GUILD_EMOJIS_AND_STICKERS
        | Intents::GUILD_MESSAGES
        | Intents::GUILD_MESSAGE_REACTIONS
        | Intents::DIRECT_MESSAGES
}

/// A fake that identifies without waiting and gives up soon.
pub fn builder() -> Builder {
    FakeDiscord::builder()
        .bot_token(TOKEN)
        .identify_window(Duration::ZERO)
        .patience(Duration::from_secs(5))
}

pub async fn start() -> FakeDiscord {
    builder().start().await.unwrap()
}

pub fn http(discord: &FakeDiscord, token: &str) -> Client {
    // Several tests of one process may come here; the first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .token(token.to_owned())
        .proxy(discord.address().to_string(), true)
        .build()
}

pub fn shard(discord: &FakeDiscord, id: ShardId) -> Shard {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ConfigBuilder::new(TOKEN.to_owned(), intents())
        .proxy_url(discord.gateway_url())
        .build();
    Shard::with_config(id, config)
}

impl Bot {
    pub fn new(discord: &FakeDiscord) -> Self {
        Self {
            http: http(discord, TOKEN),
            shard: shard(discord, ShardId::ONE),
            application: Id::new(discord.application_id().get()),
        }
    }

    /// A bot that has received READY.
    pub async fn ready(discord: &FakeDiscord) -> Self {
        let mut bot = Self::new(discord);
        bot.until(|event| matches!(event, Event::Ready(_)).then_some(()))
            .await;
        bot
    }

    /// A bot that has received READY and one guild.
    pub async fn with_guild(discord: &FakeDiscord) -> Self {
        let mut bot = Self::ready(discord).await;
        bot.until(|event| matches!(event, Event::GuildCreate(_)).then_some(()))
            .await;
        bot
    }

    /// The next event, or why it could not be parsed.
    pub async fn try_next(&mut self) -> Result<Event, ReceiveMessageError> {
        let next = self.shard.next_event(EventTypeFlags::all());
        let event = tokio::time::timeout(Duration::from_secs(10), next).await;
        event
            .expect("an event within ten seconds")
            .expect("an open stream")
    }

    /// The first event that `pick` takes. One that does not parse fails the test.
    pub async fn until<R>(&mut self, mut pick: impl FnMut(Event) -> Option<R>) -> R {
        loop {
            let event = self.try_next().await.expect("an event that parses");
            if let Some(found) = pick(event) {
                return found;
            }
        }
    }

    pub async fn interaction(&mut self) -> Interaction {
        self.until(|event| match event {
            Event::InteractionCreate(interaction) => Some(interaction.0),
            _ => None,
        })
        .await
    }

    pub async fn register(&self, commands: &[Command]) -> Vec<Command> {
        let interactions = self.http.interaction(self.application);
        let response = interactions.set_global_commands(commands).await;
        response.unwrap().models().await.unwrap()
    }

    pub async fn respond(
        &self,
        to: &Interaction,
        kind: InteractionResponseType,
        data: Option<InteractionResponseData>,
    ) {
        let response = InteractionResponse { kind, data };
        let client = self.http.interaction(self.application);
        client
            .create_response(to.id, &to.token, &response)
            .await
            .unwrap();
    }

    /// Answers with a plain message.
    pub async fn say(&self, to: &Interaction, text: &str) {
        let data = InteractionResponseData {
            content: Some(text.to_owned()),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ChannelMessageWithSource;
        self.respond(to, kind, Some(data)).await;
    }
}

pub fn guild_id(guild: &fake_discord::Guild) -> Id<GuildMarker> {
    Id::new(guild.id().get())
}

/// A picture of one pixel.
pub fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    bytes
}

/// Discord's JSON error code and the HTTP status of a failed request.
pub fn code(error: &twilight_http::Error) -> (u16, u64) {
    match error.kind() {
        twilight_http::error::ErrorType::Response { error, status, .. } => {
            let code = match error {
                twilight_http::api_error::ApiError::General(error) => error.code,
                other => panic!("an unusual error: {other:?}"),
            };
            (status.get(), code)
        }
        other => panic!("not a response: {other:?}"),
    }
}
