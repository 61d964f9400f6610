//! The program on PostgreSQL: alone, beside another one, and with a server that is not there.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use testkit::postgres::{Database, Server};

use crate::stage::{Server as Served, Stage};

/// Trusted servers look at no password, so that any will do.
const PASSWORD: &str = "Gx7vRze4b7Cq4se7";

fn with_password(database: &Database) -> String {
    let url = database.url();
    url.replacen("scrip@", &format!("scrip:{PASSWORD}@"), 1)
}

/// A folder whose configuration names this database.
fn stage_on(url: &str) -> Stage {
    let stage = Stage::on_sqlite();
    stage.write("scrip.toml", &format!("database = \"{url}\"\n"));
    stage
}

async fn text(database: &Database, sql: &str) -> String {
    let client = database.connect().await.unwrap();
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn number(database: &Database, sql: &str) -> i64 {
    let client = database.connect().await.unwrap();
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// Asks the database until it says so.
async fn until(database: &Database, sql: &str) {
    for _ in 0..300 {
        if number(database, sql).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never was: {sql}");
}

fn key(stage: &Stage) -> String {
    let made = stage.json(&["key", "create", "test", "--all-scopes"]);
    made["secret"].as_str().unwrap().to_owned()
}

fn tea(stage: &Stage) -> Value {
    stage.json(&["currency", "list"])["currencies"][0]["id"].clone()
}

#[tokio::test]
async fn an_operators_day() {
    let database = Database::fresh().await.unwrap();
    let stage = stage_on(&database.url());
    let nothing = stage.run(&["audit"]);
    assert_eq!(nothing.code, 2, "{}", nothing.err);
    assert!(
        nothing
            .err
            .contains("There is no ledger in the database at 127.0.0.1:"),
        "{}",
        nothing.err
    );

    let server = stage.serve(&[]);
    stage.json(&["currency", "create", "tea", "--new-group", "game"]);
    stage.json(&["mint", "app:ann", "50", "tea"]);
    let (key, tea) = (key(&stage), tea(&stage));
    let order = json!({"from": "app:ann", "to": "app:bob", "currency": tea, "amount": "7"});
    let (status, answer) = server.ask("POST", "/v1/transfers", &key, &order);
    assert_eq!(status, 201, "{answer}");
    // Beside the server, each of these opens the database itself.
    let audited = stage.json(&["audit"]);
    assert_eq!(
        (&audited["clean"], &audited["transfers"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(
        stage
            .run(&["export", "--format", "jsonl"])
            .out
            .lines()
            .count(),
        2
    );
    assert_eq!(stage.run(&["doctor"]).code, 0);
    assert_eq!(
        stage.run(&["healthcheck", "--admin", &server.admin]).code,
        0
    );
    let made = stage.json(&["backup", "create", "copy.backup"]);
    assert!(made["bytes"].as_u64().unwrap() > 0);
    let verified = stage.json(&["backup", "verify", "copy.backup"]);
    assert_eq!(verified["head"], audited["head"]);
    assert!(server.stop().success());

    let refused = stage.run(&["backup", "restore", "copy.backup", "--force"]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(
        refused
            .err
            .contains("is not empty, and a backup goes only into an empty one"),
        "{}",
        refused.err
    );

    let other = Database::fresh().await.unwrap();
    let elsewhere = stage_on(&other.url());
    let copy = stage.path("copy.backup");
    let restored = elsewhere.json(&["backup", "restore", copy.to_str().unwrap()]);
    assert_eq!(restored["transfers"], 2);
    let again = elsewhere.json(&["audit"]);
    assert_eq!(
        (&again["clean"], &again["head"]),
        (&json!(true), &audited["head"])
    );
    elsewhere.json(&["mint", "app:ann", "1", "tea"]);
    assert_eq!(elsewhere.json(&["audit"])["transfers"], 3);

    let sqlite = Stage::on_sqlite();
    let told = sqlite.run(&["backup", "restore", copy.to_str().unwrap()]);
    assert_eq!(told.code, 2, "{}", told.err);
    assert!(
        told.err.contains("is a backup of a PostgreSQL ledger"),
        "{}",
        told.err
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_database_is_told() {
    let database = Database::fresh().await.unwrap();
    let check = |url: &str, code: i32, words: &[&str]| {
        let ended = stage_on(url).run(&["currency", "list"]);
        assert_eq!(ended.code, code, "{}", ended.err);
        for words in words {
            assert!(ended.err.contains(words), "{words}: {}", ended.err);
        }
        assert!(!ended.err.contains(PASSWORD), "{}", ended.err);
    };
    check(
        &format!("postgres://scrip:{PASSWORD}@127.0.0.1:1/money"),
        1,
        &[
            "127.0.0.1:1/money cannot be reached",
            "See whether the server runs",
        ],
    );
    let missing = with_password(&database).replacen("scrip_test_", "missing_", 1);
    check(&missing, 1, &["does not exist (3D000)", "createdb"]);
    check(
        &format!("mysql://scrip:{PASSWORD}@localhost/money"),
        2,
        &["postgres://user@host"],
    );
    check(
        &format!("postgres://scrip:{PASSWORD}@localhost:x/money"),
        2,
        &["is not a URL that is understood"],
    );

    let client = database.connect().await.unwrap();
    client
        .batch_execute("CREATE TABLE cake (flavour text)")
        .await
        .unwrap();
    check(
        &with_password(&database),
        1,
        &["tables that are not a ledger's", "createdb"],
    );
    let newer = "DROP TABLE cake; CREATE TABLE scrip_schema (version integer NOT NULL); INSERT INTO scrip_schema VALUES (999)";
    client.batch_execute(newer).await.unwrap();
    check(&with_password(&database), 1, &["newer scrip", "999"]);
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let database = Database::fresh().await.unwrap();
    let stage = Stage::on_sqlite();
    let url = with_password(&database);
    stage.write(
        "scrip.toml",
        "database_file = \"url\"\n[log]\nlevel = \"trace\"\n",
    );
    stage.write("url", &url);
    let mut seen = String::new();
    let mut server = Waiting::serve(&stage, "127.0.0.1:0");
    seen.push_str(&server.log_until("\"ready\""));
    for args in [
        &["currency", "create", "tea", "--new-group", "game"][..],
        &["config", "show"],
        &["--json", "config", "show"],
        &["config", "check"],
        &["doctor"],
        &["audit"],
        &["backup", "restore", "url"],
        &["--set", &format!("database={url}"), "audit"],
    ] {
        let ended = stage.run(args);
        seen.push_str(&ended.out);
        // What was typed may be seen again; only this one types it.
        seen.push_str(&ended.err);
    }
    seen.push_str(&server.kill());
    assert!(
        seen.contains("postgres://scrip:(hidden)@127.0.0.1"),
        "{seen}"
    );
    assert!(
        seen.contains("flags can be seen by every process"),
        "{seen}"
    );
    assert!(!seen.contains(PASSWORD), "{seen}");
}

/// A server that may not be ready yet.
struct Waiting {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
}

impl Waiting {
    fn serve(stage: &Stage, http: &str) -> Self {
        let mut command = stage.command();
        command.args(["--set", "log.format=json", "serve", "--http-listen", http]);
        command.args(["--admin-listen", "127.0.0.1:0"]);
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log }
    }

    fn log_until(&mut self, words: &str) -> String {
        let mut seen = String::new();
        while !seen.contains(words) {
            assert!(
                self.log.read_line(&mut seen).unwrap() > 0,
                "it ended: {seen}"
            );
        }
        seen
    }

    fn kill(&mut self) -> String {
        let _ = self.child.kill();
        let mut rest = String::new();
        let _ = self.log.read_to_string(&mut rest);
        let _ = self.child.wait();
        rest
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Status line and headers.
fn head(address: &str, request: &str, key: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: k1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    Ok(head.to_lowercase())
}

fn free_address() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn a_database_that_is_not_there_is_waited_for() {
    let mut postgres = Server::start().unwrap();
    let database = postgres.database().await.unwrap();
    let stage = stage_on(&with_password(&database));
    postgres.stop();
    let http = free_address();
    let mut server = Waiting::serve(&stage, &http);
    let said = server.log_until("cannot be reached");
    assert!(
        said.contains(database.address()) && said.contains("See whether the server runs"),
        "{said}"
    );
    let answer = head(&http, "GET /v1/currencies", "none", "").unwrap();
    assert!(
        answer.starts_with("http/1.1 503") && answer.contains("retry-after:"),
        "{answer}"
    );

    postgres.start_again().unwrap();
    server.log_until("\"ready\"");
    stage.json(&["currency", "create", "tea", "--new-group", "game"]);
    let (key, tea) = (key(&stage), tea(&stage));
    let mint = json!({"to": "app:ann", "currency": tea, "amount": "5"}).to_string();
    let minted = |answer: &str| answer.starts_with("http/1.1 201");

    postgres.stop_hard();
    let answer = head(&http, "POST /v1/mints", &key, &mint).unwrap();
    assert!(
        answer.starts_with("http/1.1 503") && answer.contains("retry-after:"),
        "{answer}"
    );
    postgres.start_again().unwrap();
    let mut answer = String::new();
    for _ in 0..100 {
        answer = head(&http, "POST /v1/mints", &key, &mint).unwrap();
        if minted(&answer) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(minted(&answer), "{answer}");
    let audited = stage.json(&["audit"]);
    assert_eq!(
        (&audited["clean"], &audited["transfers"]),
        (&json!(true), &json!(1))
    );
}

/// Two servers, each with a folder of its own, and callers at both.
struct Pair<'a> {
    servers: [Mutex<Option<Served>>; 2],
    addresses: [String; 2],
    key: &'a str,
    tea: &'a Value,
    paid: AtomicUsize,
    enough: AtomicBool,
}

impl Pair<'_> {
    /// Pays one at a time until there were enough; what one server does not answer is asked of the other, with the same key.
    fn pay(&self, caller: usize) -> usize {
        let mut paid = 0;
        while !self.enough.load(Ordering::Relaxed) {
            let order = json!({"from": "app:ann", "to": "app:bob", "currency": self.tea, "amount": "1", "reason": format!("{caller}/{paid}")});
            let idempotency = format!("pay-{caller}-{paid}");
            let mut at = caller % 2;
            while !self.asked(at, &idempotency, &order) {
                at = 1 - at;
            }
            paid += 1;
            self.paid.fetch_add(1, Ordering::Relaxed);
        }
        paid
    }

    fn asked(&self, at: usize, idempotency: &str, order: &Value) -> bool {
        let (address, body) = (&self.addresses[at], order.to_string());
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(address)?;
            write!(
                stream,
                "POST /v1/transfers HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {idempotency}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                self.key,
                body.len()
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().unwrap_or_default();
        answer.starts_with("HTTP/1.1 201") || answer.starts_with("HTTP/1.1 200")
    }

    async fn until_paid(&self, count: usize) {
        while self.paid.load(Ordering::Relaxed) < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_a_database_and_one_is_killed() {
    let database = Database::fresh().await.unwrap();
    let stages = [stage_on(&database.url()), stage_on(&database.url())];
    let servers = [0, 1].map(|at: usize| stages[at].serve(&["--set", "http.rate_limit=0"]));
    let addresses = [servers[0].http.clone(), servers[1].http.clone()];
    stages[0].json(&["currency", "create", "tea", "--new-group", "game"]);
    stages[1].json(&["mint", "app:ann", "1000000", "tea"]);
    let (key, tea) = (key(&stages[0]), tea(&stages[1]));
    let alive = "SELECT count(DISTINCT number) FROM node WHERE leased_until > now()";
    assert_eq!(number(&database, alive).await, 2, "each has its number");

    let pair = Pair {
        servers: servers.map(|server| Mutex::new(Some(server))),
        addresses,
        key: &key,
        tea: &tea,
        paid: AtomicUsize::new(0),
        enough: AtomicBool::new(false),
    };
    let client = database.connect().await.unwrap();
    // Nobody may deliver to this address, which counts as a failure: it shows that somebody tries.
    let hook = "INSERT INTO webhook (id, url, secret, cursor, failures, retry_ms) VALUES ($1, 'http://127.0.0.1:9/', 'whsec_AAAA', 0, 0, 0)";
    client.execute(hook, &[&1_i64]).await.unwrap();
    let paid: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                scope.spawn({
                    let pair = &pair;
                    move || pair.pay(caller)
                })
            })
            .collect();
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                pair.until_paid(100).await;
                until(
                    &database,
                    "SELECT count(*) FROM webhook WHERE id = 1 AND failures > 0",
                )
                .await;
                let owner = "SELECT owner FROM lease WHERE name = 'webhooks'";
                let first = text(&database, owner).await;
                // It was ready first, and so it delivers.
                drop(pair.servers[0].lock().unwrap().take());
                let before = pair.paid.load(Ordering::Relaxed);
                pair.until_paid(before + 100).await;
                client.execute(hook, &[&2_i64]).await.unwrap();
                until(
                    &database,
                    "SELECT count(*) FROM webhook WHERE id = 2 AND failures > 0",
                )
                .await;
                assert_ne!(
                    text(&database, owner).await,
                    first,
                    "another one delivers now"
                );
            });
        });
        pair.enough.store(true, Ordering::Relaxed);
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .sum()
    });
    let audited = stages[1].json(&["audit"]);
    assert_eq!(audited["clean"], true, "{audited}");
    assert_eq!(audited["transfers"], paid + 1, "each was paid once");
}
