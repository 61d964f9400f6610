use app::{Change, Changed, WebhookRecord};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use ledger::{CurrencyId, WebhookId};
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::{
    called::{Called, Keyed, Write, body},
    extract::At,
    problem::{Problem, ProblemSchema},
    routes::{
        WriteHeaders,
        currencies::{made_before, unexpected},
    },
    shown::{Page, Text, Time, written},
    state::{Shared, Web},
    webhooks::{Reach, checked_url},
};

body! {
    /// A new webhook.
    WebhookBody {
        /// Where to post to: http or https, and no private address.
        #[schema(example = "https://shop.example/scrip")]
        url: String,
        /// Only transactions that move this currency.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        currency: Option<CurrencyId>,
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookShown {
    #[schema(value_type = String)]
    id: WebhookId,
    url: String,
    #[schema(value_type = Option<String>)]
    currency: Option<CurrencyId>,
    /// The last transaction that was delivered.
    #[schema(value_type = String)]
    cursor: Text<i64>,
    /// Failed attempts since the last delivery.
    failures: u32,
    /// When the next attempt is made, after a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    retry: Option<Time>,
    /// What deliveries are signed with (Standard Webhooks). Shown only in the answer that makes the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<WebhookRecord> for WebhookShown {
    fn from(record: WebhookRecord) -> Self {
        Self {
            id: record.id,
            url: record.url,
            currency: record.currency,
            cursor: Text(record.cursor),
            failures: record.failures,
            retry: (record.failures > 0).then_some(Time(record.retry_ms)),
            secret: None,
        }
    }
}

/// Makes a webhook: from now on every transaction is posted there, signed, in order and at least once.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "Following",
    params(WriteHeaders),
    request_body = WebhookBody,
    responses(
        (status = 201, description = "The webhook with its secret", body = WebhookShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn webhook_create(
    State(web): State<Shared>,
    mut write: Write<WebhookBody>,
) -> Result<Response, Problem> {
    let asked = write.asked(&web)?;
    let WebhookBody { url, currency, .. } = write.body;
    let reach = Reach::of(web.config.webhooks_to_loopback);
    let url = checked_url(&url, reach)
        .map_err(|refused| Problem::invalid("url", format!("{refused}.")))?
        .to_string();
    may_follow(&write.keyed.called, currency)?;
    if let Some(currency) = currency {
        web.currency(currency).await?;
    }
    let started_ms = web.app.clock().now_ms();
    let secret = web.webhook_secret(&write.keyed).await?;
    let change = Change::WebhookCreate {
        url,
        secret: secret.clone(),
        currency,
    };
    let Changed::Webhook(record) = web.app.change(asked, change).await? else {
        return Err(unexpected());
    };
    let replayed = made_before(record.id.get(), started_ms);
    let shown = WebhookShown {
        secret: Some(secret),
        ..record.into()
    };
    Ok(written(replayed, &shown))
}

/// A key with a list of currencies follows one of them, not everything.
fn may_follow(called: &Called, currency: Option<CurrencyId>) -> Result<(), Problem> {
    let caller = &called.caller;
    match currency {
        Some(currency) => caller.must_see(currency),
        None if caller.scopes.currencies.is_empty() => Ok(()),
        None => Err(Problem::invalid(
            "currency",
            "This key may use some currencies only: name one of them.",
        )),
    }
}

/// All webhooks, without their secrets.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "Following",
    responses(
        (status = 200, description = "The webhooks", body = Page<WebhookShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn webhook_list(
    State(web): State<Shared>,
    called: Called,
) -> Result<Json<Page<WebhookShown>>, Problem> {
    let webhooks = web.app.store().webhooks().await?;
    let mine = webhooks
        .into_iter()
        .filter(|webhook| may_follow(&called, webhook.currency).is_ok());
    Ok(Json(Page::all(mine.map(Into::into).collect())))
}

/// Removes a webhook.
#[utoipa::path(
    delete,
    path = "/v1/webhooks/{webhook}",
    tag = "Following",
    params(("webhook" = String, Path, description = "The webhook's id."), WriteHeaders),
    responses(
        (status = 204, description = "It was done"),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn webhook_remove(
    State(web): State<Shared>,
    At(webhook): At<WebhookId>,
    keyed: Keyed,
) -> Result<StatusCode, Problem> {
    let asked = keyed.asked(&web, Default::default())?;
    let webhooks = web.app.store().webhooks().await?;
    if let Some(there) = webhooks.iter().find(|there| there.id == webhook) {
        may_follow(&keyed.called, there.currency)?;
    }
    web.app
        .change(asked, Change::WebhookRemove { webhook })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Web {
    /// Made from a secret of ours and the request's key, so that its repetition gets the same and nobody else can make it.
    async fn webhook_secret(&self, keyed: &Keyed) -> Result<String, Problem> {
        let ours = self.secret().await?;
        let mut mac = Hmac::<Sha256>::new_from_slice(ours).expect("HMAC takes keys of any length");
        for part in ["webhook", &keyed.called.caller.key_scope, &keyed.key_text] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        let secret = STANDARD.encode(mac.finalize().into_bytes());
        Ok(format!("whsec_{secret}"))
    }
}
