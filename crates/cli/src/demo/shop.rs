//! What money is for.

use economy::{HoldCapture, HoldPlace, HoldRelease, Purchase};
use ledger::{HoldId, HolderId, ItemId};
use rand::RngExt as _;

use super::story::{Scene, Story};
use crate::trouble::Trouble;

/// Buys one of a few things; the money leaves the world.
pub(super) async fn buy(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let buyer = story.someone(scene);
    // Whoever has the bought kind spends it too.
    let last = scene.currencies.len().saturating_sub(1);
    let at = if story.random.random_ratio(1, 4) {
        last
    } else {
        0
    };
    let Some(currency) = scene.currencies.get(at) else {
        return Ok(());
    };
    let purchase = Purchase {
        buyer: buyer.holder,
        seller: None,
        currency: currency.id,
        price: story.some(currency, 12),
        item: ItemId::new(story.random.random_range(1..=20)).expect("dice begin at one"),
    };
    let entry = story.gates.http.entry("POST /v1/purchases", "shop");
    let asked = story.asked(&entry, buyer.holder);
    let answer = story.app.purchase(asked, purchase).await;
    story.heard(answer).map(|_| ())
}

/// Sets a price aside while a delivery is under way, then takes it or gives it back.
pub(super) async fn order(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let buyer = story.someone(scene);
    let seller = story.someone_else(scene, buyer.holder);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let place = HoldPlace {
        holder: buyer.holder,
        currency: currency.id,
        amount: story.some(currency, 9),
        expires_ms: None,
    };
    let entry = story.gates.http.entry("POST /v1/holds", "shop");
    let asked = story.asked(&entry, buyer.holder);
    let answer = story.app.hold_place(asked, place).await;
    let placed = story.heard(answer)?.and_then(|receipt| receipt.transaction);
    let Some(hold) = placed.and_then(|id| HoldId::new(id.get()).ok()) else {
        return Ok(());
    };
    if story.random.random_ratio(4, 5) {
        deliver(story, hold, seller.holder).await
    } else {
        call_off(story, hold, seller.holder).await
    }
}

async fn deliver(story: &mut Story, hold: HoldId, seller: HolderId) -> Result<(), Trouble> {
    let entry = story
        .gates
        .http
        .entry("POST /v1/holds/{hold}/capture", "shop");
    let capture = HoldCapture {
        hold,
        to: Some(seller),
        amount: None,
    };
    let asked = story.asked(&entry, seller);
    let answer = story.app.hold_capture(asked, capture).await;
    story.heard(answer).map(|_| ())
}

async fn call_off(story: &mut Story, hold: HoldId, seller: HolderId) -> Result<(), Trouble> {
    let entry = story
        .gates
        .http
        .entry("POST /v1/holds/{hold}/release", "shop");
    let asked = story.asked(&entry, seller);
    let answer = story.app.hold_release(asked, HoldRelease { hold }).await;
    story.heard(answer).map(|_| ())
}
