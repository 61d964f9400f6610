use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};

use crate::world::{NOW_MS, World, everything};

#[tokio::test]
async fn a_key_hears_what_is_left_and_waits_when_nothing_is() {
    let mut world = World::with(|config| config.requests_per_minute = 2).await;
    let header = |answer: &crate::world::Answer, name: &str| {
        answer.headers[name].to_str().unwrap().to_owned()
    };
    let first = world.get("/v1/currencies").await;
    assert_eq!(header(&first, "ratelimit"), r#""default";r=1;t=30"#);
    assert_eq!(header(&first, "ratelimit-policy"), r#""default";q=2;w=60"#);
    let second = world.get("/v1/currencies").await;
    assert_eq!(header(&second, "ratelimit"), r#""default";r=0;t=60"#);
    let third = world.get("/v1/currencies").await;
    assert_eq!(
        (third.status.as_u16(), third.problem()),
        (429, "rate-limited")
    );
    assert_eq!(header(&third, "retry-after"), "30");
    assert_eq!(header(&third, "ratelimit"), r#""default";r=0;t=60"#);
    world.clock.set(NOW_MS + 30_000);
    assert_eq!(world.get("/v1/currencies").await.status, 200);
    assert_eq!(world.get("/v1/currencies").await.status, 429);
    world.key = world.new_key("another", everything()).await.0;
    assert_eq!(world.get("/v1/currencies").await.status, 200);
}

#[tokio::test]
async fn a_clock_that_goes_back_locks_nobody_out() {
    let world = World::with(|config| config.requests_per_minute = 2).await;
    for back_ms in [0, 3_600_000] {
        world.clock.set(NOW_MS - back_ms);
        assert_eq!(world.get("/v1/currencies").await.status, 200);
    }
    world.clock.set(NOW_MS - 3_600_000 + 30_000);
    assert_eq!(world.get("/v1/currencies").await.status, 200);
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let world = World::with(|config| config.requests_per_minute = 0).await;
    let answer = world.get("/v1/currencies").await;
    assert!(!answer.headers.contains_key("ratelimit"));
}

#[tokio::test]
async fn strangers_are_limited_by_address() {
    let world = World::with(|config| config.peer_requests_per_minute = 3).await;
    let status = async |address: &str, secret: &str| {
        let address: SocketAddr = address.parse().unwrap();
        let mut request = world
            .request("GET", "/v1/currencies")
            .body(Body::empty())
            .unwrap();
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {secret}").parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(address));
        world.send(request).await.status.as_u16()
    };
    let known = world.key.clone();
    assert_eq!(status("198.51.100.1:1", &known).await, 200);
    assert_eq!(status("198.51.100.1:2", "scrip_guess1").await, 401);
    assert_eq!(status("198.51.100.1:3", "").await, 401);
    assert_eq!(status("198.51.100.1:4", "scrip_guess2").await, 429);
    assert_eq!(
        status("198.51.100.1:5", &known).await,
        200,
        "a known key is not a stranger"
    );
    assert_eq!(status("198.51.100.2:1", "scrip_guess3").await, 401);
    for port in 1..=3 {
        assert_eq!(
            status(&format!("[2001:db8::{port}]:1"), "scrip_x").await,
            401
        );
    }
    assert_eq!(status("[2001:db8::99]:1", "scrip_x").await, 429);
}
