//! What is wrong with settings that are right each for itself.

use super::{ConfigError, Resolved, lists};

/// What contradicts each other.
pub(super) fn contradictions(resolved: &Resolved) -> Vec<ConfigError> {
    [
        unknown_items(resolved),
        unknown_achievements(resolved),
        testnet_addresses(resolved),
    ]
    .concat()
}

fn wrong(resolved: &Resolved, key: &'static str, what: String) -> ConfigError {
    ConfigError::Value {
        at: resolved.source(key).to_string(),
        key: key.into(),
        what,
    }
}

fn unknown_items(resolved: &Resolved) -> Vec<ConfigError> {
    let items = lists::items(resolved.text("game.items")).unwrap_or_default();
    let stars = lists::stars(resolved.text("game.stars")).unwrap_or_default();
    let unknown = stars
        .iter()
        .filter(|(id, _)| items.iter().all(|item| item.id != *id));
    unknown
        .map(|(id, _)| {
            let what = format!("has item {id}, which `game.items` does not have");
            wrong(resolved, "game.stars", what)
        })
        .collect()
}

fn unknown_achievements(resolved: &Resolved) -> Vec<ConfigError> {
    let known = lists::achievements(resolved.text("game.achievements")).unwrap_or_default();
    let collections = lists::collections(resolved.text("ton.collections")).unwrap_or_default();
    let unknown = collections
        .iter()
        .filter(|(id, _)| known.iter().all(|achievement| achievement.id != *id));
    unknown
        .map(|(id, _)| {
            let what = format!("has achievement {id}, which `game.achievements` does not have");
            wrong(resolved, "ton.collections", what)
        })
        .collect()
}

/// An address that says that it is for tests only has nothing on the mainnet.
fn testnet_addresses(resolved: &Resolved) -> Vec<ConfigError> {
    if resolved.text("ton.network") != "mainnet" {
        return Vec::new();
    }
    let minter = lists::address(resolved.text("ton.minter"));
    let minter = minter
        .into_iter()
        .map(|parsed| ("ton.minter", parsed.testnet));
    let collections = lists::collections(resolved.text("ton.collections")).unwrap_or_default();
    let collections = collections
        .into_iter()
        .map(|(_, parsed)| ("ton.collections", parsed.testnet));
    let of_tests = minter
        .chain(collections)
        .filter(|(_, testnet)| *testnet == Some(true));
    of_tests
        .map(|(key, _)| {
            let what = "has an address of the testnet, and `ton.network` is mainnet";
            wrong(resolved, key, what.into())
        })
        .collect()
}

/// What has to be there before `serve` can do what was begun.
pub(crate) fn unfinished(resolved: &Resolved) -> Vec<ConfigError> {
    let given = |key: &str| !resolved.text(key).is_empty();
    let on = |section: &str, key: &str| {
        given(key) && resolved.text(&format!("{section}.enabled")) != "false"
    };
    let mut missing = Vec::new();
    let mut needs = |begun: &'static str, needed: &'static str| {
        if !given(needed) {
            missing.push(wrong(
                resolved,
                begun,
                format!("is given, and `{needed}` is not: `scrip ton init` makes it"),
            ));
        }
    };
    if on("ton", "ton.mnemonic") {
        for needed in ["ton.token", "ton.minter"] {
            needs("ton.mnemonic", needed);
        }
        if !resolved.text("game.achievements").is_empty() {
            needs("ton.mnemonic", "ton.collections");
        }
    } else if on("telegram", "telegram.bot_token") {
        needs("telegram.bot_token", "ton.token");
    }
    missing.extend(without_collection(resolved));
    missing
}

/// An achievement without a collection would wait forever.
fn without_collection(resolved: &Resolved) -> Vec<ConfigError> {
    let collections = lists::collections(resolved.text("ton.collections")).unwrap_or_default();
    if collections.is_empty() {
        return Vec::new();
    }
    let achievements = lists::achievements(resolved.text("game.achievements")).unwrap_or_default();
    let bare = achievements
        .iter()
        .filter(|achievement| collections.iter().all(|(id, _)| *id != achievement.id));
    bare.map(|achievement| {
        let what = format!(
            "has achievement {}, which has no collection: `scrip ton init` makes it",
            achievement.id
        );
        wrong(resolved, "game.achievements", what)
    })
    .collect()
}
