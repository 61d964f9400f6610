use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{problem::ProblemSchema, routes};

/// The description of the API, OpenAPI 3.1, made from the handlers.
pub fn document() -> utoipa::openapi::OpenApi {
    routes::all()
        .into_iter()
        .fold(OpenApiRouter::with_openapi(frame()), OpenApiRouter::routes)
        .into_openapi()
}

/// What stands around the routes.
pub(crate) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "scrip",
        description = "One ledger for virtual currencies. Ids and amounts are decimal strings. Every write needs an Idempotency-Key: the same key and body give the first answer (marked Idempotent-Replayed: true), the same key with another body is refused. Whatever is not done is answered with a problem document (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemSchema)),
    modifiers(&ApiKeyScheme),
    tags(
        (name = "Money", description = "Moving it. Each call is one transaction."),
        (name = "Notes", description = "Bank notes: money as a signed text for one recipient."),
        (name = "Holds", description = "Parts of a wallet set aside until they are captured or released."),
        (name = "Holders", description = "Whose money it is."),
        (name = "Currencies", description = "Currencies, their groups, and the rates between them."),
        (name = "Journal", description = "What happened, and which code made it happen."),
        (name = "Following", description = "Hearing of every transaction: event stream and webhooks."),
        (name = "About", description = "This description."),
    ),
)]
struct Frame;

struct ApiKeyScheme;

impl Modify for ApiKeyScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("scrip_…")
            .description(Some(
                "An API key. The scopes that an operation names are those that the key needs.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}
