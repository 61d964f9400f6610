//! What people do with each other.

use economy::{
    Award, Burn, Exchange, Mint, NoteCreate, NoteRedeem, NoteRevoke, ReactionKey, ReactionMint,
    ReactionUnmint, Transfer,
};
use ledger::NoteId;
use rand::RngExt as _;

use super::story::{Scene, Someone, Story};
use crate::trouble::Trouble;

/// Somebody likes what somebody wrote. Now and then they think better of it.
pub(super) async fn react(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let author = story.someone(scene);
    let reactor = story.someone_else(scene, author.holder);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let key = ReactionKey {
        // Messages are as old as the reaction, in Discord's numbers.
        message: snowflake(story.now_ms()),
        reactor: reactor.holder,
        currency: currency.id,
    };
    let entry = story.gates.discord.entry("reaction_add", "discord");
    let asked = story.asked(&entry, reactor.holder);
    let mint = ReactionMint {
        key,
        author: author.holder,
    };
    let answer = story.app.reaction_mint(asked, mint).await;
    story.heard(answer)?;
    if story.random.random_ratio(1, 25) {
        take_back(story, key, &reactor).await?;
    }
    Ok(())
}

async fn take_back(story: &mut Story, key: ReactionKey, reactor: &Someone) -> Result<(), Trouble> {
    let entry = story.gates.discord.entry("reaction_remove", "discord");
    let asked = story.asked(&entry, reactor.holder);
    let answer = story
        .app
        .reaction_unmint(asked, ReactionUnmint { key })
        .await;
    story.heard(answer).map(|_| ())
}

pub(super) async fn pay(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let from = story.someone(scene);
    let to = story.someone_else(scene, from.holder);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let transfer = Transfer {
        from: from.holder,
        to: to.holder,
        currency: currency.id,
        amount: story.some(currency, 6),
    };
    let entry = story.gates.discord.entry("/transfer", "discord");
    let asked = story.asked(&entry, from.holder);
    let answer = story.app.transfer(asked, transfer).await;
    story.heard(answer).map(|_| ())
}

/// Pays the author of a post.
pub(super) async fn award(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let from = story.someone(scene);
    let to = story.someone_else(scene, from.holder);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let award = Award {
        from: from.holder,
        to: to.holder,
        currency: currency.id,
        amount: story.some(currency, 3),
    };
    let entry = story.gates.discord.entry("Award", "discord");
    let asked = story
        .asked(&entry, from.holder)
        .reason(Some("a fine post".into()));
    let answer = story.app.award(asked, award).await;
    story.heard(answer).map(|_| ())
}

/// A bank note, which is mostly redeemed, sometimes revoked, and sometimes still somewhere in a pocket.
pub(super) async fn give_note(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let sender = story.someone(scene);
    let recipient = story.someone_else(scene, sender.holder);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    let note = NoteCreate {
        sender: sender.holder,
        recipient: recipient.identity.clone(),
        currency: currency.id,
        amount: story.some(currency, 8),
    };
    let entry = story.gates.discord.entry("/note create", "discord");
    let asked = story.asked(&entry, sender.holder);
    let answer = story.app.note_create(asked, note).await;
    let receipt = story.heard(answer)?;
    let made = receipt.and_then(|receipt| receipt.transaction);
    let Some(note) = made.and_then(|id| NoteId::new(id.get()).ok()) else {
        return Ok(());
    };
    match story.random.random_range(0..10) {
        0..=6 => redeem_note(story, note, &recipient).await,
        7 => revoke_note(story, note, &sender).await,
        _ => Ok(()),
    }
}

async fn redeem_note(story: &mut Story, note: NoteId, by: &Someone) -> Result<(), Trouble> {
    let entry = story.gates.discord.entry("/note redeem", "discord");
    let asked = story.asked(&entry, by.holder);
    let redeem = NoteRedeem {
        note,
        holder: by.holder,
        identity: by.identity.clone(),
    };
    let answer = story.app.note_redeem(asked, redeem).await;
    story.heard(answer).map(|_| ())
}

async fn revoke_note(story: &mut Story, note: NoteId, sender: &Someone) -> Result<(), Trouble> {
    let entry = story.gates.discord.entry("/note revoke", "discord");
    let asked = story.asked(&entry, sender.holder);
    let revoke = NoteRevoke {
        note,
        sender: sender.holder,
    };
    let answer = story.app.note_revoke(asked, revoke).await;
    story.heard(answer).map(|_| ())
}

/// Changes what was earned into what is bought, where a server has both.
pub(super) async fn exchange(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let [from, to, ..] = scene.currencies.as_slice() else {
        return Ok(());
    };
    let who = story.someone(scene);
    let exchange = Exchange {
        holder: who.holder,
        from: from.id,
        to: to.id,
        amount: story.some(from, 15),
        quoted: None,
    };
    let entry = story.gates.discord.entry("/exchange", "discord");
    let asked = story.asked(&entry, who.holder);
    let answer = story.app.exchange(asked, exchange).await;
    story.heard(answer).map(|_| ())
}

/// An admin rewards somebody, or takes something back.
pub(super) async fn admin_decides(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    let who = story.someone(scene);
    let Some(currency) = scene.currencies.first() else {
        return Ok(());
    };
    if story.random.random_ratio(1, 5) {
        let burn = Burn {
            from: who.holder,
            currency: currency.id,
            amount: story.some(currency, 3),
        };
        let entry = story.gates.discord.entry("/burn", "discord");
        let asked = story.asked(&entry, scene.owner).reason(Some("spam".into()));
        let answer = story.app.burn(asked, burn).await;
        return story.heard(answer).map(|_| ());
    }
    let mint = Mint {
        to: who.holder,
        currency: currency.id,
        amount: story.some(currency, 10),
    };
    let entry = story.gates.discord.entry("/mint", "discord");
    let asked = story
        .asked(&entry, scene.owner)
        .reason(Some("helped out".into()));
    let answer = story.app.mint(asked, mint).await;
    story.heard(answer).map(|_| ())
}

/// <https://discord.com/developers/docs/reference#snowflakes>
fn snowflake(now_ms: i64) -> u64 {
    const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
    u64::try_from(now_ms - DISCORD_EPOCH_MS).unwrap_or_default() << 22
}
