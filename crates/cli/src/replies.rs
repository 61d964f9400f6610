//! What operators are told, in sentences. Exhaustive, so that a new refusal has its words before it compiles.

use app::{ChangeRefusal, StoreError, WriteError};
use economy::{DepositState, GameRefusal, HoldState, Refusal, RewardState};
use ledger::{AccountKey, Amount, Currency, CurrencyId, HolderId, Owner};
use store_postgres::{OpenError, RestoreError};

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

pub(crate) fn chain_error(error: &ton::toncenter::ClientError) -> Trouble {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(why) = cause {
        text.push_str(&format!(": {why}"));
        cause = why.source();
    }
    Trouble::failed(format!(
        "{}. See `ton.api_url`, and whether this machine reaches it.",
        capitalised(&text)
    ))
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Why a PostgreSQL ledger does not open, and what to do. Neither has the password of the URL in it.
pub(crate) fn database_error(error: &OpenError) -> Trouble {
    match error {
        OpenError::Url(cause) => Trouble::input(format!(
            "`database` is not a URL that is understood ({cause}). It is like postgres://user@host:5432/scrip; an @, : or / in a \
             password is written %40, %3A or %2F."
        )),
        OpenError::Unreachable { place, cause } => Trouble::failed(unreachable(place, cause)),
        OpenError::TooOld { place, version } => Trouble::failed(format!(
            "The database at {place} is PostgreSQL {version}, and 15 or later is needed. Upgrade that server, or name another one in `database`."
        )),
        OpenError::NotALedger { place } => Trouble::failed(format!(
            "The database at {place} has tables that are not a ledger's; nothing was changed. Make one of its own with \
             `createdb scrip`, and name it in `database`."
        )),
        OpenError::Empty { place } => Trouble::new(
            TroubleKind::NoLedger,
            format!(
                "There is no ledger in the database at {place} yet. `scrip serve` or `scrip currency create` makes one; `database` names another."
            ),
        ),
        OpenError::Newer {
            place,
            found,
            known,
        } => Trouble::failed(format!(
            "The ledger at {place} was written by a newer scrip: it has schema {found}, and this one knows {known}. Use that version \
             or a later one."
        )),
        OpenError::Failed { doing, cause } => {
            Trouble::failed(format!("The database did not do it: {doing}: {cause}."))
        }
    }
}

/// By SQLSTATE, which stands in the cause of what the server said itself.
fn unreachable(place: &str, cause: &str) -> String {
    let said = |code: &str| cause.contains(&format!("({code})"));
    let advice = if said("3D000") {
        "Make the database with `createdb`, or name another one in `database`."
    } else if said("28P01") {
        "Give the right password in `database`, or in a file that `database_file` names."
    } else if said("28000") {
        "See what pg_hba.conf on that server lets in, and the user in `database`."
    } else if said("53300") {
        "Raise max_connections on that server, or lower `database_connections`."
    } else {
        "See whether the server runs and listens there, whether a firewall is between, and whether `database` names the right host and port."
    };
    format!("The database at {place} cannot be reached: {cause}. {advice}")
}

/// Whether waiting may help: not when the server answered that it will not have us.
pub(crate) fn may_come_back(error: &OpenError) -> bool {
    const FOR_GOOD: [&str; 3] = ["(3D000)", "(28P01)", "(28000)"];
    match error {
        OpenError::Unreachable { cause, .. } => !FOR_GOOD.iter().any(|code| cause.contains(code)),
        _ => false,
    }
}

pub(crate) fn restore_error(file: &std::path::Path, error: &RestoreError) -> Trouble {
    let file = file.display();
    match error {
        RestoreError::Open(error) => database_error(error),
        RestoreError::Io(error) => Trouble::input(format!("{file} cannot be read: {error}.")),
        RestoreError::NotABackup => {
            Trouble::input(format!("{file} is no backup of a PostgreSQL ledger."))
        }
        RestoreError::Damaged(what) => {
            Trouble::failed(format!("{file} is damaged: {what}. Use another backup."))
        }
        RestoreError::Newer { found, known } => Trouble::failed(format!(
            "{file} was written by a newer scrip: it has schema {found}, and this one knows {known}. Use that version or a later one."
        )),
        RestoreError::NotEmpty { place } => Trouble::refused(format!(
            "The database at {place} is not empty, and a backup goes only into an empty one. Make one with `createdb`, name it in \
             `database`, and restore there."
        )),
        RestoreError::Unsound(finding) => Trouble::failed(format!(
            "{file} must not be restored: {}: {}.",
            finding.row, finding.what
        )),
        RestoreError::Failed { cause } => Trouble::failed(format!(
            "{file} was not restored, nothing was changed: {cause}."
        )),
    }
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
        Refusal::Game(refusal) => game_refusal(refusal),
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

fn game_refusal(refusal: &GameRefusal) -> String {
    match refusal {
        GameRefusal::UnknownPlayer { player } => format!(
            "Telegram user {player} was never in the game: they have to open it once first."
        ),
        GameRefusal::UnknownReward { reward } => format!("There is no reward {reward}."),
        GameRefusal::UnknownDeposit { deposit } => format!("There is no deposit {deposit}."),
        GameRefusal::UnknownPayment => "There is no such payment.".into(),
        GameRefusal::RunPlayed { run } => format!("Run {run} was paid before."),
        GameRefusal::WalletBound { wallet } => {
            format!("The player has the wallet {wallet}, and it never changes.")
        }
        GameRefusal::RewardEnded { state } => match state {
            RewardState::Waiting => "The reward waits and was not sent.".into(),
            RewardState::Batched | RewardState::Sent => {
                "The reward is on its way: it settles, or waits again by itself.".into()
            }
            RewardState::Settled => "The reward was settled: it is on the chain.".into(),
            RewardState::Refused => "The reward was refused before.".into(),
        },
        GameRefusal::DepositSeen => "The deposit was recorded before.".into(),
        GameRefusal::DepositEnded { state } => match state {
            DepositState::Held => "The deposit waits for a decision.".into(),
            DepositState::Bought => "The deposit has bought an item.".into(),
            DepositState::Assigned => "The deposit was given to a purchase before.".into(),
            DepositState::Refunding => "The deposit is on its way back to its sender.".into(),
            DepositState::Refunded => "The deposit was sent back before.".into(),
        },
        GameRefusal::ItemOwned => "The player has this item already.".into(),
        GameRefusal::PaymentSeen => "The payment was recorded before.".into(),
        GameRefusal::PaymentRefunded => "The payment was given back before.".into(),
    }
}
