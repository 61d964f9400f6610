//! Tells the owner of this installation when the log channels are behind.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use twilight_model::id::Id;

use crate::{context::Context, replies, troubles};

const MEMO: &str = "discord.log.alert";
const AGAIN_MS: i64 = 3_600_000;

/// What was said last. Kept, so that a restart does not say it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Said {
    told_ms: Option<i64>,
    /// Whether the owner was told that it is so, and not yet that it is over.
    open: bool,
}

#[derive(Debug)]
pub(crate) struct Alert {
    said: Said,
    saying: JoinSet<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Behind,
    CaughtUp,
}

impl Alert {
    pub(crate) async fn load(ctx: &Context) -> Self {
        let stored = ctx.app.store().memo(MEMO.into()).await.ok().flatten();
        let said = stored.and_then(|value| serde_json::from_value(value).ok());
        Self {
            said: said.unwrap_or_default(),
            saying: JoinSet::new(),
        }
    }

    /// Says what is new, if anything is. Nobody waits for it.
    pub(crate) fn look(&mut self, ctx: &Arc<Context>, waiting: u64) {
        while self.saying.try_join_next().is_some() {}
        let Some(channel) = ctx.config.alert_channel.and_then(Id::new_checked) else {
            return;
        };
        let now_ms = ctx.app.clock().now_ms();
        let Some(news) = self.said.after(waiting, ctx.config.log_alert, now_ms) else {
            return;
        };
        let text = match news {
            News::Behind => replies::log::behind(waiting),
            News::CaughtUp => replies::log::caught_up(waiting),
        };
        tracing::warn!(waiting, ?news, "the log channels");
        let (ctx, said) = (Arc::clone(ctx), self.said);
        self.saying.spawn(async move {
            let value = serde_json::to_value(said).expect("plain data");
            if let Err(error) = ctx.app.store().memo_set(MEMO.into(), value).await {
                tracing::warn!(%error, "cannot keep what was said to the owner");
            }
            troubles::say(&ctx, channel, &text).await;
        });
    }
}

impl Said {
    /// What is to be said when so many wait: at most once an hour that it is so, and once that it is over.
    fn after(&mut self, waiting: u64, most: u64, now_ms: i64) -> Option<News> {
        if waiting > most {
            let told = self.told_ms;
            if told.is_some_and(|told| now_ms.saturating_sub(told) < AGAIN_MS) {
                return None;
            }
            *self = Self {
                told_ms: Some(now_ms),
                open: true,
            };
            return Some(News::Behind);
        }
        // Half, so that it is not over and begins anew with each transaction.
        let over = self.open && waiting <= most / 2;
        over.then(|| {
            self.open = false;
            News::CaughtUp
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_hears_once_an_hour_that_it_is_so_and_once_that_it_is_over() {
        let mut said = Said::default();
        let mut check = |minute: i64, waiting: u64, expect: Option<News>| {
            let news = said.after(waiting, 100, minute * 60_000);
            assert_eq!(news, expect, "minute {minute}");
        };
        check(0, 100, None);
        check(1, 101, Some(News::Behind));
        check(2, 5_000, None);
        check(61, 5_000, Some(News::Behind));
        check(62, 60, None);
        check(63, 50, Some(News::CaughtUp));
        check(64, 0, None);
        check(65, 5_000, None);
        check(66, 10, None);
        check(121, 5_000, Some(News::Behind));
    }
}
