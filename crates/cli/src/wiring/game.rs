//! The game's page, its server's requests, the bot, and what takes rewards to the chain.

use axum::Router;
use settlement::Settlement;
use telegram::bot::{Bot, Rail};
use tokio_util::sync::CancellationToken;

use super::Site;
use crate::{config::Config, game, ledger_file::OpenLedger, trouble::Trouble};

/// What of the game runs here.
pub(super) struct Game {
    /// Requests beside the API's, and what the page says of itself; none where the game does not run.
    router: Option<(Router, game_page::Settings)>,
    pub(super) bot: Option<Bot>,
    pub(super) settlement: Option<Settlement>,
}

impl Game {
    /// # Errors
    /// When the configuration does not fit the ledger.
    pub(super) async fn new(config: &Config, ledger: &OpenLedger) -> Result<Self, Trouble> {
        let bot = game::bot(config, &ledger.app, &ledger.gates)?;
        let settlement = game::settlement(config, &ledger.app, &ledger.gates).await?;
        let settings = game::server(config, &ledger.app).await?;
        let page = game::page(config, &ledger.app).await?;
        let requests = settings.map(|mut settings| {
            if config.game.rail == Rail::Stars {
                settings.invoices = bot.as_ref().map(Bot::invoices);
            }
            settings.bot_name = bot.as_ref().map(Bot::name).unwrap_or_default();
            // Both keep to one rate.
            if let (Some(chain), Some(settlement)) = (&mut settings.chain, &settlement) {
                chain.client = Some(settlement.client().clone());
            }
            let gate = ledger.gates.telegram.clone();
            telegram::server::router(settings, ledger.app.clone(), gate)
        });
        let router = requests.zip(bot.as_ref()).map(|(requests, bot)| {
            // Whatever is not found is the API's to answer.
            let requests = requests.reset_fallback();
            (requests.merge(bot.webhook_router()), page)
        });
        Ok(Self {
            router,
            bot,
            settlement,
        })
    }

    pub(super) fn runs(&self) -> bool {
        self.bot.is_some() || self.settlement.is_some()
    }

    /// The API with the game's requests and its page beside it.
    pub(super) fn beside(&mut self, api: Router, site: Site) -> Router {
        match self.router.take() {
            Some((requests, page)) => {
                let page = game_page::Settings {
                    page: site.page,
                    ..page
                };
                let beside = game_page::router(page).merge(site.more);
                api.merge(requests).merge(beside)
            }
            None => api,
        }
    }
}

pub(super) async fn bot(bot: Bot, stop: CancellationToken) -> Result<(), Trouble> {
    bot.run(stop).await;
    Ok(())
}

pub(super) async fn settle(settlement: Settlement, stop: CancellationToken) -> Result<(), Trouble> {
    settlement.run(stop).await;
    Ok(())
}
