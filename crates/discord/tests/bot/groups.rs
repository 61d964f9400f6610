//! Currencies that several guilds share: the global ones, and those of local economies.

use fake_discord::{ChannelId, Guild, MessageId, UserId};
use insta::assert_snapshot;

use crate::stage::{Given, Stage, picture};

/// Makes a global currency, without what is said for it.
pub async fn make_global(stage: &mut Stage, name: &str) -> UserId {
    let developer = stage.developer();
    let options = [("attachment", picture().into()), ("name", name.into())];
    let said = stage
        .types(developer, "global currency create", &options)
        .await;
    assert!(said.says("is a global currency now"), "{said}");
    stage.forget_what_was_said();
    developer
}

/// Until every job is done: all emojis are where they belong.
pub async fn settled(stage: &Stage) {
    let done = async || {
        stage
            .store()
            .jobs()
            .await
            .expect("the store reads")
            .is_empty()
    };
    stage.until("all jobs to be done", done).await;
}

pub async fn join(stage: &mut Stage, guild: &Guild) {
    let owner = guild.owner();
    stage.types_in(guild, owner, "join_global_group", &[]).await;
    settled(stage).await;
}

/// What the bot's own emojis in a guild stand for there.
pub async fn bound(stage: &Stage, guild: &Guild) -> Vec<u64> {
    let guild = stage.kept_of(guild).await.id;
    let bound = stage.store().emojis(guild).await.expect("the store reads");
    bound.iter().map(|bound| bound.emoji).collect()
}

/// Until the bot has heard that somebody came: a reaction a moment later may overtake that.
async fn comes(stage: &Stage, guild: &Guild, who: UserId) {
    guild.add_member(who);
    let kept = stage.kept_of(guild).await.id;
    stage
        .until("a member", async || {
            let member = stage.store().member(kept, who.get()).await;
            member.expect("the store reads").is_some()
        })
        .await;
}

fn post(stage: &Stage, guild: &Guild, author: UserId) -> (ChannelId, MessageId) {
    let channel = guild.channel();
    let message = stage.discord.post_message(author, channel, "a good idea");
    (channel, message.expect("a message"))
}

#[tokio::test]
async fn one_currency_with_an_emoji_of_its_own_in_each_guild() {
    let mut stage = Stage::new().await;
    let harbor = stage.another_guild("Harbor").await;
    let developer = make_global(&mut stage, "star").await;
    let here = stage.guild.clone();
    stage.types(developer, "global list", &[]).await;
    for guild in [&here, &harbor] {
        join(&mut stage, guild).await;
    }
    stage.types(developer, "global list", &[]).await;
    stage.types(stage.ann, "currencies", &[]).await;
    let (first, second) = (here.emoji_named("star"), harbor.emoji_named("star"));
    assert!(first.is_some() && second.is_some() && first != second);

    // A reaction with either copy mints the same money.
    let (ann, ben) = (stage.ann, stage.ben);
    for who in [ann, ben] {
        comes(&stage, &harbor, who).await;
    }
    for (guild, emoji, sum) in [(&here, first, 1), (&harbor, second, 2)] {
        let (channel, message) = post(&stage, guild, ann);
        let emoji = emoji.expect("an emoji");
        let reacted = stage.discord.react(ben, channel, message, emoji);
        reacted.expect("a reaction");
        stage.until_has(ann, "star", sum).await;
    }
    stage.types_in(&harbor, ann, "wallet", &[]).await;

    // One that comes later appears by itself.
    let options = [("attachment", picture().into()), ("name", "moon".into())];
    stage
        .types(developer, "global currency create", &options)
        .await;
    settled(&stage).await;
    assert!(here.emoji_named("moon").is_some() && harbor.emoji_named("moon").is_some());
    let owner = stage.owner;
    stage.types(owner, "join_global_group", &[]).await;
    settled(&stage).await;
    assert_eq!(here.emojis().len(), 2, "nothing twice");
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn only_developers_make_what_belongs_to_all() {
    let mut stage = Stage::new().await;
    let (owner, ann) = (stage.owner, stage.ann);
    let of_global = |name: &'static str| [("attachment", picture().into()), ("name", name.into())];
    stage
        .types(owner, "global currency create", &of_global("star"))
        .await;
    let developer = make_global(&mut stage, "star").await;
    make_global(&mut stage, "moon").await;
    stage
        .types(developer, "global currency create", &of_global("Star"))
        .await;
    let of = |currency: &'static str| {
        [
            ("user", ann.into()),
            ("amount", "10".into()),
            ("currency", currency.into()),
        ]
    };
    stage.types(developer, "global mint", &of("sta")).await;
    stage.types(developer, "global mint", &of("star")).await;
    let mut half = of("star");
    half[1].1 = "5".into();
    stage.types(developer, "global burn", &half).await;
    stage.types(developer, "global burn", &of("star")).await;
    stage.types(owner, "global mint", &of("star")).await;
    let rate = [
        ("from", "star".into()),
        ("to", "moon".into()),
        ("rate", "2".into()),
    ];
    stage.types(developer, "global rate create", &rate).await;
    stage
        .types(developer, "global rate remove", &rate[..2])
        .await;
    stage.types(developer, "global mint_policy", &[]).await;
    stage
        .types(
            developer,
            "global mint_policy",
            &[("daily_per_reactor", 7.into()), ("cooldown", "30s".into())],
        )
        .await;

    // A guild's admins use it, and no more.
    let here = stage.guild.clone();
    join(&mut stage, &here).await;
    stage.types(owner, "mint", &of("star")).await;
    stage.types(owner, "burn", &of("star")).await;
    stage.types(owner, "create_exchange_rate", &rate).await;
    stage
        .types(
            owner,
            "make_currency_primary",
            &[("currency", "star".into())],
        )
        .await;
    stage.types(owner, "mint", &of("star")[..2]).await;
    assert_eq!(stage.has(ann, "star").await, 5);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn leaving_takes_the_emojis_and_leaves_the_money() {
    let mut stage = Stage::with_gold().await;
    let developer = make_global(&mut stage, "star").await;
    let (owner, ann, ben) = (stage.owner, stage.ann, stage.ben);
    let here = stage.guild.clone();
    stage.types(owner, "leave_global_group", &[]).await;
    join(&mut stage, &here).await;
    let star = here.emoji_named("star").expect("an emoji");
    let to_ann = [
        ("user", ann.into()),
        ("amount", "3".into()),
        ("currency", "star".into()),
    ];
    stage.types(developer, "global mint", &to_ann).await;
    stage
        .types(
            owner,
            "make_currency_primary",
            &[("currency", "star".into())],
        )
        .await;
    let (channel, message) = post(&stage, &here, ann);
    stage.types(owner, "leave_global_group", &[]).await;
    // While the emoji is still there it mints no more.
    let _ = stage.discord.react(ben, channel, message, star);
    settled(&stage).await;
    assert_eq!(here.emojis().len(), 1, "its own stays: {:?}", here.emojis());
    assert_eq!(bound(&stage, &here).await.len(), 1);
    stage.types(ann, "currencies", &[]).await;
    stage.types(ann, "wallet", &[]).await;
    assert_eq!(stage.has(ann, "star").await, 3);
    stage.types(owner, "leave_global_group", &[]).await;
    join(&mut stage, &here).await;
    assert!(here.emoji_named("star").is_some());
    assert_snapshot!(stage.end().await);
}

/// The code that stands in an answer.
fn code(said: &fake_discord::Post) -> String {
    let code = said.text().split('`').nth(1).expect("a code");
    code.to_owned()
}

/// Codes and times are others in each run.
fn without_code(said: &str, code: &str) -> String {
    let said = said
        .replace(code, "CODE")
        .replace(&code.to_lowercase(), "CODE");
    let mut parts = said.split("<t:");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        text.push_str(&format!("<t:…{rest}"));
    }
    text
}

#[tokio::test]
async fn a_local_economy_of_two_guilds() {
    let mut stage = Stage::new().await;
    let harbor = stage.another_guild("Harbor").await;
    let (owner, other) = (stage.owner, harbor.owner());
    let (ann, here) = (stage.ann, stage.guild.clone());
    stage.types(owner, "local_group list", &[]).await;
    stage.types(owner, "local_group invite", &[]).await;
    let pirates = [("name", "Pirates".into())];
    stage.types(owner, "local_group create", &pirates).await;
    stage.types(owner, "local_group create", &pirates).await;
    let in_group = [("group", "pirates".into())];
    stage.make_currency("doubloon", &in_group).await;
    let code = code(&stage.types(owner, "local_group invite", &[]).await);
    let with_code = [("code", code.to_lowercase().into())];
    stage.types(owner, "local_group accept", &with_code).await;
    stage
        .types_in(&harbor, other, "local_group accept", &with_code)
        .await;
    settled(&stage).await;
    assert!(harbor.emoji_named("doubloon").is_some());
    stage.types(owner, "local_group list", &[]).await;

    // Whoever began it makes its money, and it is good in both.
    stage.mint(ann, "10").await;
    harbor.add_member(ann);
    let to_ann = [
        ("user", ann.into()),
        ("amount", "1".into()),
        ("currency", "doubloon".into()),
    ];
    stage.types_in(&harbor, other, "mint", &to_ann).await;
    stage.types_in(&harbor, ann, "wallet", &[]).await;
    let options = [
        ("attachment", picture().into()),
        ("name", "ducat".into()),
        ("group", "Pirates".into()),
    ];
    stage
        .types_in(&harbor, other, "set_currency_emoji", &options)
        .await;
    stage
        .types_in(&harbor, other, "local_group invite", &in_group)
        .await;

    // A new picture comes to both.
    let former = harbor.emoji_named("doubloon");
    stage.make_currency("doubloon", &in_group).await;
    settled(&stage).await;
    assert_ne!(harbor.emoji_named("doubloon"), former);
    assert_eq!((here.emojis().len(), harbor.emojis().len()), (1, 1));

    // Who began it goes last.
    stage.types(owner, "local_group leave", &[]).await;
    stage
        .types_in(&harbor, other, "local_group leave", &[])
        .await;
    stage.types(owner, "local_group leave", &[]).await;
    settled(&stage).await;
    assert!(here.emojis().is_empty() && harbor.emojis().is_empty());
    stage.types(owner, "local_group list", &[]).await;
    stage.types(owner, "local_group create", &pirates).await;
    settled(&stage).await;
    assert!(here.emoji_named("doubloon").is_some());
    assert_eq!(stage.has(ann, "doubloon").await, 10);
    assert_snapshot!(without_code(&stage.end().await, &code));
}

#[tokio::test]
async fn an_invitation_is_good_once_for_a_week() {
    let mut stage = Stage::new().await;
    let first = stage.another_guild("First").await;
    let second = stage.another_guild("Second").await;
    let owner = stage.owner;
    for name in ["Pirates", "Traders"] {
        stage
            .types(owner, "local_group create", &[("name", name.into())])
            .await;
    }
    stage.types(owner, "local_group invite", &[]).await;
    let pirates = [("group", "Pirates".into())];
    let late = code(&stage.types(owner, "local_group invite", &pirates).await);
    stage.later(std::time::Duration::from_secs(8 * 86_400));
    let good = code(&stage.types(owner, "local_group invite", &pirates).await);
    stage.forget_what_was_said();
    let accept = async |stage: &mut Stage, guild: &Guild, code: &str| {
        let options = [("code", code.into())];
        let said = stage.types_in(guild, guild.owner(), "local_group accept", &options);
        said.await.text().to_owned()
    };
    accept(&mut stage, &first, &late).await;
    accept(&mut stage, &first, "guess").await;
    // Two guilds at once: one of them is in.
    let options = [("code", good.as_str().into())];
    let asked = [&first, &second]
        .map(|guild| stage.asks_in(guild, guild.owner(), "local_group accept", &options));
    stage.forget_what_was_said();
    let mut said = Vec::new();
    for asked in &asked {
        said.push(stage.hears(asked).await.text().to_owned());
    }
    stage.forget_what_was_said();
    let let_in = said.iter().filter(|said| said.contains("Pirates")).count();
    assert_eq!(let_in, 1, "{said:?}");
    accept(&mut stage, &first, &good).await;
    let in_pirates =
        stage.kept_of(&first).await.groups.len() + stage.kept_of(&second).await.groups.len();
    assert_eq!(in_pirates, 3, "their own two, and one of both");
    stage.end().await;
}

#[tokio::test]
async fn two_developers_at_once_make_one_global_group() {
    let mut stage = Stage::new().await;
    let developer = stage.developer();
    let options = |name: &'static str| [("attachment", picture().into()), ("name", name.into())];
    let asked = [
        stage.asks(developer, "global currency create", &options("star")),
        stage.asks(developer, "global currency create", &options("moon")),
        stage.asks(stage.owner, "join_global_group", &[]),
    ];
    for asked in &asked {
        let said = stage.hears(asked).await;
        assert!(said.says("global"), "{said}");
    }
    settled(&stage).await;
    let groups = stage.store().groups().await.expect("the store reads");
    let global = groups.iter().filter(|group| group.owner.is_none());
    assert_eq!(global.count(), 1, "{groups:?}");
    assert_eq!(stage.guild.emojis().len(), 2);
    stage.end().await;
}

/// A guild's own currency is meant where a shared one has the same name.
#[tokio::test]
async fn names_may_repeat_across_groups() {
    let mut stage = Stage::with_gold().await;
    let developer = make_global(&mut stage, "gold").await;
    let here = stage.guild.clone();
    join(&mut stage, &here).await;
    assert_eq!(here.emojis().len(), 2);
    let (ann, ben) = (stage.ann, stage.ben);
    let to_ann = [
        ("user", ann.into()),
        ("amount", "4".into()),
        ("currency", "gold".into()),
    ];
    stage.types(developer, "global mint", &to_ann).await;
    stage.mint(ann, "2").await;
    stage.types(ann, "wallet", &[]).await;
    let to_ben = [
        ("user", ben.into()),
        ("amount", "3".into()),
        ("currency", "gold".into()),
    ];
    stage.types(ann, "transfer", &to_ben).await;
    let offered = stage
        .discord
        .autocomplete(
            ann,
            here.channel(),
            "transfer",
            &to_ben[..2],
            ("currency", "gol"),
        )
        .await
        .expect("choices");
    let names: Vec<&str> = offered.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["gold", "gold (global)"]);
    let offered = stage
        .discord
        .autocomplete(
            developer,
            here.channel(),
            "global mint",
            &to_ben[..2],
            ("currency", "gol"),
        )
        .await
        .expect("choices");
    assert_eq!(offered.len(), 1, "the developer's are global: {offered:?}");
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn the_groups_of_a_guild_are_offered_while_they_are_typed() {
    let mut stage = Stage::new().await;
    let owner = stage.owner;
    for name in ["Pirates", "Traders"] {
        stage
            .types(owner, "local_group create", &[("name", name.into())])
            .await;
    }
    let offered = stage
        .discord
        .autocomplete(
            owner,
            stage.guild.channel(),
            "local_group invite",
            &[],
            ("group", "tra"),
        )
        .await
        .expect("choices");
    let names: Vec<&str> = offered.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["Traders"]);
    stage.end().await;
}

async fn twice(stage: &mut Stage, command: &str, options: Given<'_>) {
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    stage.types(stage.owner, command, options).await;
}

#[tokio::test]
async fn what_is_delivered_twice_is_done_once_and_answered_alike() {
    let mut stage = Stage::new().await;
    let harbor = stage.another_guild("Harbor").await;
    let owner = stage.owner;
    let developer = stage.developer();
    let star = [("attachment", picture().into()), ("name", "star".into())];
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    stage
        .types(developer, "global currency create", &star)
        .await;
    twice(&mut stage, "join_global_group", &[]).await;
    settled(&stage).await;
    assert_eq!(stage.guild.emojis().len(), 1);
    let pirates = [("name", "Pirates".into())];
    for _ in 0..2 {
        twice(&mut stage, "local_group create", &pirates).await;
        twice(&mut stage, "local_group leave", &[]).await;
    }
    twice(&mut stage, "local_group create", &pirates).await;
    let code = code(&stage.types(owner, "local_group invite", &[]).await);
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    let with_code = [("code", code.as_str().into())];
    stage
        .types_in(&harbor, harbor.owner(), "local_group accept", &with_code)
        .await;
    twice(&mut stage, "leave_global_group", &[]).await;
    settled(&stage).await;
    assert!(stage.guild.emojis().is_empty());
    stage.stop().await;
    assert_snapshot!(without_code(&stage.end().await, &code));
}
