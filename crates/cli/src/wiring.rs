//! `serve`: the ledger, its fronts, its jobs, and the orderly end.

mod figures;
mod fronts;
mod game;
mod holds;
mod listeners;
mod logging;
mod note_keys;
mod signals;
mod site;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::{Clock, SystemClock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    ledger_file::{self, NotOpen, OpenLedger},
    operator::Operator,
    reach::Need,
    socket::Socket,
    trouble::Trouble,
};
use listeners::Listener;
pub(crate) use logging::start_logging;
pub(crate) use signals::stop_on_signal;
pub(crate) use site::Site;

/// What runs may take so long to end; then the ledger is closed all the same. All of it together stays below ten seconds.
const DRAIN: Duration = Duration::from_secs(6);

/// How often a database that is away is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Whoever was told to wait may take so long to read it.
const NO_LONGER: Duration = Duration::from_millis(500);

/// Where a running server can be reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) http: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// A server that is ready.
pub(crate) struct Server {
    pub(crate) addresses: Addresses,
    ledger: OpenLedger,
    parts: JoinSet<Result<(), Trouble>>,
    stop: CancellationToken,
}

/// Runs until the process is told to stop.
///
/// # Errors
/// When it cannot start, or a part of it ends by itself.
pub(crate) async fn serve(config: &Config) -> Result<(), Trouble> {
    let stop = CancellationToken::new();
    let told = stop_on_signal(stop.clone())?;
    let server = Server::start(config, Arc::new(SystemClock), stop, Site::default()).await?;
    let Addresses { http, admin } = server.addresses;
    tracing::info!(%http, %admin, data_dir = %config.data_dir.display(), "ready");
    let ended = server.run().await;
    drop(told);
    ended
}

impl Server {
    /// # Errors
    /// When an address is taken, the ledger does not open, or the configuration is not usable.
    pub(crate) async fn start(
        config: &Config,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
        site: Site,
    ) -> Result<Self, Trouble> {
        // Before the ledger: whoever asks meanwhile is told that it is being opened.
        let http = Listener::bind(config.http_listen, "http.listen")?;
        let admin = Listener::bind(config.admin_listen, "admin.listen")?;
        let addresses = Addresses {
            http: http.address,
            admin: admin.address,
        };
        let opened = CancellationToken::new();
        let (mut parts, mut waiting) = (JoinSet::new(), JoinSet::new());
        for listener in [&http, &admin] {
            waiting.spawn(listener.serve(listeners::not_yet(), opened.clone())?);
        }

        let ledger = open(config, &clock, &stop).await?;
        let mut game = game::Game::new(config, &ledger).await?;
        // A database is open to a second process without the first one's help.
        if config.database.is_none() {
            let operator = Operator {
                settlement: game.settlement.clone(),
                ..ledger.operator(config)
            };
            take_orders(config, operator, &stop, &mut parts);
        }
        let notes = note_keys::load(&ledger.app, config, &stop).await?;
        let routers = fronts::routers(config, &ledger, notes.clone(), &game, &stop);
        let http_router = game.beside(routers.http, site);
        opened.cancel();
        // Nobody is told to wait after this server has said that it is ready.
        let _ = tokio::time::timeout(NO_LONGER, waiting.join_all()).await;
        parts.spawn(http.serve(http_router, stop.clone())?);
        parts.spawn(admin.serve(routers.admin, stop.clone())?);
        parts.spawn(fronts::webhooks(ledger.app.clone(), stop.clone()));
        parts.spawn(holds::release_expired(
            ledger.app.clone(),
            ledger.gates.job.clone(),
            stop.clone(),
        ));
        parts.spawn(note_keys::follow(
            ledger.app.clone(),
            notes.clone(),
            stop.clone(),
        ));
        if let Some(discord) = &config.discord {
            let page = config.public_url.as_ref().map(|url| format!("{url}/note"));
            let notes = discord::Notes { book: notes, page };
            parts.spawn(fronts::discord(discord, &ledger, notes, stop.clone()));
        }
        if let Some(bot) = game.bot {
            parts.spawn(game::bot(bot, stop.clone()));
        }
        if let Some(settlement) = game.settlement {
            parts.spawn(game::settle(settlement, stop.clone()));
        }
        Ok(Self {
            addresses,
            ledger,
            parts,
            stop,
        })
    }

    pub(crate) fn operator(&self, config: &Config) -> Operator {
        self.ledger.operator(config)
    }

    /// Until told to stop, or until a part fails; then stops taking, drains, and closes the ledger.
    ///
    /// # Errors
    /// Of the part that failed, or of the closing.
    pub(crate) async fn run(mut self) -> Result<(), Trouble> {
        let failed = loop {
            tokio::select! {
                () = self.stop.cancelled() => break Ok(()),
                Some(ended) = self.parts.join_next() => match flatten(ended) {
                    Ok(()) => {}
                    Err(trouble) => break Err(trouble),
                },
            }
        };
        self.stop.cancel();
        tracing::info!("stopping: what runs may end");
        let drained = tokio::time::timeout(DRAIN, async {
            while let Some(ended) = self.parts.join_next().await {
                if let Err(trouble) = flatten(ended) {
                    tracing::warn!("a part did not end well: {trouble}");
                }
            }
        });
        if drained.await.is_err() {
            tracing::warn!("some requests did not end in time and are cut off");
            self.parts.abort_all();
        }
        let closed = self.ledger.close().await;
        tracing::info!("stopped");
        failed.and(closed)
    }
}

fn take_orders(
    config: &Config,
    operator: Operator,
    stop: &CancellationToken,
    parts: &mut JoinSet<Result<(), Trouble>>,
) {
    match Socket::bind(&config.data_dir) {
        Ok(socket) => {
            let serving = socket.serve(operator, stop.clone());
            parts.spawn(async move {
                serving.await;
                Ok(())
            });
        }
        // Without it the server works; only a second process cannot give it orders.
        Err(error) => tracing::warn!(%error, "there is no admin socket: scrip.sock cannot be made"),
    }
}

/// Waits for a database that is not there now: it may start after this server, or be started again.
async fn open(
    config: &Config,
    clock: &Arc<dyn Clock>,
    stop: &CancellationToken,
) -> Result<OpenLedger, Trouble> {
    if config.database.is_some() && ledger_file::path(&config.data_dir).exists() {
        tracing::warn!(data_dir = %config.data_dir.display(), "there is a SQLite ledger too, which is not used: `database` names another one");
    }
    loop {
        let opening = OpenLedger::open(config, Arc::clone(clock), Need::LedgerOrNone);
        let opened = tokio::select! {
            () = stop.cancelled() => return Err(Trouble::failed("Stopped before the database could be reached.")),
            opened = opening => opened,
        };
        match opened {
            Ok(ledger) => return Ok(ledger),
            Err(NotOpen::Away(trouble)) => tracing::warn!("{trouble} Trying again."),
            Err(why) => {
                return Err(why.or_in_use(
                    &config.data_dir,
                    "Only one server can own a ledger in a file: stop that one first.",
                ));
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

fn flatten(ended: Result<Result<(), Trouble>, tokio::task::JoinError>) -> Result<(), Trouble> {
    ended.unwrap_or_else(|broken| std::panic::resume_unwind(broken.into_panic()))
}
