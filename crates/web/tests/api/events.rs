use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::world::World;

/// Reads so many events off a stream: their ids.
async fn events(world: &World, request: Request<Body>, count: usize) -> Vec<String> {
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let (mut ids, mut text) = (Vec::new(), String::new());
    while ids.len() < count {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        text.push_str(std::str::from_utf8(&frame).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let line = |name: &str| {
                event
                    .lines()
                    .find_map(|line| line.strip_prefix(name).map(str::to_owned))
            };
            if let Some(id) = line("id: ") {
                assert_eq!(line("event: ").as_deref(), Some("transaction"));
                let data: serde_json::Value =
                    serde_json::from_str(&line("data: ").unwrap()).unwrap();
                assert_eq!(data["id"], id);
                ids.push(id);
            }
            text = rest.to_owned();
        }
    }
    ids
}

#[tokio::test]
async fn a_stream_goes_on_after_its_cursor() {
    let world = World::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let receipt = world.mint("app:alice", world.gold, "1").await;
        made.push(receipt["transaction"].as_str().unwrap().to_owned());
    }
    let stream = |path: &str| world.request("GET", path);
    let all = stream("/v1/events?after=0").body(Body::empty()).unwrap();
    assert_eq!(events(&world, all, 5).await, made);
    let after = stream(&format!("/v1/events?after={}", made[1]))
        .body(Body::empty())
        .unwrap();
    assert_eq!(events(&world, after, 3).await, made[2..]);
    let resumed = stream("/v1/events?after=0")
        .header("last-event-id", &made[3])
        .body(Body::empty())
        .unwrap();
    assert_eq!(events(&world, resumed, 1).await, made[4..]);
}

#[tokio::test]
async fn what_is_committed_later_arrives() {
    let world = World::new().await;
    world.mint("app:alice", world.gold, "1").await;
    let request = world
        .request("GET", "/v1/events")
        .body(Body::empty())
        .unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    let made = world.mint("app:alice", world.gold, "2").await;
    let mut body = response.into_body();
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8(frame.to_vec()).unwrap();
    assert!(
        text.contains(made["transaction"].as_str().unwrap()),
        "{text}"
    );
}

#[tokio::test]
async fn a_stop_ends_streams_and_there_is_room_for_so_many() {
    let world = World::with(|config| config.most_streams = 1).await;
    let request = || {
        world
            .request("GET", "/v1/events")
            .body(Body::empty())
            .unwrap()
    };
    let response = world.router.clone().oneshot(request()).await.unwrap();
    let full = world.send(request()).await;
    assert_eq!((full.status.as_u16(), full.problem()), (503, "unavailable"));
    assert_eq!(full.headers["retry-after"], "10");
    world.config.stop.cancel();
    assert!(
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .is_empty()
    );
}
