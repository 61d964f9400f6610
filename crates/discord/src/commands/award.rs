//! The message menu **Award**

use twilight_model::application::command::Command;

use super::{Verb, message_menu};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

/// Its form's id begins with this.
pub(super) const FORM: &str = "award";

pub(super) fn definition() -> Command {
    message_menu(Verb::Award).build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}

pub(super) async fn submit(_: &Context, _: &Invocation, _: &str) -> Result<Reply, Reply> {
    Err(replies::old_button())
}
