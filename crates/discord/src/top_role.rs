//! The role of the five richest members of a guild.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use tokio::sync::watch;

use crate::{context::Context, shard::stopped};

pub(crate) async fn follow(_: Arc<Context>, mut stop: watch::Receiver<bool>) {
    stopped(&mut stop).await;
}

/// Guilds in which something other than money moved: who is there, or what shall be.
#[derive(Debug, Default)]
pub(crate) struct TopRoles {
    stirred: Mutex<BTreeSet<u64>>,
    woken: watch::Sender<()>,
}

impl TopRoles {
    pub(crate) fn stir(&self, guild: u64) {
        if let Ok(mut stirred) = self.stirred.lock() {
            stirred.insert(guild);
        }
        self.woken.send_replace(());
    }
}
