//! What Discord checks about embeds.
//!
//! <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>

use serde_json::Value;

use super::checks::Problems;

/// All text of all embeds of a message.
const LARGEST: usize = 6000;

pub fn check(problems: &mut Problems, at: &str, embeds: &Value) {
    let embeds = problems.list(at, embeds, &(0..=10));
    for (index, embed) in embeds.iter().enumerate() {
        check_one(problems, &format!("{at}.{index}"), embed);
    }
    if embeds.iter().map(size).sum::<usize>() > LARGEST {
        let message = "Embed size exceeds maximum size of 6000";
        problems.add(at, "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}

fn check_one(problems: &mut Problems, at: &str, embed: &Value) {
    problems.optional_text(&format!("{at}.title"), &embed["title"], &(0..=256));
    problems.optional_text(
        &format!("{at}.description"),
        &embed["description"],
        &(0..=4096),
    );
    problems.optional_url(&format!("{at}.url"), &embed["url"]);
    problems.optional_number(&format!("{at}.color"), &embed["color"], &(0..=0xff_ffff));
    if embed["footer"].is_object() {
        problems.text(
            &format!("{at}.footer.text"),
            &embed["footer"]["text"],
            &(1..=2048),
        );
    }
    if embed["author"].is_object() {
        problems.text(
            &format!("{at}.author.name"),
            &embed["author"]["name"],
            &(1..=256),
        );
    }
    for picture in ["image", "thumbnail"] {
        problems.optional_url(&format!("{at}.{picture}.url"), &embed[picture]["url"]);
    }
    let fields = problems.list(&format!("{at}.fields"), &embed["fields"], &(0..=25));
    for (index, field) in fields.iter().enumerate() {
        let at = format!("{at}.fields.{index}");
        problems.text(&format!("{at}.name"), &field["name"], &(1..=256));
        problems.text(&format!("{at}.value"), &field["value"], &(1..=1024));
        problems.optional_bool(&format!("{at}.inline"), &field["inline"]);
    }
}

fn size(embed: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let fields = embed["fields"].as_array().into_iter().flatten();
    length(&embed["title"])
        + length(&embed["description"])
        + length(&embed["footer"]["text"])
        + length(&embed["author"]["name"])
        + fields
            .map(|field| length(&field["name"]) + length(&field["value"]))
            .sum::<usize>()
}
