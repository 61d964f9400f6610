//! `/global`

use twilight_model::application::command::Command;

use super::{Verb, in_guilds};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    in_guilds(Verb::Global, "The global group, for the developer").build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
