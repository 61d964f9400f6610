//! Discord's permission bits, as far as the fake checks them.

use std::ops::{BitOr, BitOrAssign};

use serde::{Serialize, Serializer};

/// A permission bit set. <https://discord.com/developers/docs/topics/permissions>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

impl Permissions {
    pub const NONE: Self = Self(0);
    pub const ADMINISTRATOR: Self = Self(1 << 3);
    pub const MANAGE_GUILD: Self = Self(1 << 5);
    pub const ADD_REACTIONS: Self = Self(1 << 6);
    pub const VIEW_CHANNEL: Self = Self(1 << 10);
    pub const SEND_MESSAGES: Self = Self(1 << 11);
    pub const MANAGE_MESSAGES: Self = Self(1 << 13);
    pub const EMBED_LINKS: Self = Self(1 << 14);
    pub const ATTACH_FILES: Self = Self(1 << 15);
    pub const READ_MESSAGE_HISTORY: Self = Self(1 << 16);
    pub const USE_EXTERNAL_EMOJIS: Self = Self(1 << 18);
    pub const CHANGE_NICKNAME: Self = Self(1 << 26);
    pub const MANAGE_ROLES: Self = Self(1 << 28);
    pub const MANAGE_GUILD_EXPRESSIONS: Self = Self(1 << 30);
    pub const USE_APPLICATION_COMMANDS: Self = Self(1 << 31);
    pub const SEND_MESSAGES_IN_THREADS: Self = Self(1 << 38);
    pub const CREATE_GUILD_EXPRESSIONS: Self = Self(1 << 43);
    pub const PIN_MESSAGES: Self = Self(1 << 51);
    /// What the owner and administrators have: every bit that Discord has given a name so far.
    pub const ALL: Self = Self((1 << 53) - 1);
    /// What `@everyone` may do in a guild fresh from Discord, as far as the fake looks at it.
    pub const EVERYONE: Self = Self(
        Self::ADD_REACTIONS.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CHANGE_NICKNAME.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::SEND_MESSAGES_IN_THREADS.0,
    );
    /// What an economy bot asks for in its invitation; the bot's own role starts with these.
    pub const BOT: Self = Self(
        Self::ADD_REACTIONS.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CHANGE_NICKNAME.0
            | Self::MANAGE_ROLES.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::CREATE_GUILD_EXPRESSIONS.0,
    );

    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> u64 {
        self.0
    }

    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
