//! The role of the five richest members of a guild.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{context::Context, shard::stopped};

pub(crate) async fn follow(_: Arc<Context>, mut stop: watch::Receiver<bool>) {
    stopped(&mut stop).await;
}
