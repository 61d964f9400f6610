//! The page and what it loads.

use axum::{
    Router,
    http::{Method, StatusCode, header},
};

use super::{demo, game, get, send, settings};
use crate::{Page, is_built, replies, router, router::router_of};

#[tokio::test]
async fn what_is_there_and_what_is_not() {
    async fn check(router: &Router, path: &str, expect: Option<(&str, &str)>) {
        let got = get(router, path, &[]).await;
        let Some((text, kind)) = expect else {
            assert_eq!(
                (got.status, got.text()),
                (StatusCode::NOT_FOUND, replies::NOT_FOUND),
                "{path}"
            );
            return;
        };
        assert_eq!((got.status, got.text()), (StatusCode::OK, text), "{path}");
        assert_eq!(got.header("content-type"), kind, "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
    }
    const HTML: &str = "text/html; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const STYLE: &str = "text/css; charset=utf-8";
    let (game, demo) = (game(), demo());
    check(&game, "/game/", Some(("the game's page", HTML))).await;
    check(&game, "/game/?tab=shop", Some(("the game's page", HTML))).await;
    check(&demo, "/game/", Some(("the demo's page", HTML))).await;
    for both in [&game, &demo] {
        check(
            both,
            "/game/assets/index-Cd2.js",
            Some(("long, long, long", SCRIPT)),
        )
        .await;
        check(both, "/game/assets/style-Ef3.css", Some(("body {}", STYLE))).await;
        check(both, "/game/icon.png", Some(("an icon", "image/png"))).await;
        for nothing in [
            "/game/index.html",
            "/game/demo.html",
            "/game/demo.html/",
            "/game/demo-files.txt",
            "/game/assets",
            "/game/assets/",
            "/game/assets/index-Cd2.js.br",
            "/game/achievements/2.json",
            "/game/achievements/01.json",
            "/game/achievements/1/1.json",
            "/game/../icon.png",
            "/game/../../Cargo.toml",
            "/game/..%2f..%2fCargo.toml",
            "/game/%2e%2e/%2e%2e/Cargo.toml",
            "/game//etc/passwd",
            "/game/assets/..%5cicon.png",
            "/game/assets/../icon.png",
        ] {
            check(both, nothing, None).await;
        }
    }
    // What signs in whoever it is asked to is not in a real server.
    check(&game, "/game/assets/demo-Ab1.js", None).await;
    check(&demo, "/game/assets/demo-Ab1.js", Some(("sign in", SCRIPT))).await;
}

#[tokio::test]
async fn other_addresses_lead_to_the_page() {
    async fn check(path: &str, expect: &str) {
        let got = get(&game(), path, &[]).await;
        assert_eq!(got.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(got.header("location"), expect, "{path}");
    }
    check("/", "/game/").await;
    check("/game", "/game/").await;
    check(
        "/game?tgWebAppStartParam=top",
        "/game/?tgWebAppStartParam=top",
    )
    .await;
}

#[tokio::test]
async fn a_cache_keeps_what_cannot_change_and_asks_about_the_rest() {
    async fn check(path: &str, expect: &str) {
        let got = get(&game(), path, &[]).await;
        assert_eq!(got.header("cache-control"), expect, "{path}");
    }
    check("/game/", "no-cache").await;
    check(
        "/game/assets/style-Ef3.css",
        "public, max-age=31536000, immutable",
    )
    .await;
    check("/game/icon.png", "public, max-age=3600").await;
    check("/game/nothing.png", "").await;
}

#[tokio::test]
async fn what_a_cache_has_is_not_sent_again() {
    async fn check(asked: &[(&str, &str)], expect: (u16, &str)) {
        let got = get(&game(), "/game/", asked).await;
        assert_eq!((got.status.as_u16(), got.text()), expect, "{asked:?}");
        // Whatever is kept from now on is known by these.
        assert!(!got.header("etag").is_empty(), "{asked:?}");
        assert_eq!(got.header("cache-control"), "no-cache", "{asked:?}");
        assert_eq!(got.header("vary"), "accept-encoding", "{asked:?}");
        assert!(!got.header("content-security-policy").is_empty());
    }
    const PLAIN: &str = "\"0123456789abcdef\"";
    const BROTLI: &str = "\"0123456789abcdef-br\"";
    let none_match = "if-none-match";
    let br = ("accept-encoding", "br");
    check(&[(none_match, PLAIN)], (304, "")).await;
    check(&[(none_match, &format!("W/{PLAIN}"))], (304, "")).await;
    check(&[(none_match, &format!("\"x\", {PLAIN}"))], (304, "")).await;
    check(&[(none_match, "*")], (304, "")).await;
    check(&[(none_match, BROTLI), br], (304, "")).await;
    check(&[(none_match, "\"x\"")], (200, "the game's page")).await;
    check(&[(none_match, BROTLI)], (200, "the game's page")).await;
    check(&[(none_match, PLAIN), br], (200, "page")).await;
}

#[tokio::test]
async fn it_is_compressed_for_whoever_can_read_it() {
    async fn check(path: &str, accept: &str, expect: (&str, &str)) {
        let got = get(&game(), path, &[("accept-encoding", accept)]).await;
        assert_eq!(
            (got.text(), got.header("content-encoding")),
            expect,
            "{accept}"
        );
        let length = got.body.len().to_string();
        assert_eq!(got.header("content-length"), length, "{accept}");
    }
    const SCRIPT: &str = "/game/assets/index-Cd2.js";
    let (plain, short) = (("long, long, long", ""), ("short", "br"));
    check(SCRIPT, "", plain).await;
    check(SCRIPT, "gzip, deflate", plain).await;
    check(SCRIPT, "gzip, deflate, br, zstd", short).await;
    check(SCRIPT, "BR;q=0.1", short).await;
    check(SCRIPT, "gzip, br; q=0", plain).await;
    check(SCRIPT, "br;q=0.000", plain).await;
    check(SCRIPT, "brotli", plain).await;
    check("/game/icon.png", "br", ("an icon", "")).await;
}

#[tokio::test]
async fn only_reading_is_possible() {
    for path in ["/game/", "/game/icon.png", "/game/tonconnect-manifest.json"] {
        let host = [(header::HOST.as_str(), "game.example")];
        let whole = get(&game(), path, &host).await;
        let head = send(&game(), Method::HEAD, path, &host).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        assert_eq!(head.response.headers(), whole.response.headers(), "{path}");
        let length = whole.body.len().to_string();
        assert_eq!(head.header("content-length"), length, "{path}");
        let post = send(&game(), Method::POST, path, &host).await;
        assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn a_page_loads_scripts_from_here_only() {
    async fn check(router: &Router, expect: &[&str]) {
        let got = get(router, "/game/", &[]).await;
        let policy: Vec<&str> = got.header("content-security-policy").split("; ").collect();
        for one in expect {
            assert!(policy.contains(one), "{one}: {policy:?}");
        }
        assert!(policy.contains(&"default-src 'none'"), "{policy:?}");
        assert!(policy.contains(&"script-src 'self'"), "{policy:?}");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
    }
    check(
        &game(),
        &[
            "connect-src 'self' https: wss:",
            "frame-ancestors 'self' https://web.telegram.org https://*.telegram.org",
        ],
    )
    .await;
    check(&demo(), &["connect-src 'self'", "frame-ancestors 'self'"]).await;
}

#[tokio::test]
async fn without_the_game_it_says_what_to_do() {
    for page in [Page::Telegram, Page::Demo] {
        let router = router_of(&[], settings(page));
        let got = get(&router, "/game/", &[]).await;
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
        assert!(got.text().contains("cargo xtask game"), "{}", got.text());
        let icon = get(&router, "/game/icon.png", &[]).await;
        assert_eq!(icon.status, StatusCode::NOT_FOUND);
    }
}

/// Whichever of the two this was compiled with.
#[tokio::test]
async fn what_is_embedded_is_whole() {
    let router = router(settings(Page::Telegram));
    let page = get(&router, "/game/", &[]).await;
    assert_eq!(page.status.is_success(), is_built());
    if !is_built() {
        return;
    }
    let loaded: Vec<&str> = page
        .text()
        .split('"')
        .filter_map(|text| text.strip_prefix("./"))
        .collect();
    assert!(
        loaded.iter().any(|path| path.ends_with(".js")),
        "{loaded:?}"
    );
    let pictures = ["token.png", "achievements/1.png", "achievements/any.png"];
    for path in loaded.into_iter().chain(pictures) {
        let got = get(&router, &format!("/game/{path}"), &[]).await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
    }
    let demo = get(&router, "/game/demo.html", &[]).await;
    assert_eq!(demo.status, StatusCode::NOT_FOUND);
}
