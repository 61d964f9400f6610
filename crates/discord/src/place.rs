//! Where a command was used, and what there is.

use app::Guild;
use ledger::{GroupId, HolderId, Identity};

use crate::{
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    guilds,
    invocation::Invocation,
    members, permissions, replies,
};

/// A guild with its currencies.
#[derive(Debug)]
pub(crate) struct Place {
    pub guild: Guild,
    pub currencies: Currencies,
}

impl Place {
    /// The guild in which a command was used.
    pub(crate) async fn of(ctx: &Context, asked: &Invocation) -> Result<Self, Reply> {
        let discord = asked.guild.ok_or_else(replies::only_in_a_server)?;
        let guild = guilds::guild(ctx, discord)
            .await
            .map_err(replies::read_failed)?;
        let met = asked.members_here();
        for member in met {
            members::met(ctx, &guild, member)
                .await
                .map_err(replies::read_failed)?;
        }
        let currencies = Currencies::of_guild(ctx, &guild)
            .await
            .map_err(replies::read_failed)?;
        Ok(Self { guild, currencies })
    }

    /// The same, for what only admins may do. Discord has compared the permissions already, by what the command says or by what an
    /// admin has set instead; here they are compared again by our own rule.
    pub(crate) async fn for_admins(ctx: &Context, asked: &Invocation) -> Result<Self, Reply> {
        if !permissions::is_guild_admin(asked.permissions) {
            return Err(replies::only_for_admins());
        }
        Self::of(ctx, asked).await
    }

    /// The same, for what whoever has the mint role may do as well. Discord does not know of it, and shows such commands to everybody.
    pub(crate) async fn for_minters(ctx: &Context, asked: &Invocation) -> Result<Self, Reply> {
        let place = Self::of(ctx, asked).await?;
        let role = place.guild.mint_policy.role;
        let in_role = role.is_some_and(|role| asked.roles.contains(&role));
        if in_role || permissions::is_guild_admin(asked.permissions) {
            Ok(place)
        } else {
            Err(replies::policy::only_for_minters(role))
        }
    }

    /// The currency that a command names, or the guild's primary one.
    pub(crate) fn currency(&self, named: Option<&str>) -> Result<&Shown, Reply> {
        match named {
            Some(text) => self
                .currencies
                .named(text)
                .ok_or_else(|| replies::unknown_currency(text, &self.currencies)),
            None => self
                .currencies
                .primary()
                .ok_or_else(|| replies::no_primary(&self.currencies)),
        }
    }

    /// The primary currency, if it is one of this group.
    pub(crate) fn primary_of(&self, group: GroupId) -> Option<&Shown> {
        let primary = self.currencies.primary();
        primary.filter(|shown| shown.currency.group == group)
    }

    /// Whether this guild's admins make this currency's money and rates.
    pub(crate) fn owns(&self, shown: &Shown) -> bool {
        shown.owner == Some(self.guild.id)
    }

    /// The same as a refusal, for what only those who own it may do.
    pub(crate) fn must_own(&self, shown: &Shown) -> Result<(), Reply> {
        if self.owns(shown) {
            Ok(())
        } else {
            Err(replies::groups::not_yours(shown))
        }
    }
}

/// Who takes part in a payment, so that a refusal can name them.
#[derive(Debug, Default)]
pub(crate) struct People {
    asker: u64,
    holders: Vec<(HolderId, u64)>,
}

impl People {
    /// The one who asks, and others.
    pub(crate) async fn of(ctx: &Context, asker: u64, others: &[u64]) -> Self {
        let mut holders = Vec::new();
        for discord in others.iter().copied().chain([asker]) {
            // Known since the write that was refused; should one be unknown, it is named in another way.
            if let Ok(holder) = ctx.app.holder(Identity::discord(discord)).await {
                holders.push((holder, discord));
            }
        }
        Self { asker, holders }
    }

    pub(crate) fn who(&self, holder: HolderId) -> Who {
        let found = self.holders.iter().find(|(known, _)| *known == holder);
        match found {
            Some((_, discord)) if *discord == self.asker => Who::You,
            Some((_, discord)) => Who::Member(*discord),
            None => Who::Somebody,
        }
    }
}

/// Somebody, as a sentence speaks of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    You,
    Member(u64),
    Somebody,
}
