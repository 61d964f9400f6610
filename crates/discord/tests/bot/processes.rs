//! Several processes, one database: each shard is one process's at a time.

use std::sync::Arc;

use app::{App, SystemClock};
use discord::{Bot, BotError, Config, Shards};
use fake_discord::{FakeDiscord, Guild};
use tokio::{sync::oneshot, task::JoinSet};

use crate::stage::{Stage, picture};

/// A second program over the first one's ledger.
struct Second {
    stop: oneshot::Sender<()>,
    bot: JoinSet<Result<(), BotError>>,
}

impl Second {
    fn beside(stage: &Stage, config: Config) -> Self {
        let store = stage.store();
        let (app, gates) = App::new(store, Arc::new(SystemClock));
        let (stop, stopped) = oneshot::channel();
        let bot = Bot::new(config, app, gates.discord.clone());
        let mut set = JoinSet::new();
        set.spawn(bot.run(async move {
            let _ = stopped.await;
        }));
        Self { stop, bot: set }
    }

    async fn end(mut self) {
        let _ = self.stop.send(());
        let ended = self.bot.join_next().await.expect("one bot");
        ended.expect("it does not panic").expect("it ends well");
    }
}

fn range(first: u32) -> Shards {
    Shards::Range {
        first,
        count: 1,
        total: 2,
    }
}

/// A guild that the other shard of two has.
fn guild_on_the_other_shard(discord: &FakeDiscord, than: &Guild) -> Guild {
    let shard = |guild: &Guild| (guild.id().get() >> 22) % 2;
    loop {
        let guild = discord.add_guild("Coffee House");
        if shard(&guild) != shard(than) {
            return guild;
        }
    }
}

#[tokio::test]
async fn two_processes_share_the_guilds() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    let own = u32::try_from((stage.guild.id().get() >> 22) % 2).expect("0 or 1");
    let other = guild_on_the_other_shard(&stage.discord, &stage.guild);
    other.add_member(stage.ann);
    other.add_member(stage.ben);
    let mut config = stage.config();
    config.shards = range(1 - own);
    let second = Second::beside(&stage, config);
    let mut config = stage.config();
    config.shards = range(own);
    stage.start_with(config).await;
    stage
        .discord
        .wait_for_identifies(2)
        .await
        .expect("both connect");

    stage.make_currency("gold", &[]).await;
    let options = [("attachment", picture().into()), ("name", "beans".into())];
    let asked = stage.discord.slash(
        other.owner(),
        other.channel(),
        "set_currency_emoji",
        &options,
    );
    let answer = asked.expect("it is offered").answer().await;
    assert!(answer.expect("an answer").says("is a currency now"));
    for (guild, name) in [(&stage.guild, "gold"), (&other, "beans")] {
        let message = stage
            .discord
            .post_message(stage.ann, guild.channel(), "a good idea")
            .expect("a message");
        let emoji = guild.emoji_named(name).expect("an emoji");
        stage
            .discord
            .react(stage.ben, guild.channel(), message, emoji)
            .expect("a reaction");
        stage.until_has(stage.ann, name, 1).await;
    }
    second.end().await;
    stage.end().await;
}

#[tokio::test]
async fn the_next_process_goes_on_with_a_shard() {
    let mut stage = Stage::with_gold().await;
    let second = Second::beside(&stage, stage.config());
    let message = stage
        .discord
        .post_message(stage.ann, stage.guild.channel(), "a good idea")
        .expect("a message");
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    stage.stop().await;
    // While none is connected.
    stage
        .discord
        .react(stage.ben, stage.guild.channel(), message, gold)
        .expect("a reaction");
    stage.until_has(stage.ann, "gold", 1).await;
    assert_eq!(
        stage.discord.identify_count(),
        1,
        "the session is gone on with"
    );
    second.end().await;
    stage.end().await;
}
