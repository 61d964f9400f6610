//! Everything that can go wrong on the way.

use std::{num::NonZeroU32, time::Duration};

use axum::{body::Body, response::Response};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::Instant,
};
use ton::toncenter::{Away, Client, ClientConfig, ClientError, Retries};

use crate::server::{Server, ok, status};

const TIME: &str = r#"{"last":{"seqno":77,"gen_utime":"1700000005"}}"#;
const KEY: &str = "very-secret-key";

async fn fails(answers: impl IntoIterator<Item = Response>) -> (ClientError, usize) {
    let server = Server::start(answers).await;
    let error = server.client().chain_time().await.expect_err("it fails");
    (error, server.asked().len())
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let both_forms_of_busy = [
        status(
            429,
            r#"{"ok":false,"result":"Ratelimit exceed","code":429}"#,
        ),
        status(429, r#"{"error":"rate limit exceeded"}"#),
    ];
    for passing in both_forms_of_busy.into_iter().chain([
        ok(r#"{"ok":false,"result":"Ratelimit exceed","code":429}"#),
        ok(r#"{"ok":false,"error":"LITE_SERVER_NETWORK: timeout","code":504}"#),
        status(500, r#"{"error":"pool is exhausted"}"#),
        status(503, "<html>maintenance</html>"),
        status(542, r#"{"ok":false,"error":"no liteserver","code":542}"#),
        ok(""),
        ok(r#"{"last":{"seqno":77,"gen"#),
        ok("<html>who are you?</html>"),
    ]) {
        let what = format!("{passing:?}");
        let server = Server::start([passing, ok(TIME)]).await;
        let time = server.client().chain_time().await.expect(&what);
        assert_eq!((time.seqno, server.asked().len()), (77, 2), "{what}");
    }
}

#[tokio::test]
async fn it_is_not_tried_for_ever() {
    let (error, asked) = fails((0..9).map(|_| status(429, "slow down"))).await;
    assert!(
        matches!(error, ClientError::Busy) && error.is_temporary(),
        "{error:?}"
    );
    assert_eq!(asked, 3);
    let (error, asked) = fails((0..9).map(|_| status(542, ""))).await;
    assert!(
        matches!(error, ClientError::Away(Away::Status(542))),
        "{error:?}"
    );
    assert!(error.is_temporary());
    assert_eq!(asked, 3);
    let (error, asked) = fails((0..9).map(|_| ok("{"))).await;
    assert!(
        matches!(error, ClientError::Away(Away::Broken)),
        "{error:?}"
    );
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn what_does_not_pass_is_said_at_once() {
    for refused in [401_u16, 404, 405, 409, 416, 422] {
        let (error, asked) =
            fails([status(refused, r#"{"error":"no\nsuch\tthing","code":1}"#)]).await;
        assert!(!error.is_temporary());
        assert_eq!(asked, 1);
        match error {
            ClientError::Refused { status, what } => {
                assert_eq!((status, what.as_str()), (refused, "no such thing"));
            }
            other => panic!("{other:?}"),
        }
    }
    let (error, asked) = fails([ok(r#"{"last":{"seqno":"seventy"}}"#)]).await;
    assert!(matches!(error, ClientError::Answer(_)), "{error:?}");
    assert_eq!(asked, 1);
    let (error, _) = fails([status(400, "é".repeat(100_000))]).await;
    assert!(
        matches!(&error, ClientError::Refused { what, .. } if what.is_empty()),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_contract_that_does_not_want_a_message_is_no_failure_of_the_server() {
    let said = r#"{"ok":false,"error":"LITE_SERVER_UNKNOWN: cannot apply external message to current state : External message was not accepted\nCannot run message on account: inbound external message rejected by transaction: exitcode=35","code":500}"#;
    let server = Server::start([status(500, said)]).await;
    let error = server
        .client()
        .send(b"boc")
        .await
        .expect_err("it is refused");
    assert!(
        matches!(&error, ClientError::Refused { status: 500, what } if what.contains("exitcode=35")),
        "{error:?}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = Response::builder()
        .status(302)
        .header("location", "http://127.0.0.1:1/")
        .body(Body::empty())
        .expect("it is one");
    let (error, asked) = fails([elsewhere]).await;
    assert!(
        matches!(error, ClientError::Refused { status: 302, .. }),
        "{error:?}"
    );
    assert_eq!(asked, 1);
}

/// A server that says what it is told to every connection, and hangs up.
async fn raw_server(said: &'static [u8]) -> (String, tokio::task::JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(said).await;
        }
    });
    (url, task)
}

fn client_of(url: String, timeout: Duration) -> Client {
    Client::new(ClientConfig {
        base_url: url,
        api_key: Some(KEY.to_owned()),
        requests_per_second: None,
        timeout,
    })
    .expect("it can be made")
    .with_retries(Retries {
        attempts: 2,
        first_delay: Duration::from_millis(1),
        delay_most: Duration::from_millis(1),
    })
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_away() {
    for said in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"last\":",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"las",
        b"SSH-2.0-OpenSSH\r\n",
    ] {
        let (url, _task) = raw_server(said).await;
        let error = client_of(url, Duration::from_secs(5))
            .chain_time()
            .await
            .expect_err("it broke off");
        assert!(
            matches!(error, ClientError::Away(Away::Transport(_))),
            "{error:?}"
        );
        assert!(error.is_temporary());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_does_not_answer_is_away() {
    let nobody = client_of("http://127.0.0.1:1".to_owned(), Duration::from_secs(5));
    let error = nobody.chain_time().await.expect_err("nobody is there");
    assert!(
        matches!(error, ClientError::Away(Away::Transport(_))),
        "{error:?}"
    );
    // It listens and never accepts.
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let error = client_of(url, Duration::from_millis(50))
        .chain_time()
        .await
        .expect_err("it is silent");
    assert!(
        matches!(error, ClientError::Away(Away::Transport(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_key_goes_along_and_is_never_shown() {
    let server = Server::start([
        ok(TIME),
        status(403, format!(r#"{{"error":"no such key: {KEY}"}}"#)),
    ])
    .await;
    let mut config = None;
    let client = server.client_with(|made| {
        made.api_key = Some(KEY.to_owned());
        config = Some(made.clone());
    });
    client.chain_time().await.expect("it answers");
    let asked = &server.asked()[0];
    assert_eq!(asked.headers["x-api-key"], KEY);
    assert!(!asked.line.contains(KEY));
    let refused = client.chain_time().await.expect_err("it refuses");
    let away = client_of("http://127.0.0.1:1".to_owned(), Duration::from_secs(1))
        .chain_time()
        .await
        .expect_err("nobody is there");
    for shown in [
        format!("{client:?}"),
        format!("{config:?}"),
        format!("{refused:?} {refused}"),
        format!("{away:?} {away}"),
    ] {
        assert!(!shown.contains(KEY), "{shown}");
    }
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused_without_being_shown() {
    let error = Client::new(ClientConfig {
        base_url: "http://127.0.0.1:1".to_owned(),
        api_key: Some(format!("{KEY}\n")),
        requests_per_second: None,
        timeout: Duration::from_secs(1),
    })
    .expect_err("it has a line break");
    assert!(!format!("{error:?} {error}").contains(KEY));
}

#[tokio::test]
async fn requests_are_spread_by_the_rate_and_clones_share_it() {
    let server = Server::start((0..6).map(|_| ok(TIME))).await;
    let client = server.client_with(|config| config.requests_per_second = NonZeroU32::new(20));
    let begun = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let client = client.clone();
        all.spawn(async move { client.chain_time().await.map(|_| ()) });
    }
    while let Some(done) = all.join_next().await {
        done.expect("it does not panic").expect("it answers");
    }
    // The first at once, five more 50 ms after each other.
    assert!(
        begun.elapsed() >= Duration::from_millis(240),
        "{:?}",
        begun.elapsed()
    );
}
