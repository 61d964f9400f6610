//! Whether a reaction may mint, by the policies that hold for it.

use std::sync::atomic::{AtomicBool, Ordering};

use app::{Receipt, StoreError, WriteError};
use economy::{MintPolicy, MintRequest, Minter, Minters, PolicyRefusal};
use ledger::{GroupKind, Identity};

use crate::{
    context::Context,
    global_policy::global_policy,
    guilds::Home,
    quotas::{Pair, Reserved, Whose},
    rights,
};

/// A reaction by a person to a person's message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reacted<'a> {
    pub guild: u64,
    pub home: &'a Home,
    pub kind: GroupKind,
    pub message: u64,
    pub reactor: u64,
    /// The reactor's, as the event brought them.
    pub roles: &'a [u64],
    pub author: u64,
}

/// Room for one mint under every policy that counts.
#[must_use]
#[derive(Debug)]
pub(crate) struct Room(Vec<Reserved>);

/// Whether some attempt to write this mint has ended without an answer. A later one may then find it written.
#[derive(Debug, Default)]
pub(crate) struct Doubt(AtomicBool);

impl Doubt {
    /// Looks at one attempt, and passes it on.
    pub(crate) fn about(
        &self,
        attempt: Result<Receipt, WriteError>,
    ) -> Result<Receipt, WriteError> {
        if let Err(WriteError::Store(StoreError::Unknown)) = attempt {
            self.0.store(true, Ordering::Relaxed);
        }
        attempt
    }
}

impl Room {
    /// Gives back the room of a mint that did not happen now.
    pub(crate) fn settle(self, written: &Result<Receipt, WriteError>, doubt: &Doubt) {
        let doubted = doubt.0.load(Ordering::Relaxed);
        let minted = match written {
            // The answer to an earlier delivery of the event, unless an attempt of this one was lost.
            Ok(receipt) => !receipt.replayed || doubted,
            Err(_) => doubted,
        };
        if minted {
            self.0.into_iter().for_each(Reserved::keep);
        }
    }
}

/// Takes room for the mint, if every policy lets it.
pub(crate) async fn room(
    ctx: &Context,
    reacted: Reacted<'_>,
) -> Result<Result<Room, PolicyRefusal>, StoreError> {
    let global = match reacted.kind {
        GroupKind::Global => Some(global_policy(ctx).await?),
        GroupKind::Local | GroupKind::Single => None,
    };
    if let Err(refusal) = admitted(ctx, reacted, global).await {
        return Ok(Err(refusal));
    }
    let mut counting = Vec::new();
    if reacted.home.policy.counts() {
        counting.push((Whose::Guild(reacted.guild), reacted.home.policy));
    }
    if let Some(policy) = global.filter(MintPolicy::counts) {
        counting.push((Whose::Global, policy));
    }
    let mut taken = Vec::new();
    if !counting.is_empty() {
        let pair = pair(ctx, reacted).await?;
        for (whose, policy) in counting {
            match ctx.quotas.reserve(ctx, whose, &policy, pair).await? {
                Ok(reserved) => taken.push(reserved),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    }
    Ok(Ok(Room(taken)))
}

/// By the rules that need no counting.
async fn admitted(
    ctx: &Context,
    reacted: Reacted<'_>,
    global: Option<MintPolicy>,
) -> Result<(), PolicyRefusal> {
    let now_ms = ctx.app.clock().now_ms();
    let policy = reacted.home.policy;
    let request = MintRequest {
        minter: minter(ctx, reacted, policy).await,
        message_age_ms: now_ms.saturating_sub(made_ms(reacted.message)),
        reactor_age_ms: now_ms.saturating_sub(made_ms(reacted.reactor)),
        author_age_ms: now_ms.saturating_sub(made_ms(reacted.author)),
    };
    policy.admits(&request)?;
    let anybody = MintRequest {
        minter: Minter::Admin,
        ..request
    };
    global.map_or(Ok(()), |global| global.admits(&anybody))
}

/// Discord is asked only where it makes a difference.
async fn minter(ctx: &Context, reacted: Reacted<'_>, policy: MintPolicy) -> Minter {
    let in_role = policy
        .role
        .is_some_and(|role| reacted.roles.contains(&role));
    match policy.who {
        Minters::Everyone => Minter::Member,
        Minters::Role if in_role => Minter::InRole,
        Minters::Role | Minters::Admins => {
            let Reacted {
                guild,
                roles,
                reactor,
                ..
            } = reacted;
            if rights::is_admin(ctx, guild, roles, reactor).await {
                Minter::Admin
            } else {
                Minter::Member
            }
        }
    }
}

async fn pair(ctx: &Context, reacted: Reacted<'_>) -> Result<Pair, StoreError> {
    Ok(Pair {
        reactor: ctx.app.holder(Identity::discord(reacted.reactor)).await?,
        author: ctx.app.holder(Identity::discord(reacted.author)).await?,
    })
}

/// When Discord made whatever has this id (its documentation, "Snowflakes"), in milliseconds since the Unix epoch.
const fn made_ms(snowflake: u64) -> i64 {
    const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
    (snowflake >> 22).cast_signed() + DISCORD_EPOCH_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_says_when_it_was_made() {
        // The example of Discord's documentation: 2016-04-30 11:18:25.796 UTC.
        assert_eq!(made_ms(175_928_847_299_117_063), 1_462_015_105_796);
    }
}
