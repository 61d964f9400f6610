//! What a guild's log channel tells, and what it survives.

use std::{sync::Arc, time::Duration};

use app::{App, Asked, SystemClock, origin::Gates};
use discord::Config;
use economy::{
    Award, Burn, Exchange, HoldCapture, HoldPlace, HoldRelease, Link, Mint, NoteCreate, NoteRedeem,
    NoteRevoke, Purchase, Reversal, Reward, Shortfall, Transfer,
};
use fake_discord::{ChannelId, FakeDiscord, Guild, LimitScope, Post, UserId};
use insta::assert_snapshot;
use ledger::{
    Amount, CurrencyId, HoldId, HolderId, IdempotencyKey, Identity, ItemId, KeyScope, NoteId,
};

use crate::stage::Stage;

fn one() -> Amount {
    Amount::new(1).expect("an amount")
}

struct Scene {
    stage: Stage,
    log: ChannelId,
}

fn quick(stage: &Stage) -> Config {
    let mut config = stage.config();
    config.log_interval = Duration::from_millis(100);
    config
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    async fn with(edit: impl FnOnce(&mut Config, &Guild)) -> Self {
        let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
        let mut config = quick(&stage);
        edit(&mut config, &stage.guild);
        stage.start_with(config).await;
        stage.make_currency("gold", &[]).await;
        let log = stage.guild.add_channel("log");
        let mut scene = Self { stage, log };
        scene.set_log_channel(log).await;
        scene
    }

    async fn set_log_channel(&mut self, channel: ChannelId) {
        let owner = self.stage.owner;
        let options = [("channel", channel.into())];
        self.stage.types(owner, "set_log_channel", &options).await;
    }

    async fn gold(&self) -> CurrencyId {
        self.stage.currency("gold").await.id
    }

    /// Everything that stands in the log channel, one line each.
    fn lines(&self) -> Vec<String> {
        lines(&self.stage, self.log)
    }

    /// Until a line in the log channel says this.
    async fn until_told(&self, words: &str) {
        let told = async || self.lines().iter().any(|line| line.contains(words));
        self.stage.until(words, told).await;
    }

    /// How many lines say this.
    fn count(&self, words: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.contains(words)).count()
    }
}

fn lines(stage: &Stage, channel: ChannelId) -> Vec<String> {
    let posts = stage.discord.channel_history(channel);
    let texts = posts.iter().map(Post::text);
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Transactions have other ids each time.
fn without_ids(lines: &[String]) -> String {
    let cleaned = lines.iter().map(|line| match line.rsplit_once(" · `") {
        Some((line, _)) => format!("{line} · (id)"),
        None => line.clone(),
    });
    cleaned.collect::<Vec<_>>().join("\n")
}

/// Another front that moves money in the same ledger.
struct Other {
    app: App,
    gates: Gates,
    actor: HolderId,
    done: u32,
}

impl Other {
    async fn beside(stage: &Stage, actor: HolderId) -> Self {
        let (app, gates) = App::new(stage.store(), Arc::new(SystemClock));
        Self {
            app,
            gates,
            actor,
            done: 0,
        }
    }

    fn asked(&mut self) -> Asked {
        self.done += 1;
        let key = IdempotencyKey::new(KeyScope("test"), &self.done.to_string());
        let entry = self.gates.http.entry("POST /v1/test", "shop");
        Asked::new(&entry, self.actor, key)
    }
}

/// `other.does(mint, Mint { … })`: its transaction's id.
macro_rules! does {
    ($other:ident, $verb:ident, $command:expr) => {{
        let asked = $other.asked();
        let receipt = $other.app.$verb(asked, $command).await;
        let id = receipt.expect("it is written").transaction;
        id.expect("money moved")
    }};
}

#[tokio::test]
async fn a_line_for_each_kind() {
    let mut scene = Scene::new().await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let options = [("user", ann.into()), ("amount", "100".into())];
    let owner = scene.stage.owner;
    scene.stage.types(owner, "mint", &options).await;
    let options = [("user", ben.into()), ("amount", "7".into())];
    scene.stage.types(ann, "transfer", &options).await;
    let options = [("user", ben.into()), ("amount", "2".into())];
    scene.stage.types(owner, "burn", &options).await;
    scene.stage.make_currency("silver", &[]).await;
    let rate = [
        ("from", "gold".into()),
        ("to", "silver".into()),
        ("rate", "2".into()),
    ];
    scene
        .stage
        .types(owner, "create_exchange_rate", &rate)
        .await;
    let channel = scene.stage.guild.channel();
    let coin = scene.stage.guild.emoji_named("gold").expect("an emoji");
    let discord = scene.stage.discord.clone();
    let message = discord.post_message(ben, channel, "hi").expect("a message");
    discord
        .react(ann, channel, message, coin)
        .expect("a reaction");
    scene.stage.until_has(ben, "gold", 6).await;
    discord
        .unreact(ann, channel, message, coin)
        .expect("taken back");
    scene.stage.until_has(ben, "gold", 5).await;
    moves_in_other_ways(&scene, ann, ben).await;
    scene.until_told("wallets joined").await;
    assert_snapshot!(without_ids(&scene.lines()));
    scene.stage.end().await;
}

async fn moves_in_other_ways(scene: &Scene, ann: UserId, ben: UserId) {
    let stage = &scene.stage;
    let (gold, silver) = (
        stage.currency("gold").await.id,
        stage.currency("silver").await.id,
    );
    let (from, to) = (stage.holder(ann).await, stage.holder(ben).await);
    let app_user: Identity = "app:*alice*".parse().expect("an identity");
    let alice = stage.app.holder(app_user).await.expect("the store reads");
    let operator: Identity = "operator:cli".parse().expect("an identity");
    let operator = stage.app.holder(operator).await.expect("the store reads");
    let mut other = Other::beside(stage, from).await;
    let (currency, amount) = (gold, one());
    let award = Award {
        from,
        to,
        currency,
        amount,
    };
    let asked = other.asked().reason(Some("for **this** post <@1>".into()));
    other.app.award(asked, award).await.expect("it is written");
    let exchange = Exchange {
        holder: from,
        from: gold,
        to: silver,
        amount,
        quoted: None,
    };
    does!(other, exchange, exchange);
    let recipient = Identity::discord(ben.get());
    let note = NoteCreate {
        sender: from,
        recipient: recipient.clone(),
        currency,
        amount,
    };
    let id = does!(other, note_create, note.clone());
    let note_id = NoteId::new(id.get()).expect("an id");
    does!(
        other,
        note_redeem,
        NoteRedeem {
            note: note_id,
            holder: to,
            identity: recipient
        }
    );
    let id = does!(other, note_create, note);
    let note_id = NoteId::new(id.get()).expect("an id");
    does!(
        other,
        note_revoke,
        NoteRevoke {
            note: note_id,
            sender: from
        }
    );
    let hold = HoldPlace {
        holder: from,
        currency,
        amount,
        expires_ms: None,
    };
    let id = does!(other, hold_place, hold.clone());
    let hold_id = HoldId::new(id.get()).expect("an id");
    does!(
        other,
        hold_capture,
        HoldCapture {
            hold: hold_id,
            to: Some(to),
            amount: None
        }
    );
    let id = does!(other, hold_place, hold);
    let hold_id = HoldId::new(id.get()).expect("an id");
    does!(other, hold_release, HoldRelease { hold: hold_id });
    let item = ItemId::new(1).expect("an item");
    let purchase = Purchase {
        buyer: from,
        seller: Some(to),
        currency,
        price: amount,
        item,
    };
    does!(other, purchase, purchase);
    other.actor = operator;
    does!(
        other,
        reward,
        Reward {
            to: alice,
            currency,
            amount,
            item: None
        }
    );
    let paid = does!(
        other,
        transfer,
        Transfer {
            from,
            to,
            currency,
            amount
        }
    );
    does!(
        other,
        reversal,
        Reversal {
            transaction: paid,
            shortfall: Shortfall::Refuse
        }
    );
    let nobody: Identity = "telegram:5".parse().expect("an identity");
    let nobody = stage.app.holder(nobody).await.expect("the store reads");
    does!(
        other,
        mint,
        Mint {
            to: nobody,
            currency,
            amount
        }
    );
    does!(
        other,
        burn,
        Burn {
            from: nobody,
            currency,
            amount
        }
    );
    // Whose wallet was joined with another is told as that one from then on.
    scene.until_told("from somebody on Telegram").await;
    let link = Link {
        from: alice,
        into: to,
        probe: currency,
    };
    does!(other, link, link);
}

#[tokio::test]
async fn a_log_begins_when_its_channel_is_set() {
    let mut scene = Scene::new().await;
    let (ann, owner) = (scene.stage.ann, scene.stage.owner);
    scene.stage.mint(ann, "1").await;
    scene.until_told("1 :gold:").await;
    scene.stage.types(owner, "set_log_channel", &[]).await;
    scene.stage.stop().await;
    let config = quick(&scene.stage);
    scene.stage.start_with(config).await;
    scene.stage.mint(ann, "2").await;
    let log = scene.log;
    scene.set_log_channel(log).await;
    scene.stage.mint(ann, "3").await;
    scene.until_told("3 :gold:").await;
    assert_eq!(scene.count("2 :gold:"), 0, "nobody wanted to hear of it");
    // What happens while no bot runs is told later.
    scene.stage.stop().await;
    let gold = scene.gold().await;
    let to = scene.stage.holder(ann).await;
    let mut other = Other::beside(&scene.stage, to).await;
    does!(
        other,
        mint,
        Mint {
            to,
            currency: gold,
            amount: Amount::new(4).expect("an amount")
        }
    );
    let config = quick(&scene.stage);
    scene.stage.start_with(config).await;
    scene.until_told("4 :gold:").await;
    assert_eq!(scene.count("3 :gold:"), 1, "told once");
    scene.stage.end().await;
}

/// Discord takes the message, and the program dies before it hears of it: the line stands there twice, and none is missing.
#[tokio::test]
async fn a_crash_before_the_cursor_loses_no_line() {
    let mut scene = Scene::new().await;
    let ann = scene.stage.ann;
    scene.stage.mint(ann, "1").await;
    scene.until_told("1 :gold:").await;
    let messages = format!("/channels/{}/messages", scene.log);
    let faults = scene.stage.discord.faults();
    faults
        .next(1, "POST", &messages)
        .slow(Duration::from_secs(60));
    scene.stage.mint(ann, "2").await;
    scene.until_told("2 :gold:").await;
    scene.stage.kill().await;
    let config = quick(&scene.stage);
    scene.stage.start_with(config).await;
    scene.stage.mint(ann, "3").await;
    scene.until_told("3 :gold:").await;
    let told = ["1", "2", "3"].map(|amount| scene.count(&format!("minted: {amount} :gold:")));
    assert_eq!(told, [1, 2, 1]);
    scene.stage.end().await;
}

#[tokio::test]
async fn a_lost_answer_is_told_again() {
    let mut scene = Scene::new().await;
    let ann = scene.stage.ann;
    let messages = format!("/channels/{}/messages", scene.log);
    let faults = scene.stage.discord.faults();
    faults.next(1, "POST", &messages).lost_answer();
    scene.stage.mint(ann, "2").await;
    let twice = async || scene.count("2 :gold:") == 2;
    scene.stage.until("the line, twice", twice).await;
    faults.next(2, "POST", &messages).server_error(503);
    scene.stage.mint(ann, "3").await;
    scene.until_told("3 :gold:").await;
    assert_eq!(scene.count("3 :gold:"), 1);
    scene.stage.end().await;
}

#[tokio::test]
async fn a_deleted_channel_is_told_once_and_another_one_goes_on() {
    let mut scene = Scene::new().await;
    let (ann, owner) = (scene.stage.ann, scene.stage.owner);
    scene.stage.guild.delete_channel(scene.log);
    scene.stage.mint(ann, "1").await;
    let dm = scene.stage.discord.dm(owner);
    let told = scene.stage.discord.wait_for_post(dm, |_| true).await;
    scene.stage.note(told.expect("the owner is told").text());
    scene.stage.mint(ann, "2").await;
    let log = scene.stage.guild.add_channel("other log");
    scene.log = log;
    scene.set_log_channel(log).await;
    scene.stage.mint(ann, "3").await;
    scene.until_told("3 :gold:").await;
    assert_eq!(
        scene.lines().len(),
        1,
        "what nobody could be told is not told later"
    );
    assert_eq!(
        scene.stage.discord.channel_history(dm).len(),
        1,
        "told once"
    );
    assert_snapshot!(scene.stage.end().await);
}

/// A flood: the channel keeps up, and its sums are exact.
#[tokio::test]
async fn a_flood_is_told_in_few_messages_with_exact_sums() {
    let scene = Scene::new().await;
    let (ann, channel) = (scene.stage.ann, scene.stage.guild.channel());
    let coin = scene.stage.guild.emoji_named("gold").expect("an emoji");
    let fans = scene.stage.guild.add_members(250);
    for number in 0..20 {
        let message = scene
            .stage
            .discord
            .post_message(ann, channel, &number.to_string());
        let message = message.expect("a message");
        for fan in &fans {
            let reacted = scene.stage.discord.react(*fan, channel, message, coin);
            reacted.expect("a reaction");
        }
    }
    scene.stage.until_has(ann, "gold", 5_000).await;
    let all = async || minted(&scene.lines()) == 5_000;
    scene.stage.until("all five thousand", all).await;
    let messages = scene.stage.discord.channel_history(scene.log);
    assert!(messages.len() < 60, "{} messages", messages.len());
    let longest = messages
        .iter()
        .map(|post| post.text().chars().count())
        .max();
    assert!(longest < Some(4_200), "{longest:?}");
    scene.stage.end().await;
}

/// How much was minted, by what the log says.
fn minted(lines: &[String]) -> u64 {
    let sums = lines.iter().filter_map(|line| {
        let sum = match line.strip_prefix("minted: +") {
            Some(sum) => sum,
            None => line.split_once("minted: ")?.1,
        };
        sum.split(' ').next()?.parse::<u64>().ok()
    });
    sums.sum()
}

/// Discord lets the bot wait in one guild: the other one hears of its money all the same.
#[tokio::test]
async fn a_slow_guild_holds_nobody_up() {
    let mut scene = Scene::new().await;
    let (ann, owner) = (scene.stage.ann, scene.stage.owner);
    let messages = format!("/channels/{}/messages", scene.log);
    let faults = scene.stage.discord.faults();
    faults
        .next(5, "POST", &messages)
        .rate_limited(Duration::from_secs(600), LimitScope::Shared);
    scene.stage.mint(ann, "1").await;
    let other = scene.stage.another_guild("Coffee House").await;
    let log = other.add_channel("log");
    let stage = &mut scene.stage;
    let boss = other.owner();
    let coin = [
        ("attachment", crate::stage::picture().into()),
        ("name", "bean".into()),
    ];
    stage
        .types_in(&other, boss, "set_currency_emoji", &coin)
        .await;
    stage
        .types_in(&other, boss, "set_log_channel", &[("channel", log.into())])
        .await;
    let gift = [("user", boss.into()), ("amount", "5".into())];
    stage.types_in(&other, boss, "mint", &gift).await;
    let told = async || {
        lines(stage, log)
            .iter()
            .any(|line| line.contains("5 :bean:"))
    };
    stage.until("the other guild's line", told).await;
    assert_eq!(scene.lines().len(), 0, "{owner}");
    scene.stage.end().await;
}

/// Money that several guilds share is told where somebody moved it; other fronts cannot say so.
#[tokio::test]
async fn shared_money_is_told_in_the_guild_where_it_moved() {
    let mut scene = Scene::new().await;
    crate::policy::make_global(&mut scene.stage).await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let to = scene.stage.holder(ann).await;
    let star = scene.stage.currency("star").await.id;
    let guild = scene.stage.guild.id();
    let mut other = Other::beside(&scene.stage, to).await;
    let amount = Amount::new(50).expect("an amount");
    let mint = Mint {
        to,
        currency: star,
        amount,
    };
    let forged = other
        .asked()
        .reference(Some(format!("guild:{}", guild.get())));
    other.app.mint(forged, mint).await.expect("it is written");
    let gift = [
        ("user", ben.into()),
        ("amount", "3".into()),
        ("currency", "star".into()),
    ];
    scene.stage.types(ann, "transfer", &gift).await;
    let second = scene.stage.another_guild("Coffee House").await;
    second.add_member(ann);
    second.add_member(ben);
    let global = scene.stage.currency("star").await.group;
    let joined = app::Change::GroupJoin {
        group: global,
        guild: scene.stage.kept_of(&second).await.id,
    };
    let asked = other.asked();
    other.app.change(asked, joined).await.expect("it joins");
    let gift = [
        ("user", ben.into()),
        ("amount", "4".into()),
        ("currency", "star".into()),
    ];
    let stage = &mut scene.stage;
    stage.types_in(&second, ann, "transfer", &gift).await;
    stage.mint(ann, "1").await;
    scene.until_told("1 :gold:").await;
    let told = ["50", "3", "4"].map(|amount| scene.count(&format!(": {amount} ")));
    assert_eq!(told, [0, 1, 0], "{:?}", scene.lines());
    scene.stage.end().await;
}

#[tokio::test]
async fn the_owner_hears_that_log_channels_are_behind() {
    let mut alerts = None;
    let scene = Scene::with(|config, guild| {
        let channel = guild.add_channel("alerts");
        alerts = Some(channel);
        config.alert_channel = Some(channel.get());
        config.log_alert = 5;
    });
    let mut scene = scene.await;
    let (ann, alerts) = (scene.stage.ann, alerts.expect("a channel"));
    let messages = format!("/channels/{}/messages", scene.log);
    let faults = scene.stage.discord.faults();
    faults.next(1_000, "POST", &messages).server_error(500);
    for _ in 0..8 {
        scene.stage.mint(ann, "1").await;
    }
    let behind = scene.stage.discord.wait_for_post(alerts, |_| true).await;
    assert!(behind.expect("an alert").says("behind"));
    faults.clear();
    let over = scene
        .stage
        .discord
        .wait_for_post(alerts, |post| post.says("caught up"));
    over.await.expect("it is over");
    // It is over when few still wait, not when none does.
    let all_told = async || scene.count("1 :gold:") == 8;
    scene.stage.until("all are told", all_told).await;
    assert_eq!(scene.stage.discord.channel_history(alerts).len(), 2);
    scene.stage.end().await;
}
