use std::sync::Arc;

use app::App;
use axum::Router;
use tokio_util::sync::CancellationToken;
use web::webhooks::Reach;

use super::note_keys;
use crate::{
    config::{Config, DiscordConfig},
    ledger_file::OpenLedger,
    trouble::Trouble,
};

pub(super) struct Routers {
    pub(super) http: Router,
    pub(super) admin: Router,
}

pub(super) async fn routers(
    config: &Config,
    ledger: &OpenLedger,
    stop: &CancellationToken,
) -> Result<Routers, Trouble> {
    let keys = Arc::new(note_keys::load(&ledger.app, config, stop).await?);
    let mut api = web::Config::new(keys, config.note_issuer.clone());
    api.requests_per_minute = config.http_rate_limit;
    if config.http_rate_limit == 0 {
        api.peer_requests_per_minute = 0;
    }
    api.stop = stop.clone();
    let metrics = Arc::clone(&api.metrics);
    Ok(Routers {
        http: web::router(api, ledger.app.clone(), ledger.gates.http.clone()),
        admin: web::admin_router(ledger.app.clone(), metrics),
    })
}

pub(super) async fn webhooks(app: App, stop: CancellationToken) -> Result<(), Trouble> {
    let running = web::webhooks::run(app, Reach::PublicOnly, stop).await;
    running.map_err(|error| Trouble::failed(format!("Webhooks cannot be sent: {error}.")))
}

pub(super) fn discord(
    given: &DiscordConfig,
    ledger: &OpenLedger,
    stop: CancellationToken,
) -> impl Future<Output = Result<(), Trouble>> + Send + use<> {
    let mut config = discord::Config::new(discord::Token::new(given.token.expose()));
    config.rest_url = given.rest_url.clone();
    config.gateway_url = given.gateway_url.clone();
    config.cdn.url = given.cdn_url.clone();
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
