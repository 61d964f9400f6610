//! What the commands are for.

use crate::{
    answer::{List, Reply},
    commands::Verb,
};

/// Who has a use for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    Everyone,
    /// Guild admins, and members with the guild's mint role.
    Minters,
    Admins,
    Developers,
}

/// A command in words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Help {
    pub who: For,
    /// One line in the list of all.
    pub short: &'static str,
    /// How it is used, and what it does.
    pub more: &'static str,
}

/// What a list of commands is about, and which they are.
type Chapter = (&'static str, &'static [Verb]);

const CHAPTERS: [Chapter; 5] = [
    (
        "Your money",
        &[
            Verb::Wallet,
            Verb::Transfer,
            Verb::History,
            Verb::Top,
            Verb::Currencies,
            Verb::Award,
        ],
    ),
    ("Between currencies", &[Verb::Rates, Verb::Exchange]),
    ("Beyond this server", &[Verb::Note, Verb::Link]),
    ("With the mint role", &[Verb::Mint, Verb::Burn]),
    ("About me", &[Verb::Help]),
];

const FOR_ADMINS: [Chapter; 3] = [
    (
        "Setting up this server",
        &[
            Verb::Setup,
            Verb::SetCurrencyEmoji,
            Verb::MakeCurrencyPrimary,
            Verb::MintPolicy,
            Verb::CreateExchangeRate,
            Verb::RemoveExchangeRate,
        ],
    ),
    (
        "What members see",
        &[
            Verb::SetLogChannel,
            Verb::SetRepostChannel,
            Verb::SetTopRole,
            Verb::SetNickname,
            Verb::Economy,
        ],
    ),
    (
        "With other servers",
        &[
            Verb::JoinGlobalGroup,
            Verb::LeaveGlobalGroup,
            Verb::LocalGroup,
            Verb::Global,
        ],
    ),
];

pub(crate) const fn of(verb: Verb) -> Help {
    use For::{Admins, Developers, Everyone, Minters};
    match verb {
        Verb::Award => help(
            Everyone,
            "in the menu of a message (Apps, **Award**): pay its author, and have the post shown again",
            "Open the menu of a message, choose **Apps**, then **Award**, and say how much. The author gets it out of your wallet, and the post \
             appears once more in the server's repost channel, with your name and the way back to it.",
        ),
        Verb::Burn => help(
            Minters,
            "take money out of somebody's wallet, for good",
            "`/burn user amount [currency]` destroys money that is in somebody's wallet. It cannot be had back; to correct a mistake, mint it again.",
        ),
        Verb::CreateExchangeRate => help(
            Admins,
            "what one currency gives of another",
            "`/create_exchange_rate from to rate` lets members change `from` into `to`: `2.5` or `5/2` says how much of `to` one of `from` gives. \
             It is one-way. When somebody could go in a circle and end with more than they started with, you are asked first.",
        ),
        Verb::Currencies => help(
            Everyone,
            "the currencies of this server",
            "`/currencies` lists them: the primary one, which is meant when a command names none, those that are shared with other servers, and those without an emoji here.",
        ),
        Verb::Economy => help(
            Admins,
            "how much money there is, and where it came from",
            "`/economy [currency]` shows how much there is, who made and who destroyed how much in the last thirty days, and a picture of it.",
        ),
        Verb::Exchange => help(
            Everyone,
            "change one currency into another",
            "`/exchange from to amount` shows what you would get, and what rounding leaves over. Press Confirm within a minute, and it happens at exactly that rate or not at all.",
        ),
        Verb::Global => help(
            Developers,
            "the global currencies and their rates",
            "`/global` makes the currencies, rates and money that are the same in all servers of the global group. Only the developers of this installation can use it.",
        ),
        Verb::Help => help(
            Everyone,
            "this list",
            "`/help [command]` says more about one command.",
        ),
        Verb::History => help(
            Everyone,
            "what came in and went out, and where each came from",
            "`/history [currency]` lists your own movements, the newest first, each with who was on the other side and what it was. Nobody else can see it.",
        ),
        Verb::JoinGlobalGroup => help(
            Admins,
            "bring the global currencies here",
            "`/join_global_group` makes the global currencies usable here. Their emojis appear one after the other; `/setup` shows how far that is. \
             Used again, it brings back emojis that are missing.",
        ),
        Verb::LeaveGlobalGroup => help(
            Admins,
            "take the global currencies out again",
            "`/leave_global_group` removes the global currencies and their emojis from this server. Members keep what they have of them.",
        ),
        Verb::Link => help(
            Everyone,
            "join this wallet with your Telegram or app wallet",
            "`/link` gives you a code for Telegram or an app, valid ten minutes; `/link code` takes one that you were given there. \
             From then on both are one wallet. It cannot be undone.",
        ),
        Verb::LocalGroup => help(
            Admins,
            "share currencies with servers that you choose",
            "`/local_group create` begins a group, `invite` gives you a code for another server's admin, who uses `accept` there; `leave` and `list` do what they say. \
             The currencies of the group are made by the server that created it.",
        ),
        Verb::MakeCurrencyPrimary => help(
            Admins,
            "the currency that is meant when none is named",
            "`/make_currency_primary currency` chooses the one that every command means when no currency is named, and that `/top` counts in.",
        ),
        Verb::Mint => help(
            Minters,
            "create money in somebody's wallet",
            "`/mint user amount [currency]` creates money. Everybody can see that you did, here and in the log channel.",
        ),
        Verb::MintPolicy => help(
            Admins,
            "who may mint by reacting, and how much",
            "`/mint_policy` shows the rules; with options it changes them: everyone, a role or admins only, a pause between two mints, \
             how many a day (UTC) by one member, to one member, and from one to another, and how old messages and accounts may or must be. \
             Times are written 30s, 5m, 1h or 7d, and off ends one. Nobody is told about a reaction that did not mint.",
        ),
        Verb::Note => help(
            Everyone,
            "money as a text that you can send to somebody",
            "`/note create` takes money out of your wallet and gives you a text for one person; whoever else has it can do nothing with it. \
             They use `/note redeem` in any server or in a message to me. `show` says whether a note is good, and with the number of your own gives you its text again; \
             `list` shows yours, and `revoke` gives the money back while nobody has redeemed it.",
        ),
        Verb::Rates => help(
            Everyone,
            "what currencies give of each other",
            "`/rates` lists what one of each currency gives of another.",
        ),
        Verb::RemoveExchangeRate => help(
            Admins,
            "end an exchange rate",
            "`/remove_exchange_rate from to` ends it at once. What was exchanged stays exchanged.",
        ),
        Verb::SetCurrencyEmoji => help(
            Admins,
            "make a currency from a picture, or give one a new picture",
            "`/set_currency_emoji attachment name` makes a currency; the first one becomes the primary one. With the name of a currency that is there it changes the picture; \
             with `group` it belongs to one of your local economies. PNG, JPEG, GIF or WebP, at most 256 KiB.",
        ),
        Verb::SetLogChannel => help(
            Admins,
            "where every movement of money is told",
            "`/set_log_channel channel` tells there who moved how much to whom and through what, from now on and at most every ten seconds; when very much happens, as sums. \
             Without a channel it is switched off.",
        ),
        Verb::SetNickname => help(
            Admins,
            "my name in this server",
            "`/set_nickname nickname` gives me a name here; without one I have my own again.",
        ),
        Verb::SetRepostChannel => help(
            Admins,
            "where awarded posts are shown again",
            "`/set_repost_channel channel` chooses where posts appear that somebody awarded. Without a channel it is switched off.",
        ),
        Verb::SetTopRole => help(
            Admins,
            "the role of the five richest members",
            "`/set_top_role role` gives that role to the five richest in the primary currency, and takes it back when they no longer are. The role must stand below mine.",
        ),
        Verb::Setup => help(
            Admins,
            "what is set up here, and what is missing",
            "`/setup` goes through permissions, members, currencies and channels, and says of each what to do.",
        ),
        Verb::Top => help(
            Everyone,
            "the richest members",
            "`/top [currency] [page]` lists the richest members, with all their currencies of that kind counted at the direct rates, and your own place.",
        ),
        Verb::Transfer => help(
            Everyone,
            "pay somebody",
            "`/transfer user amount [currency]` pays out of your wallet, in the primary currency if you name none.",
        ),
        Verb::Wallet => help(
            Everyone,
            "what you have, or what somebody has",
            "`/wallet [user]` shows all balances, with what each is worth in the primary currency where a rate leads there. It also works in a message to me.",
        ),
    }
}

const fn help(who: For, short: &'static str, more: &'static str) -> Help {
    Help { who, short, more }
}

/// All commands, for members or for those who manage the guild.
pub(crate) fn all(for_admins: bool) -> Reply {
    let mut lines = vec![
        "React to a message with a currency's emoji to mint one for its author; take the reaction back and it is gone again, unless it is spent.".to_owned(),
    ];
    let admins = FOR_ADMINS.iter().filter(|_| for_admins);
    for (title, verbs) in CHAPTERS.iter().chain(admins) {
        lines.push(format!("**{title}**"));
        let line = |verb: &Verb| format!("{} {}", called(*verb), of(*verb).short);
        lines.extend(verbs.iter().map(line));
    }
    Reply::list(List {
        title: "What I can do".into(),
        lines,
        footer: Some("/help command says more about one of them.".into()),
        picture: None,
    })
}

pub(crate) fn one(verb: Verb) -> Reply {
    let Help {
        who,
        short: _,
        more,
    } = of(verb);
    let who = match who {
        For::Everyone => "",
        For::Minters => "\n-# For those who manage the server, and members with its mint role.",
        For::Admins => "\n-# For those who manage the server.",
        For::Developers => "\n-# For the developers of this installation.",
    };
    Reply::quiet(format!("{more}{who}"))
}

pub(crate) fn no_such_command(typed: &str) -> Reply {
    Reply::quiet(format!(
        "There is no command “{}”. /help lists them all.",
        super::quiet(typed)
    ))
}

/// As people type it.
fn called(verb: Verb) -> String {
    match verb {
        Verb::Award => format!("**{}**", verb.name()),
        verb => format!("`/{}`", verb.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_the_list_once() {
        let all = all(true).list.expect("a list").lines.join("\n");
        for verb in Verb::ALL {
            let line = format!("{} {}", called(verb), of(verb).short);
            assert_eq!(all.matches(&line).count(), 1, "{verb:?}");
        }
        assert!(
            all.chars().count() < 3_900,
            "what stands behind it would be left out"
        );
    }
}
