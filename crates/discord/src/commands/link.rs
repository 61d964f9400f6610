//! `/link`

use twilight_model::application::command::Command;

use super::{Verb, anywhere};
use crate::{answer::Reply, context::Context, invocation::Invocation, replies};

pub(super) fn definition() -> Command {
    anywhere(
        Verb::Link,
        "Join this wallet with the one that you have elsewhere",
    )
    .build()
}

pub(super) async fn run(_: &Context, _: &Invocation) -> Result<Reply, Reply> {
    Err(replies::unknown_command())
}
