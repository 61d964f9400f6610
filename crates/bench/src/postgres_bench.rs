//! The same figures over PostgreSQL: against one transaction a transfer, with a hot wallet, and from several processes at once.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use app::SystemClock;
use store_postgres::{Options, PostgresStore};
use tokio_postgres::{Client, Config, NoTls};

use crate::{
    ledger_bench::{Plan, WALLETS, median, rounds},
    load::{Measured, Pattern, closed_loop},
    report::{Figure, Machine, Report},
    world::World,
};

const WRITERS: usize = 1_000;
/// As many as the baseline is measured with.
const CONNECTIONS: usize = 32;

/// Measures on a server on which databases may be made: each measurement has one of its own, dropped in the end.
///
/// # Errors
/// When the server or the store fails.
pub async fn run(plan: &Plan, url: &str, tell: &mut dyn FnMut(&str)) -> Result<Report> {
    let mut report = Report {
        machine: Machine::this(),
        ..Report::default()
    };
    let server = Server::of(url)?;
    let steps: [(&str, &str); 4] = [
        (
            "postgres_ratio",
            "a thousand writers, and one transaction a transfer",
        ),
        ("postgres_hot_ratio", "one wallet that everybody pays"),
        ("postgres_two_processes", "two processes"),
        ("postgres_four_processes", "four processes"),
    ];
    for (key, what) in steps.into_iter().filter(|(key, _)| plan.wants(key)) {
        tell(what);
        let name = server.create().await?;
        let url = server.url(&name);
        let figure = match key {
            "postgres_ratio" => against_singles(plan, &url).await,
            "postgres_hot_ratio" => hot(plan, &url).await,
            "postgres_two_processes" => processes(plan, &url, 2).await,
            _ => processes(plan, &url, 4).await,
        };
        server.drop(&name).await?;
        report.figures.insert(key.to_owned(), figure?);
    }
    if plan.wants("loops") {
        tell("writers from one to four thousand");
        let name = server.create().await?;
        report.loops = loops(plan, &server.url(&name)).await?;
        server.drop(&name).await?;
    }
    Ok(report)
}

/// One of several processes that load one database: a thousand writers shared among them.
///
/// # Errors
/// When the store fails.
pub async fn worker(url: &str, writers: usize, time: Duration) -> Result<Measured> {
    let world = open(url, WALLETS).await?;
    // All are open before any starts to write.
    closed_loop(
        &world,
        writers,
        Duration::from_millis(500),
        Pattern::Uniform,
    )
    .await?;
    let measured = closed_loop(&world, writers, time, Pattern::Uniform).await?;
    world.close().await?;
    Ok(measured)
}

async fn open(url: &str, wallets: usize) -> Result<World> {
    let store = PostgresStore::open(Options::at(url), Arc::new(SystemClock)).await?;
    World::over(store, wallets).await
}

async fn against_singles(plan: &Plan, url: &str) -> Result<Figure> {
    let world = open(url, WALLETS).await?;
    let singles = Singles::prepare(url).await?;
    closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
    let pairs = rounds(plan, async || {
        let single = singles.run(plan.time).await?;
        let ours = closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
        Ok((ours.per_second, single))
    })
    .await?;
    world.close().await?;
    Ok(Figure::ratio(
        "a thousand writers over one transaction a transfer on 32 connections",
        8.0,
        median(pairs),
        "transfers/s",
    ))
}

async fn hot(plan: &Plan, url: &str) -> Result<Figure> {
    let world = open(url, WALLETS).await?;
    closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
    let pairs = rounds(plan, async || {
        let uniform = closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
        let hot = closed_loop(&world, WRITERS, plan.time, Pattern::OneWallet).await?;
        Ok((hot.per_second, uniform.per_second))
    })
    .await?;
    world.close().await?;
    Ok(Figure::told(
        "one hot wallet over uniform wallets",
        median(pairs),
        "transfers/s",
    ))
}

async fn processes(plan: &Plan, url: &str, count: usize) -> Result<Figure> {
    let world = open(url, WALLETS).await?;
    let alone = closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
    world.close().await?;
    let children = (0..count)
        .map(|_| start_worker(url, WRITERS / count, plan.time))
        .collect::<Result<Vec<_>>>()?;
    let mut together = 0.0;
    for child in children {
        let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await??;
        ensure!(output.status.success(), "a process of the bench failed");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        together += told["per_second"].as_f64().context("no rate was told")?;
    }
    Ok(Figure::told(
        "a thousand writers in several processes over the same in one",
        (together, alone.per_second),
        "transfers/s",
    ))
}

fn start_worker(url: &str, writers: usize, time: Duration) -> Result<std::process::Child> {
    Command::new(std::env::current_exe()?)
        .args([
            "bench",
            "postgres-worker",
            "--writers",
            &writers.to_string(),
        ])
        .args(["--seconds", &time.as_secs().to_string()])
        .env("SCRIP_DATABASE", url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start a process of the bench")
}

async fn loops(plan: &Plan, url: &str) -> Result<Vec<Measured>> {
    let world = open(url, WALLETS).await?;
    closed_loop(&world, WRITERS, plan.time, Pattern::Uniform).await?;
    let mut loops = Vec::new();
    for writers in [1, 32, 100, 1_000, 4_000] {
        loops.push(closed_loop(&world, writers, plan.time, Pattern::Uniform).await?);
    }
    world.close().await?;
    Ok(loops)
}

/// A server on which databases may be made.
pub(crate) struct Server {
    config: Config,
    url: String,
}

impl Server {
    pub(crate) fn of(url: &str) -> Result<Self> {
        Ok(Self {
            config: url.parse().context("the database's URL is not one")?,
            url: url.to_owned(),
        })
    }

    async fn ask(&self, sql: &str) -> Result<()> {
        let client = connect(&self.config).await?;
        client.batch_execute(sql).await?;
        Ok(())
    }

    pub(crate) async fn create(&self) -> Result<String> {
        let number = u32::from_le_bytes(app::random_bytes::<4>());
        let name = format!("scrip_bench_{number:08x}");
        self.ask(&format!("CREATE DATABASE {name}")).await?;
        Ok(name)
    }

    /// What the server does by itself within a minute or so, and a bench that begins at once would miss: it counts what stands in the tables.
    pub(crate) async fn analyze(&self, name: &str) -> Result<()> {
        let client = connect(&self.url(name).parse()?).await?;
        client.batch_execute("ANALYZE").await?;
        Ok(())
    }

    pub(crate) async fn drop(&self, name: &str) -> Result<()> {
        self.ask(&format!("DROP DATABASE {name} WITH (FORCE)"))
            .await
    }

    /// The same server's URL with another database.
    pub(crate) fn url(&self, name: &str) -> String {
        let (base, query) = match self.url.split_once('?') {
            Some((base, query)) => (base, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        let start = base.find("://").map_or(0, |at| at + 3);
        let end = base[start..].find('/').map_or(base.len(), |at| start + at);
        format!("{}/{name}{query}", &base[..end])
    }
}

async fn connect(config: &Config) -> Result<Client> {
    let (client, connection) = config
        .connect(NoTls)
        .await
        .context("the database cannot be reached")?;
    tokio::spawn(connection);
    Ok(client)
}

/// The baseline: each transfer is a transaction of its own, in one call of a function, over tables with the ledger's own columns and indexes
/// and nothing else: no decision, key lookup, chain, origin or roll-up.
struct Singles {
    config: Config,
}

impl Singles {
    const TABLES: &str = "
        CREATE SCHEMA single;
        CREATE TABLE single.account (LIKE public.account INCLUDING ALL);
        CREATE TABLE single.transfer (LIKE public.transfer INCLUDING ALL);
        INSERT INTO single.account (shard_key, id, role, holder, currency, floor, balance, last_transfer, seal)
            SELECT 1, i, 0, i, 1, 0, 1000000000, 0, 0 FROM generate_series(1, 100000) AS i;
        CREATE SEQUENCE single.ids CACHE 1000;
        CREATE FUNCTION single.pay(debit_id bigint, credit_id bigint, sum bigint, unique_key bytea) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            new_id bigint := nextval('single.ids');
            debit_was record;
            credit_was record;
        BEGIN
            PERFORM FROM single.account WHERE shard_key = 1 AND id IN (debit_id, credit_id) ORDER BY id FOR UPDATE;
            UPDATE single.account SET balance = balance - sum, last_transfer = new_id WHERE shard_key = 1 AND id = debit_id
                RETURNING balance INTO debit_was;
            UPDATE single.account SET balance = balance + sum, last_transfer = new_id WHERE shard_key = 1 AND id = credit_id
                RETURNING balance INTO credit_was;
            INSERT INTO single.transfer VALUES (1, new_id, new_id, 0, 3, 1, debit_id, credit_id, sum, debit_was.balance, credit_was.balance,
                0, 0, 0, 1, 1, 0, unique_key, 1, substr(unique_key, 1, 16));
            RETURN new_id;
        END $$;
        ANALYZE single.account;";

    async fn prepare(url: &str) -> Result<Self> {
        let config: Config = url.parse()?;
        connect(&config).await?.batch_execute(Self::TABLES).await?;
        Ok(Self { config })
    }

    /// Transfers a second.
    async fn run(&self, time: Duration) -> Result<f64> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut callers = tokio::task::JoinSet::new();
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            clients.push(connect(&self.config).await?);
        }
        let started = Instant::now();
        for client in clients {
            callers.spawn(caller(client, Arc::clone(&stop)));
        }
        tokio::time::sleep(time).await;
        stop.store(true, Ordering::Relaxed);
        let mut transfers = 0;
        while let Some(done) = callers.join_next().await {
            transfers += done??;
        }
        Ok(f64::from(transfers) / started.elapsed().as_secs_f64())
    }
}

async fn caller(client: Client, stop: Arc<AtomicBool>) -> Result<u32> {
    let pay = client.prepare("SELECT single.pay($1, $2, $3, $4)").await?;
    let mut transfers = 0;
    while !stop.load(Ordering::Relaxed) {
        let random = app::random_bytes::<32>();
        let (key, rest) = random.split_at(16);
        let draw = |at: usize| {
            let bytes = rest.iter().skip(at).take(8);
            let number = bytes.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            i64::try_from(number % 100_000).unwrap_or(0) + 1
        };
        let (debit, credit) = (draw(0), draw(8));
        if debit == credit {
            continue;
        }
        client
            .query_one(&pay, &[&debit, &credit, &1_i64, &key])
            .await?;
        transfers += 1;
    }
    Ok(transfers)
}
