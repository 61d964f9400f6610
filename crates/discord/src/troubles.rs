//! What does not work in a guild: told once, paused until it is mended, listed by `/setup`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
    time::Duration,
};

use app::StoreError;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use twilight_model::{
    channel::message::AllowedMentions,
    id::{Id, marker::ChannelMarker},
};

use crate::{
    context::Context, discord_error::Answered, patience::patiently, replies, rights, settings,
};

/// What of the bot's work in a guild stops without the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    LogChannel,
    RepostChannel,
    TopRole,
    Emojis,
    Members,
    Nickname,
}

/// Something that does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub part: Part,
    /// What happened, and what an admin can do.
    pub sentence: String,
    pub since_ms: i64,
    /// Whether roles and channels show that it cannot work, so that they will show when it can.
    pub seen: bool,
}

/// As it is stored: also what is over, so that something that comes and goes is not told each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    sentence: String,
    since_ms: i64,
    told_ms: i64,
    over: bool,
    /// Somebody said since it was told that it shall work.
    #[serde(default)]
    anew: bool,
    #[serde(default)]
    seen: bool,
}

impl Entry {
    const fn is_to_be_told(&self, now_ms: i64) -> bool {
        let least = if self.anew {
            TELL_ANEW_MS
        } else {
            TELL_AGAIN_MS
        };
        now_ms.saturating_sub(self.told_ms) >= least
    }
}

type Entries = BTreeMap<Part, Entry>;

/// What was told is not told again for so long.
const TELL_AGAIN_MS: i64 = 24 * 3_600_000;
/// The same, if somebody said meanwhile that it shall work.
const TELL_ANEW_MS: i64 = 600_000;

/// A part of the bot's work does not work in this guild: it is paused, and the admins hear of it once. `sentence` says what happened,
/// and what they can do.
pub(crate) async fn met(ctx: &Context, guild: u64, part: Part, sentence: impl Into<String>) {
    if paused(ctx, guild, part).await {
        return;
    }
    let (sentence, now_ms) = (sentence.into(), ctx.app.clock().now_ms());
    let seen = settings::is_seen(ctx, guild, part).await;
    let mut tell = false;
    change(ctx, guild, |entries| {
        let known = entries.get(&part);
        if known.is_some_and(|entry| !entry.over) {
            return;
        }
        let told_ms = known.map(|entry| entry.told_ms);
        tell = known.is_none_or(|entry| entry.is_to_be_told(now_ms));
        let entry = Entry {
            sentence: sentence.clone(),
            since_ms: now_ms,
            told_ms: told_ms.filter(|_| !tell).unwrap_or(now_ms),
            over: false,
            anew: known.is_some_and(|entry| entry.anew && !tell),
            seen,
        };
        entries.insert(part, entry);
    })
    .await;
    // It is kept before it is told: a crash in between tells it in /setup only, and never twice.
    if tell {
        tracing::warn!(guild, ?part, "paused in a guild until it is mended");
        tell_admins(ctx, guild, &sentence).await;
    }
}

/// It works again. For every success: without a trouble it does nothing.
pub(crate) async fn mended(ctx: &Context, guild: u64, part: Part) {
    if !paused(ctx, guild, part).await {
        return;
    }
    change(ctx, guild, |entries| {
        if let Some(entry) = entries.get_mut(&part) {
            entry.over = true;
        }
    })
    .await;
    wake(ctx, guild, part);
}

/// Somebody wants it to work: it is tried again, and told again if it still does not.
pub(crate) async fn begin_anew(ctx: &Context, guild: u64, parts: &[Part]) {
    change(ctx, guild, |entries| {
        let meant = entries.iter_mut().filter(|(part, _)| parts.contains(part));
        meant.for_each(|(_, entry)| (entry.over, entry.anew) = (true, true));
    })
    .await;
    for part in parts {
        wake(ctx, guild, *part);
    }
}

/// Whether this part is not to be tried. For everything that happens: it is remembered.
pub(crate) async fn paused(ctx: &Context, guild: u64, part: Part) -> bool {
    let entries = entries(ctx, guild).await;
    entries.get(&part).is_some_and(|entry| !entry.over)
}

/// Everything that does not work in this guild.
pub(crate) async fn of(ctx: &Context, guild: u64) -> Vec<Trouble> {
    let entries = entries(ctx, guild).await.into_iter();
    let open = entries.filter(|(_, entry)| !entry.over);
    open.map(|(part, entry)| Trouble {
        part,
        sentence: entry.sentence,
        since_ms: entry.since_ms,
        seen: entry.seen,
    })
    .collect()
}

/// Whoever does this part need not wait for another reason to look.
fn wake(ctx: &Context, guild: u64, part: Part) {
    if part == Part::TopRole {
        ctx.top_roles.stir(guild);
    }
}

fn memo(guild: u64) -> String {
    format!("discord.troubles.{guild}")
}

async fn entries(ctx: &Context, guild: u64) -> Entries {
    let now_ms = ctx.app.clock().now_ms();
    if let Some(known) = ctx.troubles.get(guild, now_ms) {
        return known;
    }
    match stored(ctx, guild).await {
        Ok(entries) => {
            ctx.troubles.put(guild, &entries, now_ms);
            entries
        }
        Err(error) => {
            tracing::warn!(%error, guild, "cannot read what does not work in a guild");
            ctx.troubles.last(guild)
        }
    }
}

async fn stored(ctx: &Context, guild: u64) -> Result<Entries, StoreError> {
    let stored = ctx.app.store().memo(memo(guild)).await?;
    // What another version wrote is found out again.
    Ok(stored
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

/// One after the other; without a store it is remembered by this process only.
async fn change(ctx: &Context, guild: u64, edit: impl FnOnce(&mut Entries)) {
    let _alone = ctx.troubles.changing.lock().await;
    let read = patiently(|| stored(ctx, guild)).await;
    let before = read.unwrap_or_else(|_| ctx.troubles.last(guild));
    let mut entries = before.clone();
    edit(&mut entries);
    ctx.troubles.put(guild, &entries, ctx.app.clock().now_ms());
    if entries == before {
        return;
    }
    let value = serde_json::to_value(&entries).expect("entries are plain data");
    let kept = patiently(|| ctx.app.store().memo_set(memo(guild), value.clone())).await;
    if let Err(error) = kept {
        tracing::error!(%error, guild, "cannot keep what does not work in a guild");
    }
}

/// A direct message to the owner; if they take none, one where the guild reads such messages. Else only `/setup` shows it.
async fn tell_admins(ctx: &Context, guild: u64, sentence: &str) {
    let Ok(rights) = rights::of(ctx, guild).await else {
        return;
    };
    let name = name_of(ctx, guild).await;
    let text = replies::settings::trouble_told(&name, sentence);
    if let Some(dm) = direct(ctx, rights.owner).await
        && say(ctx, dm, &text).await
    {
        return;
    }
    let system = rights.system_channel.filter(|channel| {
        let needed = rights::TO_TELL;
        rights.check_channel(*channel, needed).is_ok()
    });
    if let Some(channel) = system.and_then(Id::new_checked) {
        say(
            ctx,
            channel,
            &replies::settings::trouble_told_here(sentence),
        )
        .await;
    }
}

async fn name_of(ctx: &Context, guild: u64) -> String {
    let kept = ctx.app.store().guild_by_discord(guild).await;
    let kept = kept.ok().flatten();
    kept.map_or_else(|| guild.to_string(), |guild| guild.name)
}

/// Who waits for Discord here holds up nothing but this.
const PATIENCE: Duration = Duration::from_secs(10);

async fn direct(ctx: &Context, user: u64) -> Option<Id<ChannelMarker>> {
    let user = Id::new_checked(user)?;
    let asked = async { ctx.http.create_private_channel(user).await };
    match timeout(PATIENCE, asked).await.ok()? {
        Ok(answer) => answer.model().await.ok().map(|channel| channel.id),
        Err(error) => {
            tracing::info!(answered = %Answered::of(&error), "cannot open a direct conversation");
            None
        }
    }
}

/// Whether it was taken.
pub(crate) async fn say(ctx: &Context, channel: Id<ChannelMarker>, text: &str) -> bool {
    let mentions = AllowedMentions::default();
    let said = async {
        ctx.http
            .create_message(channel)
            .content(text)
            .allowed_mentions(Some(&mentions))
            .await
    };
    match timeout(PATIENCE, said).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => {
            tracing::info!(answered = %Answered::of(&error), channel = channel.get(), "a message was not taken");
            false
        }
        Err(_) => false,
    }
}

/// What is known of each guild's troubles, for a moment: another process may change them.
#[derive(Debug, Default)]
pub(crate) struct KnownTroubles {
    guilds: Mutex<HashMap<u64, (Entries, i64)>>,
    changing: tokio::sync::Mutex<()>,
}

impl KnownTroubles {
    const MOST: usize = 20_000;
    const GOOD_MS: i64 = 20_000;

    pub(crate) fn forget_all(&self) {
        if let Ok(mut guilds) = self.guilds.lock() {
            guilds.clear();
        }
    }

    fn get(&self, guild: u64, now_ms: i64) -> Option<Entries> {
        let guilds = self.guilds.lock().ok()?;
        let (entries, since) = guilds.get(&guild)?;
        (now_ms.saturating_sub(*since) < Self::GOOD_MS).then(|| entries.clone())
    }

    /// What was known last, however long ago.
    fn last(&self, guild: u64) -> Entries {
        let guilds = self.guilds.lock();
        let last = guilds.ok().and_then(|guilds| guilds.get(&guild).cloned());
        last.map(|(entries, _)| entries).unwrap_or_default()
    }

    fn put(&self, guild: u64, entries: &Entries, now_ms: i64) {
        if let Ok(mut guilds) = self.guilds.lock() {
            if guilds.len() >= Self::MOST {
                guilds.clear();
            }
            guilds.insert(guild, (entries.clone(), now_ms));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_told_again_the_next_day_or_soon_when_asked_for() {
        let check = |anew: bool, after_ms: i64, expect: bool| {
            let entry = Entry {
                sentence: "It does not work.".into(),
                since_ms: 0,
                told_ms: 1_000,
                over: true,
                anew,
                seen: true,
            };
            let found = entry.is_to_be_told(1_000 + after_ms);
            assert_eq!(found, expect, "{anew} {after_ms}");
        };
        check(false, 0, false);
        check(false, TELL_AGAIN_MS - 1, false);
        check(false, TELL_AGAIN_MS, true);
        check(true, TELL_ANEW_MS - 1, false);
        check(true, TELL_ANEW_MS, true);
    }
}
