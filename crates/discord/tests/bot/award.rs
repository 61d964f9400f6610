//! Posts that somebody pays for, and that are shown again.

use std::time::Duration;

use fake_discord::{ChannelId, File, Interaction, MessageId, Permissions, Post, UserId};
use insta::assert_snapshot;

use crate::{notes::plain, stage::Stage};

type Fields<'a> = &'a [(&'a str, &'a str)];

/// Ann has twenty gold, and awarded posts are shown in #best.
async fn fair() -> (Stage, ChannelId) {
    let mut stage = Stage::with_gold().await;
    let best = stage.guild.add_channel("best");
    stage
        .types(
            stage.owner,
            "set_repost_channel",
            &[("channel", best.into())],
        )
        .await;
    stage.mint(stage.ann, "20").await;
    stage.forget_what_was_said();
    (stage, best)
}

fn writes(stage: &Stage, who: UserId, text: &str) -> MessageId {
    let posted = stage.discord.post_message(who, stage.guild.channel(), text);
    posted.expect("a post")
}

/// Opens the form of a post and sends it.
async fn sends(
    stage: &mut Stage,
    who: UserId,
    message: MessageId,
    fields: Fields<'_>,
) -> Interaction {
    let name = stage.discord.user_name(who).unwrap_or_default();
    let shown: Vec<String> = fields
        .iter()
        .map(|(id, text)| format!(" {id}={text}"))
        .collect();
    stage.note(&format!("({name} fills in Award:{})", shown.concat()));
    let menu = stage
        .discord
        .message_menu(who, message, "Award")
        .expect("it is offered");
    let form = menu.modal().await.expect("a form");
    form.submit(fields).expect("it can be sent")
}

async fn awards(stage: &mut Stage, who: UserId, message: MessageId, fields: Fields<'_>) -> Post {
    let sent = sends(stage, who, message, fields).await;
    stage.hears(&sent).await
}

/// Opens the menu and is refused.
async fn is_refused(stage: &mut Stage, who: UserId, message: MessageId) {
    let menu = stage
        .discord
        .message_menu(who, message, "Award")
        .expect("it is offered");
    let said = stage.hears(&menu).await;
    assert!(said.ephemeral, "{said}");
}

async fn shown_again(stage: &Stage, best: ChannelId) -> Post {
    let shown = stage
        .discord
        .wait_for_post(best, |post| post.says("awarded"))
        .await;
    shown.expect("the post is shown again")
}

async fn jobs_are_done(stage: &Stage) {
    stage
        .until("all jobs are done", async || {
            let jobs = stage.app.store().jobs().await.expect("the store reads");
            jobs.is_empty()
        })
        .await;
}

/// Until the post is put off.
async fn waits(stage: &Stage) {
    stage
        .until("the post waits", async || {
            let jobs = stage.app.store().jobs().await.expect("the store reads");
            jobs.iter().any(|job| job.error.is_some())
        })
        .await;
}

fn count(stage: &Stage, channel: ChannelId) -> usize {
    stage.discord.channel_history(channel).len()
}

#[tokio::test]
async fn an_awarded_post_is_shown_again() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let files = vec![
        File::new("tea-pot.png", *b"\x89PNG\r\n\x1a\n"),
        File::new("SPOILER_recipe.txt", *b"boil it"),
    ];
    let channel = stage.guild.channel();
    let message = stage
        .discord
        .post_files(ben, channel, "My **best** tea.\n> quoted", files.clone())
        .expect("a post");
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    let shown = shown_again(&stage, best).await;
    stage.note("In #best:");
    stage.note(shown.text());
    let names: Vec<&str> = shown.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["tea-pot.png", "SPOILER_recipe.txt"]);
    let bytes =
        |files: &[File]| -> Vec<Vec<u8>> { files.iter().map(|f| f.bytes.clone()).collect() };
    assert_eq!(bytes(&shown.files), bytes(&files));
    stage.types(ben, "history", &[]).await;
    assert_eq!(
        (stage.has(ann, "gold").await, stage.has(ben, "gold").await),
        (15, 5)
    );
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn what_is_refused_moves_nothing() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let robot = stage.discord.add_bot("robot");
    stage.guild.add_member(robot);
    let cleo = stage.discord.add_user("cleo");
    stage.guild.add_member(cleo);
    let (own, by_robot) = (writes(&stage, ann, "mine"), writes(&stage, robot, "beep"));
    let (by_ben, by_cleo) = (writes(&stage, ben, "tea"), writes(&stage, cleo, "bye"));
    is_refused(&mut stage, ann, own).await;
    is_refused(&mut stage, ann, by_robot).await;
    for fields in [
        &[("amount", "0")][..],
        &[("amount", "-5")],
        &[("amount", "five")],
        &[("amount", "21")],
        &[("amount", "1"), ("currency", "glod")],
    ] {
        let said = awards(&mut stage, ann, by_ben, fields).await;
        assert!(said.ephemeral, "{said}");
    }
    stage.guild.kick(cleo);
    let guild = stage.kept().await.id;
    stage
        .until("cleo is gone", async || {
            let member = stage.app.store().member(guild, cleo.get()).await;
            member.expect("the store reads").is_none()
        })
        .await;
    is_refused(&mut stage, ann, by_cleo).await;
    assert_eq!(stage.has(ann, "gold").await, 20);
    // What was promised for the refused ones is given up.
    stage.later(Duration::from_secs(120));
    jobs_are_done(&stage).await;
    assert_eq!(count(&stage, best), 0);
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn without_a_repost_channel_the_author_is_paid_all_the_same() {
    let mut stage = Stage::with_gold().await;
    stage.mint(stage.ann, "20").await;
    stage.make_currency("silver", &[]).await;
    stage.forget_what_was_said();
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    awards(
        &mut stage,
        ann,
        message,
        &[("amount", " 5 "), ("currency", "gold")],
    )
    .await;
    awards(
        &mut stage,
        ann,
        message,
        &[("amount", "5"), ("currency", "silver")],
    )
    .await;
    assert_eq!(stage.has(ben, "gold").await, 5);
    assert_eq!(stage.app.store().jobs().await.expect("jobs"), []);
    assert_snapshot!(plain(&stage.end().await));
}

/// A post can say what it likes: nobody is pinged, and nothing in it looks as if the bot had said it.
#[tokio::test]
async fn an_awarded_post_stays_inside_its_frame() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let text = format!(
        "@everyone <@{}> <@&{}> ```\n<@{}> awarded <@{}> 5000",
        ann.get(),
        stage.guild.id().everyone(),
        ann.get(),
        ben.get()
    );
    let message = writes(&stage, ben, &text);
    awards(&mut stage, ann, message, &[("amount", "1")]).await;
    let shown = shown_again(&stage, best).await;
    assert_eq!(shown.embeds[0]["description"], text.as_str());
    assert!(!shown.content.contains("everyone") && !shown.content.contains("5000"));
    assert_eq!(
        shown.allowed_mentions,
        Some(serde_json::json!({"parse": []}))
    );
    stage.end().await;
}

#[tokio::test]
async fn what_is_too_large_is_named() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let mib = |count: usize| vec![7_u8; count * 1024 * 1024];
    let files = vec![
        File::new("film *1*.mp4", mib(11)),
        File::new("song.mp3", mib(6)),
        File::new("other song.mp3", mib(6)),
        File::new("small.txt", *b"tea"),
    ];
    let channel = stage.guild.channel();
    let posted = stage.discord.post_files(ben, channel, "", files);
    let message = posted.expect("a post");
    awards(&mut stage, ann, message, &[("amount", "1")]).await;
    let shown = shown_again(&stage, best).await;
    let names: Vec<&str> = shown.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["song.mp3", "small.txt"]);
    stage.note("In #best:");
    stage.note(shown.text());
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn a_form_that_is_delivered_twice_pays_and_shows_once() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    let sent = sends(&mut stage, ann, message, &[("amount", "5")]).await;
    stage.hears(&sent).await;
    shown_again(&stage, best).await;
    jobs_are_done(&stage).await;
    sent.redeliver();
    let refused = |request: &fake_discord::RecordedRequest| {
        request.matches("POST", "/interactions/*/*/callback") && request.status == 400
    };
    let again = stage.discord.wait_for_request(refused).await;
    assert!(again.is_ok(), "a second answer is attempted");
    jobs_are_done(&stage).await;
    assert_eq!((stage.has(ben, "gold").await, count(&stage, best)), (5, 1));
    stage.end().await;
}

/// The program dies after the payment, before the post is shown.
#[tokio::test]
async fn a_paid_award_is_shown_after_a_crash() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    let path = format!("/channels/{}/messages", best.get());
    let faults = stage.discord.faults();
    faults.next(100, "POST", &path).server_error(500);
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    waits(&stage).await;
    stage.kill().await;
    faults.clear();
    assert_eq!((stage.has(ben, "gold").await, count(&stage, best)), (5, 0));
    // A lease of the dead process, if it has one, runs out.
    stage.later(Duration::from_secs(3_600));
    stage.start_only(stage.config());
    let shown = shown_again(&stage, best).await;
    assert!(shown.says("tea"), "{shown}");
    jobs_are_done(&stage).await;
    assert_eq!((stage.has(ben, "gold").await, count(&stage, best)), (5, 1));
    stage.end().await;
}

/// The program dies while it shows the post.
#[tokio::test]
async fn an_award_is_shown_once_after_a_crash_in_the_middle_of_it() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    let path = format!("/channels/{}/messages", best.get());
    let hour = Duration::from_secs(3_600);
    stage.discord.faults().next(1, "POST", &path).slow(hour);
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    let is_taken = async || {
        let jobs = stage.app.store().jobs().await.expect("the store reads");
        jobs.iter()
            .any(|job| job.kind == "discord.repost" && job.lease > 0)
    };
    stage.until("the job to be taken", is_taken).await;
    stage.kill().await;
    stage.discord.faults().clear();
    // Its lease runs out.
    stage.later(Duration::from_secs(61));
    stage.start().await;
    let shown = shown_again(&stage, best).await;
    assert!(shown.says("tea"), "{shown}");
    jobs_are_done(&stage).await;
    assert_eq!((stage.has(ben, "gold").await, count(&stage, best)), (5, 1));
    stage.end().await;
}

/// Discord took the message, and its answer was lost: the second attempt gives back the first message.
#[tokio::test]
async fn a_post_is_shown_once() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    let path = format!("/channels/{}/messages", best.get());
    stage.discord.faults().next(1, "POST", &path).lost_answer();
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    shown_again(&stage, best).await;
    stage.later(Duration::from_secs(3_600));
    jobs_are_done(&stage).await;
    assert_eq!(count(&stage, best), 1);
    stage.end().await;
}

/// The text of a post is shown to the bot once, in the menu: after a restart the link must do.
#[tokio::test]
async fn a_form_that_outlives_the_program_shows_the_link() {
    let (mut stage, best) = fair().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let message = writes(&stage, ben, "tea");
    let menu = stage
        .discord
        .message_menu(ann, message, "Award")
        .expect("it is offered");
    let form = menu.modal().await.expect("a form");
    stage.stop().await;
    stage.start_only(stage.config());
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    let sent = form.submit(&[("amount", "5")]).expect("it can be sent");
    stage.hears(&sent).await;
    let shown = shown_again(&stage, best).await;
    stage.note("In #best:");
    stage.note(shown.text());
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn a_repost_channel_that_is_closed_is_told_and_waited_for() {
    let (mut stage, best) = fair().await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    stage.guild.deny_bot_in(best, Permissions::SEND_MESSAGES);
    let message = writes(&stage, ben, "tea");
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    let told = stage
        .discord
        .wait_for_post(stage.discord.dm(owner), |post| post.says("repost channel"))
        .await
        .expect("the owner hears of it");
    stage.note("To the owner:");
    stage.note(told.text());
    waits(&stage).await;
    stage.guild.allow_all_in(best);
    stage
        .types(owner, "set_repost_channel", &[("channel", best.into())])
        .await;
    stage.later(Duration::from_secs(601));
    let shown = shown_again(&stage, best).await;
    stage.note("In #best:");
    stage.note(shown.text());
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn a_deleted_repost_channel_is_told() {
    let (mut stage, best) = fair().await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    stage.guild.delete_channel(best);
    let message = writes(&stage, ben, "tea");
    awards(&mut stage, ann, message, &[("amount", "5")]).await;
    let told = stage
        .discord
        .wait_for_post(stage.discord.dm(owner), |post| post.says("repost channel"))
        .await
        .expect("the owner hears of it");
    stage.note("To the owner:");
    stage.note(told.text());
    assert_eq!(stage.has(ben, "gold").await, 5);
    waits(&stage).await;
    // A day later the post is no longer waited with.
    stage.later(Duration::from_secs(25 * 3_600));
    jobs_are_done(&stage).await;
    assert_snapshot!(plain(&stage.end().await));
}

#[tokio::test]
async fn an_award_whose_answer_is_lost_is_confirmed_in_the_channel() {
    let (mut stage, best) = fair().await;
    let (ann, ben, channel) = (stage.ann, stage.ben, stage.guild.channel());
    let message = writes(&stage, ben, "tea");
    stage.discord.faults().expire_interactions();
    let menu = stage
        .discord
        .message_menu(ann, message, "Award")
        .expect("it is offered");
    drop(menu);
    let faults = stage.discord.faults();
    faults.clear();
    let sent = sends(&mut stage, ann, message, &[("amount", "5")]).await;
    sent.expire();
    let said = stage
        .discord
        .wait_for_post(channel, |post| post.says("@ann awarded @ben 5"))
        .await;
    assert!(said.is_ok(), "it is confirmed");
    shown_again(&stage, best).await;
    assert_eq!(stage.has(ben, "gold").await, 5);
    stage.end().await;
}
