//! People who have played the game for two weeks, so that the leaderboard is not empty. What they fly are real runs: the pilot's flaps of a
//! level, and the score that these give.

use economy::{GameRules, Play};
use flight::{pilot, replay};
use ledger::{Currency, HolderId, RunId, TelegramUserId, TonAddress};
use rand::RngExt as _;
use tokio::sync::mpsc;

use super::{
    chain,
    players::{OLD_HANDS, Player, Players},
    story::Story,
};
use crate::{
    config::Config,
    game,
    ledger_file::OpenLedger,
    operator::{CurrencyCreateOrder, Place},
    replies,
    trouble::Trouble,
};

/// Nobody passes fewer pipes.
const LEAST: u32 = 3;

#[derive(Debug)]
pub(super) struct Flyers {
    token: Currency,
    rules: GameRules,
    all: Vec<Flyer>,
}

#[derive(Debug, Clone)]
struct Flyer {
    user: TelegramUserId,
    holder: HolderId,
    wallet: TonAddress,
    best: u32,
}

impl Flyers {
    /// Makes the currency that the game earns, too.
    ///
    /// # Errors
    /// When the ledger refuses it.
    pub(super) async fn gather(
        ledger: &OpenLedger,
        config: &Config,
        players: &Players,
    ) -> Result<Self, Trouble> {
        let order = CurrencyCreateOrder {
            name: chain::TOKEN.into(),
            place: Place::NewGroup("game".into()),
            decimals: chain::DECIMALS,
            symbol: Some(chain::SYMBOL.into()),
            premium: false,
            key: "demo-token".into(),
        };
        let (tell, _) = mpsc::channel(1);
        let operator = ledger.operator(config);
        operator.perform(order.into(), &tell).await?;
        let token = game::token(&ledger.app, &config.ton).await?;
        let rules = game::rules(&config.game, &token)?;
        let mut all = Vec::new();
        for (player, (_, best)) in players.all().into_iter().zip(OLD_HANDS) {
            let wallet = players.wallet(player.user);
            all.push(Flyer {
                user: player.user,
                holder: holder(ledger, player).await?,
                wallet: game::kept(wallet.contract.address()),
                best,
            });
        }
        Ok(Self { token, rules, all })
    }
}

async fn holder(ledger: &OpenLedger, player: Player) -> Result<HolderId, Trouble> {
    let known = ledger.app.store().player_ensure(player.user, player.name);
    let known = known.await.map_err(|error| replies::store_error(&error))?;
    Ok(known.holder)
}

/// Somebody flies, mostly worse than at best.
pub(super) async fn fly(story: &mut Story, flyers: &Flyers) -> Result<(), Trouble> {
    let at = story.random.random_range(0..flyers.all.len());
    let flyer = flyers.all.get(at).expect("the dice have as many sides");
    let seed = story.random.random();
    let pipes = story.random.random_range(LEAST..=flyer.best);
    let flown = replay(seed, &pilot::flaps(seed, pipes));
    let flown = flown.map_err(|error| Trouble::failed(error.to_string()))?;
    let play = Play {
        player: flyer.user,
        holder: flyer.holder,
        run: RunId::from_bytes(story.random.random()),
        score: flown.score,
        token: flyers.token.id,
        rules: flyers.rules.clone(),
        wallet: Some(flyer.wallet),
    };
    let entry = story.gates.telegram.entry("POST /played", "game");
    let asked = story.asked(&entry, flyer.holder);
    let answer = story.app.play(asked, play).await;
    story.heard(answer).map(|_| ())
}
