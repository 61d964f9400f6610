//! `/leave_global_group`

use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::LeaveGlobalGroup,
        "Take the global currencies out of this server",
    )
    .build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
