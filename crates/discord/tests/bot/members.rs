//! All members are known, before their first command, and it stays so.

use fake_discord::FakeDiscord;

use crate::stage::Stage;

/// Every member in the store, bots and all.
async fn all_are_known(more: usize) {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    let new = stage.guild.add_members(more);
    stage.start().await;
    let guild = stage.kept().await;
    for user in new.iter().chain([&stage.ann, &stage.ben, &stage.owner]) {
        let known = stage
            .app
            .store()
            .member(guild.id, user.get())
            .await
            .expect("the store reads");
        assert!(known.is_some(), "{user} of {more}");
    }
    let count = stage.guild.member_count();
    assert_eq!(guild.sync.fetched, count as u64);
    let pages = stage
        .discord
        .requests()
        .iter()
        .filter(|request| request.matches("GET", "/guilds/*/members"))
        .count();
    assert_eq!(pages, count / 1_000 + 1, "{count} members");
    let stats = stage
        .app
        .store()
        .guild_stats(guild.id, Vec::new())
        .await
        .expect("the store reads");
    assert_eq!(stats.members.len(), count - 1, "all but the bot itself");
    stage.end().await;
}

// Beside the bot itself there are three others from the start.

#[tokio::test]
async fn none_beside_those_who_are_always_there() {
    all_are_known(0).await;
}

#[tokio::test]
async fn one_more() {
    all_are_known(1).await;
}

#[tokio::test]
async fn a_page_less_one() {
    all_are_known(999 - 4).await;
}

#[tokio::test]
async fn exactly_a_page() {
    all_are_known(1_000 - 4).await;
}

#[tokio::test]
async fn a_page_and_one() {
    all_are_known(1_001 - 4).await;
}

#[tokio::test]
async fn several_pages() {
    all_are_known(2_500 - 4).await;
}

#[tokio::test]
async fn whoever_joins_and_leaves() {
    let stage = Stage::new().await;
    let guild = stage.kept().await.id;
    let cat = stage.discord.add_user("cat");
    let is_known = async || {
        stage
            .app
            .store()
            .member(guild, cat.get())
            .await
            .expect("the store reads")
            .is_some()
    };
    stage.guild.add_member(cat);
    stage.until("cat is known", is_known).await;
    stage.guild.kick(cat);
    stage.until("cat is gone", async || !is_known().await).await;
    stage.guild.add_member(cat);
    stage.until("cat is back", is_known).await;
    stage.end().await;
}

/// Nobody told the bot while it was away that somebody left: the next pass finds it.
#[tokio::test]
async fn whoever_left_meanwhile() {
    let mut stage = Stage::new().await;
    stage.stop().await;
    stage.guild.kick(stage.ben);
    stage.discord.faults().invalidate_sessions();
    stage.start().await;
    let guild = stage.kept().await;
    stage
        .until("ben is gone", async || {
            stage
                .app
                .store()
                .member(guild.id, stage.ben.get())
                .await
                .expect("the store reads")
                .is_none()
        })
        .await;
    stage.end().await;
}

/// A page that fails is asked for again, and those before it are not.
#[tokio::test]
async fn a_broken_page_goes_on_where_it_was() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    stage.guild.add_members(2_000);
    stage.start_only(stage.config());
    let first = |request: &fake_discord::RecordedRequest| {
        request.matches("GET", "/guilds/*/members") && request.status == 200
    };
    stage.discord.wait_for_request(first).await.expect("a page");
    stage
        .discord
        .faults()
        .next(1, "GET", "/guilds/*/members")
        .server_error(500);
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    stage.members_complete().await;
    let guild = stage.kept().await;
    let stats = stage
        .app
        .store()
        .guild_stats(guild.id, Vec::new())
        .await
        .expect("the store reads");
    assert_eq!(stats.members.len(), 2_003);
    stage.end().await;
}

/// The program stops between two pages; the next one goes on after the last that was stored.
#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    stage.guild.add_members(2_500);
    stage
        .discord
        .faults()
        .next(10, "GET", "/guilds/*/members")
        .slow(std::time::Duration::from_millis(300));
    stage.start_only(stage.config());
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    let guild = stage.guild.id().get();
    stage
        .until("a page", async || {
            let guild = stage
                .app
                .store()
                .guild_by_discord(guild)
                .await
                .expect("the store reads");
            guild.is_some_and(|guild| guild.sync.fetched == 1_000)
        })
        .await;
    stage.kill().await;
    let before = stage.kept().await.sync;
    stage.discord.faults().clear();
    stage.discord.forget_requests();
    // The dead program's lease is over when another asks with a later clock; here the job is taken from it.
    for job in stage.app.store().jobs().await.expect("the store reads") {
        let retry = app::JobRetry {
            run_at_ms: 0,
            error: "killed".into(),
            payload: None,
        };
        assert!(
            stage
                .app
                .store()
                .job_retry(job.id, job.lease, retry)
                .await
                .expect("the store writes")
        );
    }
    stage.start().await;
    let pages = stage.discord.requests();
    let first = pages
        .iter()
        .find(|request| request.matches("GET", "/guilds/*/members"))
        .expect("a page");
    let after = first
        .query
        .iter()
        .find(|(name, _)| name == "after")
        .map(|(_, after)| after.clone());
    assert_eq!(after, Some(before.after.to_string()));
    assert_eq!(stage.kept().await.sync.pass, before.pass, "the same pass");
    stage.end().await;
}

/// A stop gives the job back, so that the next start goes on at once.
#[tokio::test]
async fn a_stop_in_the_middle_is_gone_on_with_at_once() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    stage.guild.add_members(2_500);
    stage
        .discord
        .faults()
        .next(10, "GET", "/guilds/*/members")
        .slow(std::time::Duration::from_millis(300));
    stage.start_only(stage.config());
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    let guild = stage.guild.id().get();
    stage
        .until("a page", async || {
            let guild = stage
                .app
                .store()
                .guild_by_discord(guild)
                .await
                .expect("the store reads");
            guild.is_some_and(|guild| guild.sync.fetched == 1_000)
        })
        .await;
    stage.stop().await;
    assert!(!stage.kept().await.sync.complete);
    stage.discord.faults().clear();
    stage.start_only(stage.config());
    stage.members_complete().await;
    assert_eq!(stage.kept().await.sync.fetched, 2_504);
    stage.end().await;
}

#[tokio::test]
async fn without_the_members_intent_the_bot_works_with_less() {
    let mut stage = Stage::without_bot(FakeDiscord::builder().members_intent(false)).await;
    stage.start_only(stage.config());
    stage
        .discord
        .wait_until_ready()
        .await
        .expect("the bot connects");
    stage.make_currency("gold", &[]).await;
    stage.mint(stage.ann, "5").await;
    let board = stage.types(stage.ben, "top", &[]).await;
    assert!(board.says("1. @ann: 5"), "{board}");
    let asked = stage
        .discord
        .requests()
        .iter()
        .any(|request| request.matches("GET", "/guilds/*/members"));
    assert!(!asked, "Discord would refuse it");
    stage.end().await;
}
