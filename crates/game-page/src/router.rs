use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde_json::Value;

use crate::{
    achievements, answer,
    files::{FILES, File},
    manifest, origin, replies,
    settings::{Page, Settings},
    token,
};

/// The game at `/game/`. It is merged beside other routes: it has no fallback.
pub fn router(settings: Settings) -> Router {
    router_of(FILES, settings)
}

pub(crate) fn router_of(files: &'static [File], settings: Settings) -> Router {
    Router::new()
        .route("/", get(to_the_page))
        .route("/game", get(to_the_page))
        .route("/game/", get(page))
        .route("/game/{*path}", get(below))
        .with_state(Arc::new(Site { files, settings }))
}

struct Site {
    files: &'static [File],
    settings: Settings,
}

type Shared = State<Arc<Site>>;

/// What is relative in the page is so to `/game/`. Browsers take the fragment along, which is where Telegram puts its data.
async fn to_the_page(uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("/game/{}", query.unwrap_or_default()))
}

async fn page(State(site): Shared, headers: HeaderMap) -> Response {
    let name = match site.settings.page {
        Page::Telegram => "index.html",
        Page::Demo => "demo.html",
    };
    match site.files.iter().find(|file| file.path == name) {
        Some(file) => answer::page(file, site.settings.page, &headers),
        None => answer::html(StatusCode::SERVICE_UNAVAILABLE, replies::NOT_BUILT),
    }
}

async fn below(State(site): Shared, Path(path): Path<String>, request: Request) -> Response {
    match &*path {
        "tonconnect-manifest.json" => site.told(&request, |origin| {
            manifest::manifest(&site.settings, origin)
        }),
        "token.json" => match &site.settings.token {
            Some(token) => site.told(&request, |origin| {
                token::metadata(&site.settings, token, origin)
            }),
            None => answer::not_found(),
        },
        path => match achievements::asked(&site.settings, path) {
            Some(one) => site.told(&request, |origin| {
                achievements::metadata(&site.settings, site.files, one, origin)
            }),
            None => site.file(path, request.headers()),
        },
    }
}

impl Site {
    /// What names this server's own address.
    fn told(&self, request: &Request, document: impl FnOnce(&str) -> Value) -> Response {
        let configured = self.settings.public_url.as_deref();
        let configured = configured.map(|url| url.trim_end_matches('/').to_owned());
        match configured.or_else(|| origin::of_request(request.headers(), request.uri())) {
            Some(origin) => answer::document(&document(&origin)),
            None => (StatusCode::BAD_REQUEST, replies::NO_HOST).into_response(),
        }
    }

    fn file(&self, path: &str, headers: &HeaderMap) -> Response {
        let mut served = self.files.iter().filter(|file| self.serves(file));
        match served.find(|file| file.path == path) {
            Some(file) => answer::file(file, headers),
            None => answer::not_found(),
        }
    }

    /// Pages are served at `/game/` only.
    fn serves(&self, file: &File) -> bool {
        let is_page = matches!(file.path, "index.html" | "demo.html");
        !is_page && (!file.demo_only || self.settings.page == Page::Demo)
    }
}
