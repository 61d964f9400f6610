//! Joining wallets: one-time codes.

use app::{LinkCode, LinkRefusal, Linked};
use axum::{Json, extract::State, http::StatusCode};
use ledger::{HolderId, Identity, Platform};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    called::{Write, body},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::Time,
    state::{Shared, Web},
};

body! {
    /// Asks for a code.
    LinkCodeBody {
        /// A user of your application, such as `app:alice`.
        #[schema(example = "app:alice")]
        identity: String,
    }

    /// Enters a code.
    LinkBody {
        /// A user of your application, such as `app:alice`.
        #[schema(example = "app:alice")]
        identity: String,
        /// As they typed it.
        #[schema(example = "7KQ2M-XW4RT")]
        code: String,
    }
}

/// A one-time code.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkCode)]
pub(crate) struct LinkCodeShown {
    /// For this user's eyes only: whoever enters it shares their wallet.
    #[schema(example = "7KQ2M-XW4RT")]
    code: String,
    #[schema(value_type = String)]
    expires: Time,
}

impl From<LinkCode> for LinkCodeShown {
    fn from(code: LinkCode) -> Self {
        Self {
            code: code.text().to_owned(),
            expires: Time(code.expires_ms),
        }
    }
}

/// Two identities with one wallet.
#[derive(Serialize, ToSchema)]
#[schema(as = Link)]
pub(crate) struct LinkShown {
    /// Whoever asked for the code.
    with: String,
    /// The holder that both have now.
    #[schema(value_type = String)]
    holder: HolderId,
}

/// A one-time code for a user of yours, to be entered in another front, such as `/link` on Discord. It is good for ten minutes; a code
/// that they asked for earlier is no longer good.
#[utoipa::path(
    post,
    path = "/v1/links/codes",
    tag = "Holders",
    params(WriteHeaders),
    request_body = LinkCodeBody,
    responses(
        (status = 201, description = "The code", body = LinkCodeShown),
        (status = "default", description = "There is no code", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn link_code_create(
    State(web): State<Shared>,
    mut write: Write<LinkCodeBody>,
) -> Result<(StatusCode, Json<LinkCodeShown>), Problem> {
    // Nothing is written to the ledger; what must be stated is checked all the same.
    write.asked(&web)?;
    let user = user(&write.body.identity)?;
    let code = web.app.link_code(&user, write.keyed.key).await;
    Ok((
        StatusCode::CREATED,
        Json(code.map_err(|refusal| web.unlinked(refusal))?.into()),
    ))
}

/// Enters a code that somebody got in another front: from then on both have one wallet.
#[utoipa::path(
    post,
    path = "/v1/links",
    tag = "Holders",
    params(WriteHeaders),
    request_body = LinkBody,
    responses(
        (status = 201, description = "They have one wallet", body = LinkShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn link_create(
    State(web): State<Shared>,
    mut write: Write<LinkBody>,
) -> Result<(StatusCode, Json<LinkShown>), Problem> {
    let asked = write.asked(&web)?;
    let user = user(&write.body.identity)?;
    let linked = web.app.link_redeem(asked, &write.body.code, user.clone());
    let Linked { with, .. } = linked.await.map_err(|refusal| web.unlinked(refusal))?;
    let shown = LinkShown {
        with: with.to_string(),
        holder: web.app.holder(user).await?,
    };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Other fronts know best who their people are.
fn user(text: &str) -> Result<Identity, Problem> {
    let wrong = |detail: String| Problem::invalid("identity", detail);
    let identity: Identity = text.parse().map_err(|error| wrong(format!("{error}.")))?;
    if identity.platform() == Platform::App {
        Ok(identity)
    } else {
        Err(wrong("It is a user of your own application: app:….".into()))
    }
}

impl Web {
    fn unlinked(&self, refusal: LinkRefusal) -> Problem {
        match refusal {
            LinkRefusal::Refused { refusal, .. } => {
                Problem::refused(&refusal, &self.currencies.now())
            }
            LinkRefusal::Store(error) => error.into(),
            refusal => Problem::unlinked(&refusal),
        }
    }
}
