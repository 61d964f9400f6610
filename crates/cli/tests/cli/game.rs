//! `scrip serve` with a game: its page beside the API.

use fake_telegram::{FakeTelegram, Settings};
use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_game_is_served_beside_the_api() {
    let fake = FakeTelegram::start(Settings::default()).await.unwrap();
    let stage = Stage::new().with_currency("flap", "0");
    stage.write("token", &fake.token());
    stage.write(
        "scrip.toml",
        &format!(
            "{}[telegram]\nbot_token_file = \"token\"\napi_url = \"{}\"\ngame_url = \"https://game.example/game/\"\n[ton]\ntoken = \"flap\"\n",
            stage.database_lines(),
            fake.url()
        ),
    );
    let server = stage.serve(&[]);

    let page = server.get("/game/");
    if game_page::is_built() {
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("<script type=\"module\" crossorigin src=\"./assets/"),
            "{page}"
        );
    } else {
        assert!(page.contains("cargo xtask game"), "{page}");
    }
    // The demo's page signs in whoever asks.
    for path in ["/game/demo.html", "/demo/people"] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    // What wallets are told does not follow from who asks.
    let (_, manifest) = server.ask("GET", "/game/tonconnect-manifest.json", "none", &json!({}));
    assert_eq!(manifest["url"], "https://game.example/game/");
    assert_eq!(manifest["iconUrl"], "https://game.example/game/icon.png");
    let (_, first) = server.ask("GET", "/game/achievements/1.json", "none", &json!({}));
    assert_eq!(first["name"], "First flight");
    // The API still has the last word.
    let (status, problem) = server.ask("GET", "/nothing", "none", &Value::Null);
    assert_eq!((status, &problem["status"]), (404, &json!(404)));
}
