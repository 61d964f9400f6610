use app::{NoteBook, NoteTokenError, StoreError};
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{
        HeaderName, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    note_page,
    problem::Problem,
    state::{Shared, Web},
};

#[derive(Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(crate) struct Pasted {
    /// The note's text.
    #[serde(default)]
    #[param(required = false)]
    token: String,
}

/// A page that shows a bank note as a picture and says whether it is still good; without one, a form to paste it into.
#[utoipa::path(
    get,
    path = "/note",
    tag = "Notes",
    params(Pasted),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    security(()),
)]
pub(crate) async fn note_page(
    State(web): State<Shared>,
    pasted: Result<Query<Pasted>, QueryRejection>,
) -> Response {
    let Query(Pasted { token }) = pasted.unwrap_or_default();
    show(&web, &token).await
}

/// The same for a note that was pasted into the page's form, so that it stands in no address.
#[utoipa::path(
    post,
    path = "/note",
    tag = "Notes",
    operation_id = "note_pasted",
    request_body(content = Pasted, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    security(()),
)]
pub(crate) async fn note_pasted(
    State(web): State<Shared>,
    pasted: Result<Form<Pasted>, FormRejection>,
) -> Response {
    let Form(Pasted { token }) = pasted.unwrap_or_default();
    show(&web, &token).await
}

async fn show(web: &Web, token: &str) -> Response {
    if token.trim().is_empty() {
        return page(StatusCode::OK, note_page::empty());
    }
    match read(web, token).await {
        Ok(html) => page(StatusCode::OK, html),
        Err(NotShown::NotOurs(error)) => {
            page(StatusCode::UNPROCESSABLE_ENTITY, note_page::not_ours(error))
        }
        Err(NotShown::Away(problem)) => page(problem.status(), note_page::away()),
    }
}

enum NotShown {
    NotOurs(NoteTokenError),
    Away(Problem),
}

impl From<StoreError> for NotShown {
    fn from(error: StoreError) -> Self {
        NotShown::Away(error.into())
    }
}

async fn read(web: &Web, pasted: &str) -> Result<String, NotShown> {
    let notes = &web.config.notes;
    let claims = notes.read(pasted).map_err(NotShown::NotOurs)?;
    let store = web.app.store();
    let record = notes.recorded(store, &claims).await?;
    let known = web.currencies.read(store).await?;
    let picture = store.picture(claims.currency).await?;
    let token = NoteBook::token_in(pasted);
    Ok(note_page::note(&note_page::Shown {
        claims: &claims,
        state: record.map(|record| record.note.state),
        currency: known.get(claims.currency),
        picture: picture.as_ref(),
        token: &token,
    }))
}

fn page(status: StatusCode, html: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, note_page::policy()),
        // The address may hold a note.
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    (status, headers, html).into_response()
}
