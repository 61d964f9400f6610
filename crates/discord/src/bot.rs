//! Start, and the end.

use std::{future::Future, sync::Arc, time::Duration};

use app::{
    App,
    origin::{Discord, Gate},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use twilight_gateway::{ShardId, queue::InMemoryQueue};
use twilight_http::{Client, Error};
use twilight_model::{
    channel::message::AllowedMentions,
    gateway::connection_info::BotConnectionInfo,
    id::{Id, marker::ApplicationMarker},
};

pub use crate::shard::ClosedForGood;
use crate::{
    Config, Shards, board, commands,
    context::Context,
    discord_error::Answered,
    install,
    jobs::{self, Run},
    log_channel, members, repost, shard, top_role,
};

/// Why the bot cannot run.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    #[error("the address {url:?} of Discord's API is not http://host:port or https://host:port")]
    Address { url: String },
    #[error(
        "Discord does not accept the token: copy it again from the application's page, or reset it there"
    )]
    Token,
    #[error("the token belongs to application {found}, not to {expected} as configured")]
    OtherApplication { found: u64, expected: u64 },
    #[error("no shard to run: {first} and {count} more of {total}")]
    NoShards { first: u32, count: u32, total: u32 },
    #[error("Discord does not let the bot connect: {0}")]
    Closed(ClosedForGood),
}

/// The Discord bot, ready to run.
#[derive(Debug)]
pub struct Bot {
    config: Config,
    app: App,
    gate: Gate<Discord>,
}

impl Bot {
    pub fn new(config: Config, app: App, gate: Gate<Discord>) -> Self {
        Self { config, app, gate }
    }

    /// Runs until `shutdown` is ready, then lets running work end and keeps the gateway sessions for the next start.
    ///
    /// # Errors
    /// [`BotError`] when Discord will not have this bot, whatever one waits. All else is waited out.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), BotError> {
        // Whoever installed one before is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = client(&self.config)?;
        tokio::pin!(shutdown);
        let began = tokio::select! {
            () = &mut shutdown => return Ok(()),
            began = begin(&http, &self.config) => began?,
        };
        let ctx = Context::new(self.app, self.gate, self.config, http, began.application);
        run_parts(Arc::new(ctx), &began.shards, began.queue, shutdown).await
    }
}

struct Began {
    application: Id<ApplicationMarker>,
    shards: Vec<ShardId>,
    queue: InMemoryQueue,
}

fn client(config: &Config) -> Result<Client, BotError> {
    let mut builder = Client::builder()
        .token(config.token.reveal())
        .timeout(Duration::from_secs(10))
        .default_allowed_mentions(AllowedMentions::default());
    if let Some(url) = &config.rest_url {
        let (host, plain) = host_of(url).ok_or_else(|| BotError::Address { url: url.clone() })?;
        builder = builder.proxy(host.to_owned(), plain);
    }
    Ok(builder.build())
}

/// Host and port, and whether it is plain http.
fn host_of(url: &str) -> Option<(&str, bool)> {
    let (rest, plain) = match url.strip_prefix("http://") {
        Some(rest) => (rest, true),
        None => (url.strip_prefix("https://")?, false),
    };
    let host = rest.trim_end_matches('/');
    (!host.is_empty() && !host.contains('/')).then_some((host, plain))
}

async fn begin(http: &Client, config: &Config) -> Result<Began, BotError> {
    let application = application(http).await?;
    if let Some(expected) = config.application.filter(|id| *id != application.get()) {
        return Err(BotError::OtherApplication {
            found: application.get(),
            expected,
        });
    }
    let info = connection_info(http).await?;
    let limit = &info.session_start_limit;
    let queue = InMemoryQueue::new(
        limit.max_concurrency,
        limit.remaining,
        Duration::from_millis(limit.reset_after),
        limit.total,
    );
    Ok(Began {
        application,
        shards: shards(config.shards, info.shards)?,
        queue,
    })
}

fn shards(asked: Shards, recommended: u32) -> Result<Vec<ShardId>, BotError> {
    let (first, count, total) = match asked {
        Shards::Recommended => (0, recommended.max(1), recommended.max(1)),
        Shards::Range {
            first,
            count,
            total,
        } => (first, count, total),
    };
    let end = first
        .checked_add(count)
        .filter(|end| count > 0 && *end <= total);
    let end = end.ok_or(BotError::NoShards {
        first,
        count,
        total,
    })?;
    Ok((first..end)
        .map(|number| ShardId::new(number, total))
        .collect())
}

async fn application(http: &Client) -> Result<Id<ApplicationMarker>, BotError> {
    loop {
        let error = match http.current_user_application().await {
            Ok(answer) => match answer.model().await {
                Ok(application) => return Ok(application.id),
                Err(error) => error.to_string(),
            },
            Err(error) => failed(&error)?,
        };
        wait_for_discord("who the bot is", &error).await;
    }
}

async fn connection_info(http: &Client) -> Result<BotConnectionInfo, BotError> {
    loop {
        let error = match http.gateway().authed().await {
            Ok(answer) => match answer.model().await {
                Ok(info) => return Ok(info),
                Err(error) => error.to_string(),
            },
            Err(error) => failed(&error)?,
        };
        wait_for_discord("how to connect", &error).await;
    }
}

fn failed(error: &Error) -> Result<String, BotError> {
    let answered = Answered::of(error);
    if answered.status == Some(401) {
        return Err(BotError::Token);
    }
    Ok(answered.to_string())
}

async fn wait_for_discord(asking: &str, error: &str) {
    tracing::warn!(
        asking,
        error,
        "Discord does not answer; trying again in five seconds"
    );
    sleep(Duration::from_secs(5)).await;
}

/// Shards, jobs and the registration of commands; the first one that fails ends all.
async fn run_parts(
    ctx: Arc<Context>,
    shards: &[ShardId],
    queue: InMemoryQueue,
    shutdown: impl Future<Output = ()>,
) -> Result<(), BotError> {
    let (stop, stopped) = watch::channel(false);
    let mut parts = JoinSet::new();
    for id in shards {
        parts.spawn(shard::run(
            Arc::clone(&ctx),
            *id,
            queue.clone(),
            stopped.clone(),
        ));
    }
    let mut beside = JoinSet::new();
    let kinds: [(&'static str, Run); 3] = [
        (members::JOB, members::run),
        (install::JOB, install::run),
        (repost::JOB, repost::run),
    ];
    for (kind, run) in kinds {
        beside.spawn(jobs::work(Arc::clone(&ctx), kind, run, stopped.clone()));
    }
    beside.spawn(board::follow(Arc::clone(&ctx), stopped.clone()));
    beside.spawn(log_channel::follow(Arc::clone(&ctx), stopped.clone()));
    beside.spawn(top_role::follow(Arc::clone(&ctx), stopped.clone()));
    let register = commands::register(Arc::clone(&ctx));
    let mut until = stopped.clone();
    beside.spawn(async move {
        tokio::select! {
            () = register => {}
            () = shard::stopped(&mut until) => {}
        }
    });

    tokio::pin!(shutdown);
    let failed = tokio::select! {
        () = &mut shutdown => Ok(()),
        ended = parts.join_next() => ended.map_or(Ok(()), flatten),
    };
    let _ = stop.send(true);
    let longest = ctx.config.drain.saturating_add(Duration::from_secs(3));
    let mut result = failed;
    let ending = timeout(longest, async {
        while let Some(ended) = parts.join_next().await {
            let ended = flatten(ended);
            result = std::mem::replace(&mut result, Ok(())).and(ended);
        }
        while beside.join_next().await.is_some() {}
    });
    // What did not end by then is given up; its events come again, and its jobs are taken again.
    let _ = ending.await;
    result
}

fn flatten(ended: Result<Result<(), BotError>, tokio::task::JoinError>) -> Result<(), BotError> {
    ended.unwrap_or_else(|broken| std::panic::resume_unwind(broken.into_panic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_host(url: &str, expect: Option<(&str, bool)>) {
        assert_eq!(host_of(url), expect, "{url:?}");
    }

    #[test]
    fn addresses_of_the_api() {
        check_host("http://127.0.0.1:80", Some(("127.0.0.1:80", true)));
        check_host("https://discord.example/", Some(("discord.example", false)));
        check_host("ws://127.0.0.1:80", None);
        check_host("http://", None);
        check_host("http://a/api", None);
    }

    fn check_shards(asked: Shards, recommended: u32, expect: Option<(u32, u32)>) {
        let found = shards(asked, recommended).ok();
        let found = found.map(|all| (all[0].number(), all[all.len() - 1].number()));
        assert_eq!(found, expect, "{asked:?}");
    }

    #[test]
    fn a_process_runs_its_range_of_shards() {
        check_shards(Shards::Recommended, 3, Some((0, 2)));
        check_shards(Shards::Recommended, 0, Some((0, 0)));
        check_shards(
            Shards::Range {
                first: 2,
                count: 2,
                total: 4,
            },
            1,
            Some((2, 3)),
        );
        check_shards(
            Shards::Range {
                first: 2,
                count: 3,
                total: 4,
            },
            1,
            None,
        );
        check_shards(
            Shards::Range {
                first: 0,
                count: 0,
                total: 4,
            },
            1,
            None,
        );
    }
}
