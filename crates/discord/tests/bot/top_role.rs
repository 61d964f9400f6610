//! The role of the five richest follows them.

use std::{collections::BTreeSet, time::Duration};

use fake_discord::{Guild, RecordedRequest, RoleId, UserId};
use insta::assert_snapshot;

use crate::stage::Stage;

/// Whoever has the role, in order.
fn holders(guild: &Guild, role: RoleId, among: &[UserId]) -> BTreeSet<UserId> {
    let has = among.iter().filter(|user| guild.has_role(**user, role));
    has.copied().collect()
}

async fn until_held_by(stage: &Stage, role: RoleId, among: &[UserId], by: &[UserId]) {
    let expect: BTreeSet<UserId> = by.iter().copied().collect();
    stage
        .until("the role to move", async || {
            holders(&stage.guild, role, among) == expect
        })
        .await;
}

/// Until the bot remembers to how many it gave the role, and is giving it to nobody: Discord shows it a moment before.
async fn until_kept(stage: &Stage, given: usize) {
    let memo = format!("discord.top_role.{}", stage.guild.id());
    let count = |held: &serde_json::Value, list: &str| held[list].as_array().map(Vec::len);
    let kept = async || {
        let held = stage.app.store().memo(memo.clone()).await;
        let held = held.expect("the store reads").unwrap_or_default();
        (count(&held, "given"), count(&held, "giving")) == (Some(given), Some(0))
    };
    stage.until("what was given to be kept", kept).await;
}

/// A guild with gold, a top role and so many people beside ann and ben.
async fn with_role(people: usize) -> (Stage, RoleId, Vec<UserId>) {
    let mut stage = Stage::with_gold().await;
    let role = stage.guild.add_role("rich");
    let mut all = vec![stage.ann, stage.ben, stage.owner];
    for number in 0..people {
        let user = stage.discord.add_user(&format!("p{number}"));
        stage.guild.add_member(user);
        all.push(user);
    }
    let guild = stage.kept().await.id;
    stage
        .until("everybody is known", async || {
            let stats = stage.app.store().guild_stats(guild, Vec::new()).await;
            stats.expect("the store reads").members.len() == all.len()
        })
        .await;
    stage
        .types(stage.owner, "set_top_role", &[("role", role.into())])
        .await;
    (stage, role, all)
}

/// What asks Discord to give or take a role.
fn role_requests(requests: &[RecordedRequest]) -> Vec<&RecordedRequest> {
    let path = "/guilds/*/members/*/roles/*";
    let all = requests.iter();
    all.filter(|request| request.matches("PUT", path) || request.matches("DELETE", path))
        .collect()
}

#[tokio::test]
async fn it_moves_when_fortunes_move() {
    let (mut stage, role, all) = with_role(5).await;
    let p: Vec<UserId> = all[3..].to_vec();
    for (number, user) in p.iter().enumerate() {
        stage.mint(*user, &(10 + number).to_string()).await;
    }
    until_held_by(&stage, role, &all, &p).await;
    let ann = stage.ann;
    stage.mint(ann, "100").await;
    until_held_by(&stage, role, &all, &[ann, p[1], p[2], p[3], p[4]]).await;
    stage
        .types(
            p[4],
            "transfer",
            &[("user", p[0].into()), ("amount", "14".into())],
        )
        .await;
    until_held_by(&stage, role, &all, &[ann, p[0], p[1], p[2], p[3]]).await;
    let requests = stage.discord.requests();
    for request in role_requests(&requests) {
        assert!(request.header("x-audit-log-reason").is_some(), "{request}");
    }
    assert_eq!(role_requests(&requests).len(), 9, "each change once");
    stage.end().await;
}

#[tokio::test]
async fn a_bot_gets_none_and_nobody_for_nothing() {
    let (mut stage, role, mut all) = with_role(0).await;
    all.push(stage.discord.bot_user());
    let ann = stage.ann;
    stage.mint(ann, "1").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    stage
        .types(
            stage.owner,
            "burn",
            &[("user", ann.into()), ("amount", "1".into())],
        )
        .await;
    until_held_by(&stage, role, &all, &[]).await;
    stage.end().await;
}

#[tokio::test]
async fn whoever_leaves_makes_room_and_gets_it_again_on_return() {
    let (mut stage, role, all) = with_role(4).await;
    let p: Vec<UserId> = all[3..].to_vec();
    for user in &p {
        stage.mint(*user, "10").await;
    }
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "20").await;
    stage.mint(ben, "5").await;
    until_held_by(&stage, role, &all, &[ann, p[0], p[1], p[2], p[3]]).await;
    stage.guild.kick(ann);
    until_held_by(&stage, role, &all, &[ben, p[0], p[1], p[2], p[3]]).await;
    stage.guild.add_member(ann);
    until_held_by(&stage, role, &all, &[ann, p[0], p[1], p[2], p[3]]).await;
    // So fast that nobody looks in between.
    stage.guild.kick(ann);
    stage.guild.add_member(ann);
    until_held_by(&stage, role, &all, &[ann, p[0], p[1], p[2], p[3]]).await;
    stage.end().await;
}

#[tokio::test]
async fn a_restart_knows_who_has_it() {
    let (mut stage, role, all) = with_role(0).await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "2").await;
    stage.mint(ben, "1").await;
    until_held_by(&stage, role, &all, &[ann, ben]).await;
    until_kept(&stage, 2).await;
    // What an admin gave by hand is not the bot's to take.
    stage.guild.give_role(stage.owner, role);
    stage.stop().await;
    stage.guild.kick(ann);
    stage.guild.add_member(ann);
    stage.discord.forget_requests();
    stage.start().await;
    until_held_by(&stage, role, &all, &[ann, ben, stage.owner]).await;
    let requests = stage.discord.requests();
    assert_eq!(role_requests(&requests).len(), 1, "only ann had lost it");
    stage.end().await;
}

#[tokio::test]
async fn what_was_being_given_at_a_crash_is_given_after_it() {
    let (mut stage, role, all) = with_role(0).await;
    let ann = stage.ann;
    stage
        .discord
        .faults()
        .next(1, "PUT", "/guilds/*/members/*/roles/*")
        .slow(Duration::from_secs(60));
    stage.mint(ann, "1").await;
    let given = |request: &RecordedRequest| request.matches("PUT", "/guilds/*/members/*/roles/*");
    stage.discord.wait_for_request(given).await.expect("given");
    stage.kill().await;
    stage.guild.take_role(ann, role);
    stage.start().await;
    until_held_by(&stage, role, &all, &[ann]).await;
    stage.end().await;
}

#[tokio::test]
async fn another_role_another_currency_and_none() {
    let (mut stage, role, all) = with_role(0).await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    stage.mint(ann, "1").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    let other = stage.guild.add_role("wealthy");
    stage
        .types(owner, "set_top_role", &[("role", other.into())])
        .await;
    until_held_by(&stage, other, &all, &[ann]).await;
    until_held_by(&stage, role, &all, &[]).await;
    stage.make_currency("silver", &[]).await;
    stage
        .types(
            owner,
            "mint",
            &[
                ("user", ben.into()),
                ("amount", "1".into()),
                ("currency", "silver".into()),
            ],
        )
        .await;
    stage
        .types(
            owner,
            "make_currency_primary",
            &[("currency", "silver".into())],
        )
        .await;
    until_held_by(&stage, other, &all, &[ben]).await;
    stage.types(owner, "set_top_role", &[]).await;
    until_held_by(&stage, other, &all, &[]).await;
    stage.end().await;
}

/// Nobody tells of it, so it is found when everything is looked at.
#[tokio::test]
async fn a_role_that_was_taken_by_hand_is_given_again_within_the_hour() {
    let (mut stage, role, all) = with_role(0).await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "1").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    stage.guild.take_role(ann, role);
    stage.mint(ben, "1").await;
    until_held_by(&stage, role, &all, &[ben]).await;
    stage.later(Duration::from_secs(3_600));
    stage.mint(ben, "1").await;
    until_held_by(&stage, role, &all, &[ann, ben]).await;
    stage.end().await;
}

// What goes wrong.

/// The direct messages of the owner, after one is there.
async fn told(stage: &mut Stage, to: UserId) {
    let dm = stage.discord.dm(to);
    let post = stage.discord.wait_for_post(dm, |_| true).await;
    let post = post.expect("a direct message");
    stage.note("(a direct message to the owner)");
    stage.note(post.text());
}

fn messages_sent(stage: &Stage) -> usize {
    let requests = stage.discord.requests();
    let sent = requests.iter();
    sent.filter(|request| request.matches("POST", "/channels/*/messages"))
        .count()
}

/// Until the bot has looked at all guilds again: what moved here is seen before what moves in a younger guild.
struct Witness {
    guild: Guild,
    role: RoleId,
    user: UserId,
    minted: bool,
}

impl Witness {
    async fn new(stage: &mut Stage) -> Self {
        let guild = stage.another_guild("Elsewhere").await;
        let (role, owner) = (guild.add_role("rich"), guild.owner());
        let picture = crate::stage::picture();
        let coin = [("attachment", picture.into()), ("name", "coin".into())];
        stage
            .types_in(&guild, owner, "set_currency_emoji", &coin)
            .await;
        stage
            .types_in(&guild, owner, "set_top_role", &[("role", role.into())])
            .await;
        Self {
            user: owner,
            guild,
            role,
            minted: false,
        }
    }

    async fn looked(&mut self, stage: &mut Stage) {
        let command = if self.minted { "burn" } else { "mint" };
        self.minted = !self.minted;
        let one = [("user", self.user.into()), ("amount", "1".into())];
        stage.types_in(&self.guild, self.user, command, &one).await;
        stage
            .until("a look at all guilds", async || {
                self.guild.has_role(self.user, self.role) == self.minted
            })
            .await;
    }
}

#[tokio::test]
async fn a_role_that_rises_above_the_bot_is_told_once_and_goes_on_when_it_is_below_again() {
    let (mut stage, role, all) = with_role(0).await;
    let mut witness = Witness::new(&mut stage).await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    stage.mint(ann, "2").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    stage.guild.move_role_to_top(role);
    stage.discord.forget_requests();
    stage.mint(ben, "3").await;
    told(&mut stage, owner).await;
    for _ in 0..5 {
        stage.mint(ben, "1").await;
        witness.looked(&mut stage).await;
    }
    stage.types(owner, "setup", &[]).await;
    let requests = stage.discord.requests();
    let here = format!("/guilds/{}/members/*/roles/*", stage.guild.id());
    let asked = requests
        .iter()
        .filter(|request| request.matches("PUT", &here));
    assert_eq!(asked.count(), 0, "nothing hopeless was asked of Discord");
    assert_eq!(messages_sent(&stage), 1, "told once");
    let bots = stage.guild.bot_role();
    stage.guild.move_role_to_top(bots);
    until_held_by(&stage, role, &all, &[ann, ben]).await;
    // What comes and goes is not told each time.
    stage.guild.move_role_to_top(role);
    stage.mint(ann, "1").await;
    witness.looked(&mut stage).await;
    assert_eq!(messages_sent(&stage), 1, "told once");
    stage.types(owner, "setup", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_refusal_that_no_role_shows_is_not_repeated() {
    let (mut stage, role, all) = with_role(0).await;
    let mut witness = Witness::new(&mut stage).await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    let here = format!("/guilds/{}/members/*/roles/*", stage.guild.id());
    let faults = stage.discord.faults();
    faults.next(100, "PUT", &here).missing_permissions();
    stage.discord.forget_requests();
    stage.mint(ann, "1").await;
    told(&mut stage, owner).await;
    for _ in 0..5 {
        stage.mint(ben, "1").await;
        witness.looked(&mut stage).await;
    }
    let requests = stage.discord.requests();
    let asked = requests
        .iter()
        .filter(|request| request.matches("PUT", &here));
    assert_eq!(asked.count(), 1, "asked once");
    assert_eq!(messages_sent(&stage), 1, "told once");
    // Another process, or the next start, knows it as well.
    stage.stop().await;
    stage.start().await;
    witness.looked(&mut stage).await;
    stage.types(owner, "setup", &[]).await;
    faults.clear();
    stage
        .types(owner, "set_top_role", &[("role", role.into())])
        .await;
    until_held_by(&stage, role, &all, &[ann, ben]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_role_that_was_deleted() {
    let (mut stage, role, all) = with_role(0).await;
    let (ann, owner) = (stage.ann, stage.owner);
    stage.mint(ann, "1").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    stage.guild.delete_role(role);
    stage.mint(ann, "1").await;
    stage.guild.kick(stage.ben);
    told(&mut stage, owner).await;
    let other = stage.guild.add_role("wealthy");
    stage
        .types(owner, "set_top_role", &[("role", other.into())])
        .await;
    until_held_by(&stage, other, &all, &[ann]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn an_owner_who_takes_no_messages_reads_it_where_the_server_does() {
    let (mut stage, role, _) = with_role(0).await;
    let (ann, owner) = (stage.ann, stage.owner);
    let news = stage.guild.add_channel("news");
    stage.guild.set_system_channel(Some(news));
    stage.discord.take_dms(owner, false);
    stage.guild.move_role_to_top(role);
    stage.mint(ann, "1").await;
    let post = stage.discord.wait_for_post(news, |_| true).await;
    stage.note("(in #news)");
    stage.note(post.expect("a message").text());
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn an_owner_who_cannot_be_reached_finds_it_in_setup() {
    let (mut stage, role, _) = with_role(0).await;
    let mut witness = Witness::new(&mut stage).await;
    let (ann, owner) = (stage.ann, stage.owner);
    stage.discord.take_dms(owner, false);
    stage.guild.move_role_to_top(role);
    stage.discord.forget_requests();
    stage.mint(ann, "1").await;
    witness.looked(&mut stage).await;
    stage.mint(ann, "1").await;
    witness.looked(&mut stage).await;
    assert_eq!(messages_sent(&stage), 1, "tried once");
    let post = stage.types(owner, "setup", &[]).await;
    assert!(post.says("does not stand below my highest role"), "{post}");
    stage.end().await;
}

#[tokio::test]
async fn a_rate_limit_is_waited_out() {
    let (mut stage, role, all) = with_role(0).await;
    let ann = stage.ann;
    stage
        .discord
        .faults()
        .next(1, "PUT", "/guilds/*/members/*/roles/*")
        .rate_limited(Duration::from_millis(200), fake_discord::LimitScope::User);
    stage
        .discord
        .faults()
        .next(1, "PUT", "/guilds/*/members/*/roles/*")
        .server_error(502);
    stage.mint(ann, "1").await;
    until_held_by(&stage, role, &all, &[ann]).await;
    assert_eq!(messages_sent(&stage), 0, "nobody hears of it");
    stage.end().await;
}
