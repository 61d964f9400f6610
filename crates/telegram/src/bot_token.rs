use std::fmt;

use zeroize::Zeroizing;

/// A bot's token, `<bot id>:<secret>`, as BotFather gives it. What the bot may do and who its players are hangs on it: it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct BotToken {
    id: u64,
    text: Zeroizing<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a bot's token is its number, a colon and letters, digits, - or _, as BotFather gives it")]
pub struct BotTokenError;

impl BotToken {
    /// # Errors
    /// When the text is no token. The error does not repeat it.
    pub fn parse(text: &str) -> Result<Self, BotTokenError> {
        let (id, secret) = text.split_once(':').ok_or(BotTokenError)?;
        let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !digits || secret.is_empty() || text.len() > 256 || !secret.bytes().all(good) {
            return Err(BotTokenError);
        }
        Ok(Self {
            id: id.parse().map_err(|_| BotTokenError)?,
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// The bot's own number.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// For requests to Telegram and for checking what it signed.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BotToken({}:hidden)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_and_not_shown() {
        let token = BotToken::parse("123456:AAH-secret_part").unwrap();
        assert_eq!(token.id(), 123_456);
        assert_eq!(format!("{token:?}"), "BotToken(123456:hidden)");
        for text in [
            "", ":", "1:", ":a", "a:b", "1:b c", "1:b\n", "+1:b", "1:\u{e9}",
        ] {
            assert_eq!(BotToken::parse(text), Err(BotTokenError), "{text:?}");
        }
    }
}
