//! Who has the role in one guild, and who shall have it.

use std::{collections::BTreeSet, future::Future, time::Duration};

use app::{Guild, StoreError};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use twilight_http::{Error, request::AuditLogReason as _};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, RoleMarker, UserMarker},
};

use super::RICHEST;
use crate::{
    board,
    context::Context,
    currencies::Currencies,
    discord_error::{Answered, UNKNOWN_MEMBER},
    replies::settings as words,
    rights::{self, Rights},
    settings,
    troubles::{self, Part},
};

/// To whom the role was given. Kept before it is given as well, so that a crash in between leaves nobody with it for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    role: u64,
    given: BTreeSet<u64>,
    /// Perhaps given.
    giving: BTreeSet<u64>,
}

/// What came of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// They are no member any more.
    Left,
    /// Asking again gives the same answer.
    Refused(Answered),
    /// Discord does not answer, or asks to wait for long.
    Later,
}

/// Something stood in the way. The guild is looked at again.
struct Stopped;

/// Gives and takes the role so that the richest have it; false when something stood in the way. With `doubt`, Discord is asked whether
/// those who were given it still have it.
pub(super) async fn settle(ctx: &Context, guild: &Guild, doubt: bool) -> Result<bool, StoreError> {
    let mut held = kept(ctx, guild.discord).await?;
    let before = held.clone();
    for user in ctx.top_roles.take_left(guild.discord) {
        held.forget(user);
    }
    let nothing = guild.top_role.is_none() && held.is_empty();
    if nothing || !guild.present {
        return keep_if(ctx, guild, &before, &held).await.map(|()| true);
    }
    if troubles::paused(ctx, guild.discord, Part::TopRole).await {
        return keep_if(ctx, guild, &before, &held).await.map(|()| false);
    }
    let Ok(rights) = rights::of(ctx, guild.discord).await else {
        return keep_if(ctx, guild, &before, &held).await.map(|()| false);
    };
    let settled = move_to(ctx, guild, &rights, &mut held, doubt).await;
    keep_if(ctx, guild, &before, &held).await?;
    settled.map(|moved| moved.is_ok())
}

async fn move_to(
    ctx: &Context,
    guild: &Guild,
    rights: &Rights,
    held: &mut Held,
    doubt: bool,
) -> Result<Result<(), Stopped>, StoreError> {
    if guild.top_role != Some(held.role) {
        if take_former(ctx, guild, rights, held).await.is_err() {
            return Ok(Err(Stopped));
        }
        held.role = guild.top_role.unwrap_or_default();
    }
    let Some(role) = guild.top_role else {
        return Ok(Ok(()));
    };
    if let Some(sentence) = settings::role_fault(rights, role) {
        troubles::met(ctx, guild.discord, Part::TopRole, sentence).await;
        return Ok(Err(Stopped));
    }
    if doubt {
        // Another process may have heard who came and left.
        ctx.boards.forget(guild.id);
        forget_those_without(ctx, guild, held).await;
    }
    let (richest, of) = richest(ctx, guild).await?;
    if take_from_others(ctx, guild, held, &richest).await.is_err() {
        return Ok(Err(Stopped));
    }
    let new: BTreeSet<u64> = richest.difference(&held.given).copied().collect();
    if new.is_empty() {
        return Ok(Ok(()));
    }
    held.giving.clone_from(&new);
    keep(ctx, guild.discord, held).await?;
    Ok(give(ctx, guild, held, &new, &of).await)
}

/// The richest members, and in which currency.
async fn richest(ctx: &Context, guild: &Guild) -> Result<(BTreeSet<u64>, String), StoreError> {
    let currencies = Currencies::of_guild(ctx, guild).await?;
    let Some(primary) = currencies.primary() else {
        return Ok(<(BTreeSet<u64>, String)>::default());
    };
    let first = board::look(ctx, guild, (&currencies, primary), |view| {
        view.page(0, RICHEST)
    });
    let first = first.await?.into_iter().filter_map(|(user, _)| user);
    Ok((first.collect(), primary.currency.name.to_string()))
}

/// The setting is another role now, or none. What is out of reach cannot be taken, and is nobody's trouble any more.
async fn take_former(
    ctx: &Context,
    guild: &Guild,
    rights: &Rights,
    held: &mut Held,
) -> Result<(), Stopped> {
    if rights.check_role(held.role).is_err() {
        held.clear();
    }
    for user in held.all() {
        match take(ctx, guild.discord, user, held.role).await {
            Outcome::Done | Outcome::Left => held.forget(user),
            Outcome::Refused(_) => held.clear(),
            Outcome::Later => return Err(Stopped),
        }
        if held.is_empty() {
            break;
        }
    }
    Ok(())
}

async fn take_from_others(
    ctx: &Context,
    guild: &Guild,
    held: &mut Held,
    richest: &BTreeSet<u64>,
) -> Result<(), Stopped> {
    let others: Vec<u64> = held.all().difference(richest).copied().collect();
    for user in others {
        match take(ctx, guild.discord, user, held.role).await {
            Outcome::Done | Outcome::Left => held.forget(user),
            Outcome::Refused(answered) => return refused(ctx, guild, answered).await,
            Outcome::Later => return Err(Stopped),
        }
    }
    Ok(())
}

async fn give(
    ctx: &Context,
    guild: &Guild,
    held: &mut Held,
    new: &BTreeSet<u64>,
    currency: &str,
) -> Result<(), Stopped> {
    let reason = words::top_role_given(currency);
    for user in new {
        let Some(place) = place(guild.discord, *user, held.role) else {
            continue;
        };
        let (guild_id, user_id, role) = place;
        let given = outcome(async {
            ctx.http
                .add_guild_member_role(guild_id, user_id, role)
                .reason(&reason)
                .await
        });
        match given.await {
            Outcome::Done => {
                held.giving.remove(user);
                held.given.insert(*user);
            }
            Outcome::Left => {
                held.forget(*user);
                ctx.boards.left(guild.id, *user).await;
            }
            Outcome::Refused(answered) => return refused(ctx, guild, answered).await,
            Outcome::Later => return Err(Stopped),
        }
    }
    Ok(())
}

/// A refusal that roles did not tell beforehand. It is not asked for again.
async fn refused(ctx: &Context, guild: &Guild, answered: Answered) -> Result<(), Stopped> {
    tracing::warn!(%answered, guild = guild.discord, "Discord does not let the bot give a role");
    let rights = rights::of_now(ctx, guild.discord).await.ok();
    let role = guild.top_role.unwrap_or_default();
    let fault = rights.and_then(|rights| settings::role_fault(&rights, role));
    let sentence = fault.unwrap_or_else(words::role_not_given);
    troubles::met(ctx, guild.discord, Part::TopRole, sentence).await;
    Err(Stopped)
}

/// Those who lost it in another way, such as by leaving and coming back, get it again if they are among the richest.
async fn forget_those_without(ctx: &Context, guild: &Guild, held: &mut Held) {
    #[derive(Deserialize)]
    struct Roles {
        roles: BTreeSet<Id<RoleMarker>>,
    }
    for user in held.all() {
        let Some((guild_id, user_id, role)) = place(guild.discord, user, held.role) else {
            continue;
        };
        let asked = async {
            let answer = ctx.http.guild_member(guild_id, user_id).await;
            let answer = answer.map_err(|error| Answered::of(&error))?;
            let bytes = answer.bytes().await.map_err(|_| Answered::NOTHING)?;
            serde_json::from_slice::<Roles>(&bytes).map_err(|_| Answered::NOTHING)
        };
        let has = match timeout(PATIENCE, asked).await {
            Ok(Ok(member)) => member.roles.contains(&role),
            Ok(Err(answered)) => !answered.is(UNKNOWN_MEMBER),
            Err(_) => return,
        };
        if !has {
            held.forget(user);
        }
    }
}

async fn take(ctx: &Context, guild: u64, user: u64, role: u64) -> Outcome {
    let Some((guild, user, role)) = place(guild, user, role) else {
        return Outcome::Left;
    };
    outcome(async {
        ctx.http
            .remove_guild_member_role(guild, user, role)
            .reason(words::TOP_ROLE_TAKEN)
            .await
    })
    .await
}

/// For one request. Discord allows about ten of them in ten seconds.
const PATIENCE: Duration = Duration::from_secs(15);

async fn outcome<T>(request: impl Future<Output = Result<T, Error>>) -> Outcome {
    match timeout(PATIENCE, request).await {
        Ok(Ok(_)) => Outcome::Done,
        Ok(Err(error)) => {
            let answered = Answered::of(&error);
            match answered.status {
                _ if answered.is(UNKNOWN_MEMBER) => Outcome::Left,
                Some(400..=428 | 430..=499) => Outcome::Refused(answered),
                _ => Outcome::Later,
            }
        }
        Err(_) => Outcome::Later,
    }
}

type Place = (Id<GuildMarker>, Id<UserMarker>, Id<RoleMarker>);

fn place(guild: u64, user: u64, role: u64) -> Option<Place> {
    Some((
        Id::new_checked(guild)?,
        Id::new_checked(user)?,
        Id::new_checked(role)?,
    ))
}

impl Held {
    fn all(&self) -> BTreeSet<u64> {
        self.given.union(&self.giving).copied().collect()
    }

    fn is_empty(&self) -> bool {
        self.given.is_empty() && self.giving.is_empty()
    }

    fn forget(&mut self, user: u64) {
        self.given.remove(&user);
        self.giving.remove(&user);
    }

    fn clear(&mut self) {
        self.given.clear();
        self.giving.clear();
    }
}

fn memo(guild: u64) -> String {
    format!("discord.top_role.{guild}")
}

async fn kept(ctx: &Context, guild: u64) -> Result<Held, StoreError> {
    let stored = ctx.app.store().memo(memo(guild)).await?;
    Ok(stored
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

async fn keep(ctx: &Context, guild: u64, held: &Held) -> Result<(), StoreError> {
    let value = serde_json::to_value(held).expect("ids are plain data");
    ctx.app.store().memo_set(memo(guild), value).await
}

async fn keep_if(
    ctx: &Context,
    guild: &Guild,
    before: &Held,
    held: &Held,
) -> Result<(), StoreError> {
    if before == held {
        return Ok(());
    }
    keep(ctx, guild.discord, held).await
}
