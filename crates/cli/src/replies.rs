//! What operators are told, in sentences. Exhaustive, so that a new refusal has its words before it compiles.

use app::{ChangeRefusal, StoreError, WriteError};
use economy::{HoldState, Refusal};
use ledger::{AccountKey, Amount, Currency, CurrencyId, HolderId, Owner};

use crate::{
    money,
    trouble::{Trouble, TroubleKind},
};

/// Nothing moved, and why.
pub(crate) fn write_error(error: &WriteError, words: &Words<'_>) -> Trouble {
    match error {
        WriteError::Refused(refusal) => {
            Trouble::new(TroubleKind::Refused, self::refusal(refusal, words))
        }
        WriteError::KeyReused => Trouble::new(
            TroubleKind::Refused,
            "This key was used before for something else; nothing moved now. Use another --key, or none.",
        ),
        WriteError::Store(error) => store_error(error),
    }
}

pub(crate) fn store_error(error: &StoreError) -> Trouble {
    let text = match error {
        StoreError::Unavailable { retry_after_secs } => {
            format!("The database does not answer; nothing was written. Try again in {retry_after_secs} seconds.")
        }
        StoreError::Full => {
            "The disk is full; nothing was written. Make room and try again.".to_owned()
        }
        StoreError::Closed => "The ledger is being closed; nothing was written. Try again when the server has restarted.".to_owned(),
        StoreError::Unknown => "It is not known whether this was written. Repeat it with the same --key: it happens once at most.".to_owned(),
        StoreError::Damaged(what) => {
            format!("The stored data is damaged ({what}). Run `scrip audit`, and restore a backup if it agrees.")
        }
        StoreError::Failed { doing, cause } => format!("The database failed while {doing}: {cause}."),
    };
    Trouble::new(TroubleKind::Failed, text)
}

pub(crate) fn change_refusal(refusal: &ChangeRefusal) -> Trouble {
    let text = match refusal {
        ChangeRefusal::KeyReused => {
            "This key was used before for another change; nothing was changed now.".to_owned()
        }
        ChangeRefusal::Unknown { what } => format!("There is no such {what}."),
        ChangeRefusal::Exists { what } => format!("There is such a {what} already."),
        ChangeRefusal::OtherGroup => "Only currencies of one group can be exchanged.".to_owned(),
        ChangeRefusal::Store(error) => return store_error(error),
    };
    Trouble::new(TroubleKind::Refused, text)
}

/// `1 transfer`, `2 transfers`
pub(crate) fn counted(count: impl TryInto<u64>, what: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// What ids are called.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Words<'a> {
    pub(crate) currencies: &'a [Currency],
    /// Holders as the operator named them.
    pub(crate) people: &'a [(HolderId, &'a str)],
}

impl Words<'_> {
    fn holder(&self, id: HolderId) -> String {
        let named = self.people.iter().find(|(holder, _)| *holder == id);
        named.map_or_else(|| format!("holder {id}"), |(_, name)| (*name).to_owned())
    }

    fn whose(&self, account: AccountKey) -> String {
        match account.owner {
            Owner::Holder(holder) => self.holder(holder),
            Owner::System(role) => format!("the {} account", role.as_str().replace('_', " ")),
        }
    }

    fn currency(&self, id: CurrencyId) -> String {
        let known = self.currencies.iter().find(|currency| currency.id == id);
        known.map_or_else(|| id.to_string(), |currency| currency.name.to_string())
    }

    fn minor_units(&self, id: CurrencyId, minor_units: i128) -> String {
        let known = self.currencies.iter().find(|currency| currency.id == id);
        known.map_or_else(
            || format!("{minor_units} minor units"),
            |currency| money::with_name(minor_units, currency),
        )
    }

    fn amount(&self, account: AccountKey, amount: Amount) -> String {
        self.minor_units(account.currency, amount.get().into())
    }
}

fn refusal(refusal: &Refusal, words: &Words<'_>) -> String {
    match refusal {
        Refusal::UnknownTransaction { transaction } => {
            format!("There is no transaction {transaction}.")
        }
        Refusal::UnknownNote { note } => format!("There is no bank note {note}."),
        Refusal::UnknownHold { hold } => format!("There is no hold {hold}."),
        Refusal::UnknownReaction => "This reaction never minted anything.".into(),
        Refusal::UnknownCurrency { currency } => format!("There is no currency {currency}."),
        Refusal::UnknownHolder { holder } => format!("There is no holder {holder}."),
        Refusal::CurrencyFrozen { currency } => format!(
            "{} is frozen: nothing moves in it.",
            words.currency(*currency)
        ),
        Refusal::AmountZero => "An amount is greater than zero.".into(),
        Refusal::ToOneself => "Sender and receiver are the same.".into(),
        Refusal::HolderMerged { holder, into } => {
            format!(
                "{} was joined with holder {into}; use that one.",
                words.holder(*holder)
            )
        }
        Refusal::HolderFrozen { holder } => {
            format!(
                "{} is frozen: nothing comes in or goes out.",
                words.holder(*holder)
            )
        }
        Refusal::OtherGroup { .. } => "Only currencies of one group can be exchanged.".into(),
        Refusal::NoRate { from, to } => format!(
            "There is no rate from {} to {}.",
            words.currency(*from),
            words.currency(*to)
        ),
        Refusal::RateChanged { quoted, now } => {
            format!("The rate is {now} now, not {quoted} as quoted.")
        }
        Refusal::ResultZero { rate } => {
            format!("At the rate of {rate} this amount gives nothing.")
        }
        Refusal::NoteForSomebodyElse { recipient } => {
            format!("The bank note is for {recipient}.")
        }
        Refusal::NoteNotYours { sender } => format!("The bank note is holder {sender}'s."),
        Refusal::NoteRedeemed { by } => {
            format!("The bank note was redeemed before, by transaction {by}.")
        }
        Refusal::NoteRevoked { by } => {
            format!("The bank note was revoked before, by transaction {by}.")
        }
        Refusal::HoldSettled { state } => match state {
            HoldState::Open => "The hold is open.".into(),
            HoldState::Captured { by } => {
                format!("The hold was captured before, by transaction {by}.")
            }
            HoldState::Released { by } => {
                format!("The hold was released before, by transaction {by}.")
            }
        },
        Refusal::HoldTooSmall { held, wanted } => format!(
            "The hold has {} minor units, and {} were asked for.",
            held.get(),
            wanted.get()
        ),
        Refusal::ReactionCounted { by } => {
            format!("This reaction was counted before, by transaction {by}.")
        }
        Refusal::ReactionTakenBack => "This reaction was taken back.".into(),
        Refusal::NotReversible { kind } => format!(
            "A transaction of kind {} is not reversed.",
            kind.as_str().replace('_', " ")
        ),
        Refusal::AlreadyReversed { by } => {
            format!("It was reversed before, by transaction {by}.")
        }
        Refusal::SupplyCap { issued, wanted } => format!(
            "No more than 2^62 minor units of a currency are ever issued: {} are, and {} more were asked for.",
            issued.get(),
            wanted.get()
        ),
        Refusal::BalanceTooLarge { account } => {
            format!(
                "The wallet of {} cannot hold so much.",
                words.whose(*account)
            )
        }
        Refusal::NotEnough {
            account,
            there,
            needed,
        } => format!(
            "There is not enough: {} has {}, and {} is needed.",
            words.whose(*account),
            words.minor_units(account.currency, there.get().into()),
            words.amount(*account, *needed),
        ),
    }
}
