//! Waiting for the bot, without sleeping.

use super::{DriverError, FakeDiscord, Post};
use crate::{ids::ChannelId, record::RecordedRequest, world::World};

impl FakeDiscord {
    /// Until the bot has a connected session and has registered its commands.
    ///
    /// # Errors
    ///
    /// When the bot is not that far within the builder's patience.
    pub async fn wait_until_ready(&self) -> Result<(), DriverError> {
        let ready = |world: &World| {
            let connected = world.gateway.connected().next().is_some();
            (connected && world.commands.ever_registered).then_some(())
        };
        self.wait_for("the bot to connect and register its commands", ready)
            .await
    }

    /// Until the bot has a connected session.
    ///
    /// # Errors
    ///
    /// When the bot does not connect within the builder's patience.
    pub async fn wait_until_connected(&self) -> Result<(), DriverError> {
        let connected = |world: &World| world.gateway.connected().next().map(|_| ());
        self.wait_for("the bot to connect", connected).await
    }

    /// Until no session is connected, for example after the bot was told to stop.
    ///
    /// # Errors
    ///
    /// When the bot does not go within the builder's patience.
    pub async fn wait_until_disconnected(&self) -> Result<(), DriverError> {
        let gone = |world: &World| world.gateway.connected().next().is_none().then_some(());
        self.wait_for("the bot to disconnect", gone).await
    }

    /// The first message in a channel, old or new, that fits.
    ///
    /// # Errors
    ///
    /// When none appears within the builder's patience.
    pub async fn wait_for_post(
        &self,
        channel: ChannelId,
        fits: impl Fn(&Post) -> bool,
    ) -> Result<Post, DriverError> {
        let find = |world: &World| {
            let messages = world.channels.get(&channel)?.messages.values();
            let visible = messages.filter(|message| !message.is_ephemeral());
            visible
                .map(|message| Post::new(world, message))
                .find(|post| fits(post))
        };
        self.wait_for("a message that fits", find).await
    }

    /// The first recorded request that fits, with its answer.
    ///
    /// # Errors
    ///
    /// When none comes within the builder's patience.
    pub async fn wait_for_request(
        &self,
        fits: impl Fn(&RecordedRequest) -> bool,
    ) -> Result<RecordedRequest, DriverError> {
        let find = |world: &World| world.requests.iter().find(|request| fits(request)).cloned();
        self.wait_for("a request that fits", find).await
    }

    /// Until the bot has identified `count` times over the whole run.
    ///
    /// # Errors
    ///
    /// When it does not within the builder's patience.
    pub async fn wait_for_identifies(&self, count: u64) -> Result<(), DriverError> {
        let done = |world: &World| (world.gateway.identify_count >= count).then_some(());
        self.wait_for("the bot to identify", done).await
    }

    /// Until the bot has resumed `count` times over the whole run.
    ///
    /// # Errors
    ///
    /// When it does not within the builder's patience.
    pub async fn wait_for_resumes(&self, count: u64) -> Result<(), DriverError> {
        let done = |world: &World| (world.gateway.resume_count >= count).then_some(());
        self.wait_for("the bot to resume", done).await
    }

    /// The number of the newest event of a shard's sessions; 0 before the first.
    pub fn last_event(&self, shard: u64) -> u64 {
        self.shared.read(|world| world.gateway.last_event(shard))
    }

    async fn wait_for<R>(
        &self,
        what: &str,
        look: impl FnMut(&World) -> Option<R>,
    ) -> Result<R, DriverError> {
        let patience = self.shared.read(|world| world.settings.patience);
        let found = self.shared.wait_for(patience, look).await;
        found.ok_or_else(|| DriverError::InVain(what.to_owned(), patience))
    }
}
