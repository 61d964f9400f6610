use std::time::Duration;

use testkit::{
    postgres::Database,
    proxy::{CutAt, Proxy},
};
use tokio_postgres::{Client, Error, NoTls};

struct Scene {
    proxy: Proxy,
    database: Database,
}

impl Scene {
    async fn new() -> Self {
        let database = Database::fresh().await.unwrap();
        let direct = database.connect().await.unwrap();
        let table = "CREATE TABLE coin (amount int)";
        direct.batch_execute(table).await.unwrap();
        let proxy = Proxy::before(&database).await.unwrap();
        Self { proxy, database }
    }

    async fn connect(&self) -> Result<Client, Error> {
        let url = self.proxy.url(&self.database);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        #[expect(clippy::disallowed_methods, reason = "it ends with the client")]
        tokio::spawn(connection);
        Ok(client)
    }

    /// What the server has, whatever the client believes.
    async fn coins(&self) -> i64 {
        let direct = self.database.connect().await.unwrap();
        let row = direct.query_one("SELECT count(*) FROM coin", &[]).await;
        row.unwrap().get(0)
    }
}

const INSERT: &str = "INSERT INTO coin VALUES (1)";

#[derive(Clone, Copy, Debug)]
enum Commit {
    Simple,
    Prepared,
    OneQuery,
}

async fn commit(client: &Client, how: Commit) -> Result<(), Error> {
    match how {
        Commit::OneQuery => {
            let all = format!("BEGIN; {INSERT}; COMMIT");
            client.batch_execute(&all).await
        }
        Commit::Simple => {
            client.batch_execute("BEGIN").await?;
            client.execute(INSERT, &[]).await?;
            client.batch_execute("COMMIT").await
        }
        Commit::Prepared => {
            let commit = client.prepare("commit").await?;
            client.batch_execute("BEGIN").await?;
            client.execute(INSERT, &[]).await?;
            client.execute(&commit, &[]).await.map(drop)
        }
    }
}

#[tokio::test]
async fn a_commit_is_cut_before_it_arrives_or_before_its_answer() {
    let scene = Scene::new().await;
    let mut coins = 0;
    for how in [Commit::Simple, Commit::Prepared, Commit::OneQuery] {
        for (at, more) in [(CutAt::BeforeCommit, 0), (CutAt::AfterCommit, 1)] {
            let client = scene.connect().await.unwrap();
            let cut = scene.proxy.cut(at);
            let answer = commit(&client, how).await;
            assert!(
                answer.is_err_and(|error| error.is_closed()),
                "{how:?} {at:?}"
            );
            cut.await;
            coins += more;
            assert_eq!(scene.coins().await, coins, "{how:?} {at:?}");
        }
        // Once is enough.
        let client = scene.connect().await.unwrap();
        commit(&client, how).await.unwrap();
        coins += 1;
    }
}

#[tokio::test]
async fn what_is_no_commit_is_not_cut() {
    let scene = Scene::new().await;
    let client = scene.connect().await.unwrap();
    let _cut = scene.proxy.cut(CutAt::AfterCommit);
    client
        .batch_execute("BEGIN; SELECT 1; ROLLBACK")
        .await
        .unwrap();
    // A failed transaction's COMMIT rolls back, and says so.
    client.batch_execute("BEGIN").await.unwrap();
    client.batch_execute("SELECT 1/0").await.unwrap_err();
    client.batch_execute("COMMIT").await.unwrap();
}

#[tokio::test]
async fn a_frozen_server_accepts_and_says_nothing_until_it_is_thawed() {
    let mut scene = Scene::new().await;
    let client = scene.connect().await.unwrap();
    scene.proxy.freeze().await;
    let soon = Duration::from_millis(50);
    let mut insert = Box::pin(client.batch_execute(INSERT));
    tokio::time::timeout(soon, &mut insert).await.unwrap_err();
    tokio::time::timeout(soon, scene.connect())
        .await
        .unwrap_err();
    assert_eq!(scene.coins().await, 0);

    scene.proxy.thaw();
    insert.await.unwrap();
    assert_eq!(scene.coins().await, 1);

    scene.proxy.freeze().await;
    scene.proxy.cut_all().await;
    assert!(client.batch_execute(INSERT).await.is_err());
}

#[tokio::test]
async fn connections_are_refused_and_welcomed_again() {
    let scene = Scene::new().await;
    let client = scene.connect().await.unwrap();
    scene.proxy.refuse().await;
    assert!(scene.connect().await.is_err());
    client.batch_execute(INSERT).await.unwrap();
    scene.proxy.welcome().await;
    scene.connect().await.unwrap();
}

#[tokio::test]
async fn all_connections_are_cut_and_new_ones_welcome() {
    let scene = Scene::new().await;
    let (one, other) = (
        scene.connect().await.unwrap(),
        scene.connect().await.unwrap(),
    );
    scene.proxy.cut_all().await;
    assert!(one.batch_execute(INSERT).await.is_err());
    assert!(other.batch_execute(INSERT).await.is_err());
    let new = scene.connect().await.unwrap();
    new.batch_execute(INSERT).await.unwrap();
    assert_eq!(scene.coins().await, 1);
}
