//! `/note`

use twilight_model::application::command::Command;

use super::{Verb, anywhere};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    anywhere(Verb::Note, "Bank notes: money that you can send as a text").build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
