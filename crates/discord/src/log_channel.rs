//! Tells each movement of money in the log channels of the guilds that it concerns.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{context::Context, shard::stopped};

pub(crate) async fn follow(_: Arc<Context>, mut stop: watch::Receiver<bool>) {
    stopped(&mut stop).await;
}
