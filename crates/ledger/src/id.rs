use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a decimal number from 1 to 9223372036854775807")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// 63 bits, time-ordered, unique over all nodes; printed, and written as JSON, as a decimal string (a number in binary formats).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// # Errors
            /// When the number is not positive.
            pub const fn new(id: i64) -> Result<Self, IdError> {
                if id > 0 { Ok(Self(id)) } else { Err(IdError) }
            }

            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { to.serialize_i64(self.0) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// Somebody or something that owns accounts: a person or a guild's treasury.
    HolderId
    /// A currency.
    CurrencyId
    /// A group of guilds that share currencies.
    GroupId
    /// A transaction; it equals the id of its first transfer.
    TransactionId
    /// A bank note.
    NoteId
    /// A hold on part of a wallet.
    HoldId
    /// A Discord guild as we know it (not Discord's own id).
    GuildId
    /// A background job.
    JobId
    /// An API key.
    ApiKeyId
    /// A webhook.
    WebhookId
    /// Something bought or sold, as the application numbers it.
    ItemId
    /// Something owed to somebody on a chain.
    RewardId
    /// Rewards that go to a chain in one message.
    BatchId
}

fn parse(text: &str) -> Result<i64, IdError> {
    let digits =
        !text.is_empty() && text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits {
        text.parse::<i64>().map_err(|_| IdError)?
    } else {
        0
    };
    if id > 0 && !text.starts_with('0') {
        Ok(id)
    } else {
        Err(IdError)
    }
}

/// The number that a process leases so that its ids differ from those of every other process: 0 to 1023.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeNumber(u16);

impl NodeNumber {
    pub const ONLY: NodeNumber = NodeNumber(0);

    /// # Errors
    /// When the number does not fit ten bits.
    pub const fn new(number: u16) -> Result<Self, IdError> {
        if number < 1024 {
            Ok(Self(number))
        } else {
            Err(IdError)
        }
    }
}

/// Gives out ids: 41 bits of milliseconds since 2020-01-01 UTC, 10 bits of node number, 12 bits of counter.
///
/// Ids of one sequence only ever grow, also when the clock goes back or more than 4,096 are wanted in a millisecond: then
/// the sequence runs ahead of the clock, never over an id that it gave before.
#[derive(Debug, Clone)]
pub struct IdSequence {
    node: NodeNumber,
    last: i64,
}

impl IdSequence {
    /// 2020-01-01T00:00:00Z in milliseconds since the Unix epoch: the zero of every id's time.
    pub const EPOCH_MS: i64 = 1_577_836_800_000;
    const COUNTER_BITS: u32 = 12;
    const NODE_BITS: u32 = 10;

    /// A sequence that continues after `last`, the greatest id that this node gave before (0 for none).
    pub const fn after(node: NodeNumber, last: i64) -> Self {
        Self { node, last }
    }

    /// Lets all ids from now on be greater than one that perhaps another node gave.
    pub const fn pass(&mut self, id: i64) {
        if id > self.last {
            // The rest of that millisecond is left out: within it the other node's ids may be the greater ones.
            let shift = Self::COUNTER_BITS.saturating_add(Self::NODE_BITS);
            self.last = id | (1_i64 << shift).saturating_sub(1);
        }
    }

    /// The first of `count` consecutive ids (at most 4,096), for a time in milliseconds since the Unix epoch.
    pub fn next(&mut self, now_ms: i64, count: u16) -> i64 {
        let wanted = i64::from(count.max(1));
        let counters = 1_i64 << Self::COUNTER_BITS;
        let (last_ms, last_counter) = self.last_parts();
        let ms = now_ms.saturating_sub(Self::EPOCH_MS).max(1);
        let (ms, counter) = if ms > last_ms {
            (ms, 0)
        } else if last_counter.saturating_add(wanted) < counters {
            (last_ms, last_counter.saturating_add(1))
        } else {
            (last_ms.saturating_add(1), 0)
        };
        let first = self.id(ms, counter);
        self.last = first.saturating_add(wanted).saturating_sub(1);
        first
    }

    /// The time inside an id, in milliseconds since the Unix epoch.
    pub const fn time_ms(id: i64) -> i64 {
        (id >> (Self::COUNTER_BITS + Self::NODE_BITS)).saturating_add(Self::EPOCH_MS)
    }

    /// The smallest id of any node at a time in milliseconds since the Unix epoch: where a range over time starts.
    pub const fn floor_of(time_ms: i64) -> i64 {
        let ms = time_ms.saturating_sub(Self::EPOCH_MS);
        if ms <= 0 {
            0
        } else {
            ms << (Self::COUNTER_BITS + Self::NODE_BITS)
        }
    }

    fn last_parts(&self) -> (i64, i64) {
        let shift = Self::COUNTER_BITS.saturating_add(Self::NODE_BITS);
        (
            self.last >> shift,
            self.last & ((1_i64 << Self::COUNTER_BITS).saturating_sub(1)),
        )
    }

    fn id(&self, ms: i64, counter: i64) -> i64 {
        let shift = Self::COUNTER_BITS.saturating_add(Self::NODE_BITS);
        (ms << shift) | (i64::from(self.node.0) << Self::COUNTER_BITS) | counter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_only_grow_whatever_the_clock_does() {
        let mut ids = IdSequence::after(NodeNumber::ONLY, 0);
        let mut last = 0;
        for step in 0..20_000_i64 {
            let clock = IdSequence::EPOCH_MS + 5_000 - (step % 7) * 100;
            let count = u16::try_from(step % 5 + 1).unwrap();
            let first = ids.next(clock, count);
            assert!(first > last, "{first} after {last}");
            last = first + i64::from(count) - 1;
        }
    }

    #[test]
    fn nodes_never_meet() {
        let mut one = IdSequence::after(NodeNumber::new(1).unwrap(), 0);
        let mut two = IdSequence::after(NodeNumber::new(2).unwrap(), 0);
        let now = IdSequence::EPOCH_MS + 1_000;
        let first: std::collections::BTreeSet<i64> =
            (0..10_000).map(|_| one.next(now, 1)).collect();
        assert!(
            (0..10_000)
                .map(|_| two.next(now, 1))
                .all(|id| !first.contains(&id))
        );
    }

    #[test]
    fn ids_pass_those_of_other_nodes() {
        let now = IdSequence::EPOCH_MS + 1_000;
        let mut small = IdSequence::after(NodeNumber::ONLY, 0);
        let mut great = IdSequence::after(NodeNumber::new(1023).unwrap(), 0);
        let mut last = 0;
        for _ in 0..3_000 {
            for ids in [&mut great, &mut small] {
                ids.pass(last);
                let first = ids.next(now, 3);
                assert!(first > last, "{first} after {last}");
                last = first + 2;
            }
        }
        let before = great.next(now, 1);
        great.pass(5);
        assert!(great.next(now, 1) > before, "an old id takes nothing back");
    }

    #[test]
    fn an_id_carries_its_time() {
        let now = 1_795_250_000_123;
        assert_eq!(
            IdSequence::time_ms(IdSequence::after(NodeNumber::ONLY, 0).next(now, 1)),
            now
        );
        assert!(IdSequence::floor_of(now) <= IdSequence::after(NodeNumber::ONLY, 0).next(now, 1));
    }

    #[test]
    fn text_that_is_no_id_is_refused() {
        for text in [
            "",
            "0",
            "-1",
            "+1",
            "01",
            " 1",
            "1e3",
            "９",
            "9223372036854775808",
            "12345678901234567890",
        ] {
            assert_eq!(text.parse::<HolderId>(), Err(IdError), "{text:?}");
        }
        assert_eq!(
            "9223372036854775807".parse::<HolderId>().map(HolderId::get),
            Ok(i64::MAX)
        );
    }
}
