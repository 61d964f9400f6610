//! From nothing to everything deployed, on the sandbox chain, with an end after each step.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{ops::ControlFlow, time::Duration};

use ledger::AchievementId;
use settlement::init::{
    AchievementDesign, Contracts, Design, Init, InitError, Network, Progress, TokenDesign, Told,
    verify, wallet,
};
use ton::{
    KeyPair,
    toncenter::{Client, ClientConfig},
};
use ton_sandbox::{Running, Sandbox, Settings};

const COINS: u64 = 5_000_000_000;

struct World {
    running: Running,
    client: Client,
    keys: KeyPair,
    progress: Progress,
}

impl World {
    async fn new() -> Self {
        let running = Sandbox::start(Settings::quick()).await.unwrap();
        let client = Client::new(ClientConfig {
            base_url: running.url(),
            api_key: None,
            requests_per_second: None,
            timeout: Duration::from_secs(5),
        });
        let keys = KeyPair::from_seed(&[7; 32]);
        Self {
            client: client.unwrap(),
            progress: Progress::new(design(Network::Sandbox), &keys),
            running,
            keys,
        }
    }

    async fn give(&self) {
        let wallet = wallet(&self.keys);
        let given = self.running.chain().give(wallet.address(), COINS).await;
        given.unwrap();
    }

    /// Runs with what was kept until `hear` ends it; what was not kept is forgotten, as by a crash.
    async fn run(
        &mut self,
        hear: impl FnMut(&Told) -> ControlFlow<()> + Send,
    ) -> Result<Contracts, InitError> {
        let mut kept = self.progress.clone();
        let mut working = self.progress.clone();
        let ended = Init::new(
            &self.client,
            &self.keys,
            |progress| {
                kept = progress.clone();
                Ok(())
            },
            hear,
        )
        .pace(Duration::from_millis(20))
        .run(&mut working)
        .await;
        self.progress = kept;
        ended
    }
}

fn design(network: Network) -> Design {
    let achievement = |id| AchievementDesign {
        achievement: AchievementId::new(id).unwrap(),
        name: format!("Achievement {id}"),
        image: None,
        items_url: "https://game.example/".into(),
    };
    Design {
        network,
        token: TokenDesign {
            name: "Flap".into(),
            symbol: "FLAP".into(),
            decimals: 0,
            description: None,
            image: None,
        },
        achievements: vec![achievement(1), achievement(2)],
    }
}

#[tokio::test]
async fn everything_is_made_wherever_it_was_ended_before() {
    let mut world = World::new().await;
    // Without coins it asks for them.
    let mut asked = 0;
    let ended = world
        .run(|told| match told {
            Told::Funds { there: 0, needed } => {
                asked = *needed;
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        })
        .await;
    assert!(matches!(ended, Err(InitError::Stopped)));
    assert!(asked > 150_000_000 && asked < 500_000_000, "{asked}");
    world.give().await;

    // Ended after what it says for the first, the second, … time, until it says no more.
    let mut ends = 0;
    let contracts = loop {
        let mut left = ends;
        let ended = world
            .run(|_| {
                if left == 0 {
                    return ControlFlow::Break(());
                }
                left -= 1;
                ControlFlow::Continue(())
            })
            .await;
        match ended {
            Ok(contracts) => break contracts,
            Err(InitError::Stopped) => ends += 1,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(ends >= 3, "{ends}");
    assert_eq!(world.progress.messages, 1, "one message was enough");
    verify(&world.client, &contracts).await.unwrap();

    let balance = |world: &World| {
        let client = world.client.clone();
        let address = contracts.wallet.address().clone();
        async move { client.account(&address).await.unwrap().balance }
    };
    let before = balance(&world).await;
    let again = world.run(|_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(again, contracts);
    assert_eq!(world.progress.messages, 1);
    assert_eq!(balance(&world).await, before, "nothing was sent");
    world.running.stop().await;
}

#[tokio::test]
async fn another_network_and_another_wallet_are_refused() {
    let mut world = World::new().await;
    world.progress = Progress::new(design(Network::Mainnet), &world.keys);
    let ended = world.run(|_| ControlFlow::Continue(())).await;
    assert!(matches!(
        ended,
        Err(InitError::OtherNetwork {
            wanted: Network::Mainnet,
            ..
        })
    ));
    world.progress = Progress::new(design(Network::Sandbox), &KeyPair::from_seed(&[8; 32]));
    let ended = world.run(|_| ControlFlow::Continue(())).await;
    assert!(matches!(ended, Err(InitError::OtherWallet { .. })));
    world.running.stop().await;
}
