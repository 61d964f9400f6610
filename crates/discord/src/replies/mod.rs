//! Every sentence that people read: what happened, then what they can do.

pub(crate) mod award;
pub(crate) mod economy;
pub(crate) mod exchange;
pub(crate) mod groups;
pub(crate) mod help;
pub(crate) mod link;
pub(crate) mod log;
pub(crate) mod notes;
pub(crate) mod policy;
pub(crate) mod settings;
pub(crate) mod setup;

use ::economy::{Refusal, Wealth};
use app::{ChangeRefusal, Posting, StoreError, WriteError, random_bytes};
use ledger::{
    Amount, AmountError, Balance, Currency, CurrencyId, CurrencyName, CurrencyState, GroupKind,
    Kind, NameError, Owner,
};

use crate::{
    answer::Reply,
    currencies::{Currencies, Money, Shown},
    emoji::EmojiRefusal,
    picture::{LARGEST, PictureRefusal},
    place::{People, Who},
};

pub(crate) const CURRENCIES: &str = "Currencies of this server";
pub(crate) const HISTORY: &str = "Your history, newest first";
pub(crate) const MORE_PLACES: &str = "Show all";
pub(crate) const PREVIOUS: &str = "Previous";
pub(crate) const NEXT: &str = "Next";

// What was done.

pub(crate) fn minted(by: u64, to: u64, money: Money<'_>) -> Reply {
    Reply::moved(format!("<@{by}> minted {money} for <@{to}>."))
}

pub(crate) fn burned(by: u64, from: u64, money: Money<'_>) -> Reply {
    Reply::moved(format!(
        "<@{by}> burned {money} from the wallet of <@{from}>."
    ))
}

pub(crate) fn paid(from: u64, to: u64, money: Money<'_>) -> Reply {
    Reply::moved(format!("<@{from}> paid <@{to}> {money}."))
}

/// In the channel, for an answer that did not arrive.
pub(crate) fn late(user: u64, text: &str) -> String {
    format!("{text}\n-# For <@{user}>, because Discord did not take the direct answer.")
}

pub(crate) fn made_primary(shown: &Shown) -> Reply {
    Reply::quiet(format!(
        "{shown} is now the primary currency: it is meant whenever a command names none."
    ))
}

/// `first` says of a new currency whether it became the primary one.
pub(crate) fn currency_set(shown: &Shown, first: Option<bool>) -> Reply {
    let name = &shown.currency.name;
    Reply::quiet(match first {
        Some(true) => format!(
            "{shown} is a currency now, and this server's primary one. React with its emoji to a message to mint one for its author, or use /mint."
        ),
        Some(false) => format!(
            "{shown} is a currency now. React with its emoji to a message to mint one for its author, or use /mint. \
             /make_currency_primary makes it the one that is meant when none is named."
        ),
        None => format!(
            "{shown} is the picture of {name} now. Reactions with an earlier picture no longer mint."
        ),
    })
}

// Lists.

pub(crate) fn wallet_title(own: bool) -> String {
    if own {
        "Your wallet".into()
    } else {
        "A member's wallet".into()
    }
}

pub(crate) fn wallet_line(
    balance: Money<'_>,
    held: Option<Money<'_>>,
    worth: Option<String>,
) -> String {
    let worth = worth
        .map(|worth| format!(" (worth {worth})"))
        .unwrap_or_default();
    let held = held
        .map(|held| format!(", and {held} set aside"))
        .unwrap_or_default();
    format!("{balance}{worth}{held}")
}

pub(crate) fn empty_wallet(of: Option<u64>) -> Reply {
    Reply::quiet(match of {
        None => "Your wallet is empty. Somebody can pay you with /transfer, or react to one of your messages with a currency's emoji.".into(),
        Some(user) => format!("The wallet of <@{user}> is empty here."),
    })
}

pub(crate) fn currency_line(shown: &Shown, primary: bool) -> String {
    let Currency {
        decimals, state, ..
    } = &shown.currency;
    let mut facts = Vec::new();
    if primary {
        facts.push("primary".to_owned());
    }
    match shown.kind {
        GroupKind::Single => {}
        GroupKind::Local => facts.push("shared with other servers".into()),
        GroupKind::Global => facts.push("global".into()),
    }
    match decimals.get() {
        0 => {}
        1 => facts.push("1 decimal".into()),
        digits => facts.push(format!("{digits} decimals")),
    }
    if shown.emoji.is_none() {
        facts.push("no emoji in this server".into());
    }
    if *state == CurrencyState::Frozen {
        facts.push("frozen".into());
    }
    if facts.is_empty() {
        shown.to_string()
    } else {
        format!("{shown} ({})", facts.join(", "))
    }
}

pub(crate) fn board_title(shown: &Shown) -> String {
    format!("Richest in {}", shown.currency.name)
}

pub(crate) fn place_line(place: usize, user: Option<u64>, sum: &str) -> String {
    let who = user.map_or_else(|| "somebody".to_owned(), |user| format!("<@{user}>"));
    format!("{place}. {who}: {sum}")
}

pub(crate) fn own_place(
    user: u64,
    own: Option<(usize, Wealth)>,
    shown: &Shown,
    of: usize,
) -> String {
    match own {
        Some((place, wealth)) => format!(
            "<@{user}> is number {place} of {of} with {}.",
            shown.sum(wealth.value)
        ),
        None => format!("<@{user}> has nothing that counts here yet."),
    }
}

pub(crate) fn page_of(number: usize, pages: usize) -> String {
    format!("Page {number} of {pages}")
}

pub(crate) fn empty_board(shown: &Shown) -> Reply {
    Reply::quiet(format!("Nobody here has any {shown} yet."))
}

/// `other` is whoever is on the other side: for money that was made or destroyed, who ordered it.
pub(crate) fn history_line(posting: &Posting, shown: &Shown, other: Option<u64>) -> String {
    let came_in = posting.change > 0;
    let sign = if came_in { "+" } else { "-" };
    let amount = Amount::new(posting.change.saturating_abs()).unwrap_or_default();
    let with = match (other, posting.other) {
        (Some(user), Owner::Holder(_)) if came_in => format!(" from <@{user}>"),
        (Some(user), Owner::Holder(_)) => format!(" to <@{user}>"),
        (Some(user), Owner::System(_)) => format!(" by <@{user}>"),
        (None, _) => String::new(),
    };
    let (what, money, seconds) = (
        kind(posting.kind),
        shown.money(amount),
        posting.time_ms.div_euclid(1_000),
    );
    let reason = posting
        .reason
        .as_deref()
        .map(|reason| format!(", “{}”", quiet(reason)))
        .unwrap_or_default();
    format!(
        "<t:{seconds}:R> {sign}{money}: {what}{with}{reason} ({})",
        source(&posting.origin.entry)
    )
}

pub(crate) fn empty_history() -> Reply {
    Reply::quiet("Nothing has come into your wallet or gone out of it yet.")
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Mint => "minted",
        Kind::Burn => "burned",
        Kind::Transfer => "paid",
        Kind::Exchange => "exchanged",
        Kind::NoteCreated => "put into a bank note",
        Kind::NoteRedeemed => "bank note redeemed",
        Kind::NoteRevoked => "bank note revoked",
        Kind::Purchase => "bought",
        Kind::Reward => "reward",
        Kind::Award => "award",
        Kind::HoldPlaced => "set aside",
        Kind::HoldCaptured => "taken from what was set aside",
        Kind::HoldReleased => "no longer set aside",
        Kind::Reversal => "reversed",
        Kind::Link => "wallets joined",
        Kind::RewardSettled => "reward arrived on TON",
        Kind::RewardRefused => "reward not sent",
        Kind::Deposit => "arrived at the shop",
        Kind::DepositReturned => "sent back by the shop",
    }
}

/// Where something came from, as people know it: `discord:/transfer` is `/transfer`.
fn source(entry: &str) -> String {
    match entry {
        "discord:reaction_add" => "a reaction".into(),
        "discord:reaction_remove" => "a reaction taken back".into(),
        other => quiet(other.strip_prefix("discord:").unwrap_or(other)),
    }
}

pub(crate) fn and_more(left: usize) -> String {
    format!("… and {left} more")
}

// What people can mend themselves.

pub(crate) fn unknown_command() -> Reply {
    Reply::quiet(
        "I no longer know this command. Restart Discord to see the newest ones, or use /help.",
    )
}

pub(crate) const CONFIRM: &str = "Confirm";
pub(crate) const CANCEL: &str = "Cancel";

pub(crate) fn others_button(asker: u64) -> Reply {
    Reply::quiet(format!(
        "This is <@{asker}>'s to decide. Nothing happened. Use the command yourself."
    ))
}

pub(crate) fn old_button() -> Reply {
    Reply::quiet("This button is too old. Use the command again.")
}

pub(crate) fn only_in_a_server() -> Reply {
    Reply::quiet("This works in a server only. Use it in one where I am a member.")
}

pub(crate) fn only_your_own_wallet_here() -> Reply {
    Reply::quiet(
        "In a direct message you see your own wallet only. Use /wallet in a server to see somebody else's.",
    )
}

pub(crate) fn only_for_admins() -> Reply {
    Reply::quiet(
        "Only those who may manage this server can do that. Ask one of them, or for the permission “Manage Server”.",
    )
}

pub(crate) fn unknown_person() -> Reply {
    Reply::quiet("Discord did not say who that is. Choose somebody from the list.")
}

pub(crate) fn bots_have_no_wallet(bot: u64) -> Reply {
    Reply::quiet(format!(
        "<@{bot}> is a bot, and bots have no wallet. Choose a person."
    ))
}

pub(crate) fn unknown_currency(typed: &str, currencies: &Currencies) -> Reply {
    if currencies.is_empty() {
        return no_primary(currencies);
    }
    let near = currencies.like(typed);
    let meant = if near.is_empty() {
        String::from("/currencies lists them.")
    } else {
        format!("Did you mean {}?", near.join(" or "))
    };
    Reply::quiet(format!(
        "There is no currency “{}” here. {meant}",
        quiet(typed)
    ))
}

pub(crate) fn no_primary(currencies: &Currencies) -> Reply {
    Reply::quiet(if currencies.is_empty() {
        "This server has no currency yet. Somebody who manages it can make one with /set_currency_emoji."
    } else {
        "This server has no primary currency. Name one in the option `currency`, or ask somebody who manages the server to choose one with /make_currency_primary."
    })
}

pub(crate) fn bad_amount(typed: &str, error: AmountError, currency: &Currency) -> Reply {
    let (typed, name) = (quiet(typed), &currency.name);
    Reply::quiet(match error {
        AmountError::NotANumber => format!(
            "“{typed}” is no amount. Write digits, such as 12 or 0.5, without signs, spaces or letters."
        ),
        AmountError::TooManyDecimals { allowed: 0, .. } => {
            format!("{name} has no decimals. Write a whole number, such as 12.")
        }
        AmountError::TooManyDecimals { allowed, given } => {
            format!(
                "“{typed}” has {given} digits behind the point, and {name} has {allowed}. Write it with fewer."
            )
        }
        AmountError::TooLarge => {
            format!("“{typed}” is more than a wallet can hold. Choose a smaller amount.")
        }
        AmountError::Negative => format!("“{typed}” is below zero. Choose an amount above zero."),
    })
}

pub(crate) fn bad_name(typed: &str, error: NameError) -> Reply {
    let rule = "A currency's name has 2 to 32 letters from a to z, digits or underscores.";
    Reply::quiet(match error {
        NameError::Length { .. } | NameError::Character { .. } => {
            format!(
                "“{}” cannot be the name of a currency. {rule} Choose another one.",
                quiet(typed)
            )
        }
    })
}

pub(crate) fn decimals_stay(currency: &Currency) -> Reply {
    let (name, digits) = (&currency.name, currency.decimals.get());
    Reply::quiet(format!(
        "{name} has {digits} digits behind the point, and that cannot change any more. Leave `decimals` out to change the picture only, or choose another name."
    ))
}

pub(crate) fn no_attachment() -> Reply {
    Reply::quiet("Discord did not pass the picture on. Upload it again.")
}

pub(crate) fn bad_picture(refusal: PictureRefusal) -> Reply {
    Reply::quiet(match refusal {
        PictureRefusal::TooLarge { bytes } => format!(
            "The picture has {} KiB, and an emoji may have {} KiB. Make it smaller, 128 by 128 pixels are enough.",
            bytes.div_ceil(1_024),
            LARGEST / 1_024
        ),
        PictureRefusal::ElsewhereHosted => {
            "The picture does not lie on Discord's own servers. Upload it as a file.".into()
        }
        PictureRefusal::NotFetched(why) => {
            tracing::warn!(why, "cannot fetch a picture");
            "I could not fetch the picture from Discord. Nothing was changed. Try again in a minute.".into()
        }
        PictureRefusal::NoPicture => {
            "That is no picture that I can use. Upload a PNG, JPEG, GIF or WebP file.".into()
        }
    })
}

pub(crate) fn no_emoji(refusal: EmojiRefusal) -> Reply {
    Reply::quiet(match refusal {
        EmojiRefusal::Full { animated: false } => {
            "All places for emojis in this server are taken. Nothing was changed. Delete one in Server Settings, Emoji, or boost the server, and try again.".into()
        }
        EmojiRefusal::Full { animated: true } => {
            "All places for animated emojis in this server are taken. Nothing was changed. Delete one in Server Settings, Emoji, or upload a still picture.".into()
        }
        EmojiRefusal::NotAllowed => {
            "I may not make emojis in this server. Nothing was changed. Give my role the permission “Create Expressions” in Server Settings, Roles, and try again.".into()
        }
        EmojiRefusal::BadPicture => {
            "Discord does not take this picture as an emoji. Nothing was changed. Try another one: PNG, JPEG, GIF or WebP, at most 256 KiB.".into()
        }
        EmojiRefusal::Busy => {
            "Discord limits how many emojis may be made in a short time. No currency was changed. Try again in an hour.".into()
        }
        EmojiRefusal::Failed(why) => {
            let reference = reference();
            tracing::error!(why, reference, "cannot make an emoji");
            format!("Something went wrong while making the emoji. No currency was changed. Try again; if it happens again, tell the operator the reference {reference}.")
        }
    })
}

/// For the guild's audit log, 1 to 512 characters.
pub(crate) fn audit_reason(user: u64, name: &CurrencyName) -> String {
    format!("picture of the currency {name}, uploaded by user {user}")
}

pub(crate) fn audit_reason_unused(name: &CurrencyName) -> String {
    format!("the currency {name} could not be kept")
}

pub(crate) fn audit_reason_replaced(name: &CurrencyName) -> String {
    format!("the currency {name} has a new picture")
}

// What the ledger refuses.

/// Why money did not move, or what is not known of it.
pub(crate) fn not_written(error: WriteError, currencies: &Currencies, people: &People) -> Reply {
    match error {
        WriteError::Refused(refusal) => {
            tracing::info!(refusal = refusal.name(), "refused");
            refused(&refusal, currencies, people)
        }
        WriteError::KeyReused => Reply::quiet(
            "This very command was carried out before in another way, so no money moved now. Look into your /history.",
        ),
        WriteError::Store(error) => store_failed(
            &error,
            "No money moved.",
            "It is not certain whether money moved: look into your /history before you try again.",
        ),
    }
}

/// A list could not be read.
pub(crate) fn read_failed(error: StoreError) -> Reply {
    store_failed(&error, "No money moved.", "No money moved.")
}

/// Why a change of currencies or settings was not made.
pub(crate) fn not_changed(refusal: ChangeRefusal) -> Reply {
    match refusal {
        ChangeRefusal::KeyReused => Reply::quiet(
            "This very command was carried out before in another way, so nothing was changed now.",
        ),
        ChangeRefusal::Unknown { what } => Reply::quiet(format!(
            "There is no such {what} any more. Nothing was changed. /currencies lists what there is."
        )),
        ChangeRefusal::Exists { what } => Reply::quiet(format!(
            "There is such a {what} already. Nothing was changed. Choose another name."
        )),
        ChangeRefusal::OtherGroup => Reply::quiet(
            "These currencies do not belong together. Nothing was changed. Choose two of one group.",
        ),
        ChangeRefusal::Store(error) => store_failed(
            &error,
            "Nothing was changed.",
            "It is not certain whether it was changed: look at /currencies before you try again.",
        ),
    }
}

/// `certain` where the failure proves that nothing was written, `uncertain` else.
fn store_failed(error: &StoreError, certain: &str, uncertain: &str) -> Reply {
    let reference = reference();
    tracing::error!(%error, reference, "the store failed");
    Reply::quiet(match error {
        StoreError::Unavailable { retry_after_secs } => {
            let seconds = (*retry_after_secs).max(1);
            format!("The bank is closed for a moment. {certain} Try again in {seconds} seconds.")
        }
        StoreError::Full => format!(
            "The bank can read but not write at the moment. {certain} Tell the operator the reference {reference}."
        ),
        StoreError::Closed => {
            format!("The bank is closing for a restart. {certain} Try again in a minute.")
        }
        StoreError::Unknown | StoreError::Damaged(_) | StoreError::Failed { .. } => {
            format!(
                "Something went wrong. {uncertain} If it happens again, tell the operator the reference {reference}."
            )
        }
    })
}

/// What ties an answer to the log.
fn reference() -> String {
    let bytes: [u8; 4] = random_bytes();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Why money did not move. Exhaustive: a new refusal needs its sentence here.
fn refused(refusal: &Refusal, currencies: &Currencies, people: &People) -> Reply {
    let name = |id: &CurrencyId| {
        currencies
            .get(*id)
            .map_or_else(|| "that currency".to_owned(), ToString::to_string)
    };
    let money = |id: CurrencyId, balance: Balance| match currencies.get(id) {
        Some(shown) => shown.balance(balance).to_string(),
        None => "that much".to_owned(),
    };
    Reply::quiet(match refusal {
        Refusal::UnknownTransaction { .. } => "There is no such transaction. No money moved. /history lists yours.".into(),
        Refusal::UnknownNote { .. } => "There is no such bank note. No money moved. Check that you copied all of it.".into(),
        Refusal::UnknownHold { .. } => "Nothing is set aside under that number. No money moved.".into(),
        Refusal::UnknownReaction => "That reaction never minted anything, so there is nothing to take back.".into(),
        Refusal::UnknownCurrency { .. } => "That currency is not there any more. No money moved. /currencies lists what there is.".into(),
        Refusal::UnknownHolder { .. } => "One of the wallets is not there any more. No money moved. Try again.".into(),
        Refusal::CurrencyFrozen { currency } => {
            format!("{} is frozen: nothing of it moves until the operator says otherwise. Choose another currency.", name(currency))
        }
        Refusal::AmountZero => "Nothing is no amount. No money moved. Choose an amount above zero.".into(),
        Refusal::ToOneself => "You cannot pay yourself. No money moved. Choose somebody else.".into(),
        Refusal::HolderMerged { .. } => "One of the wallets was just joined with another one. No money moved. Try again.".into(),
        Refusal::HolderFrozen { holder } => match people.who(*holder) {
            Who::You => "Your wallet is frozen. No money moved. Ask the operator why.".into(),
            Who::Member(user) => format!("The wallet of <@{user}> is frozen. No money moved. Only the operator can change that."),
            Who::Somebody => "That wallet is frozen. No money moved. Only the operator can change that.".into(),
        },
        Refusal::OtherGroup { .. } => "These currencies do not belong together. No money moved. Only currencies of one group can be exchanged.".into(),
        Refusal::NoRate { from, to } => format!("There is no rate from {} to {}. No money moved. Somebody who manages the currencies can set one.", name(from), name(to)),
        Refusal::RateChanged { quoted, now } => format!("The rate was {quoted} and is {now} now. No money moved. Ask again to see what you would get."),
        Refusal::ResultZero { rate } => format!("At the rate {rate} so little gives nothing. No money moved. Choose a larger amount."),
        Refusal::NoteForSomebodyElse { .. } => "This bank note is for somebody else. No money moved. Only they can redeem it.".into(),
        Refusal::NoteNotYours { .. } => "This bank note is not yours. No money moved. Only who wrote it can revoke it.".into(),
        Refusal::NoteRedeemed { .. } => "This bank note was redeemed before. No money moved now.".into(),
        Refusal::NoteRevoked { .. } => "This bank note was revoked by who wrote it. No money moved. Ask them for another one.".into(),
        Refusal::HoldSettled { .. } => "What was set aside there is settled already. No money moved now.".into(),
        Refusal::HoldTooSmall { .. } => "Less than that is set aside there. No money moved. Choose a smaller amount.".into(),
        Refusal::ReactionCounted { .. } => "This reaction has minted before. It counts once.".into(),
        Refusal::ReactionTakenBack => "This reaction was taken back before. It counts once.".into(),
        Refusal::NotReversible { kind: what } => format!("What was {} cannot be reversed. No money moved.", kind(*what)),
        Refusal::AlreadyReversed { .. } => "That was reversed before. No money moved now.".into(),
        Refusal::Game(_) => "That belongs to the game in Telegram. No money moved. Do it there.".into(),
        Refusal::SupplyCap { .. } => "There would be more of this currency than there may ever be. No money moved. Choose a smaller amount.".into(),
        Refusal::BalanceTooLarge { .. } => "That is more than a wallet can hold. No money moved. Choose a smaller amount.".into(),
        Refusal::NotEnough { account, there, needed } => {
            let (has, needs) = (money(account.currency, *there), money(account.currency, (*needed).into()));
            let who = match account.owner {
                Owner::Holder(holder) => people.who(holder),
                Owner::System(_) => Who::Somebody,
            };
            match who {
                Who::You => format!("You have {has}, and this takes {needs}. No money moved. Choose a smaller amount."),
                Who::Member(user) => format!("<@{user}> has {has}, and this takes {needs}. No money moved. Choose a smaller amount."),
                Who::Somebody => format!("Only {has} are there, and this takes {needs}. No money moved. Choose a smaller amount."),
            }
        }
    })
}

/// Others' text without what Discord would make of it: no mentions, links or formatting, one line, 64 characters.
pub(crate) fn quiet(text: &str) -> String {
    let visible = text
        .chars()
        .filter(|c| !c.is_control() && !is_direction(*c));
    let mut quiet = String::new();
    for c in visible.take(64) {
        if matches!(
            c,
            '*' | '_'
                | '~'
                | '`'
                | '|'
                | '\\'
                | '<'
                | '>'
                | '@'
                | '#'
                | '['
                | ']'
                | '('
                | ')'
                | ':'
        ) {
            quiet.push('\\');
        }
        quiet.push(c);
    }
    quiet
}

/// Characters that turn the direction of the text after them.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Reply {
    /// Whose list it is, as a mention, which a title cannot hold.
    pub(crate) fn naming(self, user: Option<u64>) -> Self {
        match user {
            Some(user) => Self {
                text: format!("The wallet of <@{user}>"),
                ..self
            },
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_typed_is_only_text() {
        let check = |typed: &str, expect: &str| assert_eq!(quiet(typed), expect, "{typed:?}");
        check("gold", "gold");
        check("<@!1> **x**", "\\<\\@!1\\> \\*\\*x\\*\\*");
        check("a\nb\u{202e}c", "abc");
        check(&"x".repeat(100), &"x".repeat(64));
    }

    #[test]
    fn only_a_failure_that_proves_it_says_that_no_money_moved() {
        let check = |error: StoreError, expect: bool| {
            let reply = not_written(
                WriteError::Store(error.clone()),
                &Currencies::default(),
                &People::default(),
            );
            assert_eq!(reply.text.contains("No money moved."), expect, "{error:?}");
        };
        check(
            StoreError::Unavailable {
                retry_after_secs: 3,
            },
            true,
        );
        check(StoreError::Full, true);
        check(StoreError::Closed, true);
        check(StoreError::Unknown, false);
        check(StoreError::Damaged("row".into()), false);
        check(
            StoreError::Failed {
                doing: "x",
                cause: "y".into(),
            },
            false,
        );
    }
}
