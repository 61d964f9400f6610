//! Joining wallets.

use app::{LinkCode, LinkRefusal, Linked, WriteError};
use economy::Refusal;
use ledger::{Identity, Platform};

use super::{not_written, quiet};
use crate::{
    answer::Reply,
    currencies::Currencies,
    place::{People, Who},
};

pub(crate) fn code(code: &LinkCode) -> Reply {
    let (text, until) = (code.text(), code.expires_ms.div_euclid(1_000));
    Reply::quiet(format!(
        "Your code is `{text}`. It is good once, until <t:{until}:T> (<t:{until}:R>).\n\
         Enter it where your other wallet is: `/link {text}` in Telegram, or in the app under its linking. The two become one wallet, for ever.\n\
         Give it to nobody: whoever enters it shares your wallet. A code that you got before is no longer good."
    ))
}

pub(crate) fn linked(linked: &Linked) -> Reply {
    let with = account(&linked.with);
    match &linked.receipt {
        Some(_) => Reply {
            money_moved: true,
            ..Reply::quiet(format!(
                "Done: this account and {with} have one wallet now, with all that was in both. /wallet shows it, /history what happened in both."
            ))
        },
        None => Reply::quiet(format!(
            "This account and {with} have one wallet already. /wallet shows it."
        )),
    }
}

fn account(identity: &Identity) -> String {
    match identity.platform() {
        Platform::Discord => format!("<@{}>", identity.subject()),
        Platform::Telegram => "your Telegram account".into(),
        Platform::App | Platform::Guild | Platform::Operator => {
            format!("“{}”", quiet(identity.subject()))
        }
    }
}

pub(crate) fn refused(refusal: LinkRefusal, currencies: &Currencies, people: &People) -> Reply {
    let new = "Nothing was joined. Ask for a new code where your other wallet is.";
    Reply::quiet(match refusal {
        LinkRefusal::NoPerson => {
            "That is nobody's own wallet, and cannot be joined with one. Nothing was joined.".into()
        }
        LinkRefusal::GivenBefore => "Your code was given already. Use /link again for a new one.".into(),
        LinkRefusal::TooManyWrong { again_ms } => {
            let again = again_ms.div_euclid(1_000);
            format!("You entered too many codes that were wrong. Nothing was joined. Try again <t:{again}:R>.")
        }
        LinkRefusal::UnknownCode => {
            "There is no such code, or it is long over. Nothing was joined. Check that you copied all of it, such as `7KQ2M-XW4RT`, or ask for a new one where your other wallet is.".into()
        }
        LinkRefusal::Used => format!("This code was used before, and works once. {new}"),
        LinkRefusal::Replaced => format!("There is a newer code than this one. {new}"),
        LinkRefusal::Expired => format!("This code is too old: it was good for ten minutes. {new}"),
        LinkRefusal::Own => {
            "This is your own code. Nothing was joined. Enter it where your other wallet is, in Telegram or in the app.".into()
        }
        LinkRefusal::SamePlatform(platform) => {
            let platform = match platform {
                Platform::Discord => "Discord",
                Platform::Telegram => "Telegram",
                Platform::App | Platform::Guild | Platform::Operator => "that platform",
            };
            format!("Both wallets have an account of {platform}, and a wallet has only one of each platform. Nothing was joined. Use /transfer to move money between them.")
        }
        LinkRefusal::NoCurrency => {
            "There is no currency yet, so there are no wallets to join. Try again when there is one.".into()
        }
        LinkRefusal::Refused { refusal: Refusal::HolderFrozen { holder }, own } if holder != own => {
            debug_assert_ne!(people.who(holder), Who::You);
            "The other wallet is frozen. Nothing was joined. Only the operator can change that.".into()
        }
        LinkRefusal::Refused { refusal, .. } => {
            return not_written(WriteError::Refused(refusal), currencies, people);
        }
        LinkRefusal::Store(error) => {
            return not_written(WriteError::Store(error), currencies, people);
        }
    })
}
