//! All words for people.

pub(crate) const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>The game is not here</title>\
<p>This scrip was built without the game.</p>\
<p><code>cargo xtask game</code> builds it (it needs Node.js); then build scrip again.</p></html>\n";
pub(crate) const NOT_FOUND: &str = "There is nothing at this address. The game is at /game/.\n";
pub(crate) const NO_HOST: &str = "The request does not say which host it is for.\n";

pub(crate) fn token_description(game: &str) -> String {
    format!("Earned by playing {game}.")
}

pub(crate) fn achievement_description(game: &str, plays: u32) -> String {
    match plays {
        1 => format!("For the first game of {game}. It cannot be given away."),
        _ => format!("For {plays} games of {game}. It cannot be given away."),
    }
}
