//! Snowflakes, one type per thing they name, so that a channel cannot be passed where a user belongs.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Serialize, Serializer};

macro_rules! snowflakes {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            pub const fn new(id: u64) -> Self {
                Self(id)
            }

            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }

        // Discord writes every snowflake as a string, because JavaScript's numbers end at 2^53.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }
    )*};
}

snowflakes! {
    UserId,
    GuildId,
    ChannelId,
    MessageId,
    /// The role whose id equals its guild's is `@everyone`.
    RoleId,
    EmojiId,
    ApplicationId,
    CommandId,
    InteractionId,
    AttachmentId,
}

impl GuildId {
    /// The id of the guild's `@everyone` role.
    pub const fn everyone(self) -> RoleId {
        RoleId(self.0)
    }

    /// Which of `shards` serves this guild, as Discord's gateway documentation computes it.
    pub const fn shard(self, shards: u64) -> u64 {
        (self.0 >> 22) % shards
    }
}
