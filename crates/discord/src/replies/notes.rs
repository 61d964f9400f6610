//! Bank notes.

use app::{NoteRecord, NoteTokenError};
use economy::NoteState;
use ledger::{IdSequence, Identity, NoteId, Platform, TransactionId};

use super::quiet;
use crate::{
    Notes,
    answer::{File, List, Reply},
    currencies::{Currencies, Money, Shown},
};

pub(crate) const OPEN_NOTES: &str = "Your bank notes that nobody has redeemed yet";
pub(crate) const HOW_TO_GET_ONE: &str =
    "/note show with a number gives you its text again, /note revoke its money back.";
pub(crate) const NEWEST: &str = "Newest";

/// A message has at most 2,000 characters (Discord's documentation, "Create Message").
const LONGEST: usize = 2_000;

pub(crate) fn written(record: &NoteRecord, money: Money<'_>, token: &str, notes: &Notes) -> Reply {
    let (to, number) = (recipient(&record.note.recipient), record.id);
    let text = format!(
        "The bank note is written: {money} for {to}. The money is out of your wallet. Send this text to {to}; only they can redeem it, with /note redeem, and only once."
    );
    let reply = with_token(Reply::quiet(text), token, notes);
    let reply = adding(
        reply,
        &format!("-# If you change your mind: /note revoke {number}"),
    );
    Reply {
        money_moved: true,
        // The text of a note is nobody's business but that of those two.
        aloud: Some(
            "Your bank note is written. /note list shows it, with the way to its text.".into(),
        ),
        ..reply
    }
}

/// With the note's text to copy, and the way to its page; as a file where a message is too short for it.
pub(crate) fn with_token(reply: Reply, token: &str, notes: &Notes) -> Reply {
    let link = notes.page.as_ref();
    let link = link.map(|page| format!("As a picture: <{page}?token={token}>"));
    let with_text = adding(reply.clone(), &format!("```\n{token}\n```"));
    let with_both = match &link {
        Some(link) => adding(with_text.clone(), link),
        None => with_text.clone(),
    };
    // Room for what stands below.
    let fits = |reply: &Reply| reply.text.chars().count() + 100 <= LONGEST;
    if fits(&with_both) {
        with_both
    } else if fits(&with_text) {
        with_text
    } else {
        reply.with_file(File {
            name: "note.txt".into(),
            description: "The text of the bank note".into(),
            bytes: token.as_bytes().to_vec(),
        })
    }
}

fn adding(reply: Reply, line: &str) -> Reply {
    let text = format!("{}\n{line}", reply.text);
    Reply {
        text: text.trim_start().to_owned(),
        ..reply
    }
}

/// `from` is the Discord user who wrote it, if it was one.
pub(crate) fn redeemed(by: u64, from: Option<u64>, money: Money<'_>) -> Reply {
    let from = match from {
        Some(from) if from == by => " that you wrote yourself".to_owned(),
        Some(from) => format!(" from <@{from}>"),
        None => String::new(),
    };
    Reply {
        money_moved: true,
        aloud: Some("Your bank note is redeemed. /wallet shows what you have.".into()),
        ..Reply::quiet(format!(
            "You redeemed a bank note{from}: {money} are in your wallet now."
        ))
    }
}

pub(crate) fn revoked(by: u64, record: &NoteRecord, money: Money<'_>) -> Reply {
    let for_whom = match discord(&record.note.recipient) {
        Some(to) if to == by => "yourself".to_owned(),
        _ => recipient(&record.note.recipient),
    };
    Reply {
        money_moved: true,
        aloud: Some("Your bank note is revoked. /wallet shows what you have.".into()),
        ..Reply::quiet(format!(
            "The bank note for {for_whom} is worth nothing any more, and {money} are back in your wallet."
        ))
    }
}

/// What a note says, and whether it is good.
pub(crate) fn shown(record: &NoteRecord, money: Money<'_>, issuer: &str) -> Reply {
    let state = match record.note.state {
        NoteState::Open => "**Good.** It was not redeemed yet, and it never expires.".into(),
        NoteState::Redeemed { by } => format!("**Redeemed** {}.", ago(time_of(by))),
        NoteState::Revoked { by } => {
            format!("**Revoked** {} by whoever wrote it.", ago(time_of(by)))
        }
    };
    let written = IdSequence::time_ms(record.id.get());
    Reply::list(List {
        title: "Bank note".into(),
        lines: vec![
            money.to_string(),
            format!("For {}", recipient(&record.note.recipient)),
            format!("Written {} by {}", ago(written), quiet(issuer)),
            format!("Number {}", record.id),
            String::new(),
            state,
        ],
        footer: None,
        picture: None,
    })
}

pub(crate) fn line(record: &NoteRecord, money: Money<'_>) -> String {
    let written = IdSequence::time_ms(record.id.get());
    format!(
        "`{}` {money} for {}, written {}",
        record.id,
        recipient(&record.note.recipient),
        ago(written)
    )
}

/// While a number is typed; neither mentions nor emojis are drawn there.
pub(crate) fn choice(record: &NoteRecord, shown: &Shown) -> String {
    let amount = record.note.amount.display(shown.currency.decimals);
    let name = &shown.currency.name;
    let text = format!(
        "{amount} {name} for {}, number {}",
        record.note.recipient.subject(),
        record.id
    );
    text.chars().take(100).collect()
}

// What people can mend themselves.

pub(crate) fn none() -> Reply {
    Reply::quiet(
        "There are no bank notes here: whoever runs me has not set them up. /transfer pays somebody directly.",
    )
}

pub(crate) fn not_a_note(error: NoteTokenError) -> Reply {
    Reply::quiet(match error {
        NoteTokenError::TooLong => {
            "That is longer than any bank note. No money moved. Paste the note alone, all of it and nothing else."
        }
        NoteTokenError::Malformed => {
            "That is no bank note. No money moved. Check that you copied all of it: it begins with eyJ and has two dots."
        }
        NoteTokenError::UnknownKey => {
            "That bank note is not from here: I do not know the key that signed it. No money moved. Redeem it where it was written."
        }
        NoteTokenError::Algorithm | NoteTokenError::Signature => {
            "That bank note is not genuine: its signature does not fit what it says. No money moved. Ask for it again, and do not trust who sent it."
        }
    })
}

pub(crate) fn not_in_the_books() -> Reply {
    Reply::quiet(
        "That bank note is signed here, but the books do not have it. It is worth nothing. Ask whoever wrote it, or the operator.",
    )
}

pub(crate) fn for_somebody_else(recipient_is: &Identity) -> Reply {
    Reply::quiet(format!(
        "This bank note is for {}. No money moved. Only they can redeem it.",
        recipient(recipient_is)
    ))
}

pub(crate) fn which_currency(currencies: &Currencies) -> Reply {
    let names: Vec<String> = currencies
        .iter()
        .take(10)
        .map(|shown| shown.currency.name.to_string())
        .collect();
    Reply::quiet(format!(
        "You have more than one currency. No money moved. Say which in the option `currency`: {}.",
        names.join(", ")
    ))
}

pub(crate) fn no_open_notes() -> Reply {
    Reply::quiet(
        "You have no bank notes that are not redeemed yet. /note create puts money into one.",
    )
}

pub(crate) fn no_number(typed: &str) -> Reply {
    Reply::quiet(format!(
        "“{}” is no number of a bank note. /note list shows yours, with their numbers.",
        quiet(typed)
    ))
}

pub(crate) fn revoked_before() -> Reply {
    Reply::quiet("You have revoked this bank note before. No money moved now. /history shows when.")
}

pub(crate) fn not_yours(number: NoteId) -> Reply {
    Reply::quiet(format!(
        "You wrote no bank note with the number {number}. No money moved. /note list shows yours."
    ))
}

fn recipient(identity: &Identity) -> String {
    match discord(identity) {
        Some(user) => format!("<@{user}>"),
        None => quiet(&identity.to_string()),
    }
}

fn discord(identity: &Identity) -> Option<u64> {
    (identity.platform() == Platform::Discord)
        .then(|| identity.subject().parse().ok())
        .flatten()
}

fn time_of(transaction: TransactionId) -> i64 {
    IdSequence::time_ms(transaction.get())
}

fn ago(ms: i64) -> String {
    format!("<t:{}:R>", ms.div_euclid(1_000))
}
