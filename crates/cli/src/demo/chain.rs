//! The demonstration's own TON: a sandbox chain in this process, with the game's contracts on it.

use std::{ops::ControlFlow, time::Duration};

use settlement::init::{
    AchievementDesign, Contracts, Design, Init, Network, Progress, TokenDesign, wallet,
};
use ton::{KeyPair, mnemonic::Mnemonic};
use ton_sandbox::{Handle, Running, Sandbox, Settings};

use crate::{config::Config, game, replies, trouble::Trouble};

/// The ledger's currency that the jetton stands for.
pub(super) const TOKEN: &str = "flap";
pub(super) const SYMBOL: &str = "FLAP";
pub(super) const DECIMALS: u8 = 0;

/// Four times as fast as the real one, so that nobody waits who only looks.
const BLOCK: Duration = Duration::from_millis(100);
/// A thousand coins, in nanoton: enough for some twenty thousand rewards.
const GIFT: u64 = 1_000_000_000_000;

/// It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Chain {
    running: Running,
    /// The words of the wallet that sends rewards and takes payments.
    words: Mnemonic,
}

impl Chain {
    pub(super) async fn start() -> Result<Self, Trouble> {
        let settings = Settings {
            block: BLOCK,
            ..Settings::default()
        };
        let running = Sandbox::start(settings).await;
        let running = running.map_err(|error| {
            Trouble::failed(format!("The sandbox chain does not start: {error}."))
        })?;
        Ok(Self {
            running,
            words: Mnemonic::generate(),
        })
    }

    pub(super) fn url(&self) -> String {
        self.running.url()
    }

    pub(super) fn handle(&self) -> Handle {
        self.running.chain()
    }

    pub(super) fn words(&self) -> String {
        self.words.words().collect::<Vec<_>>().join(" ")
    }

    /// What `scrip ton init` does.
    ///
    /// # Errors
    /// When the chain does not do what it should.
    pub(super) async fn set_up(&self, config: &Config, site: &str) -> Result<Contracts, Trouble> {
        let keys = self.words.key_pair();
        self.fill(&keys).await?;
        let client = game::client(&config.ton)?;
        let mut progress = Progress::new(design(config, site), &keys);
        let mut init =
            Init::new(&client, &keys, |_| Ok(()), |_| ControlFlow::Continue(())).pace(BLOCK);
        let made = init.run(&mut progress).await;
        made.map_err(|error| {
            Trouble::failed(format!("{}.", replies::capitalised(&error.to_string())))
        })
    }

    pub(super) async fn stop(self) {
        self.running.stop().await;
    }

    async fn fill(&self, keys: &KeyPair) -> Result<(), Trouble> {
        let given = self.handle().give(wallet(keys).address(), GIFT).await;
        given.map_err(|error| Trouble::failed(format!("{error}.")))
    }
}

/// `site` is where the game's server answers.
fn design(config: &Config, site: &str) -> Design {
    let achievements = config.game.achievements.iter();
    let achievements = achievements.map(|one| AchievementDesign {
        achievement: one.id,
        name: one.name.clone(),
        image: None,
        items_url: format!("{site}/game/achievements/"),
    });
    Design {
        network: Network::Sandbox,
        token: TokenDesign {
            name: "Flap".into(),
            symbol: SYMBOL.into(),
            decimals: DECIMALS,
            description: Some("What the game of a demonstration earns.".into()),
            image: Some(format!("{site}/game/token.png")),
        },
        achievements: achievements.collect(),
    }
}
