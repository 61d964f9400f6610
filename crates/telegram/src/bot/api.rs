//! A client of the Bot API (<https://core.telegram.org/bots/api#making-requests>) for the few methods that the bot needs.

use std::{fmt, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{ApiError, Config};
use crate::BotToken;

const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call is repeated, at the most: whoever asked has gone by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same while somebody looks at a window that says to wait.
const SOON: Duration = Duration::from_secs(4);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LARGEST_ANSWER: usize = 8 << 20;

pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    token: BotToken,
}

/// What becomes of a call whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// Done twice is as good as once.
    Again,
    /// A person would read it twice.
    Never,
}

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Value>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Api({})", self.base)
    }
}

impl Api {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            http: config.http.clone(),
            base: config.api_url.trim_end_matches('/').to_owned(),
            token: config.token.clone(),
        }
    }

    /// A call that may be repeated.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, ApiError> {
        self.patiently(method, &params, Lost::Again, PATIENCE).await
    }

    /// A call that may be repeated, for somebody who waits.
    pub(super) async fn call_soon<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, ApiError> {
        self.patiently(method, &params, Lost::Again, SOON).await
    }

    /// A call that is made at most once as far as anybody can tell.
    pub(super) async fn call_once<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, ApiError> {
        self.patiently(method, &params, Lost::Never, PATIENCE).await
    }

    /// Waits at Telegram for updates, for `wait` at the most; never repeated.
    pub(super) async fn updates(
        &self,
        offset: i64,
        wait: Duration,
    ) -> Result<Vec<Value>, ApiError> {
        let params = json!({
            "offset": offset,
            "timeout": wait.as_secs(),
            "allowed_updates": super::update::KINDS,
        });
        self.post("getUpdates", &params, wait + TIMEOUT).await
    }

    async fn patiently<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &Value,
        lost: Lost,
        patience: Duration,
    ) -> Result<T, ApiError> {
        let give_up = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.post(method, params, TIMEOUT).await {
                Ok(result) => return Ok(result),
                Err(error) => error,
            };
            let again = error.is_temporary() && (lost == Lost::Again || error.nothing_done());
            let wait = match &error {
                ApiError::Busy { wait, .. } => *wait,
                _ => jittered(pause),
            };
            if !again || Instant::now() + wait >= give_up {
                return Err(error);
            }
            tracing::debug!(%error, "again in {wait:?}");
            sleep(wait).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    async fn post<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &Value,
        timeout: Duration,
    ) -> Result<T, ApiError> {
        let url = format!("{}/bot{}/{method}", self.base, self.token.expose());
        let request = self.http.post(url).timeout(timeout);
        let request = request.header("content-type", "application/json");
        let sent = request.body(params.to_string()).send().await;
        let response = sent.map_err(|error| away(method, error))?;
        let code = response.status().as_u16();
        let body = body(method, response).await?;
        let envelope: Envelope = match serde_json::from_slice(&body) {
            Ok(envelope) => envelope,
            // A proxy in between, such as one that says 502 in HTML.
            Err(_) if code >= 400 => return Err(refused(method, code, None)),
            Err(_) => return Err(ApiError::Answer { method }),
        };
        match envelope.result {
            Some(result) if envelope.ok => {
                serde_json::from_value(result).map_err(|_| ApiError::Answer { method })
            }
            _ => Err(failed(method, code, envelope)),
        }
    }
}

fn away(method: &'static str, error: reqwest::Error) -> ApiError {
    ApiError::Away {
        method,
        unsent: error.is_connect(),
        source: Some(error.without_url()),
    }
}

fn failed(method: &'static str, status: u16, envelope: Envelope) -> ApiError {
    let code = envelope.error_code.unwrap_or(status);
    let wait = envelope.parameters.and_then(|given| given.retry_after);
    match (code, wait) {
        (429, wait) => ApiError::Busy {
            method,
            wait: Duration::from_secs(wait.unwrap_or(1)),
        },
        (code, _) => refused(method, code, envelope.description),
    }
}

fn refused(method: &'static str, code: u16, description: Option<String>) -> ApiError {
    ApiError::Refused {
        method,
        code,
        description: description.unwrap_or_default(),
    }
}

async fn body(method: &'static str, mut response: reqwest::Response) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| away(method, error))?
    {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(ApiError::Answer { method });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Between half of it and all of it, so that many do not come back at once.
fn jittered(pause: Duration) -> Duration {
    let [random] = app::random_bytes::<1>();
    pause.mul_f64(0.5 + f64::from(random) / 512.0)
}
