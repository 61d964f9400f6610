//! A Discord, a ledger, and the bot between them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use app::{
    App, Asked, Change, Changed, Store, SystemClock,
    origin::{Entry, Gates},
};
use discord::{Bot, BotError, Cdn, Config, Token};
use fake_discord::{FakeDiscord, File, Guild, OptionValue, Post, UserId};
use ledger::{HolderId, Identity, Platform};
use store_postgres::PostgresStore;
use store_sqlite::{Options, SqliteStore};
use tokio::{sync::oneshot, task::JoinHandle};

use super::Plan;
use crate::{postgres_bench::Server, world::random_key};

pub(super) struct Town {
    pub(super) fake: FakeDiscord,
    pub(super) guild: Guild,
    pub(super) app: App,
    pub(super) operator: HolderId,
    entry: Entry,
    gates: Gates,
    bot: Option<Running>,
    database: Option<(Server, String)>,
}

struct Running {
    stop: oneshot::Sender<()>,
    bot: JoinHandle<Result<(), BotError>>,
}

impl Town {
    /// With so many people in a guild, and no bot yet.
    pub(super) async fn new(
        plan: &Plan,
        name: &str,
        members: usize,
    ) -> Result<(Self, Vec<UserId>)> {
        let fake = FakeDiscord::builder().identify_window(Duration::ZERO);
        let fake = fake.patience(Duration::from_secs(60)).start().await?;
        let guild = fake.add_guild("Tea House");
        let people = guild.add_members(members);
        let (store, database) = open(plan, name).await?;
        let (app, gates) = App::new(store, Arc::new(SystemClock));
        let operator = Identity::new(Platform::Operator, "bench")?;
        let town = Self {
            operator: app.holder(operator).await?,
            entry: gates.cli.entry("bench", "bench"),
            fake,
            guild,
            app,
            gates,
            bot: None,
            database,
        };
        Ok((town, people))
    }

    pub(super) fn start(&mut self) {
        let mut config = Config::new(Token::new(self.fake.bot_token()));
        config.rest_url = Some(self.fake.rest_url());
        config.gateway_url = Some(self.fake.gateway_url());
        config.cdn = Cdn {
            hosts: Vec::new(),
            url: Some(self.fake.cdn_url()),
        };
        let (stop, stopped) = oneshot::channel();
        let bot = Bot::new(config, self.app.clone(), self.gates.discord.clone());
        let running = bot.run(async move {
            let _ = stopped.await;
        });
        let bot = tokio::spawn(running);
        self.bot = Some(Running { stop, bot });
    }

    /// Until all members are known and nothing waits to be done.
    pub(super) async fn settled(&self) -> Result<()> {
        self.fake.wait_until_ready().await?;
        let started = Instant::now();
        loop {
            let store = self.app.store();
            let guild = store.guild_by_discord(self.guild.id().get()).await?;
            let is_complete = guild.is_some_and(|guild| guild.sync.complete);
            if is_complete && store.jobs().await?.is_empty() {
                return Ok(());
            }
            ensure!(
                started.elapsed() < Duration::from_secs(600),
                "the members are never complete"
            );
            // It keeps every answer it gave, which would be taken for memory of the bot.
            self.fake.forget_requests();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn kept(&self) -> Result<app::Guild> {
        let guild = self.app.store().guild_by_discord(self.guild.id().get());
        guild.await?.context("the guild is not kept")
    }

    /// Uses a command; the answer, and how long it took from asking to reading it.
    pub(super) async fn types(
        &self,
        who: UserId,
        command: &str,
        options: &[(&str, OptionValue)],
    ) -> Result<(Post, Duration)> {
        let asked = Instant::now();
        let interaction = self
            .fake
            .slash(who, self.guild.channel(), command, options)?;
        let post = interaction.answer().await?;
        Ok((post, asked.elapsed()))
    }

    pub(super) async fn make_currency(&self, name: &str) -> Result<()> {
        let picture = File::new(
            "coin.png",
            *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
        );
        let options = [("attachment", picture.into()), ("name", name.into())];
        let owner = self.guild.owner();
        let (post, _) = self.types(owner, "set_currency_emoji", &options).await?;
        ensure!(post.says("is a currency now"), "{post}");
        Ok(())
    }

    pub(super) fn asked(&self) -> Asked {
        Asked::new(&self.entry, self.operator, random_key())
    }

    pub(super) async fn change(&self, change: Change) -> Result<Changed> {
        Ok(self.app.change(self.asked(), change).await?)
    }

    /// After much was written at once.
    pub(super) async fn analyze(&self) -> Result<()> {
        match &self.database {
            Some((server, name)) => server.analyze(name).await,
            None => Ok(()),
        }
    }

    /// Stops the bot, and looks whether the ledger is sound.
    pub(super) async fn end(mut self) -> Result<()> {
        if let Some(running) = self.bot.take() {
            let _ = running.stop.send(());
            running.bot.await??;
        }
        let report = self.app.store().audit(Box::new(|_, _| {})).await?;
        if let Some(finding) = report.findings.first() {
            bail!("the ledger is not sound: {finding:?}");
        }
        self.app.store().close().await?;
        match self.database {
            Some((server, name)) => server.drop(&name).await,
            None => Ok(()),
        }
    }
}

type Opened = (Arc<dyn Store>, Option<(Server, String)>);

async fn open(plan: &Plan, name: &str) -> Result<Opened> {
    let clock = Arc::new(SystemClock);
    let Some(url) = &plan.database else {
        let file = plan.folder.join(format!("{name}.db"));
        return Ok((SqliteStore::open(Options::at(file), clock)?, None));
    };
    let server = Server::of(url)?;
    let name = server.create().await?;
    let options = store_postgres::Options::at(server.url(&name));
    let store = PostgresStore::open(options, clock).await?;
    Ok((store, Some((server, name))))
}
