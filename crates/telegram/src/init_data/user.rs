use ledger::TelegramUserId;
use serde::Deserialize;

/// Whoever opened the Mini App (<https://core.telegram.org/bots/webapps#webappuser>). All texts are the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitUser {
    pub id: TelegramUserId,
    pub first_name: String,
    pub last_name: Option<String>,
    pub username: Option<String>,
    /// IETF language tag.
    pub language: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    id: TelegramUserId,
    #[serde(default)]
    first_name: String,
    last_name: Option<String>,
    username: Option<String>,
    language_code: Option<String>,
    #[serde(default)]
    is_bot: bool,
}

impl InitUser {
    /// None for what is no user, and for bots.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(json).ok()?;
        (!wire.is_bot).then_some(Self {
            id: wire.id,
            first_name: wire.first_name,
            last_name: wire.last_name,
            username: wire.username,
            language: wire.language_code,
        })
    }

    /// What others see: first and last name, else the user name; one line of at most 64 characters, without what changes the direction of text.
    pub fn name(&self) -> String {
        let last = self.last_name.as_deref().unwrap_or_default();
        let name = shown(&format!("{} {last}", self.first_name));
        let name = if name.is_empty() {
            shown(self.username.as_deref().unwrap_or_default())
        } else {
            name
        };
        if name.is_empty() {
            format!("Player {}", self.id)
        } else {
            name
        }
    }
}

fn shown(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = text
        .chars()
        .filter(|c| !turns(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(64).collect()
}
