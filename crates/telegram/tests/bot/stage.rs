//! A ledger, a Telegram and a bot between them.

use std::{fmt::Write as _, sync::Arc};

use app::{App, ManualClock};
use economy::{AchievementRule, GameRules, Play, WalletBind};
use fake_telegram::{Chat, FakeTelegram, Message, Settings};
use ledger::{AchievementId, Currency, ItemId, RunId, StarsCharge, TelegramUserId, TonAddress};
use telegram::{
    BotToken,
    bot::{Bot, Config, Rail},
    server::Item,
};
use testkit::{
    ledgers::{TestLedger, ledger_for_tests},
    world::{World, amount},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub const ANN: u64 = 1_001;
pub const BOB: u64 = 1_002;
pub const GROUP: Chat = Chat::Group(-100_500);
pub const RED_PIPE: &str = "7";

const START_MS: i64 = 1_790_000_000_000;

pub struct Stage {
    pub telegram: FakeTelegram,
    pub world: World,
    pub coin: Currency,
    pub clock: Arc<ManualClock>,
    pub rail: Rail,
    pub webhook: Option<String>,
    running: JoinSet<()>,
    now_ms: i64,
    // After what uses it.
    ledger: TestLedger,
}

impl Stage {
    pub async fn new() -> Self {
        let telegram = FakeTelegram::start(Settings::default()).await;
        let telegram = telegram.expect("a free port");
        telegram.person(ANN, "Ann");
        telegram.person(BOB, "<b>Bob</b> & Co");
        let clock = Arc::new(ManualClock::at(START_MS));
        let ledger = ledger_for_tests(clock.clone()).await;
        let world = World::new(Arc::clone(&ledger.store), clock.clone()).await;
        let group = world.group("game").await;
        let coin = world.currency(&group, "coin", 2).await;
        Self {
            telegram,
            world,
            coin,
            clock,
            rail: Rail::Stars,
            webhook: None,
            running: JoinSet::new(),
            now_ms: START_MS,
            ledger,
        }
    }

    /// With a bot that runs.
    pub async fn playing() -> Self {
        let mut stage = Self::new().await;
        stage.start();
        stage
    }

    pub fn config(&self) -> Config {
        Config {
            token: BotToken::parse(&self.telegram.token()).expect("a good token"),
            api_url: self.telegram.url(),
            game_url: "https://game.example/play".into(),
            webhook: self.webhook.clone(),
            items: vec![
                item(RED_PIPE, "Red pipe", Some(25)),
                item("8", "Gold pipe", None),
            ],
            rail: self.rail,
            support: Some("@pipes_support".into()),
            testnet: false,
            http: client(),
        }
    }

    pub fn bot(&self) -> Bot {
        let gate = self.world.gates.telegram.clone();
        Bot::new(self.config(), self.world.app.clone(), gate)
    }

    /// Of another process over the same ledger.
    pub fn bot_elsewhere(&self) -> Bot {
        let (app, gates) = App::new(Arc::clone(&self.ledger.store), self.clock.clone());
        Bot::new(self.config(), app, gates.telegram)
    }

    pub fn start(&mut self) {
        self.run(self.bot());
    }

    pub fn run(&mut self, bot: Bot) {
        self.running
            .spawn(async move { bot.run(CancellationToken::new()).await });
    }

    pub fn serve(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    /// As `kill -9` does it: nothing is given back or written any more.
    pub async fn kill(&mut self) {
        self.running.shutdown().await;
    }

    pub fn later(&mut self, ms: i64) {
        self.now_ms += ms;
        self.clock.set(self.now_ms);
    }

    /// A person writes in private, and the bot has answered.
    pub async fn asks(&self, person: u64, text: &str) -> String {
        let chat = Chat::Private(person);
        let wrote = self.bot_wrote(chat).len();
        self.telegram.writes(person, chat, text);
        let answers = self.telegram.bot_wrote(chat, wrote + 1).await;
        answers.last().expect("one at least").text.clone()
    }

    pub fn bot_wrote(&self, chat: Chat) -> Vec<Message> {
        let messages = self.telegram.messages(chat).into_iter();
        messages.filter(|message| message.from.is_none()).collect()
    }

    /// What stands in a chat.
    pub fn transcript(&self, chat: Chat) -> String {
        let mut text = String::new();
        for message in self.telegram.messages(chat) {
            let mark = if message.from.is_some() { '>' } else { '<' };
            writeln!(text, "{mark} {}", message.text).expect("a String takes everything");
            for button in buttons(&message) {
                writeln!(text, "    [{button}]").expect("a String takes everything");
            }
        }
        text
    }

    // The game.

    /// A player ends a run.
    pub async fn plays(&self, person: u64, name: &str, score: u32) {
        let player = user(person);
        let store = self.world.store();
        let known = store.player_ensure(player, name.into()).await.unwrap();
        let play = Play {
            player,
            holder: known.holder,
            run: RunId::from_bytes(app::random_bytes()),
            score,
            token: self.coin.id,
            rules: rules(),
            wallet: None,
        };
        self.world.app.play(self.world.asked(), play).await.unwrap();
    }

    pub async fn binds(&self, person: u64) {
        let bind = WalletBind {
            player: user(person),
            wallet: TonAddress::new(0, [7; 32]),
        };
        let bound = self.world.app.wallet_bind(self.world.asked(), bind).await;
        bound.unwrap();
    }

    pub async fn owns(&self, person: u64, item: &str) -> bool {
        let bought = self.world.store().purchases(user(person)).await.unwrap();
        bought.iter().any(|purchase| purchase.item == item_id(item))
    }

    /// `bought`, `owed`, `refunded` or nothing.
    pub async fn state_of(&self, charge: &str) -> Option<&'static str> {
        let charge = StarsCharge::of(charge);
        let payment = self.world.store().stars_payment(charge).await.unwrap();
        payment.map(|payment| payment.state.as_str())
    }
}

pub fn user(person: u64) -> TelegramUserId {
    TelegramUserId::new(person).unwrap()
}

pub fn item_id(item: &str) -> ItemId {
    item.parse().unwrap()
}

fn item(id: &str, name: &str, stars: Option<u32>) -> Item {
    Item {
        id: item_id(id),
        name: name.into(),
        price: None,
        stars,
    }
}

fn rules() -> GameRules {
    GameRules {
        per_game: amount(100),
        per_step: amount(1_000),
        step: 10,
        run_ceiling: amount(100_000),
        day_ceiling: amount(1_000_000),
        achievements: vec![AchievementRule {
            achievement: AchievementId::new(1).unwrap(),
            plays: 1,
        }],
    }
}

fn buttons(message: &Message) -> Vec<String> {
    let rows = message
        .keyboard
        .iter()
        .flat_map(|keyboard| keyboard["inline_keyboard"].as_array());
    let buttons = rows.flatten().filter_map(|row| row.as_array()).flatten();
    let shown = buttons.map(|button| {
        let text = button["text"].as_str().unwrap_or_default();
        let game = button["web_app"]["url"].as_str();
        match (game, button["url"].as_str()) {
            (Some(game), _) => format!("{text}: opens {game}"),
            (None, link) => format!("{text}: leads to {}", link.unwrap_or_default()),
        }
    });
    shown.collect()
}

/// Everything is on loopback; the client wants to be told all the same.
pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .expect("a client without anything special")
}
