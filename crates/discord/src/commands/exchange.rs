//! `/exchange`

use twilight_model::application::command::Command;

use super::{Verb, in_guilds};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    in_guilds(Verb::Exchange, "Change one currency into another").build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}

/// Its buttons' ids begin with this.
pub(super) const BUTTON: &str = "exchange";

pub(super) async fn press(_: &Context, _: &Invocation, _: &str) -> Result<Reply, Reply> {
    Err(replies::old_button())
}
