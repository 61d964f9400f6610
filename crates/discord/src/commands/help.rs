//! `/help [command]`

use twilight_model::application::command::Command;
use twilight_util::builder::command::StringBuilder;

use super::{Verb, anywhere};
use crate::{answer::Reply, invocation::Invocation, permissions, replies::help};

/// The option that names a command.
pub(super) const COMMAND: &str = "command";

pub(super) fn definition() -> Command {
    anywhere(Verb::Help, "What this bot can do")
        .option(
            StringBuilder::new(COMMAND, "Which command to say more about")
                .autocomplete(true)
                .max_length(32),
        )
        .build()
}

pub(super) fn run(asked: &Invocation) -> Reply {
    match asked.text(COMMAND) {
        None => help::all(asked.guild.is_some() && permissions::is_guild_admin(asked.permissions)),
        Some(typed) => match named(typed) {
            Some(verb) => help::one(verb),
            None => help::no_such_command(typed),
        },
    }
}

fn named(typed: &str) -> Option<Verb> {
    let typed = typed.trim().trim_start_matches('/').to_lowercase();
    let mut all = Verb::ALL.into_iter();
    all.find(|verb| verb.name().to_lowercase() == typed)
}

/// What may be meant by what was typed so far, at most 25.
pub(super) fn offered(typed: &str) -> Vec<(String, String)> {
    let typed = typed.trim().trim_start_matches('/').to_lowercase();
    let names = Verb::ALL.into_iter().map(Verb::name);
    let fitting = names.filter(|name| name.to_lowercase().contains(&typed));
    fitting
        .map(|name| (name.to_owned(), name.to_owned()))
        .take(25)
        .collect()
}
