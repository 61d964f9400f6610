use std::sync::{Arc, OnceLock};

use app::{App, Clock, ManualClock};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use economy::{AchievementRule, GameRules};
use flight::{CONSTANTS, pilot, replay};
use http_body_util::BodyExt;
use ledger::{AccountKey, AchievementId, Currency, ItemId, SystemRole, TelegramUserId, TonAddress};
use serde_json::{Value, json};
use telegram::{
    BotToken,
    server::{Chain, Config, Item, Network, router},
};
use testkit::{
    ledgers::{TestLedger, ledger_for_tests},
    world::amount,
};
use tower::ServiceExt;

use crate::signer::{TOKEN, init_data};

pub const NOW_MS: i64 = 1_795_250_000_000;

/// The game over a ledger of its own, whose token has two decimals: one for a game, ten for every ten points.
pub struct World {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub router: Router,
    pub config: Config,
    pub coin: Currency,
    pub bank: testkit::world::World,
    _ledger: TestLedger,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A run that was begun, with the flaps that give a score in it.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: String,
    pub flaps: Vec<u32>,
    pub score: u32,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let ledger = ledger_for_tests(Arc::clone(&shared)).await;
        let bank = testkit::world::World::new(Arc::clone(&ledger.store), shared).await;
        let group = bank.group("game").await;
        let coin = bank.currency(&group, "coin", 2).await;
        let mut config = config(&coin);
        configure(&mut config);
        Self {
            app: bank.app.clone(),
            router: router(
                config.clone(),
                bank.app.clone(),
                bank.gates.telegram.clone(),
            ),
            clock,
            config,
            coin,
            bank,
            _ledger: ledger,
        }
    }

    pub fn now_secs(&self) -> i64 {
        self.clock.now_ms() / 1_000
    }

    pub fn pass_secs(&self, seconds: i64) {
        self.clock.set(self.clock.now_ms() + seconds * 1_000);
    }

    /// Fresh init data of this player.
    pub fn signed(&self, player: u64) -> String {
        init_data(player, &format!("Player{player}"), self.now_secs())
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()),
        }
    }

    pub fn request(&self, player: u64, route: &str) -> axum::http::request::Builder {
        let (method, path) = route.split_once(' ').unwrap();
        Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(path)
            .header("authorization", format!("tma {}", self.signed(player)))
    }

    pub async fn get(&self, player: u64, path: &str) -> Answer {
        let request = self.request(player, &format!("GET {path}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, player: u64, path: &str, body: Value) -> Answer {
        let request = self.request(player, &format!("POST {path}"));
        let request = request.header("content-type", "application/json");
        self.send(request.body(body.to_string().into()).unwrap())
            .await
    }

    /// What was asked for, not a problem.
    /// As a client does it: the same again when the server is too busy for it.
    pub async fn done(&self, player: u64, path: &str, body: Value) -> Value {
        let mut answer = self.post(player, path, body.clone()).await;
        for _ in 0..100 {
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            answer = self.post(player, path, body.clone()).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    pub async fn read(&self, player: u64, path: &str) -> Value {
        let answer = self.get(player, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    /// A run that was begun and flown, and the time that it took.
    pub async fn flown(&self, player: u64, score: u32) -> Run {
        let begun = self.done(player, "/run", json!({})).await;
        let seed = u32::try_from(begun["seed"].as_u64().unwrap()).unwrap();
        let flaps = pilot::flaps(seed, score);
        let ticks = replay(seed, &flaps).unwrap().ticks;
        self.pass_secs(i64::from(ticks.div_ceil(CONSTANTS.ticks_per_second)));
        Run {
            id: begun["run"].as_str().unwrap().to_owned(),
            flaps,
            score,
        }
    }

    /// A run from its beginning to what it earned.
    pub async fn play(&self, player: u64, score: u32) -> Value {
        let run = self.flown(player, score).await;
        self.done(player, "/played", run.body()).await
    }

    /// What was promised to players and is not on the chain yet, in minor units.
    pub async fn promised(&self) -> i64 {
        let account = AccountKey::system(SystemRole::Settlement, self.coin.id);
        let balance = self.app.store().balance(account).await;
        balance.unwrap().get()
    }

    pub async fn plays(&self, player: u64) -> u64 {
        self.read(player, "/me").await["plays"].as_u64().unwrap()
    }
}

impl Run {
    pub fn body(&self) -> Value {
        json!({"run": self.id, "score": self.score, "flaps": self.flaps})
    }

    /// The body, with some members set.
    pub fn with(&self, members: Value) -> Value {
        let mut body = self.body();
        let members = members.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(members);
        body
    }
}

impl Answer {
    /// The end of a problem's type.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or("no problem");
        kind.rsplit(':').next().unwrap()
    }
}

pub fn user(id: u64) -> TelegramUserId {
    TelegramUserId::new(id).unwrap()
}

fn config(coin: &Currency) -> Config {
    let rules = GameRules {
        per_game: amount(100),
        per_step: amount(1_000),
        step: 10,
        run_ceiling: amount(50_000),
        day_ceiling: amount(200_000),
        achievements: [(1, 1), (2, 5)].map(achievement).to_vec(),
    };
    let item = |id, name: &str, price, stars| Item {
        id: ItemId::new(id).unwrap(),
        name: name.into(),
        price,
        stars,
    };
    Config {
        bot_name: Arc::new(OnceLock::from("flappy_test_bot".to_owned())),
        items: vec![
            item(1, "Red pipe", Some(amount(5_000)), Some(100)),
            item(2, "Blue pipe", Some(amount(7_550)), None),
            item(3, "Gold pipe", None, Some(500)),
        ],
        achievement_names: [(AchievementId::new(1).unwrap(), "First flight".into())].into(),
        proof_domain: "game.example".into(),
        chain: Some(Chain {
            network: Network::Testnet,
            minter: TonAddress::new(0, [0x11; 32]),
            shop: TonAddress::new(0, [0x22; 32]),
            coin_symbol: "TON".into(),
            client: None,
        }),
        game_origin: Some("https://game.example".into()),
        requests_per_minute: 0,
        ..Config::new(BotToken::parse(TOKEN).unwrap(), coin.id, rules)
    }
}

fn achievement((id, plays): (u8, u32)) -> AchievementRule {
    AchievementRule {
        achievement: AchievementId::new(id).unwrap(),
        plays,
    }
}
