use std::sync::Arc;

use app::{App, NoteBook};
use axum::Router;
use tokio_util::sync::CancellationToken;
use web::webhooks::Reach;

use super::{figures, game::Game};
use crate::{
    config::{Config, DiscordConfig},
    ledger_file::OpenLedger,
    trouble::Trouble,
};

pub(super) struct Routers {
    pub(super) http: Router,
    pub(super) admin: Router,
}

pub(super) fn routers(
    config: &Config,
    ledger: &OpenLedger,
    notes: NoteBook,
    game: &Game,
    stop: &CancellationToken,
) -> Routers {
    let mut api = web::Config::new(notes);
    api.requests_per_minute = config.http_rate_limit;
    if config.http_rate_limit == 0 {
        api.peer_requests_per_minute = 0;
    }
    api.stop = stop.clone();
    let metrics = Arc::clone(&api.metrics);
    let more = game
        .runs()
        .then(|| figures::of(ledger.app.clone(), game.settlement.clone()));
    Routers {
        http: web::router(api, ledger.app.clone(), ledger.gates.http.clone()),
        admin: web::admin_router_with(ledger.app.clone(), metrics, more),
    }
}

pub(super) async fn webhooks(app: App, stop: CancellationToken) -> Result<(), Trouble> {
    let running = web::webhooks::run(app, Reach::PublicOnly, stop).await;
    running.map_err(|error| Trouble::failed(format!("Webhooks cannot be sent: {error}.")))
}

pub(super) fn discord(
    given: &DiscordConfig,
    ledger: &OpenLedger,
    notes: discord::Notes,
    stop: CancellationToken,
) -> impl Future<Output = Result<(), Trouble>> + Send + use<> {
    let mut config = discord::Config::new(discord::Token::new(given.token.expose()));
    config.rest_url = given.rest_url.clone();
    config.gateway_url = given.gateway_url.clone();
    config.cdn.url = given.cdn_url.clone();
    config.developers = given.developers.clone();
    config.alert_channel = given.alert_channel;
    config.log_alert = given.log_alert;
    config.notes = Some(notes);
    if let Some(range) = given.shards {
        config.shards = discord::Shards::Range {
            first: range.first,
            count: range.count,
            total: range.total,
        };
    }
    let bot = discord::Bot::new(config, ledger.app.clone(), ledger.gates.discord.clone());
    async move {
        let ran = bot.run(stop.cancelled_owned()).await;
        ran.map_err(|error| Trouble::failed(format!("The Discord bot stopped: {error}.")))
    }
}
