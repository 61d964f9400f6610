//! Shows an awarded post again.

use app::{BoxFuture, Job};

use crate::{context::Context, jobs::Ended};

pub(crate) const JOB: &str = "discord.repost";

pub(crate) fn run<'a>(_: &'a Context, _: &'a Job) -> BoxFuture<'a, Ended> {
    Box::pin(async { Ended::Done })
}
