//! From nothing to a chain that rewards can be sent on.

use std::{
    fs::File,
    io::{self, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use serde::Serialize;
use settlement::init::{
    AchievementDesign, Contract, Contracts, Design, Init, InitError, Network, Progress,
    TokenDesign, Told, wallet,
};
use ton::KeyPair;

use super::{
    End, Global,
    configuration::{self, Lines},
    mnemonic::{Words, words},
};
use crate::{
    commands::runtime,
    config::{AchievementSetting, Config, DEFAULT_FILE, TonConfig},
    game, http_client,
    operator::{CurrencyCreateOrder, CurrencyLine, CurrencyListOrder, Place, coins},
    reach::{self, Need},
    replies,
    screen::Show,
    trouble::{Trouble, TroubleKind},
};

/// What the sandbox's faucet gives, in nanotons: a thousand coins.
const GIFT: u64 = 1_000_000_000_000;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// testnet, mainnet or sandbox; comes before `ton.network`
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// The toncenter server; comes before `ton.api_url`
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
    /// The token's name, as wallets show it
    #[arg(long, default_value = "Flap", value_name = "TEXT")]
    name: String,
    /// The token's symbol; in small letters the name of the ledger's currency, unless `ton.token` names another
    #[arg(long, default_value = "FLAP", value_name = "TEXT")]
    symbol: String,
    /// Digits behind the decimal point, 0 to 9; they never change
    #[arg(long, default_value_t = 0, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(0..=9))]
    decimals: u8,
    /// What wallets say about the token
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The token's picture, as wallets fetch it
    #[arg(long, value_name = "URL")]
    image: Option<String>,
    /// Where the metadata of achievements are: N.json behind it for achievement N
    #[arg(long, default_value = "", value_name = "URL")]
    items_url: String,
    /// Take over the wallet of these 24 words instead of making a new one
    #[arg(long, value_name = "FILE")]
    mnemonic_file: Option<PathBuf>,
    /// Print the wallet's 24 words at the end
    #[arg(long)]
    show_mnemonic: bool,
    /// End when the wallet has too little, instead of waiting for coins
    #[arg(long)]
    no_wait: bool,
    /// Put the settings into the configuration file
    #[arg(long)]
    write: bool,
}

pub(super) fn run(global: &Global, args: &InitArgs) -> Result<End, Trouble> {
    let own = [
        ("--network", "ton.network", &args.network),
        ("--api-url", "ton.api_url", &args.api_url),
    ];
    let own = own
        .into_iter()
        .filter_map(|(flag, key, text)| Some((flag.to_owned(), key.to_owned(), text.clone()?)));
    let config = Config::new(&global.resolved_with(own.collect())?);
    let mut report = runtime()?.block_on(init(&config, args))?;
    if args.write {
        let file = global.config.clone();
        let file = file.unwrap_or_else(|| DEFAULT_FILE.into());
        write_settings(&file, &report.settings)?;
        report.written = Some(file.display().to_string());
    }
    global.print(&report)
}

async fn init(config: &Config, args: &InitArgs) -> Result<Report, Trouble> {
    let token = token_setting(config, args);
    // What does not fit is said before anything is made.
    let found = currency(config, &token, args.decimals).await?;
    let words = words(&config.data_dir, &config.ton, args.mnemonic_file.as_deref())?;
    let keys = words.mnemonic.key_pair();
    let begun = Begun::open(config, args, &keys)?;
    say(&format!(
        "{} {}: wallet {}",
        capital(config.ton.network),
        config.ton.api_url,
        friendly(config, &keys)
    ));
    if config.ton.network == Network::Sandbox {
        fill(&config.ton, &keys).await?;
    }
    let contracts = deploy(config, args, &keys, begun).await?;
    let (currency, made) = match found {
        Some(currency) => (currency, false),
        None => (make_currency(config, args, &token, &contracts).await?, true),
    };
    Ok(report(config, args, &words, &contracts, &currency, made))
}

fn token_setting(config: &Config, args: &InitArgs) -> String {
    let configured = config.ton.token.clone();
    configured.unwrap_or_else(|| args.symbol.to_lowercase())
}

fn capital(network: Network) -> String {
    replies::capitalised(network.as_str())
}

fn friendly(config: &Config, keys: &KeyPair) -> String {
    let wallet = wallet(keys);
    config.ton.network.friendly(wallet.address(), false)
}

/// For the person who waits; the report goes to standard output.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The currency that the jetton will stand for, where the ledger has it.
async fn currency(
    config: &Config,
    named: &str,
    decimals: u8,
) -> Result<Option<CurrencyLine>, Trouble> {
    let all = match reach::ask(config, CurrencyListOrder {}, Need::Ledger, |_| Ok(())).await {
        Ok(list) => list.currencies,
        Err(trouble) if trouble.kind == TroubleKind::NoLedger => Vec::new(),
        Err(trouble) => return Err(trouble),
    };
    let mut same = all
        .into_iter()
        .filter(|currency| currency.id == named || currency.name.eq_ignore_ascii_case(named));
    match (same.next(), same.next()) {
        (None, _) => Ok(None),
        (Some(one), None) if one.decimals == decimals => Ok(Some(one)),
        (Some(one), None) => Err(Trouble::input(format!(
            "The currency {} has {} decimals, and the jetton would have {decimals}: they must be equal. See --decimals, or name another currency with --symbol or `ton.token`.",
            one.name, one.decimals
        ))),
        (Some(_), Some(_)) => Err(Trouble::input(format!(
            "Several currencies are called {named:?}. Name one by its id in `ton.token`."
        ))),
    }
}

async fn make_currency(
    config: &Config,
    args: &InitArgs,
    named: &str,
    contracts: &Contracts,
) -> Result<CurrencyLine, Trouble> {
    let order = CurrencyCreateOrder {
        name: named.to_owned(),
        place: Place::NewGroup("game".into()),
        decimals: args.decimals,
        symbol: Some(args.symbol.clone()),
        premium: false,
        key: format!("ton-init:{}", ton::address::raw(contracts.minter.address())),
    };
    reach::ask(config, order, Need::LedgerOrNone, |_| Ok(())).await
}

/// What was begun, and the file that keeps it.
struct Begun {
    progress: Progress,
    file: PathBuf,
}

impl Begun {
    fn open(config: &Config, args: &InitArgs, keys: &KeyPair) -> Result<Self, Trouble> {
        crate::ledger_file::make_private(&config.data_dir)?;
        let name = format!("ton-init-{}.json", config.ton.network);
        let file = config.data_dir.join(name);
        let wanted = design(config.ton.network, &config.game.achievements, args);
        let progress = match std::fs::read(&file) {
            Ok(bytes) => {
                let kept = serde_json::from_slice::<Progress>(&bytes);
                let kept = kept.map_err(|error| {
                    Trouble::failed(format!("{} is damaged: {error}.", file.display()))
                })?;
                merged(kept, wanted, keys, &file)?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Progress::new(wanted, keys),
            Err(error) => return Err(Trouble::file("read", &file, &error)),
        };
        Ok(Self { progress, file })
    }
}

fn design(network: Network, achievements: &[AchievementSetting], args: &InitArgs) -> Design {
    let achievement = |one: &AchievementSetting| AchievementDesign {
        achievement: one.id,
        name: one.name.clone(),
        image: None,
        items_url: args.items_url.clone(),
    };
    Design {
        network,
        token: TokenDesign {
            name: args.name.clone(),
            symbol: args.symbol.clone(),
            decimals: args.decimals,
            description: args.description.clone(),
            image: args.image.clone(),
        },
        achievements: achievements.iter().map(achievement).collect(),
    }
}

/// What is deployed keeps its design, because its address follows from it; new achievements come behind it.
fn merged(
    mut kept: Progress,
    wanted: Design,
    keys: &KeyPair,
    file: &Path,
) -> Result<Progress, Trouble> {
    if kept.messages == 0 {
        return Ok(Progress::new(wanted, keys));
    }
    if kept.design.token != wanted.token {
        let token = &kept.design.token;
        return Err(Trouble::input(format!(
            "The jetton was begun as {} ({}, {} decimals), and its address follows from that: give the same metadata again. Another jetton needs another wallet, or {} moved away.",
            token.name,
            token.symbol,
            token.decimals,
            file.display()
        )));
    }
    for achievement in wanted.achievements {
        let known = kept.design.achievements.iter();
        if known
            .clone()
            .all(|one| one.achievement != achievement.achievement)
        {
            kept.design.achievements.push(achievement);
        }
    }
    Ok(kept)
}

/// Durable when it returns, and whole at any time.
fn keep(file: &Path, progress: &Progress) -> io::Result<()> {
    let beside = file.with_extension("new");
    let bytes = serde_json::to_vec_pretty(progress).map_err(io::Error::other)?;
    let mut new = File::create(&beside)?;
    new.write_all(&bytes)?;
    new.sync_all()?;
    std::fs::rename(&beside, file)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

async fn deploy(
    config: &Config,
    args: &InitArgs,
    keys: &KeyPair,
    mut begun: Begun,
) -> Result<Contracts, Trouble> {
    let client = game::client(&config.ton)?;
    let file = begun.file.clone();
    let mut teller = Teller {
        config,
        wallet: friendly(config, keys),
        no_wait: args.no_wait,
        short: None,
        last: None,
    };
    let pace = match config.ton.network {
        Network::Sandbox => Duration::from_millis(100),
        Network::Mainnet | Network::Testnet => Duration::from_secs(3),
    };
    let made = Init::new(
        &client,
        keys,
        |progress| keep(&file, progress),
        |told| teller.hear(told),
    )
    .pace(pace)
    .run(&mut begun.progress)
    .await;
    made.map_err(|error| teller.trouble(&error))
}

/// Says each thing once.
struct Teller<'a> {
    config: &'a Config,
    wallet: String,
    no_wait: bool,
    short: Option<String>,
    last: Option<String>,
}

impl Teller<'_> {
    fn hear(&mut self, told: &Told) -> ControlFlow<()> {
        let coin = &self.config.ton.coin_symbol;
        let text = match told {
            Told::Network(_) | Told::Waiting => return ControlFlow::Continue(()),
            Told::Funds { there, needed } => {
                let text = format!(
                    "Send at least {} {coin} to {}; it has {}. More is better: each reward costs about 0.05 {coin}.",
                    coins(*needed),
                    self.wallet,
                    coins(*there)
                );
                self.short = Some(text.clone());
                if self.no_wait {
                    return ControlFlow::Break(());
                }
                text
            }
            Told::Signed(contracts) => format!("Deploying: {}", listed(contracts)),
            Told::Sent => "Sent; waiting for the chain".to_owned(),
            Told::Lost => "Another message is needed".to_owned(),
            Told::Found(contract) => format!("There: {contract}"),
        };
        if self.last.as_ref() != Some(&text) {
            say(&text);
            self.last = Some(text);
        }
        ControlFlow::Continue(())
    }

    fn trouble(&self, error: &InitError) -> Trouble {
        match (error, &self.short) {
            (InitError::Stopped, Some(short)) => Trouble::failed(short.clone()),
            (InitError::Chain(error), _) => replies::chain_error(error),
            (InitError::OtherWallet { .. }, _) => Trouble::input(format!(
                "{}. Give the words of that wallet, or move ton-init-{}.json in the data folder away to begin anew.",
                replies::capitalised(&error.to_string()),
                self.config.ton.network
            )),
            (InitError::OtherNetwork { .. }, _) => Trouble::input(format!(
                "{}. See --network and --api-url.",
                replies::capitalised(&error.to_string())
            )),
            _ => Trouble::failed(format!("{}.", replies::capitalised(&error.to_string()))),
        }
    }
}

fn listed(contracts: &[Contract]) -> String {
    let names: Vec<String> = contracts.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// The sandbox's faucet gives to whoever asks.
async fn fill(ton: &TonConfig, keys: &KeyPair) -> Result<(), Trouble> {
    let wallet = wallet(keys);
    let client = game::client(ton)?;
    let account = client.account(wallet.address()).await;
    let account = account.map_err(|error| replies::chain_error(&error))?;
    if account.balance >= u128::from(GIFT) / 2 {
        return Ok(());
    }
    let gift = serde_json::json!({
        "address": ton::address::raw(wallet.address()),
        "nanoton": GIFT,
    });
    let http = http_client::client(Duration::from_secs(20)).map_err(Trouble::failed)?;
    let asked = http
        .post(format!("{}/sandbox/give", ton.api_url))
        .header("content-type", "application/json")
        .body(gift.to_string())
        .send()
        .await;
    match asked {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(Trouble::failed(format!(
            "{} gives no coins ({}): is it a sandbox chain?",
            ton.api_url,
            answer.status()
        ))),
        Err(error) => Err(Trouble::failed(format!(
            "{} cannot be reached: {}. `scrip ton sandbox` runs a sandbox chain.",
            ton.api_url,
            error.without_url()
        ))),
    }
}

#[derive(Debug, Serialize)]
struct Report {
    network: Network,
    /// Friendly addresses, as this network writes them.
    wallet: String,
    minter: String,
    collections: Vec<CollectionLine>,
    currency: String,
    currency_made: bool,
    mnemonic_file: Option<String>,
    mnemonic_made: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mnemonic: Option<String>,
    /// What belongs into the section [ton].
    #[serde(serialize_with = "as_map")]
    settings: Lines,
    written: Option<String>,
}

#[derive(Debug, Serialize)]
struct CollectionLine {
    achievement: u8,
    address: String,
}

fn as_map<S: serde::Serializer>(lines: &Lines, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(lines.iter().map(|(key, value)| (key, value)))
}

fn report(
    config: &Config,
    args: &InitArgs,
    words: &Words,
    contracts: &Contracts,
    currency: &CurrencyLine,
    currency_made: bool,
) -> Report {
    let network = config.ton.network;
    let minter = network.friendly(contracts.minter.address(), true);
    let collections = contracts.collections.iter();
    let collections: Vec<CollectionLine> = collections
        .map(|(id, collection)| CollectionLine {
            achievement: id.get(),
            address: network.friendly(collection.address(), true),
        })
        .collect();
    let listed: Vec<String> = collections
        .iter()
        .map(|one| format!("{}:{}", one.achievement, one.address))
        .collect();
    let file = words.file.as_ref().map(|file| file.display().to_string());
    let mut settings: Lines = vec![
        ("network", network.to_string()),
        ("token", currency.name.clone()),
        ("minter", minter.clone()),
        ("collections", listed.join(", ")),
    ];
    if let Some(url) = &args.api_url {
        settings.push(("api_url", url.clone()));
    }
    if let Some(file) = &file {
        settings.push(("mnemonic_file", file.clone()));
    }
    let shown = words.mnemonic.words().collect::<Vec<_>>().join(" ");
    Report {
        network,
        wallet: network.friendly(contracts.wallet.address(), false),
        minter,
        collections,
        currency: currency.name.clone(),
        currency_made,
        mnemonic_file: file,
        mnemonic_made: words.made,
        mnemonic: args.show_mnemonic.then_some(shown),
        settings,
        written: None,
    }
}

fn write_settings(file: &Path, settings: &Lines) -> Result<(), Trouble> {
    let before = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Trouble::file("read", file, &error)),
    };
    let after = configuration::with(&before, "ton", settings);
    std::fs::write(file, after).map_err(|error| Trouble::file("written", file, &error))
}

impl Show for Report {
    fn show(&self) -> String {
        let mut out = format!(
            "All is there, on the {}.\nWallet and shop: {}\nJetton minter:   {}\n",
            self.network, self.wallet, self.minter
        );
        for collection in &self.collections {
            out.push_str(&format!(
                "Achievement {}:   {}\n",
                collection.achievement, collection.address
            ));
        }
        out.push_str(&format!(
            "Currency:        {}{}\n",
            self.currency,
            if self.currency_made { ", new" } else { "" }
        ));
        if let Some(file) = &self.mnemonic_file {
            out.push_str(&format!(
                "The wallet's 24 words {} in {file}. Copy them to a safe place: whoever has them has its money, and without them it is lost.\n",
                if self.mnemonic_made { "are new," } else { "are" }
            ));
        }
        if let Some(words) = &self.mnemonic {
            out.push_str(&format!("The words: {words}\n"));
        }
        match &self.written {
            Some(file) => out.push_str(&format!("The settings are in {file}.\n")),
            None => out.push_str(&format!(
                "\nPut this into the configuration (--write does it):\n\n{}",
                configuration::section("ton", &self.settings)
            )),
        }
        out
    }
}
