//! `/rates`

use twilight_model::application::command::Command;

use super::{Verb, in_guilds};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    in_guilds(
        Verb::Rates,
        "What the currencies of this server give of each other",
    )
    .build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
