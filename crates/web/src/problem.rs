//! Problem documents (RFC 9457): every answer that is not what was asked for.

use app::{ChangeRefusal, LinkRefusal, NoteTokenError, Scope, StoreError, random_bytes};
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use economy::Refusal;
use ledger::{AccountKey, Amount, CurrencyId, Owner};
use serde_json::{Map, Value, json};

use crate::{
    currencies::Known,
    limits::Left,
    replies::{self, Words},
};

pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Parts>);

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
    left: Option<Left>,
}

impl Problem {
    pub(crate) fn new(
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
            left: None,
        }))
    }

    fn worded(status: StatusCode, kind: &'static str, words: Words) -> Self {
        Self::new(status, kind, words.title, words.detail)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.data.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// A member of the request that is not what it must be.
    pub(crate) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-field",
            "A field is not valid",
            detail,
        )
        .with("field", field)
    }

    /// A path, query or header that cannot be read.
    pub(crate) fn bad_request(field: &str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be read",
            detail,
        )
        .with("field", field)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "A key is needed",
            "Send a valid API key as \"Authorization: Bearer scrip_…\".",
        )
    }

    pub(crate) fn scope_missing(scope: Scope) -> Self {
        Self::worded(
            StatusCode::FORBIDDEN,
            "scope-missing",
            replies::scope_missing(scope),
        )
        .with("scope", scope.as_str())
    }

    pub(crate) fn currency_not_allowed(currency: CurrencyId) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "currency-not-allowed",
            "The key may not use this currency",
            "Use a key whose list of currencies has this one.",
        )
        .with("currency", currency.to_string())
    }

    pub(crate) fn above_cap(cap: i64, wanted: i64) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "above-cap",
            "The key may not move so much at once",
            "Move less at once, or use a key with a higher cap.",
        )
        .with("cap_minor_units", cap.to_string())
        .with("wanted_minor_units", wanted.to_string())
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is no such thing",
            format!("There is no such {what}."),
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "The path does not take this method",
            "The Allow header names the methods of this path; /docs describes them.",
        )
    }

    pub(crate) fn body_too_large(most_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            format!("A body has at most {most_bytes} bytes. Send less at once."),
        )
        .with("most_bytes", most_bytes)
    }

    pub(crate) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "The body is not JSON",
            "Send the body with \"Content-Type: application/json\".",
        )
    }

    pub(crate) fn malformed_json(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed-json",
            "The body is not well-formed JSON",
            detail,
        )
    }

    pub(crate) fn rate_limited(retry_after_secs: u32, left: Left) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate-limited",
            "Too many requests",
            format!("Wait {retry_after_secs} s, then go on."),
        );
        problem.0.retry_after_secs = Some(retry_after_secs);
        problem.0.left = Some(left);
        problem
    }

    pub(crate) fn site_quota(most: usize) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "site-quota",
            "The key named too many code sites",
            format!(
                "A key may name {most} different code sites. Name functions, not requests: nothing that changes with each call."
            ),
        )
        .with("field", "site.code.function.name")
        .with("most", most)
    }

    pub(crate) fn arbitrage(cycle: &[CurrencyId]) -> Self {
        let cycle: Vec<String> = cycle.iter().map(ToString::to_string).collect();
        Self::new(
            StatusCode::CONFLICT,
            "arbitrage",
            "A round trip would make money",
            "With this rate, exchanging along the cycle yields more than it started with. Nothing was set. Send \"confirm\": true to set it all the same.",
        )
        .with("cycle", cycle)
    }

    /// Why a one-time code joined nothing; `reason` is a stable name of it.
    pub(crate) fn unlinked(refusal: &LinkRefusal) -> Self {
        let (reason, words) = replies::unlinked(refusal);
        Self::worded(StatusCode::CONFLICT, "not-linked", words).with("reason", reason)
    }

    pub(crate) fn note_token(error: NoteTokenError) -> Self {
        Self::worded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-a-note",
            replies::note_token(error),
        )
        .with("field", "token")
    }

    pub(crate) fn key_reused() -> Self {
        Self::worded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            replies::key_reused(),
        )
    }

    pub(crate) fn busy(retry_after_secs: u32) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Not now",
            "This was not done. Repeat it with the same Idempotency-Key a little later.",
        );
        problem.0.retry_after_secs = Some(retry_after_secs);
        problem
    }

    /// A failure that is ours: logged here with a reference, and told without what is behind it.
    pub(crate) fn failed(error: &dyn std::error::Error) -> Self {
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

    /// Why money did not move, with what explains it.
    pub(crate) fn refused(refusal: &Refusal, known: &Known) -> Self {
        tracing::info!(refusal = refusal.name(), "refused");
        let problem = Self::worded(
            status_of(refusal),
            refusal.name(),
            replies::refusal(refusal, known),
        );
        explained(problem, refusal, known)
    }
}

/// 404 for what is not there, 403 for what is somebody else's, 422 for what never can be, 409 for what may be another time.
const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownTransaction { .. }
        | Refusal::UnknownNote { .. }
        | Refusal::UnknownHold { .. }
        | Refusal::UnknownReaction
        | Refusal::UnknownCurrency { .. }
        | Refusal::UnknownHolder { .. } => StatusCode::NOT_FOUND,
        Refusal::NoteForSomebodyElse { .. } | Refusal::NoteNotYours { .. } => StatusCode::FORBIDDEN,
        Refusal::AmountZero
        | Refusal::ToOneself
        | Refusal::OtherGroup { .. }
        | Refusal::ResultZero { .. }
        | Refusal::NotReversible { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::CurrencyFrozen { .. }
        | Refusal::HolderMerged { .. }
        | Refusal::HolderFrozen { .. }
        | Refusal::NoRate { .. }
        | Refusal::RateChanged { .. }
        | Refusal::NoteRedeemed { .. }
        | Refusal::NoteRevoked { .. }
        | Refusal::HoldSettled { .. }
        | Refusal::HoldTooSmall { .. }
        | Refusal::ReactionCounted { .. }
        | Refusal::ReactionTakenBack
        | Refusal::AlreadyReversed { .. }
        | Refusal::Game(_)
        | Refusal::SupplyCap { .. }
        | Refusal::BalanceTooLarge { .. }
        | Refusal::NotEnough { .. } => StatusCode::CONFLICT,
    }
}

fn explained(problem: Problem, refusal: &Refusal, known: &Known) -> Problem {
    let minor = |amount: Amount| amount.get().to_string();
    match refusal {
        Refusal::UnknownTransaction { transaction } => {
            problem.with("transaction", transaction.to_string())
        }
        Refusal::UnknownNote { note } => problem.with("note", note.to_string()),
        Refusal::UnknownHold { hold } => problem.with("hold", hold.to_string()),
        Refusal::UnknownCurrency { currency } | Refusal::CurrencyFrozen { currency } => {
            problem.with("currency", currency.to_string())
        }
        Refusal::UnknownHolder { holder } | Refusal::HolderFrozen { holder } => {
            problem.with("holder", holder.to_string())
        }
        Refusal::UnknownReaction
        | Refusal::AmountZero
        | Refusal::ToOneself
        | Refusal::ReactionTakenBack
        // No route of the API asks for what is the game's.
        | Refusal::Game(_) => problem,
        Refusal::HolderMerged { holder, into } => problem
            .with("holder", holder.to_string())
            .with("into", into.to_string()),
        Refusal::OtherGroup { from, to } => problem
            .with("from_group", from.to_string())
            .with("to_group", to.to_string()),
        Refusal::NoRate { from, to } => problem
            .with("from", from.to_string())
            .with("to", to.to_string()),
        Refusal::RateChanged { quoted, now } => problem
            .with("quoted", fraction(quoted.num(), quoted.den()))
            .with("now", fraction(now.num(), now.den())),
        Refusal::ResultZero { rate } => problem.with("rate", fraction(rate.num(), rate.den())),
        Refusal::NoteForSomebodyElse { recipient } => {
            problem.with("recipient", recipient.to_string())
        }
        Refusal::NoteNotYours { sender } => problem.with("sender", sender.to_string()),
        Refusal::NoteRedeemed { by }
        | Refusal::NoteRevoked { by }
        | Refusal::ReactionCounted { by }
        | Refusal::AlreadyReversed { by } => problem.with("by", by.to_string()),
        Refusal::HoldSettled { state } => problem.with("state", json!(state)),
        Refusal::HoldTooSmall { held, wanted } => problem
            .with("held_minor_units", minor(*held))
            .with("wanted_minor_units", minor(*wanted)),
        Refusal::NotReversible { kind } => problem.with("kind", kind.as_str()),
        Refusal::SupplyCap { issued, wanted } => problem
            .with("issued_minor_units", minor(*issued))
            .with("wanted_minor_units", minor(*wanted)),
        Refusal::BalanceTooLarge { account } => with_account(problem, account),
        Refusal::NotEnough {
            account,
            there,
            needed,
        } => {
            let decimals = known.decimals(account.currency);
            with_account(problem, account)
                .with("available", there.display(decimals).to_string())
                .with("needed", needed.display(decimals).to_string())
        }
    }
}

fn with_account(problem: Problem, account: &AccountKey) -> Problem {
    let problem = problem.with("currency", account.currency.to_string());
    match account.owner {
        Owner::Holder(holder) => problem.with("holder", holder.to_string()),
        Owner::System(role) => problem.with("system", role.as_str()),
    }
}

fn fraction(num: u64, den: u64) -> String {
    format!("{num}/{den}")
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { retry_after_secs } => Self::busy(retry_after_secs.max(1)),
            StoreError::Closed => Self::busy(5),
            StoreError::Unknown => {
                let mut problem = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "outcome-unknown",
                    "It is not known whether this was done",
                    "Repeat the request with the same Idempotency-Key: it has at most one effect, and the answer will be certain.",
                );
                problem.0.retry_after_secs = Some(1);
                problem
            }
            StoreError::Full => {
                tracing::error!("a write was refused: the disk is full");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk-full",
                    "The disk is full",
                    "Nothing was written; reading goes on. Repeat the request with the same Idempotency-Key when the operator has made room.",
                )
            }
            StoreError::Damaged(_) | StoreError::Failed { .. } => Self::failed(&error),
        }
    }
}

impl From<ChangeRefusal> for Problem {
    fn from(refusal: ChangeRefusal) -> Self {
        let words = replies::change(&refusal);
        match refusal {
            ChangeRefusal::KeyReused => Self::key_reused(),
            ChangeRefusal::Unknown { what } => {
                Self::worded(StatusCode::NOT_FOUND, "unknown", words).with("what", what)
            }
            ChangeRefusal::Exists { what } => {
                Self::worded(StatusCode::CONFLICT, "exists", words).with("what", what)
            }
            ChangeRefusal::OtherGroup => {
                Self::worded(StatusCode::UNPROCESSABLE_ENTITY, "other-group", words)
            }
            ChangeRefusal::Store(error) => error.into(),
        }
    }
}

impl serde::Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let parts = &self.0;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("urn:scrip:problem:{}", parts.kind))?;
        map.serialize_entry("title", parts.title)?;
        map.serialize_entry("status", &parts.status.as_u16())?;
        map.serialize_entry("detail", &parts.detail)?;
        for (name, value) in &parts.data {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.0.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.0.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.0.retry_after_secs {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(left) = self.0.left {
            left.write(headers);
        }
        response
    }
}

/// A problem document, for the description of the API.
#[derive(utoipa::ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:scrip:problem:not-enough",
    "title": "There is not enough money",
    "status": 409,
    "detail": "Holder 7 has 1.00 gold to spend, 2.50 gold is needed.",
    "currency": "9", "holder": "7", "available": "1.00", "needed": "2.50"
}))]
#[expect(dead_code, reason = "it only describes what Problem writes")]
pub(crate) struct ProblemSchema {
    /// What kind of problem it is; never changes.
    #[schema(example = "urn:scrip:problem:not-enough")]
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// The member of the request that is wrong, if one is.
    field: Option<String>,
}
