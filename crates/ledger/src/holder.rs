use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where an identity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    Discord,
    Telegram,
    /// A user of an application that speaks to us through the API.
    App,
    /// A Discord guild, whose holder is the guild's treasury.
    Guild,
    /// The machine's operator.
    Operator,
}

impl Platform {
    pub const ALL: [Platform; 5] = [
        Platform::Discord,
        Platform::Telegram,
        Platform::App,
        Platform::Guild,
        Platform::Operator,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Platform::Discord => "discord",
            Platform::Telegram => "telegram",
            Platform::App => "app",
            Platform::Guild => "guild",
            Platform::Operator => "operator",
        }
    }

    const fn numeric(self) -> bool {
        matches!(
            self,
            Platform::Discord | Platform::Telegram | Platform::Guild
        )
    }
}

/// Somebody as a platform knows them, written `discord:563437347899965455` or `app:alice`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    platform: Platform,
    subject: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error(
        "an identity is written platform:subject, such as discord:563437347899965455 or app:alice"
    )]
    NoPlatform,
    #[error("{0:?} is no platform; known are discord, telegram, app, guild and operator")]
    UnknownPlatform(String),
    #[error("a {} id is a number", .0.as_str())]
    NotANumber(Platform),
    #[error("an identity has 1 to 128 visible characters after the platform")]
    Length,
}

impl Identity {
    /// # Errors
    /// When the subject is empty, too long, has control characters, or must be a number and is not.
    pub fn new(platform: Platform, subject: impl Into<String>) -> Result<Self, IdentityError> {
        let subject = subject.into();
        if subject.is_empty()
            || subject.chars().count() > 128
            || subject.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err(IdentityError::Length);
        }
        let number =
            subject.parse::<u64>().is_ok_and(|n| n > 0) && !subject.starts_with(['0', '+']);
        if platform.numeric() && !number {
            return Err(IdentityError::NotANumber(platform));
        }
        Ok(Self { platform, subject })
    }

    pub fn discord(user: u64) -> Self {
        Self {
            platform: Platform::Discord,
            subject: user.to_string(),
        }
    }

    pub fn telegram(user: u64) -> Self {
        Self {
            platform: Platform::Telegram,
            subject: user.to_string(),
        }
    }

    pub fn guild(guild: u64) -> Self {
        Self {
            platform: Platform::Guild,
            subject: guild.to_string(),
        }
    }

    pub const fn platform(&self) -> Platform {
        self.platform
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform.as_str(), self.subject)
    }
}

impl FromStr for Identity {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let (platform, subject) = text.split_once(':').ok_or(IdentityError::NoPlatform)?;
        let known = Platform::ALL
            .into_iter()
            .find(|known| known.as_str() == platform);
        let platform = known
            .ok_or_else(|| IdentityError::UnknownPlatform(platform.chars().take(32).collect()))?;
        Identity::new(platform, subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_and_written() {
        for text in [
            "discord:563437347899965455",
            "telegram:42",
            "app:alice",
            "app:a:b",
            "guild:1",
        ] {
            assert_eq!(
                text.parse::<Identity>().map(|id| id.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            "alice",
            "discord:",
            "discord:abc",
            "discord:01",
            "discord:+1",
            "mars:1",
            "app:a b",
            "app:\u{7}",
            "telegram:-5",
        ] {
            assert!(text.parse::<Identity>().is_err(), "{text:?}");
        }
    }
}
