//! From nothing to a reward on the chain: the sandbox, `ton init`, `serve`, a player, a restart by force, and the operator's view.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use fake_telegram::{FakeTelegram, Settings};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use ton::{
    mnemonic::Mnemonic,
    proof::{TonProof, sign},
    toncenter::{Client, ClientConfig},
    wallet_v4::WalletV4,
};

use tycho_types::cell::CellBuilder;

use crate::stage::{Server, Stage};

const PLAYER: u64 = 5_000_000_001;

/// The sandbox chain in a process of its own.
struct Chain {
    child: Child,
    url: String,
}

impl Chain {
    fn start(stage: &Stage) -> Self {
        let mut command = stage.command();
        command.args([
            "ton",
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--block-ms",
            "50",
        ]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let url = url.unwrap().trim_end_matches('.').to_owned();
        Self { child, url }
    }

    fn client(&self) -> Client {
        Client::new(ClientConfig {
            base_url: self.url.clone(),
            api_key: None,
            requests_per_second: None,
            timeout: Duration::from_secs(5),
        })
        .unwrap()
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn now_secs() -> u64 {
    let now_ms = app::Clock::now_ms(&app::SystemClock);
    u64::try_from(now_ms / 1_000).unwrap()
}

/// Init data as Telegram signs it.
fn init_data(token: &str) -> String {
    let mac = |key: &[u8], text: &str| -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        })
    };
    let user = json!({"id": PLAYER, "first_name": "Ann"}).to_string();
    let date = now_secs().to_string();
    let lines = format!("auth_date={date}\nquery_id=q\nuser={user}");
    let hash = hex(&mac(&mac(b"WebAppData", token), &lines));
    let user: String = user.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02X}").unwrap();
        text
    });
    format!("auth_date={date}&query_id=q&user={user}&hash={hash}")
}

fn asked(server: &Server, init_data: &str, path: &str, body: Value) -> Value {
    let mut body = body;
    body["init_data"] = init_data.into();
    let (status, answer) = server.ask("POST", path, "none", &body);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// A wallet's word that it is the player's.
fn claim(keys: &ton::KeyPair, wallet: &WalletV4, payload: &str) -> Value {
    let proof = TonProof {
        timestamp_secs: now_secs(),
        domain: "game.example".into(),
        payload: payload.into(),
        signature: [0; 64],
        state_init: None,
        public_key: None,
    };
    let signed = sign(keys, wallet.address(), proof);
    let init = CellBuilder::build_from(wallet.state_init()).unwrap();
    json!({
        "address": ton::address::raw(wallet.address()),
        "proof": {
            "timestamp": signed.timestamp_secs,
            "domain": {"lengthBytes": 12, "value": "game.example"},
            "payload": payload,
            "signature": BASE64_STANDARD.encode(signed.signature),
            "state_init": ton::boc::to_base64(&init),
        },
    })
}

/// Looks again until it is so; a test that waits in vain fails.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("in vain: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reward_arrives_once_although_the_server_is_killed() {
    let stage = Stage::on_sqlite();
    let chain = Chain::start(&stage);
    let fake = FakeTelegram::start(Settings::default()).await.unwrap();
    let token = fake.token();
    stage.write("token", &token);
    stage.write(
        "scrip.toml",
        &format!(
            "[telegram]\nbot_token_file = \"token\"\napi_url = \"{}\"\ngame_url = \"https://game.example\"\nprove_runs = false\n\
             [ton]\ndebounce_secs = 0\npoll_ms = 100\n",
            fake.url()
        ),
    );
    // Before the chain is set up the game cannot run, and that is told.
    let early = stage.run(&["serve"]);
    assert_eq!(early.code, 2);
    assert!(
        early
            .err
            .contains("`ton.token` is not: `scrip ton init` makes it"),
        "{}",
        early.err
    );

    let init = [
        "ton",
        "init",
        "--network",
        "sandbox",
        "--api-url",
        &chain.url,
        "--write",
    ];
    let made = stage.json(&init);
    assert_eq!(made["collections"].as_array().map(Vec::len), Some(2));
    assert!(made["mnemonic"].is_null());
    // Again it changes nothing.
    let again = stage.json(&init);
    assert_eq!(again["minter"], made["minter"]);
    assert_eq!(again["currency_made"], false);
    let words = stage.path("scrip-data/ton-mnemonic");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(
        words.metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );

    let server = stage.serve(&[]);
    let data = init_data(&token);
    let keys = Mnemonic::generate().key_pair();
    let wallet = WalletV4::new(keys.public(), 698_983_191);
    let payload = asked(&server, &data, "/ton-proof", json!({}));
    let claim = claim(&keys, &wallet, payload["payload"].as_str().unwrap());
    let run = asked(&server, &data, "/run", json!({}));
    let played = asked(
        &server,
        &data,
        "/played",
        json!({"run": run["run"], "score": 23, "wallet": claim}),
    );
    assert_eq!(played["tokens"], "21", "{played}");
    // Wherever it was, it goes on from there.
    drop(server);
    let server = stage.serve(&[]);

    let client = chain.client();
    let minter = ton::address::parse(made["minter"].as_str().unwrap())
        .unwrap()
        .address;
    let owner = wallet.address().clone();
    until("the tokens are on the chain", async || {
        let balance = client.jetton_balance(&minter, &owner).await.ok()?;
        (balance == 21).then_some(())
    })
    .await;
    let settled = until("the ledger has seen them", async || {
        let list = stage.json(&["ton", "rewards", "--state", "settled"]);
        let rewards = list["rewards"].as_array()?.clone();
        (rewards.len() == 2).then_some(rewards)
    })
    .await;
    assert!(
        settled
            .iter()
            .all(|reward| reward["transaction"].is_string())
    );

    let status = stage.json(&["ton", "status"]);
    assert_eq!(status["running"], true);
    assert_eq!(status["supply"]["chain"], "21");
    assert_eq!(status["supply"]["ledger"], "21");
    assert_eq!(status["supply"]["on_the_way"], "0");
    assert_eq!(client.jetton_supply(&minter).await.unwrap(), 21, "once");
    let metrics = server.admin_text("/metrics");
    assert!(
        metrics.contains("scrip_rewards{state=\"settled\"} 2"),
        "{metrics}"
    );
    assert!(metrics.contains("scrip_chain_up 1"));
    let wallet_line = stage.run(&["ton", "status"]).out;
    assert!(wallet_line.contains("all payments read"), "{wallet_line}");
    assert_eq!(stage.json(&["ton", "deposits"])["deposits"], json!([]));
    let unknown = stage.run(&["ton", "deposit", "refund", &"0".repeat(64)]);
    assert_eq!(unknown.code, 3, "{}", unknown.err);
    assert!(unknown.err.contains("There is no deposit"));
    assert!(server.stop().success());
}

#[test]
fn init_says_what_does_not_fit() {
    let stage = Stage::on_sqlite();
    let nowhere = stage.run(&[
        "ton",
        "init",
        "--network",
        "sandbox",
        "--api-url",
        "http://127.0.0.1:1",
    ]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("`ton.api_url`"), "{}", nowhere.err);
    let chain = Chain::start(&stage);
    let other = stage.run(&[
        "ton",
        "init",
        "--network",
        "testnet",
        "--api-url",
        &chain.url,
    ]);
    assert_eq!(other.code, 2, "{}", other.err);
    assert!(
        other.err.contains("another network than testnet"),
        "{}",
        other.err
    );
    let stage = stage.with_currency("flap", "2");
    let decimals = stage.run(&[
        "ton",
        "init",
        "--network",
        "sandbox",
        "--api-url",
        &chain.url,
    ]);
    assert!(
        decimals
            .err
            .contains("has 2 decimals, and the jetton would have 0"),
        "{}",
        decimals.err
    );
}
