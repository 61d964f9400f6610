//! The bot beside the game: commands, the button that opens the game, and payments with Telegram Stars.

mod api;
mod api_error;
mod command;
mod commands;
mod config;
mod handle;
mod invoice;
mod payload;
mod payments;
mod poll;
mod refunds;
mod replies;
mod seen;
mod set_up;
mod text;
mod update;
mod webhook;

pub use api_error::ApiError;
pub use config::{Config, Rail};
pub use invoice::{InvoiceRefusal, Invoices};
pub use refunds::RefundError;

use std::sync::{Arc, OnceLock};

use app::{App, origin::Gate, origin::Telegram};
use ledger::StarsCharge;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use api::Api;

/// A bot over a ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bot {
    ctx: Arc<Context>,
}

/// What every command has at hand.
#[derive(Debug)]
struct Context {
    app: App,
    gate: Gate<Telegram>,
    api: Api,
    config: Config,
    seen: seen::Seen,
    /// The bot's name, once Telegram has told it.
    name: Arc<OnceLock<String>>,
    /// Rung when a payment bought nothing.
    owed: Notify,
}

impl Bot {
    pub fn new(config: Config, app: App, gate: Gate<Telegram>) -> Self {
        let api = Api::new(&config);
        let seen = seen::Seen::new(config.token.id());
        let ctx = Context {
            app,
            gate,
            api,
            config,
            seen,
            name: Arc::default(),
            owed: Notify::new(),
        };
        Self { ctx: Arc::new(ctx) }
    }

    /// Says to Telegram what the bot has, takes updates until it is told to stop, and gives back Stars that bought nothing.
    pub async fn run(&self, stop: CancellationToken) {
        let ctx = &self.ctx;
        let work = async {
            let me = set_up::run(ctx).await;
            let updates = async {
                match &ctx.config.webhook {
                    Some(url) => webhook::announce(ctx, url).await,
                    None => poll::run(ctx, &me).await,
                }
            };
            tokio::join!(updates, refunds::run(ctx));
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    /// The bot's user name, once Telegram has told it.
    pub fn name(&self) -> Arc<OnceLock<String>> {
        Arc::clone(&self.ctx.name)
    }

    /// `POST /telegram/webhook`, for the program's own HTTP server; it answers 404 while the bot polls.
    pub fn webhook_router(&self) -> axum::Router {
        webhook::router(Arc::clone(&self.ctx))
    }

    /// Makes invoice links for the game's server.
    pub fn invoices(&self) -> Invoices {
        Invoices::new(Arc::clone(&self.ctx))
    }

    /// Gives the Stars of a payment back, and takes what they bought: an operator's decision.
    ///
    /// # Errors
    /// When there is no such payment, or Telegram or the ledger does not take it now.
    pub async fn refund_stars(&self, charge: StarsCharge) -> Result<(), RefundError> {
        refunds::refund(&self.ctx, charge).await
    }
}

impl Context {
    fn name(&self) -> Option<&str> {
        self.name.get().map(String::as_str)
    }

    /// A name does not change while the bot runs.
    fn heard_name(&self, name: &str) {
        let _ = self.name.set(name.to_owned());
    }
}
