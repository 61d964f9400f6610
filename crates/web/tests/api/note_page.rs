//! The page that shows a note.

use app::{CurrencyPicture, NoteKeys};
use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

use crate::world::World;

struct Seen {
    status: u16,
    headers: axum::http::HeaderMap,
    html: String,
}

async fn send(world: &World, request: Request<Body>) -> Seen {
    let answer = world.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Seen {
        status: parts.status.as_u16(),
        headers: parts.headers,
        html: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

async fn look(world: &World, path: &str) -> Seen {
    send(world, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn paste(world: &World, token: &str) -> Seen {
    let form = "application/x-www-form-urlencoded";
    let request = Request::post("/note").header("content-type", form);
    let body = format!("token={}", token.replace('\n', "%0A").replace(' ', "+"));
    send(world, request.body(body.into()).unwrap()).await
}

/// Note and token.
async fn written(world: &World) -> (String, String) {
    world.mint("app:alice", world.gold, "10").await;
    let body = json!({"sender": "app:alice", "recipient": "discord:563437347899965455", "currency": world.gold, "amount": "2.5"});
    let note = world.done("POST /v1/notes", body).await;
    let text = |name: &str| note[name].as_str().unwrap().to_owned();
    (text("note"), text("token"))
}

#[tokio::test]
async fn a_note_is_shown_with_what_became_of_it() {
    let world = World::new().await;
    let (_, token) = written(&world).await;
    let seen = look(&world, &format!("/note?token={token}")).await;
    assert_eq!(seen.status, 200);
    for words in [
        "<b>Good</b>",
        "2.50",
        "gold",
        "Discord user 563…455",
        "https://scrip.example",
        "21 November 2026",
        "class=\"qr\"",
        &token,
    ] {
        assert!(seen.html.contains(words), "{words}");
    }
    assert!(!seen.html.contains("563437347899965455"), "shortened");
    let pasted = paste(&world, &format!(" `{token}`\n")).await;
    assert_eq!(pasted.html, seen.html);

    let redeem = json!({"token": token, "recipient": "discord:563437347899965455"});
    world.done("POST /v1/notes/redeem", redeem).await;
    let seen = look(&world, &format!("/note?token={token}")).await;
    assert!(seen.html.contains("<b>Redeemed</b>"), "{}", seen.html);

    let (note, token) = written(&world).await;
    let revoke = format!("POST /v1/notes/{note}/revoke");
    world.done(&revoke, json!({"sender": "app:alice"})).await;
    let seen = look(&world, &format!("/note?token={token}")).await;
    assert!(seen.html.contains("<b>Taken back</b>"), "{}", seen.html);
}

#[tokio::test]
async fn what_is_no_note_of_ours_is_said_to_be_none() {
    let world = World::new().await;
    let (_, token) = written(&world).await;
    let (head, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let claims = world.config.notes.read(&token).unwrap();
    let elsewhere = NoteKeys::generate(0).sign(&claims);
    for (text, words) in [
        ("nonsense".to_owned(), "form of a bank note"),
        (format!("{head}.e30.{signature}"), "signature is not right"),
        (elsewhere, "another server wrote it"),
        ("x".repeat(5_000), "longer than any"),
        (
            "<script>alert(1)</script>".to_owned(),
            "form of a bank note",
        ),
    ] {
        let seen = paste(&world, &text).await;
        assert_eq!(seen.status, 422, "{text}");
        assert!(seen.html.contains(words), "{text}: {}", seen.html);
        assert!(!seen.html.contains("<script"), "{text}");
    }
}

/// A key that was lost and found again with an older backup: signed here, and not in the books.
#[tokio::test]
async fn a_note_that_the_books_do_not_have_is_not_good() {
    let world = World::new().await;
    let (_, token) = written(&world).await;
    let mut claims = world.config.notes.read(&token).unwrap();
    claims.recipient = "app:mallory".parse().unwrap();
    let token = world.config.notes.keys().sign(&claims);
    let seen = look(&world, &format!("/note?token={token}")).await;
    assert!(seen.html.contains("<b>Not good</b>"), "{}", seen.html);
}

#[tokio::test]
async fn the_page_keeps_a_note_to_itself() {
    let world = World::new().await;
    let (_, token) = written(&world).await;
    for path in ["/note".to_owned(), format!("/note?token={token}")] {
        let seen = look(&world, &path).await;
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex, nofollow"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(seen.headers[name], value, "{path}");
        }
        let policy = seen.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        for outside in [
            "<script",
            "src=\"http",
            "@import",
            "url(",
            " style=",
            "onload",
        ] {
            assert!(!seen.html.contains(outside), "{outside}");
        }
    }
}

#[tokio::test]
async fn a_currency_with_a_picture_has_it_on_its_notes() {
    let world = World::new().await;
    let (_, token) = written(&world).await;
    let picture = CurrencyPicture {
        media_type: "image/png".into(),
        bytes: b"\x89PNG".to_vec(),
    };
    let store = world.app.store();
    store.picture_put(world.gold, picture).await.unwrap();
    let seen = look(&world, &format!("/note?token={token}")).await;
    assert!(seen.html.contains("src=\"data:image/png;base64,iVBORw==\""));
}
