//! The REST API, version 10.

mod application;
mod body;
mod call;
mod callbacks;
mod channels;
mod checks;
pub mod command_rules;
mod commands;
mod component_rules;
mod embed_rules;
mod emojis;
mod guilds;
pub mod limits;
mod members;
mod messages;
mod reactions;
mod reply;
mod routes;
mod webhooks;

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    faults::{LimitScope, RestEffect},
    record::RecordedRequest,
    shared::Shared,
    world::World,
};
use call::Call;
use fake_server::LoseIt;
use limits::{Refused, Standing};
use reply::{ApiError, Reply};
use routes::Found;

/// Answers every request that is not for the gateway or the CDN.
pub async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let mut call = match Call::read(request).await {
        Ok(call) => call,
        Err(error) => return respond(Reply::from(error)),
    };
    let (reply, effect) = shared.change(|world| world.carry_out(&mut call));
    match effect {
        Some(RestEffect::Slow { delay }) => {
            tokio::time::sleep(delay).await;
            respond(reply)
        }
        Some(RestEffect::LostAnswer) => {
            let mut response = respond(reply);
            response.extensions_mut().insert(LoseIt);
            response
        }
        _ => respond(reply),
    }
}

impl World {
    fn carry_out(&mut self, call: &mut Call) -> (Reply, Option<RestEffect>) {
        let found = routes::find(call);
        let effect = self.faults.take(&call.method, &call.path);
        let reply = self.answer(call, found.as_ref(), effect.as_ref());
        self.requests.push(RecordedRequest {
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            headers: call.headers.clone(),
            json: (!call.body.is_null()).then(|| call.body.clone()),
            parts: call.parts.clone(),
            status: reply.status,
            known_route: found.is_some(),
            response: reply.body.clone(),
        });
        (reply, effect)
    }

    fn answer(
        &mut self,
        call: &mut Call,
        found: Option<&Found>,
        effect: Option<&RestEffect>,
    ) -> Reply {
        let Some(found) = found else {
            return ApiError::not_found().into();
        };
        call.params.clone_from(&found.params);
        if !found.is_open() && !self.is_authorized(call) {
            return ApiError::unauthorized().into();
        }
        let standing = match self.count_request(call, found) {
            Ok(standing) => standing,
            Err(refused) => return too_many(&refused),
        };
        let mut reply = match forced(effect, &standing) {
            Some(forced) => forced,
            None => (found.handler)(self, call).unwrap_or_else(Reply::from),
        };
        // A refusal says by itself how the bucket stands that it is about.
        if reply.status != 429 {
            reply.headers.extend(standing.headers());
        }
        reply
    }

    fn is_authorized(&self, call: &Call) -> bool {
        call.token.as_deref() == Some(&format!("Bot {}", self.settings.bot_token))
    }
}

/// The answer that a fault gives in place of the handler's.
fn forced(effect: Option<&RestEffect>, standing: &Standing) -> Option<Reply> {
    match effect? {
        RestEffect::RateLimited { retry_after, scope } => Some(too_many(&Refused {
            retry_after: *retry_after,
            scope: *scope,
            bucket: standing.bucket.clone(),
        })),
        RestEffect::ServerError { status } => Some(Reply {
            status: *status,
            ..Reply::from(ApiError::server_error())
        }),
        RestEffect::MissingPermissions => Some(ApiError::missing_permissions().into()),
        RestEffect::Slow { .. } | RestEffect::LostAnswer => None,
    }
}

/// <https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit>
fn too_many(refused: &Refused) -> Reply {
    let seconds = refused.retry_after.as_secs_f64();
    let is_global = refused.scope == LimitScope::Global;
    let mut reply = Reply::json(
        429,
        json!({
            "message": if refused.scope == LimitScope::Shared {
                "The resource is being rate limited."
            } else {
                "You are being rate limited."
            },
            "retry_after": seconds,
            "global": is_global,
        }),
    );
    reply.header("retry-after", whole_seconds(refused.retry_after));
    reply.header("x-ratelimit-scope", refused.scope.name().to_owned());
    if is_global {
        reply.header("x-ratelimit-global", "true".to_owned());
    } else {
        reply.headers.extend(refused.headers());
    }
    reply
}

fn whole_seconds(time: Duration) -> String {
    time.as_secs_f64().ceil().to_string()
}

fn respond(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let Some(body) = reply.body else {
        return (status, headers).into_response();
    };
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    (status, headers, body.to_string()).into_response()
}
