//! Who may mint by reacting, how much, and how often; and who may `/mint` and `/burn`.

use std::time::Duration;

use app::{Asked, Change, Changed, EmojiBinding, NewCurrency, NewGroup};
use fake_discord::{ChannelId, Emoji, EmojiId, MessageId, UserId};
use insta::assert_snapshot;
use ledger::{
    Class, CurrencyName, Decimals, GroupKind, IdempotencyKey, Identity, KeyScope, Platform,
};

use crate::stage::{Given, Stage, picture};

const DAY: Duration = Duration::from_secs(86_400);

struct Scene {
    stage: Stage,
    channel: ChannelId,
    gold: EmojiId,
}

impl Scene {
    /// At noon, so that no day ends in between.
    async fn with(policy: Given<'_>) -> Self {
        let stage = Stage::with_gold().await;
        let now = u64::try_from(stage.app.clock().now_ms()).expect("after 1970");
        let day = u64::try_from(DAY.as_millis()).expect("a day");
        let noon = (day + day / 2 - now % day) % day;
        stage.later(Duration::from_millis(noon));
        let mut scene = Self {
            channel: stage.guild.channel(),
            gold: stage.guild.emoji_named("gold").expect("an emoji"),
            stage,
        };
        scene.policy(policy).await;
        scene
    }

    async fn policy(&mut self, policy: Given<'_>) {
        if !policy.is_empty() {
            let owner = self.stage.owner;
            self.stage.types(owner, "mint_policy", policy).await;
        }
    }

    fn post(&self, by: UserId) -> MessageId {
        let posted = self.stage.discord.post_message(by, self.channel, "hi");
        posted.expect("a message")
    }

    fn react(&self, by: UserId, to: MessageId) {
        let reacted = self.stage.discord.react(by, self.channel, to, self.gold);
        reacted.expect("a reaction");
    }

    fn unreact(&self, by: UserId, to: MessageId) {
        let taken = self.stage.discord.unreact(by, self.channel, to, self.gold);
        taken.expect("a reaction");
    }

    /// Reacts to a new message of that author, and waits until the bot is done.
    async fn mint(&self, by: UserId, author: UserId) {
        self.react(by, self.post(author));
        self.settle().await;
    }

    /// Until the bot says that it is done with every event that there was.
    async fn settle(&self) {
        let last = self.stage.discord.last_event(0);
        let done = async || {
            let place = self.stage.app.store().memo("discord.session.0".into());
            let place = place.await.expect("the store reads");
            place.is_some_and(|place| place["sequence"].as_u64() >= Some(last))
        };
        self.stage.until("the bot to be done", done).await;
    }

    async fn check(&self, who: UserId, gold: i64, why: &str) {
        assert_eq!(self.stage.has(who, "gold").await, gold, "{why}");
    }
}

#[tokio::test]
async fn the_policy_in_words() {
    let mut scene = Scene::with(&[]).await;
    let role = scene.stage.guild.add_role("Bankers");
    let everyone = scene.stage.guild.id().everyone();
    let attempts: [Given<'_>; 11] = [
        &[],
        &[("daily_per_reactor", 10.into())],
        &[
            ("cooldown", "90s".into()),
            ("daily_per_receiver", 20.into()),
            ("daily_per_pair", 2.into()),
            ("message_age", "7d".into()),
            ("account_age", "1d12h".into()),
        ],
        &[("who", "role".into())],
        &[("who", "role".into()), ("role", role.into())],
        &[("who", "admins".into()), ("daily_per_reactor", 0.into())],
        &[("cooldown", "a minute".into())],
        &[("cooldown", "2d".into())],
        &[("role", everyone.into())],
        &[],
        &[("reset", true.into()), ("message_age", "off".into())],
    ];
    for options in attempts {
        let owner = scene.stage.owner;
        scene.stage.types(owner, "mint_policy", options).await;
    }
    assert_snapshot!(scene.stage.end().await);
}

#[tokio::test]
async fn who_may_mint_by_reacting() {
    let mut scene = Scene::with(&[]).await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    let role = scene.stage.guild.add_role("Bankers");
    scene
        .policy(&[("who", "role".into()), ("role", role.into())])
        .await;
    scene.mint(ben, ann).await;
    scene.check(ann, 0, "ben has no role").await;
    scene.stage.guild.give_role(ben, role);
    scene.mint(ben, ann).await;
    scene.check(ann, 1, "ben has the role").await;
    scene.mint(owner, ann).await;
    scene.check(ann, 2, "the owner is an admin").await;
    scene.policy(&[("who", "admins".into())]).await;
    scene.mint(ben, ann).await;
    scene.check(ann, 2, "the role is no longer enough").await;
    scene.mint(owner, ann).await;
    scene.check(ann, 3, "the owner is an admin").await;
    scene.stage.end().await;
}

#[tokio::test]
async fn a_cooldown_between_two_mints_of_one_reactor() {
    let scene = Scene::with(&[("cooldown", "1h".into())]).await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    scene.mint(ben, ann).await;
    scene.mint(ben, ann).await;
    scene.check(ann, 1, "too soon").await;
    scene.mint(owner, ann).await;
    scene.check(ann, 2, "somebody else").await;
    scene.stage.later(Duration::from_secs(3_601));
    scene.mint(ben, ann).await;
    scene.check(ann, 3, "an hour later").await;
    scene.stage.end().await;
}

#[tokio::test]
async fn caps_of_a_day() {
    let mut scene = Scene::with(&[("daily_per_reactor", 2.into())]).await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    for _ in 0..3 {
        scene.mint(ben, ann).await;
    }
    scene.check(ann, 2, "two a day by one").await;
    scene
        .policy(&[("reset", true.into()), ("daily_per_receiver", 3.into())])
        .await;
    scene.mint(owner, ann).await;
    scene.mint(owner, ann).await;
    scene
        .check(ann, 3, "three a day to one, what was before counts")
        .await;
    scene.mint(ann, ben).await;
    scene.check(ben, 1, "to another one").await;
    scene
        .policy(&[("reset", true.into()), ("daily_per_pair", 1.into())])
        .await;
    scene.mint(ann, ben).await;
    scene.check(ben, 1, "once a day from ann to ben").await;
    scene.mint(owner, ben).await;
    scene.check(ben, 2, "from the owner to ben").await;
    scene.stage.later(DAY);
    scene.mint(ann, ben).await;
    scene.check(ben, 3, "the next day").await;
    scene.stage.end().await;
}

#[tokio::test]
async fn ages_of_messages_and_accounts() {
    let mut scene =
        Scene::with(&[("message_age", "2d".into()), ("account_age", "7d".into())]).await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let discord = scene.stage.discord.clone();
    let old = discord.post_message_aged(ann, scene.channel, "old", 3 * DAY);
    scene.react(ben, old.expect("a message"));
    let newer = discord.post_message_aged(ann, scene.channel, "newer", DAY / 4);
    scene.react(ben, newer.expect("a message"));
    let young = discord.add_user_aged("young", 5 * DAY);
    scene.stage.guild.add_member(young);
    scene.settle().await;
    scene.react(young, scene.post(ann));
    scene.react(ben, scene.post(young));
    scene.settle().await;
    scene.check(ann, 1, "only the newer message").await;
    scene.check(young, 0, "too young").await;
    scene.policy(&[("account_age", "4d".into())]).await;
    scene.mint(young, ann).await;
    scene.mint(ben, young).await;
    scene.check(ann, 2, "old enough").await;
    scene.check(young, 1, "old enough").await;
    scene.stage.end().await;
}

#[tokio::test]
async fn taking_a_reaction_back_gives_no_room_and_needs_none() {
    let scene = Scene::with(&[("daily_per_reactor", 1.into())]).await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let (first, second) = (scene.post(ann), scene.post(ann));
    scene.react(ben, first);
    scene.stage.until_has(ann, "gold", 1).await;
    scene.unreact(ben, first);
    scene.react(ben, second);
    scene.settle().await;
    scene.check(ann, 0, "taken back, and it still counts").await;
    // It never minted.
    scene.unreact(ben, second);
    scene.settle().await;
    scene.stage.later(DAY);
    scene.react(ben, second);
    scene.stage.until_has(ann, "gold", 1).await;
    scene.unreact(ben, second);
    scene.stage.until_has(ann, "gold", 0).await;
    scene.stage.end().await;
}

#[tokio::test]
async fn what_discord_delivers_again_uses_up_nothing() {
    let mut scene = Scene::with(&[("daily_per_reactor", 2.into())]).await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let faults = scene.stage.discord.faults();
    faults.deliver_twice("MESSAGE_REACTION_ADD", 1);
    scene.mint(ben, ann).await;
    faults.drop_connections_and_replay(5);
    let resumed = scene.stage.discord.wait_for_resumes(1).await;
    resumed.expect("the bot resumes");
    scene.mint(ben, ann).await;
    scene
        .check(ann, 2, "two reactions, however often they came")
        .await;
    scene.mint(ben, ann).await;
    scene.check(ann, 2, "the third is one too many").await;
    // A new process counts what the ledger knows.
    scene.stage.stop().await;
    scene.stage.start().await;
    scene.mint(ben, ann).await;
    scene.check(ann, 2, "also after a restart").await;
    scene.stage.end().await;
}

/// Five thousand at once, and a cap of ten: ten, neither more nor less.
#[tokio::test]
async fn a_cap_is_met_exactly_in_a_storm() {
    let scene = Scene::with(&[("daily_per_receiver", 10.into())]).await;
    let ann = scene.stage.ann;
    let fans = scene.stage.guild.add_members(250);
    let messages: Vec<MessageId> = (0..20).map(|_| scene.post(ann)).collect();
    for message in &messages {
        for fan in &fans {
            scene.react(*fan, *message);
        }
    }
    scene.settle().await;
    scene.check(ann, 10, "ten of five thousand").await;
    scene.stage.end().await;
}

/// A moderator tidies up: that is not the reactor's act, and the money stays.
#[tokio::test]
async fn a_moderator_who_clears_reactions_takes_no_money() {
    let scene = Scene::with(&[]).await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    let (first, second) = (scene.post(ann), scene.post(ann));
    scene.react(ben, first);
    scene.react(owner, second);
    scene.stage.until_has(ann, "gold", 2).await;
    let guild = &scene.stage.guild;
    guild.clear_reactions(scene.channel, first);
    guild.clear_emoji(scene.channel, second, &Emoji::Custom(scene.gold));
    scene.react(ben, first);
    scene.settle().await;
    scene
        .check(ann, 2, "each counted once, and none was taken back")
        .await;
    scene.stage.end().await;
}

#[tokio::test]
async fn the_mint_role_may_mint_and_burn() {
    let mut scene = Scene::with(&[]).await;
    let (ann, ben) = (scene.stage.ann, scene.stage.ben);
    let options = [("user", ben.into()), ("amount", "5".into())];
    scene.stage.types(ann, "mint", &options).await;
    let role = scene.stage.guild.add_role("Bankers");
    scene.policy(&[("role", role.into())]).await;
    scene.stage.types(ann, "mint", &options).await;
    scene.stage.types(ann, "burn", &options).await;
    scene.stage.guild.give_role(ann, role);
    scene.stage.types(ann, "mint", &options).await;
    let less = [("user", ben.into()), ("amount", "2".into())];
    scene.stage.types(ann, "burn", &less).await;
    scene.check(ben, 3, "minted and burned").await;
    assert_snapshot!(scene.stage.end().await);
}

/// Anybody can open a guild and join the global group: what its currencies give by reacting is bounded for each person, over all
/// guilds, and no guild's admins make it.
#[tokio::test]
async fn global_currencies_have_a_policy_of_their_own() {
    let mut scene = Scene::with(&[]).await;
    let star = make_global(&mut scene.stage).await;
    let (ann, ben, owner) = (scene.stage.ann, scene.stage.ben, scene.stage.owner);
    let stored = serde_json::json!({"daily_per_reactor": 2});
    let kept = scene.stage.app.store();
    kept.memo_set("discord.global.mint_policy".into(), stored)
        .await
        .expect("the store writes");
    for _ in 0..4 {
        let message = scene.post(ann);
        let reacted = scene.stage.discord.react(ben, scene.channel, message, star);
        reacted.expect("a reaction");
        scene.react(ben, message);
        scene.settle().await;
    }
    scene
        .check(ann, 4, "the guild's own currency has no cap")
        .await;
    assert_eq!(scene.stage.has(ann, "star").await, 2, "the global one has");
    let options = [
        ("user", ben.into()),
        ("amount", "5".into()),
        ("currency", "star".into()),
    ];
    scene.stage.types(owner, "mint", &options).await;
    assert_eq!(scene.stage.has(ben, "star").await, 0);
    assert_snapshot!(scene.stage.end().await);
}

/// A global currency with an emoji in the guild, as the developer's commands make it.
pub async fn make_global(stage: &mut Stage) -> EmojiId {
    let emoji = stage.guild.add_emoji("star", picture());
    let operator = Identity::new(Platform::Operator, "cli").expect("an identity");
    let actor = stage.app.holder(operator).await.expect("the store reads");
    let entry = stage.gates.cli.entry("test", "scrip");
    let change = async |name: &str, change: Change| {
        let key = IdempotencyKey::new(KeyScope("cli"), name);
        let changed = stage.app.change(Asked::new(&entry, actor, key), change);
        changed.await.expect("it is changed")
    };
    let groups = stage.app.store().groups().await.expect("the store reads");
    let global = groups.iter().find(|group| group.kind == GroupKind::Global);
    let group = match global {
        Some(group) => group.id,
        None => {
            let new = NewGroup {
                kind: GroupKind::Global,
                name: "global".into(),
                owner: None,
            };
            match change("group", Change::GroupCreate(new)).await {
                Changed::Group(group) => group.id,
                other => panic!("{other:?}"),
            }
        }
    };
    let guild = stage.kept().await.id;
    change("join", Change::GroupJoin { group, guild }).await;
    let new = NewCurrency {
        group,
        name: CurrencyName::new("star").expect("a name"),
        symbol: None,
        decimals: Decimals::new(0).expect("no decimals"),
        class: Class::Regular,
    };
    let Changed::Currency(star) = change("currency", Change::CurrencyCreate(new)).await else {
        panic!("no currency");
    };
    let binding = EmojiBinding {
        guild,
        emoji: emoji.get(),
        name: "star".into(),
        animated: false,
        currency: star.id,
    };
    change("bind", Change::EmojiBind(binding)).await;
    // The bot reads its emojis anew.
    stage.stop().await;
    stage.start().await;
    emoji
}
