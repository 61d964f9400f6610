//! What happened to money, in a guild's log channel, and how far behind that is.

use ledger::{Kind, Owner};

use super::{kind, quiet, source};
use crate::{
    currencies::Currencies,
    log_lines::{Backlog, Entry, Move, PartOf, Told, Way},
    log_people::{Person, Persons},
};

/// An embed's description has 4,096 characters (Discord's documentation, "Embed Limits").
const ROOM: usize = 4_000;
/// Where there is a sum of the rest, it needs room as well.
const ROOM_BEFORE_SUM: usize = 2_400;
/// Only wallets that are joined move more at once.
const MOST_MOVES: usize = 6;

/// One message with as much as it can hold, and how much that is.
pub(crate) fn message(
    backlog: &Backlog,
    currencies: &Currencies,
    persons: &Persons,
) -> (String, Told) {
    let room = if backlog.is_flooded() {
        ROOM_BEFORE_SUM
    } else {
        ROOM
    };
    let lines = backlog
        .entries()
        .map(|entry| line(entry, currencies, persons));
    let (mut text, entries) = filled(String::new(), lines, room);
    let mut parts = 0;
    if backlog.is_flooded() {
        let rest = backlog.sum_after(entries);
        text.push_str(&format!("**… and {} more**\n", rest.count));
        let sums = rest.summary.parts().map(|part| sum(part, currencies));
        (text, parts) = filled(text, sums, ROOM);
    }
    (text.trim_end().to_owned(), Told { entries, parts })
}

/// The text with as many of the lines as there is room for, at least one, and how many that are.
fn filled(mut text: String, lines: impl Iterator<Item = String>, room: usize) -> (String, usize) {
    let mut length = text.chars().count();
    let mut count = 0;
    for line in lines {
        length += line.chars().count() + 1;
        if length > room && count > 0 {
            break;
        }
        text.push_str(&line);
        text.push('\n');
        count += 1;
    }
    (text, count)
}

fn line(entry: &Entry, currencies: &Currencies, persons: &Persons) -> String {
    let moves = entry.moves.iter().take(MOST_MOVES);
    let moves: Vec<String> = moves.map(|one| moved(one, currencies, persons)).collect();
    let more = match entry.moves.len().saturating_sub(MOST_MOVES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let reason = entry
        .reason
        .as_deref()
        .map(|reason| format!(", “{}”", quiet(reason)))
        .unwrap_or_default();
    format!(
        "<t:{seconds}:T> {what}: {moves}{more}, by {by} ({source}){reason} · `{id}`",
        seconds = entry.time_ms.div_euclid(1_000),
        what = what(entry.kind, &entry.source),
        moves = moves.join("; "),
        by = person(persons.get(&entry.actor)),
        source = source(&entry.source),
        id = entry.id,
    )
}

/// The history's words, where money that comes back is named by what it is for those who read all of them.
fn what(of: Kind, entry: &str) -> &'static str {
    match of {
        Kind::Burn if entry == "discord:reaction_remove" => "un-minted",
        Kind::Burn => "burned",
        other => kind(other),
    }
}

fn moved(one: &Move, currencies: &Currencies, persons: &Persons) -> String {
    let money = sum_of(i128::from(one.amount), one.currency, currencies);
    let who = |owner: Owner| match owner {
        Owner::Holder(holder) => person(persons.get(&holder)),
        Owner::System(_) => "nobody".into(),
    };
    match one.way() {
        Way::ToHolders => format!("{money} → {}", who(one.to)),
        Way::FromHolders => format!("{money} from {}", who(one.from)),
        Way::Between => format!("{money} from {} → {}", who(one.from), who(one.to)),
    }
}

fn sum_of(amount: i128, currency: ledger::CurrencyId, currencies: &Currencies) -> String {
    currencies.get(currency).map_or_else(
        || format!("{amount} of the currency {currency}, in its smallest unit,"),
        |shown| shown.sum(amount),
    )
}

fn sum(((kind, currency, way), part): PartOf<'_>, currencies: &Currencies) -> String {
    let sign = match way {
        Way::ToHolders => "+",
        Way::FromHolders => "-",
        Way::Between => "",
    };
    let money = sum_of(part.amount, currency, currencies);
    let times = match part.times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    let by = match part.actors() {
        (1, false) => "1 person".to_owned(),
        (count, false) => format!("{count} people"),
        (count, true) => format!("{count} people or more"),
    };
    format!("{}: {sign}{money}, {times}, by {by}", what(kind, ""))
}

fn person(who: Option<&Person>) -> String {
    match who {
        Some(Person::Discord(user)) => format!("<@{user}>"),
        Some(Person::Telegram) => "somebody on Telegram".into(),
        Some(Person::App(name)) => format!("{} of an app", quiet(name)),
        Some(Person::Treasury) => "the treasury".into(),
        Some(Person::Operator) => "the operator".into(),
        None => "somebody".into(),
    }
}

// In the alert channel of this installation's owner.

pub(crate) fn behind(waiting: u64) -> String {
    format!(
        "The log channels are behind: {waiting} transactions wait to be told. Nothing is lost, and money is not concerned; look whether \
         Discord limits me, and into my log."
    )
}

pub(crate) fn caught_up(waiting: u64) -> String {
    format!("The log channels have caught up: {waiting} transactions wait to be told.")
}
