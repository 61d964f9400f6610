//! A Discord, a database and a bot, and what is said on it.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use app::{App, Clock, SystemClock, origin::Gates};
use discord::{Bot, BotError, Cdn, Config, Token};
use fake_discord::{
    Builder, ChannelId, FakeDiscord, File, Guild, Interaction, OptionValue, Post, RecordedRequest,
    UserId,
};
use ledger::{Currency, HolderId, Identity};
use testkit::ledgers::{TestLedger, ledger_for_tests};
use tokio::{sync::oneshot, task::JoinSet};
use twilight_http::Client;
use twilight_model::{
    application::command::Command,
    channel::message::component::{ActionRow, Button, ButtonStyle, Component},
    id::Id,
};

pub type Given<'a> = &'a [(&'a str, OptionValue)];

/// A small picture.
pub fn picture() -> File {
    File::new(
        "coin.png",
        *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
    )
}

pub struct Stage {
    pub discord: FakeDiscord,
    pub guild: Guild,
    pub owner: UserId,
    pub ann: UserId,
    pub ben: UserId,
    pub app: App,
    pub gates: Gates,
    clock: Arc<ShiftedClock>,
    said: String,
    run: Option<Run>,
    ledger: TestLedger,
}

/// The machine's clock, set forward.
#[derive(Debug, Default)]
struct ShiftedClock(AtomicI64);

impl Clock for ShiftedClock {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::Acquire)
    }
}

struct Run {
    stop: oneshot::Sender<()>,
    bot: JoinSet<Result<(), BotError>>,
}

impl Stage {
    /// A guild with its owner, ann and ben, and a bot that has fetched its members.
    pub async fn new() -> Self {
        Self::on(FakeDiscord::builder()).await
    }

    pub async fn on(discord: Builder) -> Self {
        let mut stage = Self::without_bot(discord).await;
        stage.start().await;
        stage
    }

    /// The same with a currency that is the primary one, and without what was said for it.
    pub async fn with_gold() -> Self {
        let mut stage = Self::new().await;
        stage.make_currency("gold", &[]).await;
        stage.said.clear();
        stage
    }

    pub async fn without_bot(discord: Builder) -> Self {
        // With RUST_LOG a failing test shows what the bot says of it.
        let log = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env());
        let _ = log.with_test_writer().try_init();
        let discord = discord.start().await.expect("a free port");
        let guild = discord.add_guild("Tea House");
        let (ann, ben) = (discord.add_user("ann"), discord.add_user("ben"));
        guild.add_member(ann);
        guild.add_member(ben);
        let clock = Arc::new(ShiftedClock::default());
        let ledger = ledger_for_tests(Arc::clone(&clock) as _).await;
        let (app, gates) = App::new(Arc::clone(&ledger.store), Arc::clone(&clock) as _);
        // The first words in a guild are told in one test, and would stand in the way of others.
        let welcomed = format!("discord.welcomed.{}", guild.id());
        let noted = app.store().memo_set(welcomed, true.into()).await;
        noted.expect("the store writes");
        Self {
            owner: guild.owner(),
            discord,
            guild,
            ann,
            ben,
            app,
            gates,
            clock,
            said: String::new(),
            run: None,
            ledger,
        }
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(Token::new(self.discord.bot_token()));
        config.rest_url = Some(self.discord.rest_url());
        config.gateway_url = Some(self.discord.gateway_url());
        config.cdn = Cdn {
            hosts: Vec::new(),
            url: Some(self.discord.cdn_url()),
        };
        config.session_interval = Duration::from_millis(50);
        config.top_role_interval = Duration::from_millis(20);
        config.developers = vec![self.discord.application_owner().get()];
        config
    }

    /// Whoever runs this bot, as a member without rights of their own.
    pub fn developer(&self) -> UserId {
        let developer = self.discord.application_owner();
        if !self.guild.is_member(developer) {
            self.guild.add_member(developer);
        }
        developer
    }

    /// Another guild with its own owner, once the bot keeps it and all its members.
    pub async fn another_guild(&self, name: &str) -> Guild {
        let guild = self.discord.add_guild(name);
        self.members_complete_in(&guild).await;
        guild
    }

    /// It is so much later, for the bot and for the ledger.
    pub fn later(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).expect("not for ever");
        self.clock.0.fetch_add(ms, Ordering::AcqRel);
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Starts the bot and waits until it has settled in.
    pub async fn start(&mut self) {
        self.start_with(self.config()).await;
    }

    pub async fn start_with(&mut self, config: Config) {
        self.start_only(config);
        self.discord
            .wait_until_ready()
            .await
            .expect("the bot connects");
        self.members_complete().await;
    }

    pub fn start_only(&mut self, config: Config) {
        let (stop, stopped) = oneshot::channel();
        let bot = Bot::new(config, self.app.clone(), self.gates.discord.clone());
        let mut set = JoinSet::new();
        set.spawn(bot.run(async move {
            let _ = stopped.await;
        }));
        self.run = Some(Run { stop, bot: set });
    }

    pub async fn stop(&mut self) {
        let Some(mut run) = self.run.take() else {
            return;
        };
        let _ = run.stop.send(());
        let ended = run.bot.join_next().await.expect("one bot");
        ended
            .expect("the bot does not panic")
            .expect("the bot ends well");
    }

    /// How the bot ended by itself.
    pub async fn ended(&mut self) -> BotError {
        let mut run = self.run.take().expect("a bot that was started");
        let ended = run.bot.join_next().await.expect("one bot");
        ended
            .expect("the bot does not panic")
            .expect_err("the bot cannot go on")
    }

    /// As a crash: nothing is drained, nothing is stored.
    pub async fn kill(&mut self) {
        let Some(mut run) = self.run.take() else {
            return;
        };
        run.bot.abort_all();
        while run.bot.join_next().await.is_some() {}
    }

    /// Stops the bot and checks what holds after every test: the ledger, and each request by Discord's own document.
    pub async fn end(mut self) -> String {
        self.stop().await;
        let report = self
            .app
            .store()
            .audit(Box::new(|_, _| {}))
            .await
            .expect("the audit runs");
        assert_eq!(report.findings, [], "the ledger is sound");
        check_requests(&self.discord.requests());
        assert!(
            self.discord.unknown_routes().is_empty(),
            "{:?}",
            self.discord.unknown_routes()
        );
        self.app.store().close().await.expect("the store closes");
        let said = self.without_ids();
        drop(self.ledger);
        without_references(&said)
    }

    /// Discord's ids are other ones each time.
    fn without_ids(&self) -> String {
        let application = self.discord.application_id().to_string();
        let said = self.said.replace(&application, "(application)");
        said.replace(&self.guild.id().to_string(), "(server)")
    }

    // What people do.

    /// Uses a command and reads the answer.
    pub async fn types(&mut self, who: UserId, command: &str, options: Given<'_>) -> Post {
        let asked = self.asks(who, command, options);
        self.hears(&asked).await
    }

    pub fn asks(&mut self, who: UserId, command: &str, options: Given<'_>) -> Interaction {
        let line = self.line(who, command, options);
        self.asks_at(who, self.guild.channel(), (command, options), line)
    }

    /// The same in another guild.
    pub async fn types_in(
        &mut self,
        guild: &Guild,
        who: UserId,
        command: &str,
        options: Given<'_>,
    ) -> Post {
        let asked = self.asks_in(guild, who, command, options);
        self.hears(&asked).await
    }

    pub fn asks_in(
        &mut self,
        guild: &Guild,
        who: UserId,
        command: &str,
        options: Given<'_>,
    ) -> Interaction {
        let elsewhere = if guild.id() == self.guild.id() {
            ""
        } else {
            "(elsewhere) "
        };
        let line = format!("{elsewhere}{}", self.line(who, command, options));
        self.asks_at(who, guild.channel(), (command, options), line)
    }

    fn asks_at(
        &mut self,
        who: UserId,
        channel: ChannelId,
        (command, options): (&str, Given<'_>),
        line: String,
    ) -> Interaction {
        let _ = writeln!(self.said, "{line}");
        let asked = self.discord.slash(who, channel, command, options);
        asked.unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    pub async fn hears(&mut self, asked: &Interaction) -> Post {
        let post = asked
            .answer()
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.said));
        self.note(post.text());
        post
    }

    pub async fn presses(&mut self, who: UserId, post: &Post, button: &str) -> Post {
        let name = self.name(who);
        let _ = writeln!(self.said, "{name} presses {button}");
        let pressed = self
            .discord
            .press(who, post, button)
            .expect("the button is there");
        self.hears(&pressed).await
    }

    pub async fn make_currency(&mut self, name: &str, more: Given<'_>) -> Post {
        let mut options = vec![("attachment", picture().into()), ("name", name.into())];
        options.extend_from_slice(more);
        self.types(self.owner, "set_currency_emoji", &options).await
    }

    pub async fn mint(&mut self, to: UserId, amount: &str) {
        self.types(
            self.owner,
            "mint",
            &[("user", to.into()), ("amount", amount.into())],
        )
        .await;
    }

    /// The snapshot begins here.
    pub fn forget_what_was_said(&mut self) {
        self.said.clear();
    }

    /// Notes what is seen for the snapshot.
    pub fn note(&mut self, text: &str) {
        let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
        let _ = writeln!(self.said, "{}", indented.trim_end());
    }

    fn line(&self, who: UserId, command: &str, options: Given<'_>) -> String {
        let options = options
            .iter()
            .map(|(name, value)| format!(" {name}={}", self.value(value)));
        format!(
            "{}: /{command}{}",
            self.name(who),
            options.collect::<String>()
        )
    }

    fn value(&self, value: &OptionValue) -> String {
        match value {
            OptionValue::Text(text) => text.clone(),
            OptionValue::Integer(number) => number.to_string(),
            OptionValue::User(user) => format!("@{}", self.name(*user)),
            OptionValue::Channel(channel) => self.channel_name(*channel),
            OptionValue::Role(_) => "(a role)".into(),
            OptionValue::File(file) => file.name.clone(),
            other => format!("{other:?}"),
        }
    }

    fn channel_name(&self, id: ChannelId) -> String {
        let channels = self.guild.channels().into_iter();
        let mut named = channels.filter(|(_, channel)| *channel == id);
        named
            .next()
            .map_or_else(|| "#gone".into(), |(name, _)| format!("#{name}"))
    }

    fn name(&self, user: UserId) -> String {
        self.discord.user_name(user).unwrap_or_default()
    }

    // What other versions of the bot have left behind.

    /// Changes the registered commands behind the bot's back.
    pub async fn register_otherwise(&self, change: impl FnOnce(&mut [Command])) {
        let http = self.http();
        let application = Id::new(self.discord.application_id().get());
        let client = http.interaction(application);
        let mut commands = client
            .global_commands()
            .await
            .expect("Discord answers")
            .models()
            .await
            .expect("commands");
        change(&mut commands);
        client
            .set_global_commands(&commands)
            .await
            .expect("Discord takes them");
        self.discord.forget_requests();
    }

    /// A message of the bot with a button.
    pub async fn post_button(&self, custom_id: &str) -> Post {
        let button = Component::Button(Button {
            custom_id: Some(custom_id.into()),
            disabled: false,
            emoji: None,
            id: None,
            label: Some("Press".into()),
            sku_id: None,
            style: ButtonStyle::Secondary,
            url: None,
        });
        let row = [Component::ActionRow(ActionRow {
            id: None,
            components: vec![button],
        })];
        let channel = Id::new(self.guild.channel().get());
        let http = self.http();
        let posted = http
            .create_message(channel)
            .content("old")
            .components(&row)
            .await
            .expect("Discord takes it");
        let id = posted.model().await.expect("a message").id.get();
        self.discord.forget_requests();
        self.discord
            .post(fake_discord::MessageId::new(id))
            .expect("the message is there")
    }

    fn http(&self) -> Client {
        let host = self.discord.rest_url().replace("http://", "");
        Client::builder()
            .token(self.discord.bot_token())
            .proxy(host, true)
            .build()
    }

    // What the ledger says.

    /// For a second program over the same ledger.
    pub fn store(&self) -> Arc<dyn app::Store> {
        Arc::clone(&self.ledger.store)
    }

    pub async fn kept(&self) -> app::Guild {
        self.kept_of(&self.guild).await
    }

    pub async fn kept_of(&self, guild: &Guild) -> app::Guild {
        let guild = self
            .app
            .store()
            .guild_by_discord(guild.id().get())
            .await
            .expect("the store reads");
        guild.expect("the guild is kept")
    }

    pub async fn currency(&self, name: &str) -> Currency {
        let all = self
            .app
            .store()
            .currencies()
            .await
            .expect("the store reads");
        all.into_iter()
            .find(|currency| currency.name.as_str() == name)
            .expect("the currency is there")
    }

    pub async fn holder(&self, user: UserId) -> HolderId {
        self.app
            .holder(Identity::discord(user.get()))
            .await
            .expect("the store reads")
    }

    /// What somebody has of a currency, in minor units.
    pub async fn has(&self, user: UserId, currency: &str) -> i64 {
        let (currency, holder) = (self.currency(currency).await, self.holder(user).await);
        let account = ledger::AccountKey::holder(holder, currency.id);
        self.app
            .store()
            .balance(account)
            .await
            .expect("the store reads")
            .get()
    }

    /// Until somebody has so much.
    pub async fn until_has(&self, user: UserId, currency: &str, amount: i64) {
        self.until("a balance", async || {
            self.has(user, currency).await == amount
        })
        .await;
    }

    pub async fn members_complete(&self) {
        self.members_complete_in(&self.guild).await;
    }

    pub async fn members_complete_in(&self, guild: &Guild) {
        let guild = guild.id().get();
        self.until("all members", async || {
            let guild = self
                .app
                .store()
                .guild_by_discord(guild)
                .await
                .expect("the store reads");
            let jobs = self.app.store().jobs().await.expect("the store reads");
            guild.is_some_and(|guild| guild.sync.complete) && jobs.is_empty()
        })
        .await;
    }

    /// Asks again and again until it is so: the store has no other way to tell.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let asking = async {
            while !is_so().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let asked = tokio::time::timeout(Duration::from_secs(20), asking).await;
        assert!(asked.is_ok(), "waited in vain for {what}");
    }
}

/// Each by Discord's OpenAPI document, and nobody pinged by any of them.
fn check_requests(requests: &[RecordedRequest]) {
    let documented: Vec<RecordedRequest> = requests.iter().cloned().map(with_numbers).collect();
    testkit::openapi::assert_valid(&documented);
    for request in requests.iter().filter(|request| says_something(request)) {
        let mentions = request.allowed_mentions();
        assert_eq!(
            mentions,
            Some(&serde_json::json!({"parse": []})),
            "{request}"
        );
    }
}

/// Discord's documentation writes a command's permissions as a string ("Application Command Object"), its OpenAPI document as a number;
/// Discord takes both.
fn with_numbers(mut request: RecordedRequest) -> RecordedRequest {
    let commands = request
        .json
        .as_mut()
        .and_then(serde_json::Value::as_array_mut);
    for command in commands.into_iter().flatten() {
        let bits = &mut command["default_member_permissions"];
        if let Some(number) = bits.as_str().and_then(|bits| bits.parse::<u64>().ok()) {
            *bits = number.into();
        }
    }
    request
}

fn says_something(request: &RecordedRequest) -> bool {
    let body = request.json.as_ref();
    let data = body.map(|body| body.get("data").unwrap_or(body));
    data.is_some_and(|data| data.get("content").is_some() || data.get("embeds").is_some())
}

/// References are random.
fn without_references(said: &str) -> String {
    let mut parts = said.split("the reference ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("the reference (…)");
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    text
}
