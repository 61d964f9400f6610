//! Exchanging, and what one currency gives of another.

use ledger::{Amount, GroupKind, Quote, Rate, RateError};

use super::quiet;
use crate::{answer::Reply, currencies::Shown, exchange_rates::Between};

pub(crate) const RATES: &str = "Exchange rates";

/// `expires` in seconds since the Unix epoch.
pub(crate) fn quote(
    between: Between<'_>,
    amount: Amount,
    rate: Rate,
    quote: Quote,
    expires: i64,
) -> Reply {
    let (paid, given) = (between.from.money(amount), between.to.money(quote.result));
    let rate = rate_line(between, rate);
    let rest = quote.remainder;
    let rest = if rest.num == 0 {
        "Nothing is lost by rounding.".to_owned()
    } else {
        let smallest = between.to.money(Amount::new(1).unwrap_or_default());
        format!(
            "Rounded down: {}/{} of {smallest} is too little to be given, and you do not get it.",
            rest.num, rest.den
        )
    };
    Reply::quiet(format!(
        "You give {paid} and get **{given}**.\n{rate}. {rest}\nNothing has happened yet. Press Confirm until <t:{expires}:T> (<t:{expires}:R>), and it happens at exactly this rate."
    ))
}

pub(crate) fn done(user: u64, between: Between<'_>, amount: Amount, result: Amount) -> Reply {
    let (paid, given) = (between.from.money(amount), between.to.money(result));
    Reply::moved(format!("<@{user}> exchanged {paid} for {given}."))
}

pub(crate) fn cancelled() -> Reply {
    Reply::quiet("Nothing was exchanged. /exchange asks again.")
}

/// Says nothing of the past: an earlier press may have exchanged.
pub(crate) fn over() -> Reply {
    Reply::quiet(
        "This quote is over, and nothing was exchanged by this press. Use /exchange again for a new one; /history shows what happened before.",
    )
}

pub(crate) fn same_currency(shown: &Shown) -> Reply {
    Reply::quiet(format!(
        "Both are {shown}. Nothing happened. Choose two different currencies."
    ))
}

pub(crate) fn rate_changed(between: Between<'_>, quoted: Rate, now: Rate) -> Reply {
    let (before, now) = (rate_line(between, quoted), rate_line(between, now));
    Reply::quiet(format!(
        "The rate has changed since: {before} when you asked, and {now} now. No money moved. Use /exchange again to see what you would get."
    ))
}

pub(crate) fn nothing(between: Between<'_>, rate: Rate) -> Reply {
    let rate = rate_line(between, rate);
    Reply::quiet(format!(
        "So little gives nothing: {rate}, and results are rounded down. No money moved. Choose a larger amount."
    ))
}

/// `1 gold gives 2.5 silver`, or `3 gold give 1 silver` where that is no decimal.
pub(crate) fn rate_line(between: Between<'_>, minor: Rate) -> String {
    let Between { from, to } = between;
    let Some(whole) = between.whole(minor) else {
        let (num, den) = (minor.num(), minor.den());
        return format!("{den} of the smallest units of {from} give {num} of those of {to}");
    };
    let text = whole.to_string();
    if text.contains('/') {
        format!("{} {from} give {} {to}", whole.den(), whole.num())
    } else {
        format!("1 {from} gives {text} {to}")
    }
}

pub(crate) fn group_title(kind: GroupKind, name: &str) -> String {
    match kind {
        GroupKind::Single => "**This server**".into(),
        GroupKind::Local => format!("**Shared: {}**", quiet(name)),
        GroupKind::Global => "**Global**".into(),
    }
}

pub(crate) fn no_rates(only: Option<&Shown>) -> Reply {
    let how = "Whoever manages the currencies can set one with /create_exchange_rate.";
    Reply::quiet(match only {
        None => format!("There are no exchange rates here yet. {how}"),
        Some(shown) => format!("There is no exchange rate from or to {shown} yet. {how}"),
    })
}

// Setting rates.

pub(crate) fn bad_rate(stated: &str, error: RateError) -> Reply {
    let stated = quiet(stated);
    Reply::quiet(match error {
        RateError::NotANumber => format!(
            "“{stated}” is no rate. Nothing was changed. Write a decimal such as 0.5 or a fraction such as 1/3."
        ),
        RateError::NotPositive => format!(
            "“{stated}” is no rate: it has to be above zero, and so does what it is divided by. Nothing was changed. /remove_exchange_rate ends one."
        ),
        RateError::TooLarge => {
            format!("“{stated}” has too many digits. Nothing was changed. Write it with fewer.")
        }
    })
}

pub(crate) fn rate_set(between: Between<'_>, rate: Rate, before: Option<Rate>) -> Reply {
    let line = rate_line(between, rate);
    let back = "This is one way only; the way back has its own rate.";
    Reply::quiet(match before {
        None => format!("From now on {line}. {back}"),
        Some(before) if before == rate => format!("It stays so: {line}. {back}"),
        Some(before) => {
            let before = rate_line(between, before);
            format!("From now on {line} (before: {before}). {back}")
        }
    })
}

/// `gain` as a part of what a trip starts with.
pub(crate) fn gaining_trip(
    between: Between<'_>,
    rate: Rate,
    trip: Vec<&Shown>,
    gain: f64,
) -> Reply {
    let line = rate_line(between, rate);
    let stops: Vec<String> = trip
        .iter()
        .chain(trip.first())
        .map(ToString::to_string)
        .collect();
    let (trip, more) = (stops.join(" → "), percent(gain));
    Reply::quiet(format!(
        "**This rate makes money out of nothing.** If {line}, then whoever exchanges {trip} ends with {more} than before, and can do so again and again.\nNothing was changed yet. Press Confirm to set the rate nevertheless, or Cancel and choose a lower one."
    ))
}

fn percent(gain: f64) -> String {
    let percent = gain * 100.0;
    if percent < 0.01 {
        "a little more".into()
    } else if percent >= 1_000_000.0 {
        "more than ten thousand times more".into()
    } else {
        let text = format!("{percent:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{text} % more")
    }
}

pub(crate) fn rate_cancelled() -> Reply {
    Reply::quiet("Nothing was changed. /rates lists what there is.")
}

pub(crate) fn rate_over() -> Reply {
    Reply::quiet(
        "This question is over, and nothing was changed by this press. Use the command again; /rates lists what there is.",
    )
}

pub(crate) fn rate_removed(between: Between<'_>, before: Option<Rate>) -> Reply {
    let Between { from, to } = between;
    let was = before.map_or_else(String::new, |rate| {
        format!(" It was: {}.", rate_line(between, rate))
    });
    Reply::quiet(format!(
        "{from} cannot be exchanged for {to} any more.{was} The way back, if there is one, stays."
    ))
}

pub(crate) fn no_such_rate(between: Between<'_>) -> Reply {
    let Between { from, to } = between;
    Reply::quiet(format!(
        "There is no rate from {from} to {to}. Nothing was changed. /rates lists what there is."
    ))
}

pub(crate) fn only_for_developers(shown: &Shown) -> Reply {
    Reply::quiet(format!(
        "{shown} is global: its rates are the same in all servers, and only the developers of this installation set them. Nothing was changed."
    ))
}

pub(crate) fn others_currency(shown: &Shown) -> Reply {
    Reply::quiet(format!(
        "{shown} is shared, and only the admins of the server that made its group set its rates. Nothing was changed."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_told_in_few_digits() {
        let check = |gain: f64, expect: &str| assert_eq!(percent(gain), expect, "{gain}");
        check(0.1, "10 % more");
        check(0.105, "10.5 % more");
        check(0.000_01, "a little more");
        check(-0.0, "a little more");
        check(1.0, "100 % more");
        check(1e30, "more than ten thousand times more");
    }
}
