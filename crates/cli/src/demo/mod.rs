//! `scrip demo`: a whole economy on this machine, with a history, people who go on using it, and a game to play.

mod cast;
mod chain;
mod crowd;
mod flyers;
mod history;
mod mini_app;
mod people;
mod players;
mod quests;
mod shop;
mod story;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use app::{Scope, SystemClock};
use fake_discord::FakeDiscord;
use fake_telegram::FakeTelegram;
use settlement::init::Contracts;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, DiscordConfig, Hidden, Inputs, LogConfig, LogFormat, TonConfig, resolve},
    game, ledger_file,
    operator::{KeyCreateOrder, KeyCreated},
    screen,
    trouble::Trouble,
    wiring::{self, Server, Site},
};
use cast::Cast;
use chain::Chain;
use mini_app::{MiniApp, Purse};
use players::Players;

/// What a demonstration is made from.
#[derive(Debug)]
pub(crate) struct Demo {
    /// None for a temporary folder.
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) seed: u64,
    pub(crate) http_listen: Option<SocketAddr>,
    /// Ends by itself after this time.
    pub(crate) duration: Option<Duration>,
}

/// Where it is served when the address is free.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// # Errors
/// When the folder has a ledger already, or something does not start.
pub(crate) async fn run(demo: Demo) -> Result<(), Trouble> {
    let temporary = tempfile::Builder::new().prefix("scrip-demo-").tempdir();
    let temporary = temporary
        .map_err(|error| Trouble::failed(format!("There is no temporary folder: {error}.")))?;
    let data_dir = demo
        .data_dir
        .clone()
        .unwrap_or_else(|| temporary.path().to_owned());
    if ledger_file::path(&data_dir).exists() {
        return Err(Trouble::input(format!(
            "There is a ledger in {} already, and a demonstration makes its own. `scrip serve --data-dir {0}` serves it.",
            data_dir.display()
        )));
    }
    let discord = fake_discord().await?;
    let telegram = Arc::new(fake_telegram().await?);
    let chain = Chain::start().await?;
    let cast = Cast::gather(&discord);
    let players = Arc::new(Players::new(demo.seed));
    let mut config = config(&demo, data_dir, &discord, &telegram, &chain)?;
    wiring::start_logging(&config.log);
    let address = format!("http://{}", config.http_listen);
    let (told, contracts) = tokio::try_join!(
        history::make(&config, &cast, &players, demo.seed),
        chain.set_up(&config, &address),
    )?;
    screen::print(&told)?;
    take_over(&mut config.ton, &contracts);

    let stop = CancellationToken::new();
    let signals = wiring::stop_on_signal(stop.clone())?;
    let mini_app = MiniApp {
        players,
        purse: Purse::new(
            chain.handle(),
            game::client(&config.ton)?,
            domain(config.http_listen),
        ),
        key: mini_app::key_of(&telegram.token()),
        telegram: Arc::clone(&telegram),
    };
    let site = Site {
        page: game_page::Page::Demo,
        more: mini_app::router(mini_app),
    };
    let server = Server::start(&config, Arc::new(SystemClock), stop.clone(), site).await?;
    let key = api_key(&server, &config).await?;
    welcome(&server, &config, &key)?;
    let mut beside = JoinSet::new();
    beside.spawn(crowd::go_on(discord.clone(), cast, demo.seed, stop.clone()));
    if let Some(duration) = demo.duration {
        beside.spawn(async move {
            tokio::time::sleep(duration).await;
            stop.cancel();
        });
    }
    let ended = server.run().await;
    beside.shutdown().await;
    chain.stop().await;
    // Longer than the bot, which would miss it.
    drop(telegram);
    drop(signals);
    ended
}

async fn fake_telegram() -> Result<FakeTelegram, Trouble> {
    let settings = fake_telegram::Settings {
        username: "scrip_demo_bot".into(),
        ..fake_telegram::Settings::default()
    };
    let started = FakeTelegram::start(settings).await;
    started.map_err(|error| {
        Trouble::failed(format!("The pretended Telegram does not start: {error}."))
    })
}

async fn fake_discord() -> Result<FakeDiscord, Trouble> {
    let builder = FakeDiscord::builder()
        .bot_name("scrip")
        .identify_window(Duration::ZERO);
    let started = builder.start().await;
    started
        .map_err(|error| Trouble::failed(format!("The pretended Discord does not start: {error}.")))
}

/// Nearly all defaults, beside the real configuration of this machine.
fn config(
    demo: &Demo,
    data_dir: PathBuf,
    discord: &FakeDiscord,
    telegram: &FakeTelegram,
    chain: &Chain,
) -> Result<Config, Trouble> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let usual_or_any = || {
        if TcpListener::bind(USUAL).is_ok() {
            USUAL
        } else {
            any
        }
    };
    let http_listen = with_port(demo.http_listen.unwrap_or_else(usual_or_any));
    let inputs = Inputs {
        file: Some((
            "the demonstration's own".into(),
            game_settings(http_listen, telegram, chain),
        )),
        ..Inputs::default()
    };
    let resolved = resolve(inputs);
    let resolved = resolved.map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Trouble::failed(format!(
            "The settings are not usable: {}.",
            errors.join("; ")
        ))
    })?;
    Ok(Config {
        data_dir,
        http_listen,
        admin_listen: any,
        discord: Some(DiscordConfig {
            token: Hidden::new(discord.bot_token()),
            rest_url: Some(discord.rest_url()),
            gateway_url: Some(discord.gateway_url()),
            cdn_url: Some(discord.cdn_url()),
            shards: None,
            developers: vec![discord.application_owner().get()],
            alert_channel: None,
            log_alert: 10_000,
        }),
        log: LogConfig {
            level: "warn".into(),
            format: LogFormat::Auto,
        },
        ..Config::new(&resolved)
    })
}

/// As an operator writes them. The first pipe costs what one game earns, so that a newcomer can buy it; rewards do not wait long for others.
fn game_settings(http_listen: SocketAddr, telegram: &FakeTelegram, chain: &Chain) -> String {
    let (bot_token, bot) = (telegram.token(), telegram.url());
    let (token, words, url) = (chain::TOKEN, chain.words(), chain.url());
    let domain = domain(http_listen);
    format!(
        "[telegram]\n\
         bot_token = \"{bot_token}\"\n\
         api_url = \"{bot}\"\n\
         game_url = \"http://{http_listen}/game/\"\n\
         proof_domain = \"{domain}\"\n\
         init_data_max_age_secs = 86400\n\
         [game]\n\
         items = \"1:1:Red pipe, 2:20:Blue pipe, 3:60:Golden pipe\"\n\
         [ton]\n\
         network = \"sandbox\"\n\
         api_url = \"{url}\"\n\
         token = \"{token}\"\n\
         mnemonic = \"{words}\"\n\
         debounce_secs = 1\n\
         max_age_secs = 5\n\
         poll_ms = 300\n"
    )
}

/// What wallets sign for.
fn domain(http_listen: SocketAddr) -> String {
    http_listen.ip().to_string()
}

/// The address with a port, so that the game's address is known before it is served.
fn with_port(address: SocketAddr) -> SocketAddr {
    if address.port() != 0 {
        return address;
    }
    let free = TcpListener::bind(address).and_then(|listener| listener.local_addr());
    free.unwrap_or(address)
}

/// What was deployed.
fn take_over(ton: &mut TonConfig, contracts: &Contracts) {
    ton.minter = Some(contracts.minter.address().clone());
    let collections = contracts.collections.iter();
    ton.collections = collections
        .map(|(id, collection)| (*id, collection.address().clone()))
        .collect();
}

async fn api_key(server: &Server, config: &Config) -> Result<String, Trouble> {
    let order = KeyCreateOrder {
        name: "demo".into(),
        scopes: Scope::ALL.to_vec(),
        currencies: Vec::new(),
        cap: None,
        require_site: false,
    };
    let (tell, _) = mpsc::channel(1);
    let made = server.operator(config).perform(order.into(), &tell).await?;
    let made: KeyCreated =
        serde_json::from_value(made).map_err(|error| Trouble::failed(error.to_string()))?;
    Ok(made.secret)
}

fn welcome(server: &Server, config: &Config, key: &str) -> Result<(), Trouble> {
    let (http, admin) = (server.addresses.http, server.addresses.admin);
    let data_dir = config.data_dir.display();
    let chain = &config.ton.api_url;
    let not_built = if game_page::is_built() {
        ""
    } else {
        " (not in this program: `cargo xtask game` builds it)"
    };
    screen::print(&format!(
        "\n\
         Game         http://{http}/game/{not_built}\n\
         Its chain    {chain}, a sandbox that answers as toncenter does (/api/v2, /api/v3)\n\
         HTTP API     http://{http}/v1, described at http://{http}/openapi.json\n\
         Metrics      http://{admin}/metrics\n\
         API key      {key}\n\
         \n\
         Try it, in another terminal:\n\
         \n  \
           curl -H 'Authorization: Bearer {key}' 'http://{http}/v1/transactions?limit=3'\n  \
           scrip --data-dir {data_dir} flows\n  \
           scrip --data-dir {data_dir} history --limit 5\n  \
           scrip --data-dir {data_dir} audit\n\
         \n\
         People go on in both servers. Ctrl-C ends it.\n"
    ))
}
