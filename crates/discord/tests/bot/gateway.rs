//! The connection: lost, resumed, outlived, refused.

use std::{
    io,
    sync::{Arc, Mutex},
};

use discord::{BotError, ClosedForGood, Config, Token};
use fake_discord::FakeDiscord;

use crate::stage::Stage;

#[tokio::test]
async fn a_lost_connection_is_resumed() {
    let mut stage = Stage::with_gold().await;
    stage.discord.faults().drop_connections();
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    stage.mint(stage.ann, "2").await;
    stage.discord.faults().ask_to_reconnect();
    stage
        .discord
        .wait_for_resumes(2)
        .await
        .expect("the bot resumes");
    assert_eq!(stage.discord.identify_count(), 1);
    assert_eq!(stage.has(stage.ann, "gold").await, 2);
    stage.end().await;
}

#[tokio::test]
async fn a_session_survives_a_restart_of_the_program() {
    let mut stage = Stage::with_gold().await;
    let channel = stage.guild.channel();
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    let message = stage
        .discord
        .post_message(stage.ann, channel, "hello")
        .expect("a message");
    stage.stop().await;
    // What happens meanwhile comes after the resume.
    stage
        .discord
        .react(stage.ben, channel, message, gold)
        .expect("a reaction");
    stage.start_only(stage.config());
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    stage.until_has(stage.ann, "gold", 1).await;
    assert_eq!(stage.discord.identify_count(), 1);
    stage.end().await;
}

/// A crash between an event and its end: the stored place is not ahead of it, so that it comes again.
#[tokio::test]
async fn a_crash_loses_no_reaction_and_mints_none_twice() {
    let mut stage = Stage::with_gold().await;
    let channel = stage.guild.channel();
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    stage.discord.faults().omit_message_author(true);
    stage
        .discord
        .faults()
        .next(1, "GET", "/channels/*/messages/*")
        .slow(std::time::Duration::from_secs(30));
    let slow = stage
        .discord
        .post_message(stage.ann, channel, "slow")
        .expect("a message");
    stage
        .discord
        .react(stage.ben, channel, slow, gold)
        .expect("a reaction");
    stage.discord.faults().omit_message_author(false);
    let quick = stage
        .discord
        .post_message(stage.owner, channel, "quick")
        .expect("a message");
    stage
        .discord
        .react(stage.ben, channel, quick, gold)
        .expect("a reaction");
    stage.until_has(stage.owner, "gold", 1).await;
    stage.kill().await;
    assert_eq!(stage.has(stage.ann, "gold").await, 0, "it was on its way");
    stage.discord.faults().clear();
    stage.start_only(stage.config());
    stage.until_has(stage.ann, "gold", 1).await;
    assert_eq!(stage.has(stage.owner, "gold").await, 1);
    stage.end().await;
}

#[tokio::test]
async fn an_invalid_session_is_replaced() {
    let mut stage = Stage::with_gold().await;
    stage.discord.faults().invalidate_sessions();
    stage
        .discord
        .wait_for_identifies(2)
        .await
        .expect("the bot identifies");
    stage
        .discord
        .wait_until_connected()
        .await
        .expect("the bot connects");
    stage.mint(stage.ann, "1").await;
    stage.end().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_skipped() {
    let mut stage = Stage::with_gold().await;
    stage.discord.faults().malformed_event();
    stage.mint(stage.ann, "1").await;
    assert_eq!(
        (stage.discord.identify_count(), stage.discord.resume_count()),
        (1, 0)
    );
    stage.end().await;
}

#[tokio::test]
async fn the_same_commands_are_registered_once() {
    let mut stage = Stage::new().await;
    let overwrites = |stage: &Stage| {
        stage
            .discord
            .requests()
            .iter()
            .filter(|request| request.matches("PUT", "/applications/*/commands"))
            .count()
    };
    assert_eq!(overwrites(&stage), 1);
    stage.stop().await;
    stage.start_only(stage.config());
    stage
        .discord
        .wait_for_resumes(1)
        .await
        .expect("the bot resumes");
    stage.types(stage.ann, "help", &[]).await;
    assert_eq!(overwrites(&stage), 1);
    let mut names = stage.discord.registered_commands();
    names.sort();
    assert_eq!(
        names,
        [
            "Award",
            "burn",
            "create_exchange_rate",
            "currencies",
            "economy",
            "exchange",
            "global",
            "help",
            "history",
            "join_global_group",
            "leave_global_group",
            "link",
            "local_group",
            "make_currency_primary",
            "mint",
            "mint_policy",
            "note",
            "rates",
            "remove_exchange_rate",
            "set_currency_emoji",
            "set_log_channel",
            "set_nickname",
            "set_repost_channel",
            "set_top_role",
            "setup",
            "top",
            "transfer",
            "wallet",
        ]
    );
    stage.end().await;
}

#[tokio::test]
async fn a_wrong_token_ends_the_bot_in_plain_words() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    let config = Config {
        token: Token::new("wrong"),
        ..stage.config()
    };
    stage.start_only(config);
    let error = stage.ended().await;
    assert!(matches!(error, BotError::Token), "{error}");
    assert!(!error.to_string().contains("wrong"), "{error}");
}

#[tokio::test]
async fn a_final_close_code_ends_the_bot_in_plain_words() {
    let mut stage = Stage::new().await;
    stage
        .discord
        .faults()
        .close_connections(fake_discord::CloseCode::AUTHENTICATION_FAILED);
    let error = stage.ended().await;
    assert!(
        matches!(error, BotError::Closed(ClosedForGood::Token)),
        "{error}"
    );
}

#[tokio::test]
async fn another_applications_token_is_refused() {
    let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
    let config = Config {
        application: Some(1),
        ..stage.config()
    };
    stage.start_only(config);
    assert!(matches!(
        stage.ended().await,
        BotError::OtherApplication { expected: 1, .. }
    ));
}

#[tokio::test]
async fn a_guild_that_the_bot_leaves_and_an_outage() {
    let mut stage = Stage::with_gold().await;
    let guild = stage.guild.id().get();
    stage.guild.outage();
    stage.mint(stage.ann, "1").await;
    assert!(stage.kept().await.present);
    stage.guild.remove_bot();
    let present = async || {
        stage
            .app
            .store()
            .guild_by_discord(guild)
            .await
            .expect("the store reads")
            .is_some_and(|guild| guild.present)
    };
    stage.until("the bot left", async || !present().await).await;
    stage.guild.invite_bot();
    stage.until("the bot is back", present).await;
    stage.members_complete().await;
    assert_eq!(stage.has(stage.ann, "gold").await, 1);
    stage.end().await;
}

/// Neither the bot's token nor an interaction's, whatever happens and however much is logged.
#[tokio::test]
async fn no_token_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(format!("debug,{}", discord::LOG_DIRECTIVE))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let mut stage = Stage::with_gold().await;
    stage.discord.faults().malformed_event();
    let limited = stage
        .discord
        .faults()
        .next(1, "POST", "/interactions/*/*/callback");
    limited.rate_limited(
        std::time::Duration::from_millis(50),
        fake_discord::LimitScope::User,
    );
    stage.mint(stage.ann, "1").await;
    stage
        .discord
        .faults()
        .next(1, "POST", "/interactions/*/*/callback")
        .server_error(500);
    stage.mint(stage.ann, "1").await;
    let token = stage.discord.bot_token();
    stage.end().await;
    let text = log.text();
    assert!(text.contains("connected to Discord"), "{text}");
    assert!(text.contains("skipped an event"), "{text}");
    let leak = text
        .lines()
        .find(|line| line.contains("interaction-token") || line.contains(&token));
    assert_eq!(leak, None);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("nobody panics with it")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with it").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
