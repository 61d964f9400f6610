//! Two servers and the people in them.

use fake_discord::{ChannelId, EmojiId, FakeDiscord, File, GuildId, UserId};

/// A picture of one pixel: emojis need one, and nobody looks at it here.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

const TEA_HOUSE: [&str; 14] = [
    "amaya", "bertil", "chidi", "dunja", "emrys", "farah", "goran", "hana", "ilse", "jorge",
    "kamala", "lindiwe", "mateo", "noor",
];

/// The last three are in both.
const BOOK_CLUB: [&str; 9] = [
    "oksana", "pavel", "quentin", "rosalind", "satoshi", "tove", "amaya", "farah", "noor",
];

#[derive(Debug, Clone)]
pub(super) struct Cast {
    pub(super) servers: Vec<CastServer>,
}

#[derive(Debug, Clone)]
pub(super) struct CastServer {
    pub(super) name: &'static str,
    pub(super) guild: GuildId,
    pub(super) channel: ChannelId,
    pub(super) owner: UserId,
    pub(super) people: Vec<Person>,
    pub(super) currencies: Vec<CastCurrency>,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) name: &'static str,
}

/// A currency with its emoji; the first of a server is its primary one.
#[derive(Debug, Clone)]
pub(super) struct CastCurrency {
    pub(super) name: &'static str,
    pub(super) decimals: u8,
    pub(super) premium: bool,
    pub(super) emoji: EmojiId,
}

impl Cast {
    /// Brings everybody into the pretended Discord.
    pub(super) fn gather(discord: &FakeDiscord) -> Self {
        let mut known: Vec<Person> = Vec::new();
        let tea = server(
            discord,
            "Tea House",
            &TEA_HOUSE,
            &mut known,
            &[("leaf", 0, false), ("jade", 2, true)],
        );
        let books = server(
            discord,
            "Book Club",
            &BOOK_CLUB,
            &mut known,
            &[("bookmark", 0, false)],
        );
        Self {
            servers: vec![tea, books],
        }
    }
}

fn server(
    discord: &FakeDiscord,
    name: &'static str,
    names: &[&'static str],
    known: &mut Vec<Person>,
    currencies: &[(&'static str, u8, bool)],
) -> CastServer {
    let guild = discord.add_guild(name);
    let mut people = Vec::new();
    for name in names {
        let there = known.iter().find(|person| person.name == *name).cloned();
        let person = there.unwrap_or_else(|| {
            let user = discord.add_user(name);
            known.push(Person { user, name });
            Person { user, name }
        });
        guild.add_member(person.user);
        people.push(person);
    }
    let currency = |(name, decimals, premium): &(&'static str, u8, bool)| CastCurrency {
        name,
        decimals: *decimals,
        premium: *premium,
        emoji: guild.add_emoji(name, File::new(&format!("{name}.png"), PIXEL)),
    };
    CastServer {
        name,
        guild: guild.id(),
        channel: guild.channel(),
        owner: guild.owner(),
        people,
        currencies: currencies.iter().map(currency).collect(),
    }
}
