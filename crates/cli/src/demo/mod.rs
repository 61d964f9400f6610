//! `scrip demo`: a whole economy on this machine, with a history, and people who go on using it.

mod cast;
mod crowd;
mod history;
mod people;
mod quests;
mod shop;
mod story;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{Scope, SystemClock};
use fake_discord::FakeDiscord;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, DiscordConfig, Hidden, Inputs, LogConfig, LogFormat, resolve},
    ledger_file,
    operator::{KeyCreateOrder, KeyCreated},
    screen,
    trouble::Trouble,
    wiring::{self, Server},
};
use cast::Cast;

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
    let cast = Cast::gather(&discord);
    let config = config(&demo, data_dir, &discord)?;
    wiring::start_logging(&config.log);
    let told = history::make(&config, &cast, demo.seed).await?;
    screen::print(&told)?;

    let stop = CancellationToken::new();
    let signals = wiring::stop_on_signal(stop.clone())?;
    let server = Server::start(&config, Arc::new(SystemClock), stop.clone()).await?;
    let key = api_key(&server, &config).await?;
    welcome(&server, &config.data_dir, &key)?;
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
    drop(signals);
    ended
}

async fn fake_discord() -> Result<FakeDiscord, Trouble> {
    let builder = FakeDiscord::builder()
        .bot_name("scrip")
        .identify_window(Duration::ZERO);
    let started = builder.start().await;
    started
        .map_err(|error| Trouble::failed(format!("The pretended Discord does not start: {error}.")))
}

/// All defaults, beside the real configuration of this machine.
fn config(demo: &Demo, data_dir: PathBuf, discord: &FakeDiscord) -> Result<Config, Trouble> {
    let defaults = resolve(Inputs::default());
    let defaults = defaults.map_err(|_| Trouble::failed("The defaults are not usable."))?;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let usual_or_any = || {
        if TcpListener::bind(USUAL).is_ok() {
            USUAL
        } else {
            any
        }
    };
    Ok(Config {
        data_dir,
        http_listen: demo.http_listen.unwrap_or_else(usual_or_any),
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
        ..Config::new(&defaults)
    })
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

fn welcome(server: &Server, data_dir: &Path, key: &str) -> Result<(), Trouble> {
    let (http, admin) = (server.addresses.http, server.addresses.admin);
    let data_dir = data_dir.display();
    screen::print(&format!(
        "\n\
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
