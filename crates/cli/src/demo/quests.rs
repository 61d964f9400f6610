//! A game beside the servers, which speaks to the ledger through the API.

use app::origin::ClaimedSite;
use economy::Reward;

use super::story::{Scene, Story};
use crate::trouble::Trouble;

/// The game says which of its functions asked.
pub(super) async fn finish_quest(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let site = ClaimedSite::new("quests.Daily.finish", "src/quests/daily.py", 88);
    reward(story, scene, site.ok(), 5).await
}

/// The same game, from a function that says nothing of itself.
pub(super) async fn daily_bonus(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    reward(story, scene, None, 2).await
}

async fn reward(
    story: &mut Story,
    scene: &Scene,
    site: Option<ClaimedSite>,
    most: i64,
) -> Result<(), Trouble> {
    let who = story.someone(scene);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let reward = Reward {
        to: who.holder,
        currency: currency.id,
        amount: story.some(currency, most),
        item: None,
    };
    let entry = story.gates.http.entry("POST /v1/rewards", "quest-game");
    let asked = story.asked(&entry, who.holder).claimed(site);
    let answer = story.app.reward(asked, reward).await;
    story.heard(answer).map(|_| ())
}
