//! The panel of `/economy`.

use app::Supply;
use chart::Day;
use ledger::GroupKind;

use super::{and_more, kind, source};
use crate::{
    currencies::Shown,
    figures::{Figures, Part},
};

/// So many lines of each kind are shown.
const MOST_PARTS: usize = 6;
const MOST_OTHERS: usize = 10;

pub(crate) fn title(shown: &Shown) -> String {
    format!("Economy of {}", shown.currency.name)
}

pub(crate) fn panel(shown: &Shown, figures: &Figures) -> Vec<String> {
    let Figures { supply, .. } = figures;
    let mut lines = vec![in_circulation(shown, supply, "**")];
    if supply.escrowed > 0 {
        let aside = shown.digits(supply.escrowed);
        lines.push(format!(
            "{aside} of it in bank notes, or set aside for something"
        ));
    }
    if shown.kind != GroupKind::Single {
        lines.push(
            "Other servers have this currency too: these are the figures of all of them together"
                .into(),
        );
    }
    lines.push(String::new());
    lines.push("**In the last 30 days**".into());
    lines.push(change(shown, figures.minted, figures.burned));
    for (heading, parts) in [
        ("Where it came from", &figures.faucets),
        ("Where it went", &figures.sinks),
        ("What changed hands", &figures.moves),
    ] {
        lines.extend(section(shown, heading, parts));
    }
    lines
}

fn in_circulation(shown: &Shown, supply: &Supply, strong: &str) -> String {
    let holders = match supply.holders {
        1 => "1 holder".into(),
        count => format!("{count} holders"),
    };
    match supply.issued {
        0 => format!("There is no {shown} now"),
        issued => format!("{strong}{}{strong} with {holders}", shown.sum(issued)),
    }
}

fn change(shown: &Shown, minted: i128, burned: i128) -> String {
    let part = |amount: i128, what: &str| match amount {
        0 => format!("nothing {what}"),
        amount => format!("{} {what}", shown.digits(amount)),
    };
    let (came, went) = (part(minted, "minted"), part(burned, "burned"));
    let change = shown.digits((minted - burned).abs());
    match (minted - burned).signum() {
        0 if minted == 0 => "Nothing was minted or burned".into(),
        0 => format!("{came} and {went}: as much as before"),
        1 => format!("{came} and {went}: {change} more than before"),
        _ => format!("{came} and {went}: {change} less than before"),
    }
}

fn section(shown: &Shown, heading: &str, parts: &[Part]) -> Vec<String> {
    if parts.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), format!("**{heading}**")];
    let most = parts.iter().take(MOST_PARTS);
    lines.extend(most.map(|part| {
        let times = match part.times {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        let amount = shown.digits(part.amount);
        let (what, entry) = (kind(part.kind), source(&part.entry));
        format!("{amount} {what} ({entry}), {times}")
    }));
    if parts.len() > MOST_PARTS {
        lines.push(and_more(parts.len() - MOST_PARTS));
    }
    lines
}

/// The other currencies of a server, in short.
pub(crate) fn others(others: &[(&Shown, Supply)]) -> Vec<String> {
    if others.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "**Other currencies here**".to_owned()];
    let most = others.iter().take(MOST_OTHERS);
    lines.extend(most.map(|(shown, supply)| in_circulation(shown, supply, "")));
    if others.len() > MOST_OTHERS {
        lines.push(and_more(others.len() - MOST_OTHERS));
    }
    lines
}

/// What the picture shows, for those who cannot see it. Discord takes 1,024 characters.
pub(crate) fn described(shown: &Shown, figures: &Figures) -> String {
    let name = &shown.currency.name;
    let (Some(first), Some(last)) = (figures.days.first(), figures.days.last()) else {
        return format!("A chart of {name}, on which nothing has moved yet.");
    };
    let most = figures.days.iter().map(|day| day.supply).max();
    let of = |minor_units| shown.digits(minor_units);
    let mut text = format!(
        "A chart of {name} from {} to {} {}. There were {} at the end of the first day and {} at the end of the last, at most {}.",
        first.date,
        last.date,
        last.date.year,
        of(first.supply),
        of(last.supply),
        of(most.unwrap_or_default()),
    );
    text.push_str(&peak(figures, "minted", of, |day| day.minted));
    text.push_str(&peak(figures, "burned", of, |day| day.burned));
    text
}

fn peak(
    figures: &Figures,
    what: &str,
    of: impl Fn(i128) -> String,
    value: fn(&Day) -> i128,
) -> String {
    let total = figures.days.iter().map(value).fold(0, i128::saturating_add);
    match figures.days.iter().max_by_key(|day| value(day)) {
        Some(day) if value(day) > 0 => format!(
            " {} were {what}, most on {}: {}.",
            of(total),
            day.date,
            of(value(day))
        ),
        _ => format!(" Nothing was {what}."),
    }
}
