//! What is set up in a server, and the first words in it.

use app::MembersSync;
use economy::MintPolicy;
use ledger::GroupKind;
use twilight_model::guild::Permissions;

use super::{policy, quiet, settings};
use crate::{answer::Press, currencies::Shown, rights};

pub(crate) const TITLE: &str = "Setup of this server";
pub(crate) const TRYING_AGAIN: &str =
    "I try again what can work now. Use /setup in a minute to see what came of it.";

pub(crate) fn try_again(id: String) -> Press {
    Press {
        label: "Try again",
        id,
        enabled: true,
    }
}

/// In the server, for everybody.
pub(crate) fn welcome(members: bool) -> String {
    let mut text = String::from(
        "Hello! I keep this server's own currencies. Three steps for those who manage it:\n\
         1. `/set_currency_emoji` makes a currency from a picture. React with its emoji to a message, and its author gets one.\n\
         2. `/setup` shows what else there is to set up, and what is missing.\n\
         3. `/help` lists what everybody can do: pay, exchange, write bank notes, see who is richest.",
    );
    if !members {
        text.push_str(
            "\nI cannot see who is in this server, so I get to know members as they use me.",
        );
    }
    text
}

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Good,
    /// Could be set up, and need not.
    Open,
    Missing,
    Running,
}

impl Mark {
    fn line(self, text: impl AsRef<str>) -> String {
        let mark = match self {
            Mark::Good => "✅",
            Mark::Open => "▫️",
            Mark::Missing => "❌",
            Mark::Running => "⏳",
        };
        format!("{mark} {}", text.as_ref())
    }
}

/// `None` when Discord does not say what the bot may do.
pub(crate) fn permissions(has: Option<Permissions>, application: u64, guild: u64) -> Vec<String> {
    let Some(has) = has else {
        return vec![Mark::Missing.line(
            "Discord does not tell me at the moment what I may do here. Try again in a minute.",
        )];
    };
    let lacks = rights::INVITED.difference(has);
    if lacks.is_empty() {
        return vec![Mark::Good.line("I have all the permissions that I need.")];
    }
    let mut lines = vec![Mark::Missing.line(format!(
        "I lack permissions. Allow them to my role in Server Settings, Roles, or [invite me again]({}), which asks for these and no more:",
        invitation(application, guild)
    ))];
    let missing = NEEDED_FOR
        .iter()
        .filter(|(permissions, _)| lacks.intersects(*permissions));
    lines.extend(missing.map(|(permissions, what)| {
        format!(
            "- {}: {what}",
            settings::named(permissions.intersection(lacks))
        )
    }));
    lines
}

/// What does not work without them.
const NEEDED_FOR: [(Permissions, &str); 7] = [
    (
        Permissions::VIEW_CHANNEL
            .union(Permissions::SEND_MESSAGES)
            .union(Permissions::SEND_MESSAGES_IN_THREADS)
            .union(Permissions::EMBED_LINKS),
        "to tell what happens in the log channel, and to show awarded posts",
    ),
    (
        Permissions::ATTACH_FILES,
        "to show awarded posts with their pictures",
    ),
    (
        Permissions::READ_MESSAGE_HISTORY,
        "to see whose message somebody reacts to",
    ),
    (
        Permissions::USE_EXTERNAL_EMOJIS,
        "to show currencies of other servers",
    ),
    (Permissions::CHANGE_NICKNAME, "for /set_nickname"),
    (Permissions::MANAGE_ROLES, "for /set_top_role"),
    (
        Permissions::CREATE_GUILD_EXPRESSIONS,
        "to make currencies' emojis",
    ),
];

fn invitation(application: u64, guild: u64) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot%20applications.commands&permissions={}&guild_id={guild}&disable_guild_select=true",
        rights::INVITED.bits()
    )
}

pub(crate) fn members(intent: bool, sync: MembersSync) -> String {
    let fetched = sync.fetched;
    match (intent, sync.complete) {
        (false, _) => Mark::Missing.line(
            "Members: I cannot list them, so leaderboards show only those who used me. The operator can turn on “Server Members Intent” on the application's page at Discord, and restart me.",
        ),
        (true, true) => Mark::Good.line(format!("Members: all {fetched} are known.")),
        (true, false) => Mark::Running.line(format!("Members: {fetched} fetched so far.")),
    }
}

pub(crate) fn currencies<'a>(
    all: impl Iterator<Item = &'a Shown>,
    primary: Option<&Shown>,
) -> Vec<String> {
    let all: Vec<&Shown> = all.collect();
    if all.is_empty() {
        return vec![
            Mark::Missing.line("No currency yet. /set_currency_emoji makes one from a picture."),
        ];
    }
    let mut lines = vec![match primary {
        Some(primary) => Mark::Good.line(format!(
            "{}, {primary} is the primary one.",
            counted(all.len(), "currency", "currencies")
        )),
        None => Mark::Missing.line(format!(
            "{}, and none is the primary one. /make_currency_primary chooses it.",
            counted(all.len(), "currency", "currencies")
        )),
    }];
    lines.extend(without_emoji(&all));
    lines
}

/// Currencies of this server's own, and those that it shares.
fn without_emoji(all: &[&Shown]) -> Vec<String> {
    let names = |own: bool| -> Vec<String> {
        let without = all.iter().filter(|shown| shown.emoji.is_none());
        let those = without.filter(|shown| (shown.kind == GroupKind::Single) == own);
        those.map(ToString::to_string).collect()
    };
    let (own, shared) = (names(true), names(false));
    let mut lines = Vec::new();
    if !own.is_empty() {
        lines.push(Mark::Missing.line(format!(
            "No emoji here for {}, so nobody mints by reacting with it. /set_currency_emoji with the same name makes a new one.",
            few(&own)
        )));
    }
    if !shared.is_empty() {
        lines.push(Mark::Missing.line(format!(
            "No emoji here yet for {}, so nobody mints by reacting with it. They come one after the other; “Try again” asks for them anew.",
            few(&shared)
        )));
    }
    lines
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// Some of them, and how many more there are.
fn few(names: &[String]) -> String {
    const FEW: usize = 10;
    let shown = names.iter().take(FEW).cloned().collect::<Vec<_>>();
    let more = names.len() - shown.len();
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

/// A setting that is a channel or a role; `fault` says why it does not work.
pub(crate) fn log_channel(channel: Option<u64>, fault: Option<String>) -> String {
    setting(
        channel.map(|id| format!("Log channel: <#{id}>")),
        fault,
        "No log channel. /set_log_channel chooses where each movement of money is told.",
    )
}

pub(crate) fn repost_channel(channel: Option<u64>, fault: Option<String>) -> String {
    setting(
        channel.map(|id| format!("Repost channel: <#{id}>")),
        fault,
        "No repost channel. /set_repost_channel chooses where awarded posts are shown again.",
    )
}

pub(crate) fn top_role(role: Option<u64>, fault: Option<String>) -> String {
    setting(
        role.map(|id| format!("Top role: <@&{id}> for the five richest")),
        fault,
        "No top role. /set_top_role chooses a role for the five richest members.",
    )
}

fn setting(set: Option<String>, fault: Option<String>, open: &str) -> String {
    match (set, fault) {
        (_, Some(fault)) => Mark::Missing.line(fault),
        (Some(set), None) => Mark::Good.line(set),
        (None, None) => Mark::Open.line(open),
    }
}

pub(crate) fn mint_policy(of: &MintPolicy) -> String {
    Mark::Good.line(format!(
        "Minting: {} /mint_policy shows and changes all of it.",
        policy::who_reacts(of)
    ))
}

/// `local` are the names of the local groups.
pub(crate) fn groups(global: bool, local: &[String]) -> Vec<String> {
    let mut lines = vec![if global {
        Mark::Good.line("In the global group: its currencies are the same money everywhere.")
    } else {
        Mark::Open.line("Not in the global group. /join_global_group brings its currencies here.")
    }];
    if !local.is_empty() {
        let names: Vec<String> = local
            .iter()
            .map(|name| format!("“{}”", quiet(name)))
            .collect();
        lines.push(Mark::Good.line(format!(
            "In {} {}.",
            if local.len() == 1 {
                "the local group"
            } else {
                "the local groups"
            },
            few(&names)
        )));
    }
    lines
}

pub(crate) fn trouble(sentence: &str, since_ms: i64) -> String {
    let since = since_ms.div_euclid(1_000);
    Mark::Missing.line(format!("{sentence} (Since <t:{since}:R>.)"))
}
