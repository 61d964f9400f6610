use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Command, Stdio},
};

use testkit::postgres::{Database, Server, StartError};
use tokio_postgres::error::SqlState;

#[tokio::test]
async fn a_server_keeps_what_was_committed_when_it_is_killed() {
    let mut server = Server::start().unwrap();
    let database = server.database().await.unwrap();
    let client = database.connect().await.unwrap();
    let committed = "CREATE TABLE coin AS SELECT 7 AS amount";
    client.batch_execute(committed).await.unwrap();
    let open = "BEGIN; UPDATE coin SET amount = 8";
    client.batch_execute(open).await.unwrap();

    server.stop_hard();
    assert!(database.connect().await.is_err(), "it is gone");
    assert!(
        client.simple_query("COMMIT").await.is_err(),
        "so is the session"
    );

    server.start_again().unwrap();
    assert_eq!(amount(&database).await, 7);
}

async fn amount(database: &Database) -> i32 {
    let client = database.connect().await.unwrap();
    client
        .query_one("SELECT amount FROM coin", &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_server_can_lose_its_role_and_get_it_back() {
    let mut server = Server::start().unwrap();
    let database = server.database().await.unwrap();
    let write = async || {
        let client = database.connect().await.unwrap();
        let written = client
            .batch_execute("CREATE TABLE IF NOT EXISTS coin (amount int)")
            .await;
        written.map_err(|error| error.code().cloned())
    };
    write().await.unwrap();

    server.restart_read_only().unwrap();
    assert_eq!(
        write().await,
        Err(Some(SqlState::READ_ONLY_SQL_TRANSACTION))
    );

    server.promote().await.unwrap();
    write().await.unwrap();
}

#[tokio::test]
async fn settings_are_in_force_once_set() {
    let server = Server::start().unwrap();
    let shown = async || {
        let url: tokio_postgres::Config = server.url().parse().unwrap();
        let (client, connection) = url.connect(tokio_postgres::NoTls).await.unwrap();
        let mut carrying = tokio::task::JoinSet::new();
        carrying.spawn(connection);
        let row = client.query_one("SHOW transaction_read_only", &[]).await;
        row.unwrap().get::<_, String>(0)
    };
    server
        .set("default_transaction_read_only", "on")
        .await
        .unwrap();
    assert_eq!(shown().await, "on");
    server.unset("default_transaction_read_only").await.unwrap();
    assert_eq!(shown().await, "off");
    let unknown = server.set("no_such_setting", "on").await;
    assert!(
        matches!(unknown, Err(StartError::Sql { .. })),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn databases_are_dropped_with_their_sessions() {
    let server = Server::start().unwrap();
    let database = server.database().await.unwrap();
    let session = database.connect().await.unwrap();
    drop(database);
    assert!(session.simple_query("SELECT 1").await.is_err());

    let other = server.database().await.unwrap();
    let client = other.connect().await.unwrap();
    let count = "SELECT count(*) FROM pg_database WHERE datname LIKE 'scrip%'";
    let left: i64 = client.query_one(count, &[]).await.unwrap().get(0);
    assert_eq!(left, 1);
}

#[test]
fn a_server_dies_with_the_process_that_owns_it() {
    let owner = Command::new(env!("CARGO_BIN_EXE_postgres-for-tests"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut owner = owner.unwrap();
    let mut said = BufReader::new(owner.stdout.take().unwrap());
    let mut url = String::new();
    said.read_line(&mut url).unwrap();
    let (_, address) = url.trim().split_once('@').unwrap();
    let address = address.split('/').next().unwrap();
    TcpStream::connect(address).unwrap();

    owner.kill().unwrap();
    owner.wait().unwrap();
    // Until nobody listens any more.
    while TcpStream::connect(address).is_ok() {}
}
