//! Of groups that several servers share: the global one, and local ones.

use app::Guild;
use ledger::{CurrencyName, Group, GroupKind};

use super::{is_direction, quiet};
use crate::{
    answer::Reply,
    currencies::{Currencies, Shown},
    emoji::EmojiRefusal,
};

pub(crate) const GROUPS: &str = "Local economies of this server";
pub(crate) const GLOBAL: &str = "Global currencies";

/// For the guild's audit log, 1 to 512 characters.
pub(crate) fn audit_installed(name: &CurrencyName) -> String {
    format!("picture of the currency {name}, which this server shares with others")
}

pub(crate) const AUDIT_TAKEN_OUT: &str =
    "picture of a currency that this server no longer shares with others, or that has a newer one";

// The global group.

pub(crate) fn only_for_developers() -> Reply {
    Reply::quiet(
        "The global currencies belong to all servers: only the developers of this bot can change them. \
         Who that is stands in its operator's configuration. To make a currency of your own server, use /set_currency_emoji.",
    )
}

pub(crate) fn joined_global(currencies: &Currencies, without_primary: bool) -> Reply {
    let primary = if without_primary && !currencies.is_empty() {
        " /make_currency_primary makes one of them the one that is meant when none is named."
    } else {
        ""
    };
    Reply::quiet(format!(
        "This server is in the global economy now. {}{primary} /leave_global_group ends it.",
        what_comes(currencies)
    ))
}

pub(crate) fn in_global_already(currencies: &Currencies) -> Reply {
    Reply::quiet(format!(
        "This server is in the global economy already. {} Emojis that are missing here come one after the other; /currencies shows how far they are.",
        what_there_is(currencies)
    ))
}

fn what_there_is(currencies: &Currencies) -> String {
    if currencies.is_empty() {
        return "There are no currencies in it yet; those to come appear by themselves.".into();
    }
    format!("Its currencies: {}.", names(currencies))
}

/// The same, with how they come.
fn what_comes(currencies: &Currencies) -> String {
    let mut text = what_there_is(currencies);
    if !currencies.is_empty() {
        text.push_str(
            " Their emojis come one after the other, which can take a while because Discord limits how many may be made in an hour; \
             /currencies shows how far they are.",
        );
    }
    text
}

/// As many as one can read.
fn names(currencies: &Currencies) -> String {
    const SHOWN: usize = 20;
    let all: Vec<&str> = currencies
        .iter()
        .map(|shown| shown.currency.name.as_str())
        .collect();
    let shown = all.iter().take(SHOWN).map(|name| quiet(name));
    let mut text = shown.collect::<Vec<String>>().join(", ");
    if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

pub(crate) fn not_in_global() -> Reply {
    Reply::quiet("This server is not in the global economy. /join_global_group joins it.")
}

pub(crate) fn left_global(primary: Option<&Shown>) -> Reply {
    Reply::quiet(format!(
        "This server has left the global economy. Its currencies no longer work here, and their emojis are removed. \
         What people have of them stays in their wallets and works in other servers.{} /join_global_group comes back.",
        no_longer_primary(primary)
    ))
}

fn no_longer_primary(primary: Option<&Shown>) -> String {
    primary.map_or_else(String::new, |shown| {
        let name = quiet(shown.currency.name.as_str());
        format!(
            " {name} was the primary currency: there is none now, until somebody chooses one with /make_currency_primary."
        )
    })
}

pub(crate) fn global_created(shown: &Shown) -> Reply {
    let name = quiet(shown.currency.name.as_str());
    Reply::quiet(format!(
        "{name} is a global currency now. Its emoji comes to every server in the global economy, one after the other; /global list shows how far that is."
    ))
}

pub(crate) fn global_exists(name: &CurrencyName) -> Reply {
    let name = quiet(name.as_str());
    Reply::quiet(format!(
        "There is a global currency {name} already. Nothing was changed. /global currency picture gives it a new picture; another name makes another currency."
    ))
}

pub(crate) fn global_picture(shown: &Shown) -> Reply {
    let name = quiet(shown.currency.name.as_str());
    Reply::quiet(format!(
        "{name} has a new picture. It takes the place of the old one in every server, one after the other; /global list shows how far the emojis are."
    ))
}

pub(crate) fn unknown_global(typed: &str, currencies: &Currencies) -> Reply {
    if currencies.is_empty() {
        return no_global();
    }
    let near = currencies.like(typed);
    let meant = if near.is_empty() {
        String::from("/global list shows them.")
    } else {
        format!("Did you mean {}?", near.join(" or "))
    };
    let typed = quiet(typed);
    Reply::quiet(format!("There is no global currency “{typed}”. {meant}"))
}

pub(crate) fn no_global() -> Reply {
    Reply::quiet("There is no global currency yet. /global currency create makes one.")
}

/// `with_emoji` of `servers` have it as an emoji.
pub(crate) fn global_line(shown: &Shown, with_emoji: Option<usize>, servers: usize) -> String {
    let name = quiet(shown.currency.name.as_str());
    let digits = match shown.currency.decimals.get() {
        0 => String::new(),
        1 => ", 1 decimal".into(),
        digits => format!(", {digits} decimals"),
    };
    match (with_emoji, servers) {
        (_, 0) => format!("{name}{digits}: no server has joined yet"),
        (Some(with), _) => format!("{name}{digits}: emoji in {with} of {servers} servers"),
        (None, _) => format!("{name}{digits}: in {servers} servers"),
    }
}

// Local groups.

pub(crate) fn group_created(group: &Group) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "“{name}” is a local economy now, and this server is in it. /set_currency_emoji with the option `group` makes a currency for it; \
         /local_group invite gives a code with which another server joins. Its currencies, money and rates are made by this server only."
    ))
}

pub(crate) fn back_in_group(group: &Group) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "This server is back in its local economy “{name}”. The emojis of its currencies come one after the other; /currencies shows how far they are."
    ))
}

pub(crate) fn group_exists(name: &str) -> Reply {
    let name = quiet(name);
    Reply::quiet(format!(
        "This server has a local economy “{name}” already. Nothing was changed. Choose another name."
    ))
}

pub(crate) fn bad_group_name(typed: &str) -> Reply {
    let typed = quiet(typed);
    Reply::quiet(format!(
        "“{typed}” cannot be the name of a local economy. Use 2 to 50 letters that one can see."
    ))
}

pub(crate) fn too_many_groups(most: usize) -> Reply {
    Reply::quiet(format!(
        "This server has made {most} local economies, and that is the most there can be. Use one of them: /local_group list."
    ))
}

pub(crate) fn no_groups() -> Reply {
    Reply::quiet(
        "This server has no local economy. /local_group create begins one; /local_group accept joins another server's with a code from there.",
    )
}

pub(crate) fn which_group(groups: &[Group]) -> Reply {
    let names = group_names(groups);
    Reply::quiet(format!(
        "There are several local economies: {names}. Say in the option `group` which one."
    ))
}

pub(crate) fn unknown_group(typed: &str, groups: &[Group]) -> Reply {
    let (typed, names) = (quiet(typed), group_names(groups));
    Reply::quiet(format!(
        "There is no local economy “{typed}” that this can be done with. There is: {names}."
    ))
}

pub(crate) fn same_names(typed: &str) -> Reply {
    let typed = quiet(typed);
    Reply::quiet(format!(
        "Several local economies are called “{typed}”. Choose one from the list that Discord shows while you type."
    ))
}

fn group_names(groups: &[Group]) -> String {
    let names = groups
        .iter()
        .map(|group| format!("“{}”", quiet(&group.name)));
    names.collect::<Vec<String>>().join(", ")
}

pub(crate) fn not_your_group(group: &Group) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "“{name}” was begun by another server: only its admins make its currencies and invite others. Ask them, or begin your own with /local_group create."
    ))
}

pub(crate) fn invited(group: &Group, code: &str, until_ms: i64) -> Reply {
    let (name, until) = (quiet(&group.name), until_ms.div_euclid(1_000));
    Reply::quiet(format!(
        "Give this code to an admin of the other server: `{code}`\n\
         There they type `/local_group accept` with it. It lets one server into “{name}”, once, until <t:{until}:F>."
    ))
}

/// The same for all that a code can be wrong in: whoever guesses learns nothing.
pub(crate) fn bad_code() -> Reply {
    Reply::quiet(
        "This code is not good: it was used, or is older than seven days, or a letter is wrong. Ask who gave it to you for another one.",
    )
}

pub(crate) fn in_group_already(group: &Group) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "This server is in the local economy “{name}” already. The code is still good: give it to another server."
    ))
}

pub(crate) fn accepted(group: &Group, currencies: &Currencies) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "This server is in the local economy “{name}” now. {} /local_group leave ends it.",
        what_comes(currencies)
    ))
}

pub(crate) fn others_are_in(group: &Group, others: &[Guild]) -> Reply {
    const SHOWN: usize = 5;
    let name = quiet(&group.name);
    let names = others.iter().take(SHOWN).map(|guild| quiet(&guild.name));
    let mut names = names.collect::<Vec<String>>().join(", ");
    if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        names.push_str(&format!(" and {more} more"));
    }
    Reply::quiet(format!(
        "This server began “{name}”, and others still use it: {names}. Without this server nobody could make its currencies, money and rates. \
         Nothing was changed. Leave when the others have left with /local_group leave."
    ))
}

pub(crate) fn left_group(group: &Group, primary: Option<&Shown>) -> Reply {
    let name = quiet(&group.name);
    Reply::quiet(format!(
        "This server has left the local economy “{name}”. Its currencies no longer work here, and their emojis are removed. \
         What people have of them stays in their wallets.{}",
        no_longer_primary(primary)
    ))
}

pub(crate) fn group_line(
    group: &Group,
    own: bool,
    members: &[Guild],
    currencies: &Currencies,
) -> String {
    let name = quiet(&group.name);
    let by = if own { " (begun by this server)" } else { "" };
    let servers: Vec<String> = members.iter().map(|guild| quiet(&guild.name)).collect();
    let servers = if servers.is_empty() {
        "no server".to_owned()
    } else {
        servers.join(", ")
    };
    let money = if currencies.is_empty() {
        "no currency yet".to_owned()
    } else {
        names(currencies)
    };
    format!("**{name}**{by}: {servers}. Currencies: {money}")
}

pub(crate) fn shared_currency_set(shown: &Shown, first: Option<bool>) -> Reply {
    let name = quiet(shown.currency.name.as_str());
    Reply::quiet(match first {
        Some(primary) => {
            let primary = if primary {
                " Here it is the primary one."
            } else {
                ""
            };
            format!(
                "{shown} is a currency of all servers in this local economy now.{primary} Its emoji comes to the others by itself. \
                 Only this server makes its money with /mint, and its rates."
            )
        }
        None => format!(
            "{shown} is the picture of {name} now. The other servers get it by themselves. Reactions with an earlier picture no longer mint."
        ),
    })
}

/// Of somebody else's currency, for whoever wants to make or destroy its money.
pub(crate) fn not_yours(shown: &Shown) -> Reply {
    let name = quiet(shown.currency.name.as_str());
    Reply::quiet(match shown.kind {
        GroupKind::Global => format!(
            "{name} is a global currency: only the developers of this bot make and destroy it. Nothing was changed. Name a currency of this server in the option `currency`."
        ),
        GroupKind::Local | GroupKind::Single => format!(
            "{name} belongs to the server that began this local economy: only its admins make and destroy it. Nothing was changed. Name a currency of this server in the option `currency`."
        ),
    })
}

/// Why shared currencies have no emoji here, for the guild's admins.
pub(crate) fn not_installed(refusal: &EmojiRefusal) -> String {
    match refusal {
        EmojiRefusal::Full { animated: true } => {
            "All places for animated emojis are taken, so some currencies that this server shares with others have no emoji here. \
             Delete an animated emoji in Server Settings, Emoji: then it goes on by itself."
                .into()
        }
        EmojiRefusal::Full { animated: false } => {
            "All places for emojis are taken, so some currencies that this server shares with others have no emoji here. \
             Delete an emoji in Server Settings, Emoji, or boost the server: then it goes on by itself."
                .into()
        }
        _ => {
            "I may not make emojis, so some currencies that this server shares with others have no emoji here. \
             Give my role the permission “Create Expressions” in Server Settings, Roles: then it goes on by itself."
                .into()
        }
    }
}

/// A name without what nobody can see.
pub(crate) fn plain(typed: &str) -> String {
    let visible = |c: &char| !c.is_control() && !is_direction(*c);
    let plain: String = typed.chars().filter(visible).collect();
    plain.trim().to_owned()
}
