//! The settings of the game, its bot and its chain.

use settlement::init::Network;
use ton::address::{Form, friendly};

use super::{check_error, inputs};
use crate::config::{Config, resolve, unfinished};

const TOKEN: &str = "7342037359:AAHI25ES9xCOMPokpYoz5p8XVrZUdygo2J4";

fn address(testnet: bool) -> String {
    let parsed = ton::address::parse(&format!("0:{}", "5a".repeat(32))).expect("it is right");
    let form = Form {
        bounceable: true,
        testnet,
    };
    friendly(&parsed.address, form)
}

fn config(file: &str) -> Config {
    Config::new(&resolve(inputs(file, &[], &[])).expect("all is well"))
}

#[test]
fn wrong_lists_say_what_they_are() {
    let check = |line: &str, what: &str| {
        let (key, _) = line.split_once(' ').expect("a line has a key");
        let expect = format!("scrip.toml:2: `game.{key}` {what}");
        check_error(&format!("[game]\n{line}\n"), &[], &[&expect]);
    };
    check(
        "achievements = \"1\"",
        "is a list such as \"1:1:First flight, 2:5:Fifth flight\", which is number, plays, name; \"1\" is none of it",
    );
    check(
        "achievements = \"0:1\"",
        "has an achievement \"0\"; they are numbered 1 to 62",
    );
    check(
        "achievements = \"63:1\"",
        "has an achievement \"63\"; they are numbered 1 to 62",
    );
    check(
        "achievements = \"3:0\"",
        "lets achievement 3 come after \"0\" plays; it is a number from 1 on",
    );
    check("achievements = \"1:1, 1:5\"", "has achievement 1 twice");
    check(
        "items = \"1:0:Red pipe\"",
        "gives item 1 the price \"0\"; a price is an amount above zero",
    );
    check(
        "items = \"1:-5\"",
        "gives item 1 the price \"-5\"; a price is an amount above zero",
    );
    check("items = \"1:5, 2:7, 1:9\"", "has item 1 twice");
    check(
        "items = \"x:5\"",
        "has an item \"x\"; items are numbered from 1 on",
    );
    check(
        "items = \"1:5:\"",
        "has the name \"\"; one has 1 to 32 characters",
    );
    check(
        "stars = \"1:0\"",
        "gives item 1 the price \"0\"; Stars are a number from 1 to 100000",
    );
    check(
        "stars = \"7:5\"",
        "has item 7, which `game.items` does not have",
    );
    check(
        "per_game = \"much\"",
        "is an amount, such as 10 or 0.5, not \"much\": an amount is digits with an optional decimal point, such as 12 or 0.5",
    );
    check("run_ceiling = 0", "is an amount above zero, not 0");
    check("step = 0", "is a number from 1 to 1000000, not \"0\"");
}

#[test]
fn wrong_networks_and_addresses_are_told() {
    check_error(
        "[ton]\nnetwork = \"mainet\"\n",
        &[],
        &["scrip.toml:2: `ton.network` is one of testnet, mainnet, sandbox, not \"mainet\""],
    );
    let mut broken = address(false);
    broken.replace_range(10..11, if &broken[10..11] == "A" { "B" } else { "A" });
    check_error(
        &format!("[ton]\nminter = \"{broken}\"\n"),
        &[],
        &[&format!(
            "scrip.toml:2: `ton.minter` is an address on TON, such as EQ… or 0:…, not {broken:?}: the address's checksum is wrong"
        )],
    );
    let (testnet, any) = (address(true), address(false));
    check_error(
        &format!(
            "[ton]\nnetwork = \"mainnet\"\nminter = \"{testnet}\"\ncollections = \"1:{any}, 2:{testnet}\"\n"
        ),
        &[],
        &[
            "scrip.toml:3: `ton.minter` has an address of the testnet, and `ton.network` is mainnet",
            "scrip.toml:4: `ton.collections` has an address of the testnet, and `ton.network` is mainnet",
        ],
    );
    check_error(
        &format!("[ton]\ncollections = \"1:{any}, 1:{any}\"\n"),
        &[],
        &["scrip.toml:2: `ton.collections` has achievement 1 twice"],
    );
    check_error(
        &format!("[ton]\ncollections = \"9:{any}\"\n"),
        &[],
        &[
            "scrip.toml:2: `ton.collections` has achievement 9, which `game.achievements` does not have",
        ],
    );
    // On the testnet both forms are used.
    let ton = config(&format!("[ton]\nminter = \"{any}\"\n")).ton;
    assert_eq!(
        ton.minter.map(|minter| ton::address::raw(&minter)),
        Some(format!("0:{}", "5a".repeat(32)))
    );
}

#[test]
fn secrets_of_the_game_are_looked_at_and_never_repeated() {
    let check = |line: &str, words: &str| {
        let errors = resolve(inputs(line, &[], &[])).expect_err("it is wrong");
        let told = errors[0].to_string();
        assert!(told.contains(words), "{told}");
        let secret = line.split('"').nth(1).expect("a value in quotes");
        assert!(!told.contains(secret), "{told}");
    };
    check(
        "[telegram]\nbot_token = \"AAHI25ES9xCOMPokpYoz5p8XVrZUdygo2J4\"",
        "@BotFather",
    );
    check(
        "[telegram]\nbot_token = \"123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11\"",
        "Telegram's documentation",
    );
    check("[ton]\nmnemonic = \"abandon ability able\"", "is not taken");
    let errors = resolve(inputs("", &[], &[("ton.mnemonic", "a b")])).expect_err("seen by all");
    assert!(errors[0].to_string().contains("use `ton.mnemonic_file`"));
}

#[test]
fn each_part_runs_when_it_has_what_it_needs() {
    let both = format!("[telegram]\nbot_token = \"{TOKEN}\"\n");
    let off = config("");
    assert!(off.telegram.is_none() && !off.ton.enabled);
    assert!(config(&both).telegram.is_some());
    assert!(config(&format!("{both}enabled = false")).telegram.is_none());

    let check = |file: &str, expect: &[&str]| {
        let resolved = resolve(inputs(file, &[], &[])).expect("nothing contradicts");
        let told: Vec<String> = unfinished(&resolved)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(told, expect, "{file}");
    };
    check("", &[]);
    check(
        &both,
        &[
            "scrip.toml:2: `telegram.bot_token` is given, and `ton.token` is not: `scrip ton init` makes it",
        ],
    );
    check(&format!("{both}enabled = false"), &[]);
    check(&format!("{both}[ton]\ntoken = \"flap\""), &[]);
    check(
        &format!("[ton]\ncollections = \"1:{}\"", address(false)),
        &[
            "default: `game.achievements` has achievement 2, which has no collection: `scrip ton init` makes it",
        ],
    );
}

#[test]
fn the_mnemonic_turns_the_chain_on() {
    let words = ton::mnemonic::Mnemonic::generate();
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(&file, words.words().collect::<Vec<_>>().join(" ")).expect("it is ours");
    let given = format!("[ton]\nmnemonic_file = \"{}\"\n", file.path().display());
    assert!(config(&given).ton.enabled);
    assert!(!config(&format!("{given}enabled = false")).ton.enabled);
    let resolved = resolve(inputs(&given, &[], &[])).expect("the words are right");
    let missing: Vec<String> = unfinished(&resolved)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        missing.len(),
        3,
        "token, minter and collections: {missing:?}"
    );
}

#[test]
fn the_api_follows_the_network() {
    let check = |lines: &str, network: Network, url: &str, rate: u32| {
        let ton = config(&format!("[ton]\n{lines}")).ton;
        assert_eq!(
            (ton.network, ton.api_url.as_str(), ton.api_rate),
            (network, url, rate),
            "{lines}"
        );
    };
    check("", Network::Testnet, "https://testnet.toncenter.com", 1);
    let key = "api_key = \"pBb4R1jv6sXbF5m2Gv0yq8l1t3n7Zk9w\"\n";
    check(key, Network::Testnet, "https://testnet.toncenter.com", 10);
    check(
        "network = \"mainnet\"\napi_rate = 25",
        Network::Mainnet,
        "https://toncenter.com",
        25,
    );
    check(
        "network = \"sandbox\"\napi_url = \"http://127.0.0.1:9/\"",
        Network::Sandbox,
        "http://127.0.0.1:9",
        1_000,
    );
}
