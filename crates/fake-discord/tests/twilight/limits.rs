use std::time::Duration;

use fake_discord::{Allowance, RateLimits};

use crate::bot::{self, Bot, guild_id};

#[tokio::test]
async fn every_response_says_how_the_bucket_stands() {
    let limits = RateLimits {
        route: Allowance::new(3, Duration::from_millis(400)),
        ..RateLimits::generous()
    };
    let discord = bot::builder().rate_limits(limits).start().await.unwrap();
    let guild = discord.add_guild("Tea House");
    let bot = Bot::new(&discord);
    for _ in 0..5 {
        let response = bot.http.roles(guild_id(&guild)).await.unwrap();
        let headers: Vec<&str> = response.headers().map(|(name, _)| name).collect();
        for name in ["limit", "remaining", "reset", "reset-after", "bucket"] {
            let name = format!("x-ratelimit-{name}");
            assert!(
                headers.contains(&name.as_str()),
                "{name} is missing among {headers:?}"
            );
        }
    }
    // Discord names the scope only in a refusal, and twilight 0.18 looks at no bucket without a
    // scope: so it learns of the limit from one 429, and then waits as long as that says.
    let statuses: Vec<u16> = discord
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 429, 200, 200]);
}

#[tokio::test]
async fn the_global_limit() {
    let limits = RateLimits {
        global: Some(Allowance::new(2, Duration::from_millis(300))),
        ..RateLimits::generous()
    };
    let discord = bot::builder().rate_limits(limits).start().await.unwrap();
    let bot = Bot::new(&discord);
    for _ in 0..3 {
        bot.http.current_user().await.unwrap();
    }
    let refused = discord
        .requests()
        .into_iter()
        .find(|request| request.status == 429)
        .unwrap();
    let body = refused.response.unwrap();
    assert_eq!(body["global"], true);
    assert!(body["retry_after"].as_f64().unwrap() <= 0.3);
}
