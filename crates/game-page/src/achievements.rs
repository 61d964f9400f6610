use serde_json::{Value, json};

use crate::{
    files::File,
    replies,
    settings::{Achievement, Settings},
};

/// For achievements without a picture of their own.
const ANY: &str = "achievements/any.png";

/// The achievement that a path such as `achievements/1.json` asks for: the one of its items, which are all alike.
pub(crate) fn asked<'a>(settings: &'a Settings, path: &str) -> Option<&'a Achievement> {
    let id = path.strip_prefix("achievements/")?.strip_suffix(".json")?;
    let mut all = settings.achievements.iter();
    all.find(|one| one.id.to_string() == id)
}

/// An item's metadata (TEP-64).
pub(crate) fn metadata(
    settings: &Settings,
    files: &[File],
    achievement: &Achievement,
    origin: &str,
) -> Value {
    let own = format!("achievements/{}.png", achievement.id);
    let is_there = files.iter().any(|file| file.path == own);
    let picture = if is_there { &own } else { ANY };
    json!({
        "name": achievement.name,
        "description": replies::achievement_description(&settings.name, achievement.plays),
        "image": format!("{origin}/game/{picture}"),
    })
}
