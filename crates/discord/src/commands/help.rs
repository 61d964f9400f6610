//! `/help`

use twilight_model::application::command::Command;

use super::{Verb, anywhere};
use crate::{answer::Reply, invocation::Invocation, permissions, replies};

/// The commands that only guild admins see.
#[cfg(test)]
pub(super) const ADMINS: [Verb; 4] = [
    Verb::Mint,
    Verb::Burn,
    Verb::SetCurrencyEmoji,
    Verb::MakeCurrencyPrimary,
];

pub(super) fn definition() -> Command {
    anywhere(Verb::Help, "What this bot can do").build()
}

pub(super) fn run(asked: &Invocation) -> Reply {
    replies::help(asked.guild.is_some() && permissions::is_guild_admin(asked.permissions))
}

#[cfg(test)]
pub(super) fn everything() -> String {
    replies::help(true).text
}
