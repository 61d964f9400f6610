//! Who asks: init data from the header, the query or the body, checked; and the player whom it names.

use app::PlayerRecord;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use ledger::TelegramUserId;
use serde::de::DeserializeOwned;

use super::{body, problem::Problem, state::Shared};
use crate::init_data::{Freshness, InitData, check, query_value};

/// A request of a player whom Telegram vouches for.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) player: PlayerRecord,
    body: Bytes,
}

impl Caller {
    pub(super) const fn user(&self) -> TelegramUserId {
        self.player.user
    }

    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        body::parse(&self.body)
    }
}

impl FromRequest<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request(request: Request, server: &Shared) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = body::bytes(&parts.headers, body).await?;
        let raw = from_header(&parts.headers)
            .or_else(|| from_query(&parts))
            .or_else(|| body::init_data(&body))
            .ok_or_else(Problem::no_init_data)?;
        let data = checked(server, &raw)?;
        server.limits.take(data.user_id())?;
        let store = server.app.store();
        let player = store.player_ensure(data.user_id(), data.user.name());
        let player = player.await?;
        Ok(Self { player, body })
    }
}

fn checked(server: &Shared, raw: &str) -> Result<InitData, Problem> {
    let freshness = Freshness {
        now_secs: server.now_secs(),
        max_age_secs: server.config.init_data_max_age_secs,
    };
    check(raw, &server.init_data_key, freshness).map_err(|error| {
        tracing::info!(reason = error.name(), "init data was refused");
        Problem::init_data(error)
    })
}

/// `Authorization: tma <init data>` (<https://docs.telegram-mini-apps.com/platform/authorizing-user>).
fn from_header(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, raw) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("tma")
        .then(|| raw.trim().to_owned())
}

fn from_query(parts: &Parts) -> Option<String> {
    let value = query_value(parts.uri.query()?, &["init_data", "auth"])?;
    Some(value.into_owned())
}
