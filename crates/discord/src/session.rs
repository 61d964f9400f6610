//! A gateway session that outlives the program.

use serde::{Deserialize, Serialize};
use twilight_gateway::{Session, ShardId};
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::context::Context;

/// Where a shard stood: enough to go on there after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    application: Id<ApplicationMarker>,
    /// A session belongs to one division of the guilds into shards.
    shards: u32,
    session: String,
    /// Everything up to this event is done.
    sequence: u64,
    resume_url: Option<String>,
}

impl Place {
    /// `done` is the last event up to which everything is done; the session itself may be ahead of it.
    pub(crate) fn of(
        application: Id<ApplicationMarker>,
        shard: &twilight_gateway::Shard,
        done: u64,
    ) -> Option<Self> {
        let session = shard.session()?;
        Some(Self {
            application,
            shards: shard.id().total(),
            session: session.id().to_owned(),
            sequence: done.min(session.sequence()),
            resume_url: shard.resume_url().map(str::to_owned),
        })
    }

    pub(crate) fn session(&self) -> Session {
        Session::new(self.sequence, self.session.clone())
    }

    pub(crate) fn resume_url(&self) -> Option<&str> {
        self.resume_url.as_deref()
    }
}

fn memo(shard: ShardId) -> String {
    format!("discord.session.{}", shard.number())
}

/// Where this shard stood when the program last ran, if that can still be gone on with.
pub(crate) async fn load(ctx: &Context, shard: ShardId) -> Option<Place> {
    let stored = match ctx.app.store().memo(memo(shard)).await {
        Ok(stored) => stored?,
        Err(error) => {
            tracing::warn!(%error, shard = shard.number(), "cannot read the last gateway session, so a new one is begun");
            return None;
        }
    };
    let place: Place = serde_json::from_value(stored).ok()?;
    (place.application == ctx.application && place.shards == shard.total()).then_some(place)
}

/// Keeps where a shard stands; without a session there is nothing to keep.
pub(crate) async fn save(ctx: &Context, shard: ShardId, place: Option<&Place>) {
    let Some(place) = place else {
        return;
    };
    let value = serde_json::to_value(place).expect("a place is plain data");
    if let Err(error) = ctx.app.store().memo_set(memo(shard), value).await {
        tracing::warn!(%error, shard = shard.number(), "cannot store the gateway session: after a crash some events come again");
    }
}
