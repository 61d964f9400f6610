//! Problem documents (RFC 9457): every answer that is not what was asked for.

use app::{StoreError, WriteError, random_bytes};
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use economy::{GameRefusal, Refusal};
use flight::FlapsError;
use ledger::TonAddress;
use serde_json::{Map, Value, json};

use super::{
    on_chain::Unread, replies, routes::payment::PaymentRefusal, run_token::RunTokenError,
    wallet_proof::WalletProofError,
};
use crate::{bot::InvoiceRefusal, init_data::InitDataError};

#[derive(Debug, Clone)]
pub(super) struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    /// The end of the stable type, after `urn:scrip:problem:`.
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// What explains it, for programs.
    data: Map<String, Value>,
    retry_after_secs: Option<u32>,
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            kind,
            title,
            detail: detail.into(),
            data: Map::new(),
            retry_after_secs: None,
        }))
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.data.insert(name.to_owned(), value.into());
        self
    }

    fn after_secs(mut self, seconds: u32) -> Self {
        self.0.retry_after_secs = Some(seconds);
        self
    }

    pub(super) fn no_init_data() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "init-data-missing",
            "Init data is needed",
            "Send what Telegram gave the Mini App as \"Authorization: tma <init data>\".",
        )
    }

    pub(super) fn init_data(error: InitDataError) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "init-data",
            "The init data is not valid",
            replies::init_data(error),
        )
        .with("reason", error.name())
    }

    pub(super) fn rate_limited(seconds: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate-limited",
            "Too many requests",
            format!("Wait {seconds} s, then go on."),
        )
        .after_secs(seconds)
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is no such thing",
            "There is no such path.",
        )
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "The path does not take this method",
            "The Allow header names the methods of this path.",
        )
    }

    pub(super) fn body_too_large(most_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            format!("A body has at most {most_bytes} bytes."),
        )
        .with("most_bytes", most_bytes)
    }

    pub(super) fn body_cut() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be read",
            "The body ended before it was whole.",
        )
    }

    pub(super) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "The body is not JSON",
            "Send the body with \"Content-Type: application/json\".",
        )
    }

    pub(super) fn malformed_json(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed-json",
            "The body is not well-formed JSON",
            detail,
        )
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-field",
            "A field is not valid",
            detail,
        )
    }

    pub(super) fn run(error: RunTokenError) -> Self {
        let (kind, title) = match error {
            RunTokenError::Malformed | RunTokenError::NotYours => {
                ("run-unknown", "There is no such run")
            }
            RunTokenError::Expired => ("run-expired", "The run is too old"),
        };
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            kind,
            title,
            replies::run_token(error),
        )
    }

    pub(super) fn flaps_missing() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "flaps-missing",
            "The flaps are missing",
            "A score counts with the flaps that give it. Send the ticks at which the player flapped as \"flaps\".",
        )
    }

    pub(super) fn flaps(error: FlapsError) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "flaps-invalid",
            "The flaps are no run",
            replies::flaps(error),
        )
    }

    pub(super) fn score_unproved(score: u32, gives: u32) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "score-unproved",
            "The run does not give this score",
            format!("These flaps give {gives}, not {score}. Nothing was counted."),
        )
        .with("score", score)
        .with("gives", gives)
    }

    pub(super) fn too_fast(wait_secs: u32) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "run-too-fast",
            "The run is longer than the time since it began",
            "A second of the game takes a second. Nothing was counted.",
        )
        .with("wait_secs", wait_secs)
    }

    pub(super) fn wallet_proof(error: &WalletProofError) -> Self {
        let status = match error {
            WalletProofError::ChainAway => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let problem = Self::new(
            status,
            "wallet-proof",
            "The wallet is not proved",
            replies::wallet_proof(error),
        )
        .with("reason", error.name());
        match error {
            WalletProofError::ChainAway => problem.after_secs(2),
            WalletProofError::Malformed { field } => problem.with("field", *field),
            _ => problem,
        }
    }

    pub(super) fn invoice(refusal: InvoiceRefusal) -> Self {
        let (status, kind) = match refusal {
            InvoiceRefusal::Off => (StatusCode::CONFLICT, "stars-off"),
            InvoiceRefusal::UnknownItem => (StatusCode::UNPROCESSABLE_ENTITY, "unknown-item"),
            InvoiceRefusal::NotForStars => (StatusCode::CONFLICT, "not-for-stars"),
            InvoiceRefusal::Owned => (StatusCode::CONFLICT, "item-owned"),
            InvoiceRefusal::Store(error) => return error.into(),
            InvoiceRefusal::Telegram(ref error) => {
                tracing::warn!(%error, "no invoice link");
                (StatusCode::SERVICE_UNAVAILABLE, "telegram-away")
            }
        };
        let detail = replies::invoice(&refusal);
        let problem = Self::new(status, kind, "There is no invoice", detail);
        match refusal {
            InvoiceRefusal::Telegram(_) => problem.after_secs(2),
            _ => problem,
        }
    }

    pub(super) fn payment(refusal: PaymentRefusal) -> Self {
        let (status, kind) = match refusal {
            PaymentRefusal::NoChain => (StatusCode::CONFLICT, "no-chain"),
            PaymentRefusal::UnknownItem => (StatusCode::UNPROCESSABLE_ENTITY, "unknown-item"),
            PaymentRefusal::NotForTokens => (StatusCode::CONFLICT, "not-for-tokens"),
            PaymentRefusal::Owned => (StatusCode::CONFLICT, "item-owned"),
            PaymentRefusal::NoWallet => (StatusCode::NOT_FOUND, "no-wallet"),
        };
        let detail = replies::payment(refusal);
        Self::new(status, kind, "There is nothing to pay", detail)
    }

    pub(super) fn unread(why: Unread) -> Self {
        let (status, kind) = match why {
            Unread::NoChain => (StatusCode::CONFLICT, "no-chain"),
            Unread::NoWallet => (StatusCode::NOT_FOUND, "no-wallet"),
            Unread::Away => (StatusCode::SERVICE_UNAVAILABLE, "chain-away"),
        };
        let detail = replies::unread(why);
        let problem = Self::new(status, kind, "The wallet cannot be read", detail);
        match why {
            Unread::Away => problem.after_secs(2),
            Unread::NoChain | Unread::NoWallet => problem,
        }
    }

    pub(super) fn wallet_bound(wallet: TonAddress) -> Self {
        Self::refused(&GameRefusal::WalletBound { wallet }.into())
    }

    pub(super) fn timed_out() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "This took too long",
            "It may have been done. Send it again: a run pays once.",
        )
        .after_secs(1)
    }

    /// A failure that is ours: logged here with a reference, and told without what is behind it.
    pub(super) fn failed(error: &dyn std::error::Error) -> Self {
        let reference = format!("{:016x}", u64::from_be_bytes(random_bytes()));
        let cause = std::iter::successors(error.source(), |error| error.source())
            .map(|error| format!(": {error}"))
            .collect::<String>();
        tracing::error!(%reference, "a request failed: {error}{cause}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "Something went wrong",
            replies::FAILED,
        )
        .with("reference", reference)
    }

    pub(super) fn refused(refusal: &Refusal) -> Self {
        tracing::info!(refusal = refusal.name(), "refused");
        let (title, detail) = replies::refusal(refusal);
        let problem = Self::new(StatusCode::CONFLICT, refusal.name(), title, detail);
        match refusal {
            Refusal::Game(GameRefusal::WalletBound { wallet }) => {
                problem.with("wallet", wallet.to_string())
            }
            _ => problem,
        }
    }

    pub(super) fn write(error: WriteError) -> Self {
        match error {
            WriteError::Refused(refusal) => Self::refused(&refusal),
            WriteError::Store(error) => error.into(),
            reused @ WriteError::KeyReused => Self::failed(&reused),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let busy = |seconds| {
            Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not now",
                "Send the same again a little later: a run pays once.",
            )
            .after_secs(seconds)
        };
        match error {
            StoreError::Unavailable { retry_after_secs } => busy(retry_after_secs),
            StoreError::Closed | StoreError::Unknown => busy(1),
            StoreError::Full => {
                tracing::error!("a write was refused: the disk is full");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk-full",
                    "The disk is full",
                    "Nothing was counted. Send the same again when the operator has made room.",
                )
            }
            StoreError::Damaged(_) | StoreError::Failed { .. } => Self::failed(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let parts = self.0;
        let mut body = json!({
            "type": format!("urn:scrip:problem:{}", parts.kind),
            "title": parts.title,
            "status": parts.status.as_u16(),
            "detail": parts.detail,
        });
        if let Value::Object(members) = &mut body {
            members.extend(parts.data);
        }
        let mut response = (parts.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, kind);
        if parts.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("tma"));
        }
        if let Some(seconds) = parts.retry_after_secs {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
