//! What a browser, a wallet and an explorer get.

mod documents;
mod pages;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{Achievement, Page, Settings, Token, files::File, router::router_of};

const fn file(path: &'static str, bytes: &'static [u8]) -> File {
    File {
        path,
        hash: "0123456789abcdef",
        bytes,
        brotli: None,
        demo_only: false,
    }
}

static GAME: &[File] = &[
    file("achievements/1.png", b"a bird"),
    file("achievements/any.png", b"a star"),
    File {
        demo_only: true,
        ..file("assets/demo-Ab1.js", b"sign in")
    },
    File {
        brotli: Some(b"short"),
        ..file("assets/index-Cd2.js", b"long, long, long")
    },
    file("assets/style-Ef3.css", b"body {}"),
    File {
        demo_only: true,
        ..file("demo.html", b"the demo's page")
    },
    file("icon.png", b"an icon"),
    File {
        brotli: Some(b"page"),
        ..file("index.html", b"the game's page")
    },
];

fn settings(page: Page) -> Settings {
    Settings {
        token: Some(Token {
            name: "Flap".into(),
            symbol: "FLAP".into(),
            decimals: 2,
        }),
        achievements: vec![
            Achievement {
                id: 1,
                name: "First flight".into(),
                plays: 1,
            },
            Achievement {
                id: 7,
                name: "Fifth flight".into(),
                plays: 5,
            },
        ],
        ..Settings::new(page)
    }
}

fn game() -> Router {
    router_of(GAME, settings(Page::Telegram))
}

fn demo() -> Router {
    router_of(GAME, settings(Page::Demo))
}

struct Got {
    status: StatusCode,
    response: Response<()>,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let value = self.response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!(self.header("access-control-allow-origin"), "*");
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn send(router: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    Got {
        status: parts.status,
        body: body.collect().await.unwrap().to_bytes().into(),
        response: Response::from_parts(parts, ()),
    }
}

async fn get(router: &Router, path: &str, headers: &[(&str, &str)]) -> Got {
    send(router, Method::GET, path, headers).await
}
