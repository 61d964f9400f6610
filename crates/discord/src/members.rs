//! Who is a member of which guild: everybody, before their first command.

use std::{collections::HashMap, sync::Mutex};

use app::{BoxFuture, Job, Member, MembersSync, StoreError, reported_name};
use ledger::GuildId;
use serde::Deserialize;
use twilight_model::{gateway::payload::incoming::MemberAdd, id::Id, user::User};

use crate::{
    board,
    context::Context,
    discord_error::{Answered, UNKNOWN_MEMBER},
    guilds::Home,
    jobs::{self, Ended},
    patience::patiently,
};

pub(crate) const JOB: &str = "discord.members";
/// The most that Discord gives at once (its documentation, "List Guild Members").
const PAGE: u16 = 1_000;
/// Asks for a pass over all members of a guild, unless one is waiting already.
pub(crate) async fn fetch_later(ctx: &Context, discord: u64) {
    jobs::add(ctx, JOB, discord.to_string(), serde_json::json!({})).await;
}

/// Why a pass over the members stopped.
#[derive(Debug)]
enum Stopped {
    /// Another process has taken the job.
    Taken,
    /// Discord will not give them, however often it is asked.
    Forbidden(Answered),
    Later(String),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::Later(error.to_string())
    }
}

pub(crate) fn run<'a>(ctx: &'a Context, job: &'a Job) -> BoxFuture<'a, Ended> {
    Box::pin(async move {
        match fetch_all(ctx, job).await {
            Ok(()) => Ended::Done,
            Err(Stopped::Taken) => Ended::Taken,
            Err(Stopped::Forbidden(answered)) => {
                tracing::warn!(guild = job.name, %answered, "Discord does not let the bot see this guild's members");
                Ended::Done
            }
            Err(Stopped::Later(error)) => Ended::later(error),
        }
    })
}

/// One page after the other: each is stored with how far it came, so that a restart goes on there.
async fn fetch_all(ctx: &Context, job: &Job) -> Result<(), Stopped> {
    let Some((discord, guild, mut sync)) = begin(ctx, job).await? else {
        return Ok(());
    };
    while !sync.complete {
        let page = fetch_page(ctx, discord, sync.after).await?;
        sync = advance(sync, &page);
        let store = ctx.app.store();
        store.members_put(guild, page.clone(), sync).await?;
        ctx.boards.listed(guild, &page).await;
        if !jobs::progress(ctx, job, serde_json::json!({ "fetched": sync.fetched })).await? {
            return Err(Stopped::Taken);
        }
        tracing::info!(
            guild = discord,
            fetched = sync.fetched,
            complete = sync.complete,
            "fetching members"
        );
    }
    ctx.acquaintances.forget_guild(discord);
    board::warm(ctx, discord).await;
    ctx.top_roles.stir(discord);
    Ok(())
}

async fn begin(ctx: &Context, job: &Job) -> Result<Option<(u64, GuildId, MembersSync)>, Stopped> {
    let discord: u64 = job.name.parse().unwrap_or_default();
    let guild = ctx.app.store().guild_by_discord(discord).await?;
    Ok(guild.filter(|guild| guild.present).map(|guild| {
        let sync = if guild.sync.complete || guild.sync.pass == 0 {
            next_pass(guild.sync)
        } else {
            guild.sync
        };
        (discord, guild.id, sync)
    }))
}

const fn next_pass(sync: MembersSync) -> MembersSync {
    MembersSync {
        after: 0,
        fetched: 0,
        complete: false,
        pass: sync.pass.saturating_add(1),
    }
}

/// How far a page brings the pass: up to the greatest id in it, in whatever order it came; a short one is the last.
fn advance(sync: MembersSync, page: &[Member]) -> MembersSync {
    let greatest = page.iter().map(|member| member.discord).max();
    MembersSync {
        after: greatest.unwrap_or(sync.after).max(sync.after),
        fetched: sync.fetched.saturating_add(page.len() as u64),
        complete: page.len() < usize::from(PAGE),
        pass: sync.pass,
    }
}

/// The few fields that are kept, so that nothing else in a member can spoil a page of a thousand.
#[derive(Deserialize)]
struct Fetched {
    nick: Option<String>,
    user: FetchedUser,
}

#[derive(Deserialize)]
struct FetchedUser {
    id: Id<twilight_model::id::marker::UserMarker>,
    username: String,
    global_name: Option<String>,
    #[serde(default)]
    bot: bool,
}

impl From<Fetched> for Member {
    fn from(fetched: Fetched) -> Self {
        let user = fetched.user;
        Member {
            discord: user.id.get(),
            bot: user.bot,
            name: reported_name(fetched.nick.or(user.global_name).unwrap_or(user.username)),
        }
    }
}

async fn fetch_page(ctx: &Context, discord: u64, after: u64) -> Result<Vec<Member>, Stopped> {
    let guild =
        Id::new_checked(discord).ok_or_else(|| Stopped::Later("a guild without an id".into()))?;
    let mut request = ctx.http.guild_members(guild).limit(PAGE);
    if let Some(after) = Id::new_checked(after) {
        request = request.after(after);
    }
    let answer = request.await.map_err(|error| {
        let answered = Answered::of(&error);
        if answered.forbidden() || answered.not_found() {
            Stopped::Forbidden(answered)
        } else {
            Stopped::Later(answered.to_string())
        }
    })?;
    let bytes = answer
        .bytes()
        .await
        .map_err(|error| Stopped::Later(error.to_string()))?;
    let fetched: Vec<Fetched> =
        serde_json::from_slice(&bytes).map_err(|error| Stopped::Later(error.to_string()))?;
    Ok(fetched.into_iter().map(Member::from).collect())
}

/// What others see of a person.
pub(crate) fn member_of(user: &User, nick: Option<&str>) -> Member {
    let name = nick.or(user.global_name.as_deref()).unwrap_or(&user.name);
    Member {
        discord: user.id.get(),
        bot: user.bot,
        name: reported_name(name.to_owned()),
    }
}

pub(crate) async fn joined(ctx: &Context, event: &MemberAdd) {
    let discord = event.guild_id.get();
    let member = member_of(&event.member.user, event.member.nick.as_deref());
    let user = member.discord;
    ctx.acquaintances.forget(discord, user);
    let kept = patiently(|| async {
        match ctx.app.store().guild_by_discord(discord).await? {
            Some(guild) => keep(ctx, guild.id, member.clone()).await,
            None => Ok(()),
        }
    });
    if let Err(error) = kept.await {
        tracing::error!(%error, guild = discord, "cannot keep that somebody joined");
    }
    // Whoever asked while they were written may have remembered a stranger.
    ctx.acquaintances.forget(discord, user);
    ctx.top_roles.stir(discord);
}

async fn keep(ctx: &Context, guild: GuildId, member: Member) -> Result<(), StoreError> {
    let store = ctx.app.store();
    let holder = store.member_joined(guild, member.clone()).await?;
    board::joined(ctx, guild, &member, holder).await;
    Ok(())
}

pub(crate) async fn left(ctx: &Context, discord: u64, user: u64) {
    ctx.acquaintances.forget(discord, user);
    let kept = patiently(|| async {
        match ctx.app.store().guild_by_discord(discord).await? {
            Some(guild) => {
                ctx.app.store().member_left(guild.id, user).await?;
                ctx.boards.left(guild.id, user).await;
                Ok(())
            }
            None => Ok(()),
        }
    });
    if let Err(error) = kept.await {
        tracing::error!(%error, guild = discord, "cannot keep that somebody left");
    }
    ctx.top_roles.left(discord, user);
}

/// Somebody who used a command is a member, also where the bot cannot list them.
pub(crate) async fn met(
    ctx: &Context,
    guild: &app::Guild,
    member: Member,
) -> Result<(), StoreError> {
    if guild.sync.complete && ctx.has_members_intent() {
        return Ok(());
    }
    if ctx
        .acquaintances
        .get(guild.discord, member.discord, ctx.app.clock().now_ms())
        .is_some_and(|known| known != Known::Stranger)
    {
        return Ok(());
    }
    let known = Known::of(&member);
    let discord = member.discord;
    if ctx.app.store().member(guild.id, discord).await?.is_none() {
        keep(ctx, guild.id, member).await?;
    }
    ctx.acquaintances
        .put((guild.discord, discord), known, ctx.app.clock().now_ms());
    Ok(())
}

/// What somebody is in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Person,
    Bot,
    /// A webhook, or somebody who left.
    Stranger,
}

impl Known {
    fn of(member: &Member) -> Self {
        if member.bot {
            Known::Bot
        } else {
            Known::Person
        }
    }
}

/// What somebody is in this guild, for every reaction: from memory, else from the store, else from Discord.
pub(crate) async fn known(
    ctx: &Context,
    guild: (u64, &Home),
    user: u64,
) -> Result<Known, StoreError> {
    let (discord, home) = guild;
    let now_ms = ctx.app.clock().now_ms();
    if let Some(known) = ctx.acquaintances.get(discord, user, now_ms) {
        return Ok(known);
    }
    let known = match ctx.app.store().member(home.id, user).await? {
        Some(member) => Known::of(&member),
        None if all_are_kept(ctx, discord).await? => Known::Stranger,
        None => ask_discord(ctx, discord, home.id, user).await?,
    };
    ctx.acquaintances.put((discord, user), known, now_ms);
    Ok(known)
}

async fn all_are_kept(ctx: &Context, discord: u64) -> Result<bool, StoreError> {
    let guild = ctx.app.store().guild_by_discord(discord).await?;
    Ok(ctx.has_members_intent() && guild.is_some_and(|guild| guild.sync.complete))
}

async fn ask_discord(
    ctx: &Context,
    discord: u64,
    guild: GuildId,
    user: u64,
) -> Result<Known, StoreError> {
    let (Some(guild_id), Some(user_id)) = (Id::new_checked(discord), Id::new_checked(user)) else {
        return Ok(Known::Stranger);
    };
    let fetched = match ctx.http.guild_member(guild_id, user_id).await {
        Ok(answer) => answer.bytes().await.ok(),
        Err(error) => {
            let answered = Answered::of(&error);
            if !answered.is(UNKNOWN_MEMBER) {
                tracing::warn!(%answered, guild = discord, "cannot ask who somebody is");
            }
            None
        }
    };
    let Some(fetched) = fetched.and_then(|bytes| serde_json::from_slice::<Fetched>(&bytes).ok())
    else {
        return Ok(Known::Stranger);
    };
    let member = Member::from(fetched);
    let known = Known::of(&member);
    keep(ctx, guild, member).await?;
    Ok(known)
}

/// Who is who in which guild, in memory. Bounded: it is emptied when it is full.
#[derive(Debug, Default)]
pub(crate) struct Acquaintances(Mutex<HashMap<(u64, u64), (Known, i64)>>);

impl Acquaintances {
    const MOST: usize = 200_000;
    /// A stranger may have joined without the bot being told.
    const STRANGER_MS: i64 = 600_000;

    fn get(&self, guild: u64, user: u64, now_ms: i64) -> Option<Known> {
        let known = self.0.lock().ok()?;
        let (known, since) = *known.get(&(guild, user))?;
        (known != Known::Stranger || now_ms.saturating_sub(since) < Self::STRANGER_MS)
            .then_some(known)
    }

    fn put(&self, key: (u64, u64), known: Known, now_ms: i64) {
        if let Ok(mut all) = self.0.lock() {
            if all.len() >= Self::MOST {
                all.clear();
            }
            all.insert(key, (known, now_ms));
        }
    }

    fn forget(&self, guild: u64, user: u64) {
        if let Ok(mut all) = self.0.lock() {
            all.remove(&(guild, user));
        }
    }

    pub(crate) fn forget_all(&self) {
        if let Ok(mut all) = self.0.lock() {
            all.clear();
        }
    }

    fn forget_guild(&self, guild: u64) {
        if let Ok(mut all) = self.0.lock() {
            all.retain(|(of, _), _| *of != guild);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: impl IntoIterator<Item = u64>) -> Vec<Member> {
        let member = |discord| Member {
            discord,
            bot: false,
            name: "n".into(),
        };
        ids.into_iter().map(member).collect()
    }

    fn check(ids: Vec<u64>, expect: (u64, u64, bool)) {
        let before = MembersSync {
            after: 500,
            fetched: 7,
            complete: false,
            pass: 2,
        };
        let after = advance(before, &page(ids));
        assert_eq!((after.after, after.fetched, after.complete), expect);
        assert_eq!(after.pass, 2);
    }

    #[test]
    fn a_page_goes_on_from_its_greatest_id_and_a_short_one_is_the_last() {
        check(vec![], (500, 7, true));
        check((1_001..=2_000).collect(), (2_000, 1_007, false));
        check((1_001..=2_000).rev().collect(), (2_000, 1_007, false));
        check((1_001..2_000).collect(), (1_999, 1_006, true));
    }

    #[test]
    fn a_complete_pass_is_followed_by_a_new_one_from_the_start() {
        let done = MembersSync {
            after: 9,
            fetched: 5,
            complete: true,
            pass: 3,
        };
        assert_eq!(
            next_pass(done),
            MembersSync {
                after: 0,
                fetched: 0,
                complete: false,
                pass: 4
            }
        );
    }
}
