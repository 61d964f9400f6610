use std::sync::Arc;

use app::{Asked, origin::Entry};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use ledger::{IdempotencyKey, KeyScope};
use serde::de::DeserializeOwned;

use crate::{
    auth::Caller,
    extract, idempotency,
    problem::Problem,
    site::{self, Site},
    state::{Shared, Web},
};

/// A request that the guard let in: whose it is, and through which route it came.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) caller: Arc<Caller>,
    /// Method and path as the API describes them, such as `POST /v1/transfers`.
    pub(crate) route: Arc<str>,
}

impl<S: Send + Sync> FromRequestParts<S> for Called {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let called = parts.extensions.get::<Called>();
        called.cloned().ok_or_else(Problem::unauthorized)
    }
}

/// A request that changes something: repeatable by its key.
pub(crate) struct Keyed {
    pub(crate) called: Called,
    pub(crate) key: IdempotencyKey,
    /// The key's own text.
    pub(crate) key_text: String,
    entry: Entry,
    traceparent: Option<String>,
    site: Option<Site>,
}

/// What a body states beside what it asks for.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    pub(crate) reason: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) site: Option<Site>,
}

impl FromRequestParts<Shared> for Keyed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Shared) -> Result<Self, Problem> {
        let called = Called::from_request_parts(parts, web).await?;
        let key_text = idempotency::from_headers(&parts.headers)?.to_owned();
        Self::new(web, called, &parts.headers, key_text)
    }
}

impl Keyed {
    pub(crate) fn new(
        web: &Web,
        called: Called,
        headers: &HeaderMap,
        key_text: String,
    ) -> Result<Self, Problem> {
        Ok(Self {
            key: IdempotencyKey::new(KeyScope(&called.caller.key_scope), &key_text),
            entry: web.gate.entry(&called.route, &called.caller.name),
            key_text,
            traceparent: site::traceparent(headers),
            site: Site::from_headers(headers)?,
            called,
        })
    }

    pub(crate) fn asked(&self, web: &Web, stated: Stated) -> Result<Asked, Problem> {
        self.asked_as(web, stated, self.key)
    }

    /// With a key of its own, for one of many writes in a request.
    pub(crate) fn asked_as(
        &self,
        web: &Web,
        stated: Stated,
        key: IdempotencyKey,
    ) -> Result<Asked, Problem> {
        let caller = &self.called.caller;
        let site = match stated.site.or_else(|| self.site.clone()) {
            Some(site) => Some(web.sites.take(caller.id, site)?),
            None if caller.scopes.require_site => {
                return Err(Problem::invalid(
                    "site.code.function.name",
                    "This key must name the code that asks, in \"site\" or in the header Scrip-Code-Function.",
                ));
            }
            None => None,
        };
        Ok(Asked::new(&self.entry, caller.actor, key)
            .reason(checked_text("reason", stated.reason, 500)?)
            .reference(checked_text("reference", stated.reference, 200)?)
            .traceparent(self.traceparent.clone())
            .claimed(site))
    }
}

fn checked_text(field: &str, text: Option<String>, most: usize) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > most {
        return Err(Problem::invalid(
            field,
            format!("It has at most {most} characters."),
        ));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(Problem::invalid(field, "It has control characters."));
    }
    Ok(Some(text))
}

/// A body that can also say why, what for, and from which code.
pub(crate) trait Body: DeserializeOwned + Send {
    fn stated(&mut self) -> Stated;
}

/// A request that changes something, with its body.
pub(crate) struct Write<T> {
    pub(crate) keyed: Keyed,
    pub(crate) body: T,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Write<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Shared) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let keyed = Keyed::from_request_parts(&mut parts, web).await?;
        let body = extract::json(Request::from_parts(parts, body)).await?;
        Ok(Self { keyed, body })
    }
}

impl<T: Body> Write<T> {
    /// For a change of what is no money.
    pub(crate) fn asked(&mut self, web: &Web) -> Result<Asked, Problem> {
        let stated = self.body.stated();
        self.keyed.asked(web, stated)
    }
}

/// Makes the type of a body, with the members that every body may have.
macro_rules! body {
    ($($(#[$attribute:meta])* $name:ident { $($(#[$on_field:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$attribute])*
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$on_field])* pub(crate) $field: $kind,)*
            /// Why, in your own words: kept with what is written.
            #[serde(default)]
            pub(crate) reason: Option<String>,
            /// What you know it by, such as an order's number.
            #[serde(default)]
            pub(crate) reference: Option<String>,
            /// The code that asks; goes before the Scrip-Code headers.
            #[serde(default)]
            pub(crate) site: Option<$crate::site::Site>,
        }

        impl $crate::called::Body for $name {
            fn stated(&mut self) -> $crate::called::Stated {
                $crate::called::Stated {
                    reason: self.reason.take(),
                    reference: self.reference.take(),
                    site: self.site.take(),
                }
            }
        }
    )*};
}
pub(crate) use body;
