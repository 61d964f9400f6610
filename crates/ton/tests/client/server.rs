use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use tokio::{net::TcpListener, task::JoinSet};
use ton::toncenter::{Client, ClientConfig, Retries};

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Clone, Default)]
struct Shared {
    answers: Arc<Mutex<VecDeque<Response>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// Answers each request with the next of its answers, and with 418 when there is none left.
pub(crate) struct Server {
    pub(crate) url: String,
    shared: Shared,
    _task: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Response>) -> Self {
        let shared = Shared::default();
        shared
            .answers
            .lock()
            .expect("no panic holds it")
            .extend(answers);
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let mut task = JoinSet::new();
        task.spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            url,
            shared,
            _task: task,
        }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    pub(crate) fn client_with(&self, change: impl FnOnce(&mut ClientConfig)) -> Client {
        let mut config = ClientConfig {
            base_url: self.url.clone(),
            api_key: None,
            requests_per_second: None,
            timeout: Duration::from_secs(5),
        };
        change(&mut config);
        Client::new(config)
            .expect("it can be made")
            .with_retries(Retries {
                attempts: 3,
                first_delay: Duration::from_millis(1),
                delay_most: Duration::from_millis(2),
            })
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().expect("no panic holds it").clone()
    }
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    shared.asked.lock().expect("no panic holds it").push(Asked {
        line: format!("{method} {uri}"),
        headers,
        body,
    });
    let next = shared
        .answers
        .lock()
        .expect("no panic holds it")
        .pop_front();
    next.unwrap_or_else(|| StatusCode::IM_A_TEAPOT.into_response())
}

pub(crate) fn ok(body: impl Into<Body>) -> Response {
    status(200, body)
}

pub(crate) fn status(status: u16, body: impl Into<Body>) -> Response {
    Response::builder()
        .status(status)
        .body(body.into())
        .expect("the status is one")
}
