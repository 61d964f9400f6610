use std::sync::Arc;

use app::{
    App, NoteBook,
    origin::{Gate, Http},
};
use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::{
    auth::KeyCache, currencies::Currencies, limits::Limits, metrics::Metrics, problem::Problem,
    site::SiteQuota,
};

/// What the wiring decides about the API.
#[derive(Debug, Clone)]
pub struct Config {
    /// Writes and reads bank notes.
    pub notes: NoteBook,
    /// Requests that a key may make in a minute, all at once if it likes; 0 for no limit.
    pub requests_per_minute: u32,
    /// Requests in a minute from one address without a known key; 0 for no limit.
    pub peer_requests_per_minute: u32,
    /// Event streams that may be open at once.
    pub most_streams: usize,
    /// Lets webhooks go to this machine: for tests and demonstrations only.
    pub webhooks_to_loopback: bool,
    pub metrics: Arc<Metrics>,
    /// Ends event streams, which would otherwise hold up a graceful stop.
    pub stop: CancellationToken,
}

impl Config {
    pub fn new(notes: NoteBook) -> Self {
        Self {
            notes,
            requests_per_minute: 6_000,
            peer_requests_per_minute: 600,
            most_streams: 1_000,
            webhooks_to_loopback: false,
            metrics: Arc::default(),
            stop: CancellationToken::new(),
        }
    }
}

pub(crate) type Shared = Arc<Web>;

/// All that handlers share.
pub(crate) struct Web {
    pub(crate) app: App,
    pub(crate) gate: Gate<Http>,
    pub(crate) config: Config,
    pub(crate) keys: KeyCache,
    pub(crate) currencies: Currencies,
    pub(crate) limits: Limits,
    pub(crate) sites: SiteQuota,
    pub(crate) streams: Arc<Semaphore>,
    secret: OnceCell<[u8; 32]>,
}

impl Web {
    pub(crate) fn new(config: Config, app: App, gate: Gate<Http>) -> Shared {
        Arc::new(Self {
            limits: Limits::new(&config, &app),
            streams: Arc::new(Semaphore::new(config.most_streams)),
            keys: KeyCache::default(),
            currencies: Currencies::default(),
            sites: SiteQuota::default(),
            secret: OnceCell::new(),
            app,
            gate,
            config,
        })
    }

    /// A secret of this ledger, from which webhooks' secrets are made so that a repeated request gets the same one.
    pub(crate) async fn secret(&self) -> Result<&[u8; 32], Problem> {
        const MEMO: &str = "web.secret";
        let load = || async {
            let store = self.app.store();
            if store.memo(MEMO.into()).await?.is_none() {
                let fresh = app::random_bytes::<32>().to_vec();
                store
                    .memo_set(MEMO.into(), serde_json::json!(fresh))
                    .await?;
            }
            // Read again: another process may have been first.
            let kept = store.memo(MEMO.into()).await?.unwrap_or_default();
            serde_json::from_value::<[u8; 32]>(kept)
                .map_err(|_| app::StoreError::Damaged("the memo web.secret".into()))
        };
        self.secret.get_or_try_init(load).await.map_err(Into::into)
    }
}
