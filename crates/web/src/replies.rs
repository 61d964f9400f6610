//! The words that people read in problem documents: what happened, then what they can do.

use app::{ChangeRefusal, LinkRefusal, NoteTokenError, Scope};
use economy::{HoldState, Refusal};
use ledger::{AccountKey, Amount, Balance, CurrencyId, Owner};

use crate::currencies::Known;

/// A problem's title, which is the same for every problem of its type, and its detail.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) detail: String,
}

fn words(title: &'static str, detail: impl Into<String>) -> Words {
    Words {
        title,
        detail: detail.into(),
    }
}

/// The one sentence for a failure that is ours.
pub(crate) const FAILED: &str = "Something went wrong on our side. Repeat the request with the same Idempotency-Key: it has at most one effect. If it goes on, tell the operator the reference.";

pub(crate) fn refusal(refusal: &Refusal, known: &Known) -> Words {
    let money = |amount: Amount, currency| amount_text(known, currency, amount);
    match refusal {
        Refusal::UnknownTransaction { transaction } => words(
            "There is no such transaction",
            format!("No transaction has the id {transaction}. Check the id."),
        ),
        Refusal::UnknownNote { note } => words(
            "There is no such note",
            format!("No bank note has the id {note}. Check the id."),
        ),
        Refusal::UnknownHold { hold } => words(
            "There is no such hold",
            format!("No hold has the id {hold}. Check the id."),
        ),
        Refusal::UnknownReaction => words(
            "The reaction minted nothing",
            "This reaction never minted anything, so there is nothing to take back.",
        ),
        Refusal::UnknownCurrency { currency } => words(
            "There is no such currency",
            format!("No currency has the id {currency}. GET /v1/currencies lists them."),
        ),
        Refusal::UnknownHolder { holder } => words(
            "There is no such holder",
            format!(
                "No holder has the id {holder}. Use an identity such as discord:123 to make one."
            ),
        ),
        Refusal::CurrencyFrozen { currency } => words(
            "The currency is frozen",
            format!(
                "Nothing moves in {} until an operator makes it active again.",
                name(known, *currency)
            ),
        ),
        Refusal::AmountZero => words("The amount is zero", "An amount is greater than zero."),
        Refusal::ToOneself => words(
            "Both sides are the same",
            "Name two different holders, or two different currencies.",
        ),
        Refusal::HolderMerged { holder, into } => words(
            "The holder was joined with another",
            format!("Holder {holder} is now part of holder {into}. Use that one."),
        ),
        Refusal::HolderFrozen { holder } => words(
            "The holder is frozen",
            format!("An operator stopped holder {holder}: nothing comes in and nothing goes out."),
        ),
        Refusal::OtherGroup { from, to } => words(
            "The currencies belong to different groups",
            format!(
                "Only currencies of one group can be exchanged; these belong to the groups {from} and {to}."
            ),
        ),
        Refusal::NoRate { from, to } => words(
            "There is no rate",
            format!(
                "No rate leads from {} to {}. Set one with PUT /v1/rates/{from}/{to}.",
                name(known, *from),
                name(known, *to)
            ),
        ),
        Refusal::RateChanged { .. } => words(
            "The rate has changed",
            "The rate is no longer the one that was quoted. Ask for a new quote.",
        ),
        Refusal::ResultZero { .. } => words(
            "The amount is too small to exchange",
            "Rounded down, this exchange gives nothing. Exchange more at once.",
        ),
        Refusal::NoteForSomebodyElse { .. } => words(
            "The note is for somebody else",
            "Only the recipient that the note names can redeem it.",
        ),
        Refusal::NoteNotYours { .. } => words(
            "The note is somebody else's",
            "Only the sender of a note can revoke it.",
        ),
        Refusal::NoteRedeemed { by } => words(
            "The note was redeemed already",
            format!("It was redeemed by transaction {by}. A note is good once."),
        ),
        Refusal::NoteRevoked { by } => words(
            "The note was revoked",
            format!("Its sender took it back by transaction {by}."),
        ),
        Refusal::HoldSettled { state } => words(
            "The hold is settled already",
            match state {
                HoldState::Open => "The hold is open.".to_owned(),
                HoldState::Captured { by } => format!("It was captured by transaction {by}."),
                HoldState::Released { by } => format!("It was released by transaction {by}."),
            },
        ),
        Refusal::HoldTooSmall { .. } => words(
            "The hold is smaller than that",
            "Capture at most what the hold has set aside.",
        ),
        Refusal::ReactionCounted { by } => words(
            "The reaction was counted already",
            format!("It minted once, by transaction {by}, and never mints again."),
        ),
        Refusal::ReactionTakenBack => words(
            "The reaction was taken back already",
            "A reaction is taken back once.",
        ),
        Refusal::NotReversible { kind } => words(
            "Such a transaction is not reversed",
            format!(
                "A transaction of kind {} has its own way back, or none.",
                kind.as_str()
            ),
        ),
        Refusal::AlreadyReversed { by } => words(
            "The transaction was reversed already",
            format!("It was reversed by transaction {by}. That happens once."),
        ),
        Refusal::Game(refusal) => words(
            "The game refuses this",
            format!(
                "It was refused: {}. The game's own requests say more.",
                refusal.name()
            ),
        ),
        Refusal::SupplyCap { .. } => words(
            "The currency's supply would be too large",
            "At most 2^62 minor units of a currency are ever issued. Burn some first.",
        ),
        Refusal::BalanceTooLarge { account } => words(
            "The balance would be too large",
            format!("{} cannot hold so much.", owner(account)),
        ),
        Refusal::NotEnough {
            account,
            there,
            needed,
        } => words(
            "There is not enough money",
            format!(
                "{} has {} to spend, {} is needed.",
                owner(account),
                balance_text(known, account.currency, *there),
                money(*needed, account.currency),
            ),
        ),
    }
}

pub(crate) fn change(refusal: &ChangeRefusal) -> Words {
    match refusal {
        ChangeRefusal::KeyReused => key_reused(),
        ChangeRefusal::Unknown { what } => words(
            "There is no such thing",
            format!("There is no such {what}. Check the id."),
        ),
        ChangeRefusal::Exists { what } => words(
            "It is there already",
            format!("There is such a {what} already. Use that one, or choose another name."),
        ),
        ChangeRefusal::OtherGroup => words(
            "The currencies belong to different groups",
            "Only currencies of one group can have a rate.",
        ),
        ChangeRefusal::Store(_) => words("Something went wrong", FAILED),
    }
}

pub(crate) fn key_reused() -> Words {
    words(
        "The Idempotency-Key was used for something else",
        "This key was used before with another body; nothing was done now. Use a new key for a new request.",
    )
}

pub(crate) fn note_token(error: NoteTokenError) -> Words {
    let detail = match error {
        NoteTokenError::TooLong => "A bank note is never so long.",
        NoteTokenError::Malformed => "This text is not a bank note. Copy it again, whole.",
        NoteTokenError::UnknownKey => "This bank note was not signed by this server.",
        NoteTokenError::Algorithm | NoteTokenError::Signature => {
            "The signature is not right: somebody changed this bank note."
        }
    };
    words("The text is not a valid bank note", detail)
}

/// A name for programs, and words for people.
pub(crate) fn unlinked(refusal: &LinkRefusal) -> (&'static str, Words) {
    let (reason, detail) = match refusal {
        LinkRefusal::NoPerson => ("no-person", "Only people have wallets that can be joined."),
        LinkRefusal::GivenBefore => (
            "given-before",
            "The code for this Idempotency-Key was given before and cannot be told again. Ask with a new key.",
        ),
        LinkRefusal::TooManyWrong { .. } => (
            "too-many-wrong",
            "Too many wrong codes were entered for this user. Try again in ten minutes.",
        ),
        LinkRefusal::UnknownCode => (
            "unknown-code",
            "There is no such code, or it is long over. Check that all of it was copied.",
        ),
        LinkRefusal::Used => ("used", "The code was used before, and works once."),
        LinkRefusal::Replaced => ("replaced", "Its owner has asked for a newer code."),
        LinkRefusal::Expired => (
            "expired",
            "The code is too old: it was good for ten minutes.",
        ),
        LinkRefusal::Own => (
            "own",
            "The code is this user's own. It is entered in another front.",
        ),
        LinkRefusal::SamePlatform(_) => (
            "same-platform",
            "Both wallets have an account of the same platform, and a wallet has only one of each.",
        ),
        LinkRefusal::NoCurrency => ("no-currency", "There is no currency yet."),
        LinkRefusal::Refused { .. } | LinkRefusal::Store(_) => ("refused", "It was not done."),
    };
    (reason, words("The wallets were not joined", detail))
}

pub(crate) fn scope_missing(scope: Scope) -> Words {
    words(
        "The key may not do this",
        format!("This needs a key with the scope \"{}\".", scope.as_str()),
    )
}

fn owner(account: &AccountKey) -> String {
    match account.owner {
        Owner::Holder(holder) => format!("Holder {holder}"),
        Owner::System(role) => format!("The currency's {} account", role.as_str()),
    }
}

fn name(known: &Known, currency: CurrencyId) -> String {
    known
        .get(currency)
        .map_or_else(|| currency.to_string(), |c| c.name.to_string())
}

fn amount_text(known: &Known, currency: CurrencyId, amount: Amount) -> String {
    let amount = amount.display(known.decimals(currency));
    format!("{amount} {}", name(known, currency))
}

fn balance_text(known: &Known, currency: CurrencyId, balance: Balance) -> String {
    let balance = balance.display(known.decimals(currency));
    format!("{balance} {}", name(known, currency))
}
