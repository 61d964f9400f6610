use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use rand::RngExt as _;
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Away, ClientConfig, ClientError, Retries};

/// A thousand transactions with large bodies have some ten.
const ANSWER_BYTES_MOST: usize = 64 * 1024 * 1024;
/// Requests are spread evenly: a burst at a second's end and one at the next's begin would be twice the rate.
const ONE: NonZeroU32 = NonZeroU32::MIN;
/// Of what a server says when it refuses.
const WHAT_CHARS_MOST: usize = 300;

/// Cheap to clone; all clones share the rate limit.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    /// Only to take it out of what a server may say.
    api_key: Option<Arc<str>>,
    limit: Option<Arc<DefaultDirectRateLimiter>>,
    retries: Retries,
}

impl Client {
    /// # Errors
    /// When the key is not one that a header can hold, or TLS cannot be set up on this machine.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let limit = config.requests_per_second.map(|rate| {
            Arc::new(RateLimiter::direct(
                Quota::per_second(rate).allow_burst(ONE),
            ))
        });
        Ok(Self {
            http: http_client(&config)?,
            base_url: config.base_url.trim_end_matches('/').to_owned(),
            api_key: config
                .api_key
                .as_deref()
                .filter(|key| !key.is_empty())
                .map(Arc::from),
            limit,
            retries: Retries::default(),
        })
    }

    #[must_use]
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.ask(Method::GET, path, None).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, ClientError> {
        self.ask(Method::POST, path, Some(body.to_string())).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<T, ClientError> {
        let mut attempt = 1;
        loop {
            match self.once(method.clone(), path, body.clone()).await {
                Err(error) if error.is_temporary() && attempt < self.retries.attempts => {
                    tracing::debug!(path = path_only(path), attempt, %error, "asking the chain again");
                    tokio::time::sleep(delay(&self.retries, attempt)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn once<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<T, ClientError> {
        if let Some(limit) = &self.limit {
            limit.until_ready().await;
        }
        let mut request = self
            .http
            .request(method, format!("{}/api/v3/{path}", self.base_url));
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = request.send().await.map_err(ClientError::transport)?;
        let status = response.status();
        let bytes = read(&mut response).await?;
        understand(status, &bytes).map_err(|error| self.without_key(error))
    }

    fn without_key(&self, error: ClientError) -> ClientError {
        let (Some(key), ClientError::Refused { status, what }) = (&self.api_key, &error) else {
            return error;
        };
        ClientError::Refused {
            status: *status,
            what: what.replace(&**key, "…"),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

fn http_client(config: &ClientConfig) -> Result<reqwest::Client, ClientError> {
    // Whoever installed one before is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut headers = HeaderMap::new();
    if let Some(key) = &config.api_key {
        let mut value = HeaderValue::from_str(key).map_err(|_| {
            ClientError::Answer("the API key has characters that a header cannot hold".to_owned())
        })?;
        value.set_sensitive(true);
        headers.insert("x-api-key", value);
    }
    reqwest::Client::builder()
        .timeout(config.timeout)
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(ClientError::transport)
}

async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, ClientError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ClientError::transport)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MOST {
            return Err(ClientError::Answer(
                "more than we would ever ask for".to_owned(),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// toncenter's two ways to say what is wrong: `{"error":…}` and `{"ok":false,"code":…,"error" or "result":…}`.
#[derive(Deserialize)]
struct Fault {
    ok: Option<bool>,
    code: Option<u16>,
    error: Option<String>,
    result: Option<serde_json::Value>,
}

impl Fault {
    fn what(self) -> String {
        let what = self
            .error
            .or_else(|| Some(self.result?.as_str()?.to_owned()))
            .unwrap_or_default();
        plain(&what)
    }
}

fn understand<T: DeserializeOwned>(status: StatusCode, bytes: &[u8]) -> Result<T, ClientError> {
    let fault = serde_json::from_slice::<Fault>(bytes).ok();
    if status.is_success() {
        // A proxy's refusal may come with status 200.
        return match fault {
            Some(fault) if fault.ok == Some(false) => {
                Err(refusal(fault.code.unwrap_or(500), fault))
            }
            _ => parse(bytes),
        };
    }
    let fault = fault.unwrap_or(Fault {
        ok: None,
        code: None,
        error: None,
        result: None,
    });
    Err(refusal(status.as_u16(), fault))
}

fn refusal(status: u16, fault: Fault) -> ClientError {
    let what = fault.what();
    match status {
        429 => ClientError::Busy,
        // The server is well; it is the contract that does not want the message.
        _ if is_not_accepted(&what) => ClientError::Refused { status, what },
        // 542 is toncenter's own: no liteserver answers.
        408 | 425 | 500.. => ClientError::Away(Away::Status(status)),
        _ => ClientError::Refused { status, what },
    }
}

/// What a validator says of an external message that a contract refuses.
fn is_not_accepted(what: &str) -> bool {
    [
        "cannot apply external message",
        "External message was not accepted",
        "inbound external message rejected",
    ]
    .iter()
    .any(|words| what.contains(words))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            ClientError::Answer(plain(&error.to_string()))
        } else {
            ClientError::Away(Away::Broken)
        }
    })
}

/// Fit for a line of a log.
fn plain(what: &str) -> String {
    what.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(WHAT_CHARS_MOST)
        .collect()
}

fn path_only(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

fn delay(retries: &Retries, attempt: u32) -> Duration {
    let doubled = retries
        .first_delay
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(retries.delay_most);
    doubled + doubled.mul_f64(rand::rng().random_range(0.0..1.0))
}
