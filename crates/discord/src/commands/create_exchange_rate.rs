//! `/create_exchange_rate`

use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::CreateExchangeRate,
        "Say what one currency gives of another",
    )
    .build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}

/// Its buttons' ids begin with this.
pub(super) const BUTTON: &str = "rate";

pub(super) async fn press(_: &Context, _: &Invocation, _: &str) -> Result<Reply, Reply> {
    Err(replies::old_button())
}
