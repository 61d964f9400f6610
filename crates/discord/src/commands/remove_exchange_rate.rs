//! `/remove_exchange_rate`

use twilight_model::application::command::Command;

use super::{Verb, for_admins};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    for_admins(Verb::RemoveExchangeRate, "End an exchange rate").build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
