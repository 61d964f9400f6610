//! A game beside the servers, which speaks to the ledger through the API.

use app::origin::ClaimedSite;
use economy::Reward;

use super::story::{Scene, Story};
use crate::trouble::Trouble;

/// The game says which of its functions asked.
pub(super) async fn finish_quest(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let site = ClaimedSite::new("quests.Daily.finish", "src/quests/daily.py", 88);
    let Some(reward) = reward(story, scene, 5) else {
        return Ok(());
    };
    let entry = story.gates.http.entry("POST /v1/rewards", "quest-game");
    let asked = story.asked(&entry, reward.to).claimed(site.ok());
    let answer = story.app.reward(asked, reward).await;
    story.heard(answer).map(|_| ())
}

/// The same game, from a function that says nothing of itself.
pub(super) async fn daily_bonus(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let Some(reward) = reward(story, scene, 2) else {
        return Ok(());
    };
    let entry = story.gates.http.entry("POST /v1/rewards", "quest-game");
    let asked = story.asked(&entry, reward.to);
    let answer = story.app.reward(asked, reward).await;
    story.heard(answer).map(|_| ())
}

fn reward(story: &mut Story, scene: &Scene, most: i64) -> Option<Reward> {
    let to = story.someone(scene).holder;
    let currency = scene.currencies.first()?;
    Some(Reward {
        to,
        currency: currency.id,
        amount: story.some(currency, most),
        item: None,
    })
}
