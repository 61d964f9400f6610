//! One job in one guild.

use std::collections::HashSet;

use app::{Asked, Change, ChangeRefusal, CurrencyPicture, EmojiBinding, Guild, Job, StoreError};
use ledger::{Currency, CurrencyId, IdempotencyKey, Identity, KeyScope};
use serde::{Deserialize, Serialize};

use super::{Plan, Stopped, keep};
use crate::{
    context::{APPLICATION, Context},
    emoji::{self, EmojiRefusal},
    jobs::Later,
    picture::{Format, Picture},
    replies::groups as words,
    rights,
    troubles::{self, Part},
};

/// How far a guild's job is.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    installed: u32,
    of: u32,
    /// What is being uploaded: after a crash Discord may have it already.
    uploading: Option<Uploading>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Uploading {
    currency: CurrencyId,
    since_ms: i64,
}

/// One job in one guild.
pub(super) struct Installation<'a> {
    ctx: &'a Context,
    job: &'a Job,
    pub guild: Guild,
    progress: Progress,
    /// What this guild cannot have now, and why.
    refused: Vec<EmojiRefusal>,
}

impl<'a> Installation<'a> {
    pub(super) fn new(ctx: &'a Context, job: &'a Job, guild: Guild) -> Self {
        Self {
            ctx,
            job,
            guild,
            progress: serde_json::from_value(job.payload.clone()).unwrap_or_default(),
            refused: Vec::new(),
        }
    }

    /// Gives the currencies that were looked at.
    pub(super) async fn work(&mut self) -> Result<HashSet<CurrencyId>, Stopped> {
        if let Some(uploading) = self.progress.uploading.take() {
            self.adopt(uploading).await?;
        }
        let first = Plan::of(self.ctx, &self.guild).await?;
        // Before all else: it makes room.
        self.take_out(&first.remove).await?;
        self.progress.of = self
            .progress
            .installed
            .saturating_add(u32::try_from(first.put.len()).unwrap_or(u32::MAX));
        for currency in &first.put {
            if let Some(picture) = self.picture_of(currency.id).await? {
                self.put(currency, &picture).await?;
            }
        }
        let replaced = Plan::of(self.ctx, &self.guild).await?.remove;
        self.take_out(&replaced).await?;
        Ok(first.put.iter().map(|currency| currency.id).collect())
    }

    async fn picture_of(&self, currency: CurrencyId) -> Result<Option<Picture>, Stopped> {
        let kept = self.ctx.app.store().picture(currency).await?;
        Ok(kept.and_then(as_picture))
    }

    async fn put(&mut self, currency: &Currency, picture: &Picture) -> Result<(), Stopped> {
        if self.is_hopeless(picture) {
            return Ok(());
        }
        // Who waits in twilight's own queue holds up the other guilds.
        let wait = emoji::held_back_ms(self.ctx, self.guild.discord).await;
        if wait.is_some_and(|ms| ms > SHORT_MS) {
            return Err(self.busy(wait));
        }
        let since_ms = self.ctx.app.clock().now_ms();
        self.progress.uploading = Some(Uploading {
            currency: currency.id,
            since_ms,
        });
        self.keep_progress().await?;
        let (discord, reason) = (self.guild.discord, words::audit_installed(&currency.name));
        match emoji::upload(self.ctx, discord, &currency.name, picture, &reason).await {
            Ok(made) => {
                let (id, name, animated) = (made.id.get(), made.name, made.animated);
                self.bind(currency.id, (id, name, animated)).await
            }
            Err(EmojiRefusal::Busy) => {
                let wait = emoji::held_back_ms(self.ctx, discord).await;
                Err(self.busy(wait))
            }
            Err(EmojiRefusal::Failed(why)) => Err(Stopped::later(why)),
            Err(EmojiRefusal::BadPicture) => {
                let name = &currency.name;
                tracing::error!(guild = discord, %name, "Discord does not take the picture of a shared currency; give it another one");
                Ok(())
            }
            Err(refusal @ (EmojiRefusal::Full { .. } | EmojiRefusal::NotAllowed)) => {
                self.refused.push(refusal);
                Ok(())
            }
        }
    }

    /// Whether Discord has just said that it takes no such picture here.
    fn is_hopeless(&self, picture: &Picture) -> bool {
        self.refused.iter().any(|refusal| match refusal {
            EmojiRefusal::Full { animated } => *animated == (picture.format == Format::Gif),
            _ => true,
        })
    }

    /// Discord wants patience: up to an hour, so the job goes on later, and others meanwhile.
    fn busy(&self, wait_ms: Option<i64>) -> Stopped {
        Stopped::Later(Later {
            error: "Discord limits how many emojis may be made in a short time".into(),
            after_ms: wait_ms.map(|ms| ms.clamp(1_000, 3_600_000)),
            payload: serde_json::to_value(self.progress).ok(),
        })
    }

    async fn keep_progress(&self) -> Result<(), Stopped> {
        let progress = serde_json::to_value(self.progress).expect("progress is plain data");
        keep(self.ctx, self.job, progress).await
    }

    /// After a crash between an upload and its binding the emoji is there and stands for nothing: it is not uploaded again.
    async fn adopt(&mut self, uploading: Uploading) -> Result<(), Stopped> {
        let ctx = self.ctx;
        let currencies = ctx.app.store().currencies().await?;
        let meant = currencies
            .iter()
            .find(|known| known.id == uploading.currency);
        let Some(meant) = meant else {
            return Ok(());
        };
        let own = rights::own_user(ctx).await.map_err(Stopped::later)?;
        let listed = emoji::list(ctx, self.guild.discord).await;
        let listed = listed.map_err(Stopped::later)?;
        let bound = ctx.app.store().emojis(self.guild.id).await?;
        let free = listed.into_iter().filter(|listed| {
            let is_bound = bound.iter().any(|bound| bound.emoji == listed.id.get());
            listed.is_by(own)
                && listed.name.as_deref() == Some(meant.name.as_str())
                && made_ms(listed.id.get()) >= uploading.since_ms - CLOCKS_DIFFER_MS
                && !is_bound
        });
        match free.max_by_key(|listed| listed.id) {
            Some(found) => {
                let name = found.name.unwrap_or_default();
                self.bind(meant.id, (found.id.get(), name, found.animated))
                    .await
            }
            None => Ok(()),
        }
    }

    async fn bind(
        &mut self,
        currency: CurrencyId,
        (emoji, name, animated): (u64, String, bool),
    ) -> Result<(), Stopped> {
        let binding = EmojiBinding {
            guild: self.guild.id,
            emoji,
            name,
            animated,
            currency,
        };
        match emoji_bind(self.ctx, self.guild.discord, binding).await {
            Ok(()) => self.progress.installed = self.progress.installed.saturating_add(1),
            // Somebody was faster and made it stand for something else.
            Err(ChangeRefusal::Exists { .. }) => {}
            Err(refusal) => return Err(refusal.into()),
        }
        self.progress.uploading = None;
        self.ctx.homes.forget(self.guild.discord);
        Ok(())
    }

    async fn take_out(&mut self, over: &[EmojiBinding]) -> Result<(), Stopped> {
        let (ctx, discord) = (self.ctx, self.guild.discord);
        for binding in over {
            // First it is removed: what breaks off in between is found again by its binding.
            match emoji::remove(ctx, discord, binding.emoji, words::AUDIT_TAKEN_OUT).await {
                Ok(()) => {}
                Err(EmojiRefusal::Busy) => return Err(self.busy(None)),
                Err(EmojiRefusal::Failed(why)) => return Err(Stopped::later(why)),
                // It stays as a picture.
                Err(refusal) => {
                    tracing::info!(?refusal, guild = discord, "an emoji cannot be removed");
                }
            }
            emoji_unbind(ctx, discord, binding).await?;
            self.keep_progress().await?;
        }
        ctx.homes.forget(discord);
        Ok(())
    }

    /// The admins hear once what keeps emojis from being installed, and that it is over from `/setup`.
    pub(super) async fn tell(&self) {
        let (ctx, discord) = (self.ctx, self.guild.discord);
        match self.refused.first() {
            Some(refusal) => {
                troubles::met(ctx, discord, Part::Emojis, words::not_installed(refusal)).await;
            }
            None => troubles::mended(ctx, discord, Part::Emojis).await,
        }
    }
}

/// What one waits for rather than coming back later.
const SHORT_MS: i64 = 5_000;

/// The clocks of Discord and of this machine.
const CLOCKS_DIFFER_MS: i64 = 300_000;

/// When something of Discord's was made (its documentation, "Snowflakes").
const fn made_ms(snowflake: u64) -> i64 {
    (snowflake >> 22).cast_signed() + 1_420_070_400_000
}

fn as_picture(kept: CurrencyPicture) -> Option<Picture> {
    let format = Format::of(&kept.bytes)?;
    Some(Picture {
        format,
        bytes: kept.bytes,
    })
}

/// In the name of the guild itself: whoever made the currency did not order it here.
async fn asked(ctx: &Context, guild: u64, key: &str) -> Result<Asked, StoreError> {
    let actor = ctx.app.holder(Identity::guild(guild)).await?;
    let key = IdempotencyKey::new(KeyScope(APPLICATION), key);
    Ok(Asked::new(&ctx.entry("install"), actor, key))
}

async fn emoji_bind(ctx: &Context, guild: u64, binding: EmojiBinding) -> Result<(), ChangeRefusal> {
    let by = asked(ctx, guild, &format!("install:{}", binding.emoji)).await?;
    let change = Change::EmojiBind(binding);
    ctx.app.change(by, change).await.map(|_| ())
}

async fn emoji_unbind(
    ctx: &Context,
    guild: u64,
    binding: &EmojiBinding,
) -> Result<(), ChangeRefusal> {
    let by = asked(ctx, guild, &format!("install-removed:{}", binding.emoji)).await?;
    let change = Change::EmojiUnbind {
        guild: binding.guild,
        emoji: binding.emoji,
    };
    match ctx.app.change(by, change).await {
        // Discord told of its end first.
        Ok(_) | Err(ChangeRefusal::Unknown { .. }) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}
