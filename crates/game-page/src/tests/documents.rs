//! What wallets and explorers ask for.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{GAME, game, get, settings};
use crate::{Page, Settings, replies, router::router_of};

#[tokio::test]
async fn a_wallet_is_told_who_asks() {
    async fn check(public_url: Option<&str>, asked: &[(&str, &str)], origin: &str) {
        let settings = Settings {
            public_url: public_url.map(str::to_owned),
            ..settings(Page::Telegram)
        };
        let router = router_of(GAME, settings);
        let got = get(&router, "/game/tonconnect-manifest.json", asked).await;
        assert_eq!(
            got.json(),
            json!({
                "url": format!("{origin}/game/"),
                "name": "Flap",
                "iconUrl": format!("{origin}/game/icon.png"),
            })
        );
    }
    let host = ("host", "127.0.0.1:8080");
    let tls = ("x-forwarded-proto", "https");
    check(None, &[host], "http://127.0.0.1:8080").await;
    check(
        None,
        &[("host", "game.example"), tls],
        "https://game.example",
    )
    .await;
    check(None, &[("host", "[::1]:80")], "http://[::1]:80").await;
    check(
        None,
        &[("host", "ann:secret@game.example")],
        "http://game.example",
    )
    .await;
    check(
        Some("https://game.example"),
        &[host],
        "https://game.example",
    )
    .await;
    check(Some("https://game.example/"), &[], "https://game.example").await;

    for asked in [&[][..], &[("host", "a b")]] {
        let got = get(&game(), "/game/tonconnect-manifest.json", asked).await;
        assert_eq!(
            (got.status, got.text()),
            (StatusCode::BAD_REQUEST, replies::NO_HOST)
        );
    }
}

#[tokio::test]
async fn wallets_show_the_token_and_the_achievements() {
    async fn check(path: &str, expect: Value) {
        let got = get(&game(), path, &[("host", "127.0.0.1")]).await;
        assert_eq!(got.json(), expect, "{path}");
    }
    check(
        "/game/token.json",
        json!({
            "name": "Flap",
            "symbol": "FLAP",
            "decimals": "2",
            "description": "Earned by playing Flap.",
            "image": "http://127.0.0.1/game/token.png",
        }),
    )
    .await;
    check(
        "/game/achievements/1.json",
        json!({
            "name": "First flight",
            "description": "For the first game of Flap. It cannot be given away.",
            "image": "http://127.0.0.1/game/achievements/1.png",
        }),
    )
    .await;
    check(
        "/game/achievements/7.json",
        json!({
            "name": "Fifth flight",
            "description": "For 5 games of Flap. It cannot be given away.",
            "image": "http://127.0.0.1/game/achievements/any.png",
        }),
    )
    .await;

    let without = router_of(GAME, Settings::new(Page::Telegram));
    for path in ["/game/token.json", "/game/achievements/1.json"] {
        assert_eq!(get(&without, path, &[]).await.status, 404, "{path}");
    }
}
