//! Every sentence that people read: what happened, then what they can do. In HTML as Telegram has it.

use app::{LINK_CODE_SECS, LinkCode, LinkRefusal, Linked, PlayerRecord, StarsRecord};
use economy::{Refusal, RewardState};
use ledger::{Amount, Currency, CurrencyId, Platform};
use serde_json::{Value, json};

use super::{Context, payments::Declined, text::Quoted};

/// On the button that opens the game.
pub(super) const PLAY: &str = "Play";
const WRITE_TO_ME: &str = "Write to me";

/// A message to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub html: String,
    pub button: Option<Button>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    OpenGame,
    PrivateChat,
}

impl Button {
    /// Telegram opens a game beside a private chat only; from a group a link leads there.
    pub(super) fn keyboard(self, ctx: &Context, private: bool) -> Value {
        let chat = || format!("https://t.me/{}", ctx.name().unwrap_or_default());
        let button = match self {
            Button::OpenGame if private => {
                json!({ "text": PLAY, "web_app": { "url": ctx.config.game_url } })
            }
            Button::OpenGame => json!({ "text": PLAY, "url": chat() }),
            Button::PrivateChat => json!({ "text": WRITE_TO_ME, "url": chat() }),
        };
        json!({ "inline_keyboard": [[button]] })
    }
}

fn plain(html: impl Into<String>) -> Reply {
    Reply {
        html: html.into(),
        button: None,
    }
}

fn with(button: Button, html: impl Into<String>) -> Reply {
    Reply {
        button: Some(button),
        ..plain(html)
    }
}

// About the bot.

pub(super) fn welcome(name: &str) -> Reply {
    with(
        Button::OpenGame,
        format!(
            "Welcome, {}! Fly through the pipes: games earn tokens, and some games an achievement.\n\
             Connect a TON wallet in the game, and both are sent to it. /help shows what else I can do.",
            Quoted(name)
        ),
    )
}

pub(super) fn help() -> Reply {
    with(
        Button::OpenGame,
        "/start opens the game.\n\
         /wallet shows what you have, and what is on its way to you.\n\
         /top shows the best players.\n\
         /link joins this wallet with the one that you have on Discord.\n\
         /paysupport helps when something is wrong with a payment.",
    )
}

pub(super) fn unknown_command() -> Reply {
    plain("I do not know this command. /help shows those that I know.")
}

pub(super) fn only_commands() -> Reply {
    plain("I only understand commands. /help shows them.")
}

pub(super) fn in_private() -> Reply {
    with(Button::PrivateChat, "I answer that in a private chat only.")
}

pub(super) fn unavailable(reference: &str) -> Reply {
    plain(format!(
        "I cannot answer now. Please try again in a minute. If it stays so, tell the operator this reference: <code>{reference}</code>"
    ))
}

// Wallet.

/// A sum with the currency that it is in.
#[derive(Debug)]
pub(super) struct Money<'a> {
    pub text: String,
    pub currency: &'a Currency,
}

#[derive(Debug)]
pub(super) struct Wallet<'a> {
    /// With what of it is set aside.
    pub balances: Vec<(Money<'a>, Amount)>,
    pub pending: &'a [OnTheWay],
    pub currencies: &'a [Currency],
    pub player: bool,
    pub address: Option<String>,
}

/// Rewards of one state.
#[derive(Debug)]
pub(super) struct OnTheWay {
    pub state: RewardState,
    pub tokens: Vec<(CurrencyId, Amount)>,
    pub achievements: u32,
}

impl OnTheWay {
    pub(super) fn add(&mut self, currency: CurrencyId, amount: Amount) {
        let sum = self.tokens.iter_mut().find(|(of, _)| *of == currency);
        match sum {
            Some((_, sum)) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => self.tokens.push((currency, amount)),
        }
    }
}

pub(super) fn wallet(wallet: &Wallet<'_>) -> Reply {
    let mut lines = vec!["<b>Your wallet</b>".to_owned()];
    if wallet.balances.is_empty() {
        lines.push("It is empty.".into());
    }
    for (money, held) in &wallet.balances {
        let Money { text, currency } = money;
        let aside = aside(*held, currency);
        lines.push(format!("{text} {}{aside}", currency.name));
    }
    if !wallet.pending.is_empty() {
        lines.push("\n<b>On the way to you</b>".into());
        let pending = wallet.pending.iter();
        lines.extend(pending.map(|sum| pending_line(sum, wallet)));
    }
    match (&wallet.address, wallet.player) {
        (Some(address), _) => lines.push(format!("\nYour TON wallet: <code>{address}</code>")),
        (None, true) => lines.push("\nYou have no TON wallet here yet: connect one in the game, and what you earned is sent to it.".into()),
        (None, false) => lines.push("\nYou have not played yet.".into()),
    }
    match wallet.address {
        Some(_) => plain(lines.join("\n")),
        None => with(Button::OpenGame, lines.join("\n")),
    }
}

fn aside(held: Amount, currency: &Currency) -> String {
    if held.is_zero() {
        return String::new();
    }
    format!(", and {} set aside", held.display(currency.decimals))
}

fn pending_line(sum: &OnTheWay, wallet: &Wallet<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (id, amount) in &sum.tokens {
        if let Some(currency) = wallet.currencies.iter().find(|known| known.id == *id) {
            let amount = amount.display(currency.decimals);
            parts.push(format!("{amount} {}", currency.name));
        }
    }
    match sum.achievements {
        0 => {}
        1 => parts.push("1 achievement".into()),
        count => parts.push(format!("{count} achievements")),
    }
    let state = match sum.state {
        RewardState::Waiting if wallet.address.is_none() => "waiting for your TON wallet",
        RewardState::Waiting => "waiting to be sent",
        RewardState::Batched => "being sent",
        RewardState::Sent => "sent, not arrived yet",
        RewardState::Settled => "arrived",
        RewardState::Refused => "not sent",
    };
    format!("{}: {state}", parts.join(" and "))
}

// The best players.

pub(super) fn top(best: &[PlayerRecord], own: Option<u64>) -> Reply {
    if best.is_empty() {
        return with(Button::OpenGame, "Nobody has a score yet. Be the first!");
    }
    let mut lines = vec!["<b>The best players</b>".to_owned()];
    for (place, player) in (1..).zip(best) {
        let (name, score) = (Quoted(&player.name), player.fact.high_score);
        lines.push(format!("{place}. {name}: {score}"));
    }
    let shown = u64::try_from(best.len()).unwrap_or(u64::MAX);
    if let Some(own) = own.filter(|own| *own > shown) {
        lines.push(format!("\nYou are number {own}."));
    }
    with(Button::OpenGame, lines.join("\n"))
}

// Joining wallets.

pub(super) fn link_code(code: &LinkCode) -> Reply {
    let (text, minutes) = (code.text(), LINK_CODE_SECS / 60);
    plain(format!(
        "Your code is <code>{text}</code>. It is good once, for {minutes} minutes.\n\
         Enter it where your other wallet is: <code>/link {text}</code> on Discord, or in the app under its linking. The two become one wallet, for ever.\n\
         Give it to nobody: whoever enters it shares your wallet. A code that you got before is no longer good."
    ))
}

pub(super) fn linked(linked: &Linked) -> Reply {
    let with = match linked.with.platform() {
        Platform::Discord => "your Discord account".to_owned(),
        Platform::Telegram => "your Telegram account".to_owned(),
        Platform::App | Platform::Guild | Platform::Operator => {
            format!("\u{201c}{}\u{201d}", Quoted(linked.with.subject()))
        }
    };
    plain(match linked.receipt {
        Some(_) => format!(
            "Done: this account and {with} have one wallet now, with all that was in both. /wallet shows it."
        ),
        None => format!("This account and {with} have one wallet already. /wallet shows it."),
    })
}

pub(super) fn link_refused(refusal: &LinkRefusal, now_ms: i64) -> Reply {
    let new = "Nothing was joined. Ask for a new code where your other wallet is.";
    plain(match refusal {
        LinkRefusal::NoPerson => {
            "That is nobody's own wallet, and cannot be joined with one. Nothing was joined.".into()
        }
        LinkRefusal::GivenBefore => {
            "Your code was given already. Use /link again for a new one.".into()
        }
        LinkRefusal::TooManyWrong { again_ms } => {
            let minutes = again_ms.saturating_sub(now_ms).max(0).div_euclid(60_000).max(1);
            format!("You entered too many codes that were wrong. Nothing was joined. Try again in {minutes} min.")
        }
        LinkRefusal::UnknownCode => {
            "There is no such code, or it is long over. Nothing was joined. Check that you copied all of it, such as <code>7KQ2M-XW4RT</code>, or ask for a new one where your other wallet is.".into()
        }
        LinkRefusal::Used => format!("This code was used before, and works once. {new}"),
        LinkRefusal::Replaced => format!("There is a newer code than this one. {new}"),
        LinkRefusal::Expired => {
            let minutes = LINK_CODE_SECS / 60;
            format!("This code is too old: it was good for {minutes} minutes. {new}")
        }
        LinkRefusal::Own => {
            "This is your own code. Nothing was joined. Enter it where your other wallet is, on Discord or in the app.".into()
        }
        LinkRefusal::SamePlatform(platform) => {
            let platform = match platform {
                Platform::Discord => "Discord",
                Platform::Telegram => "Telegram",
                Platform::App | Platform::Guild | Platform::Operator => "that platform",
            };
            format!("Both wallets have an account of {platform}, and a wallet has only one of each platform. Nothing was joined.")
        }
        LinkRefusal::NoCurrency => {
            "There is no currency yet, so there are no wallets to join. Try again when there is one.".into()
        }
        LinkRefusal::Refused { refusal: Refusal::HolderFrozen { .. }, .. } => {
            "One of the two wallets is frozen. Nothing was joined. Only the operator can change that.".into()
        }
        LinkRefusal::Refused { .. } => {
            "These two wallets cannot be joined. Nothing was joined. Ask the operator.".into()
        }
        LinkRefusal::Store(_) => {
            "I cannot tell whether they were joined. Try again with the same code: it joins once.".into()
        }
    })
}

// Payments.

/// In the invoice, below its title; no markup.
pub(super) fn invoice_description(name: &str) -> String {
    let text = format!("{name} for the game, yours for good.");
    text.chars().take(255).collect()
}

/// Telegram shows it in a window of its own; no markup.
pub(super) fn declined(why: &Declined) -> String {
    match why {
        Declined::NotOurs => "This invoice is not one of mine. No Stars were taken.".into(),
        Declined::ForSomebodyElse => {
            "This invoice was made for somebody else. No Stars were taken. Open the shop in the game for your own.".into()
        }
        Declined::NotSold => "This is not sold for Stars any more. No Stars were taken.".into(),
        Declined::Owned { name } => {
            format!("You have this already: {name}. No Stars were taken.")
        }
        Declined::PriceChanged { name, stars } => format!(
            "The price of this has changed: {name} is {stars} Stars now. No Stars were taken. Open the shop again."
        ),
        Declined::TryAgain => {
            "The shop does not answer now. No Stars were taken. Please try again in a minute.".into()
        }
    }
}

fn item_name(name: Option<&str>) -> String {
    name.map_or_else(|| "something".into(), |name| Quoted(name).to_string())
}

pub(super) fn bought(name: Option<&str>) -> Reply {
    with(
        Button::OpenGame,
        format!("Thank you! You have this now: {}.", item_name(name)),
    )
}

pub(super) fn bought_nothing(name: Option<&str>, stars: u32) -> Reply {
    plain(format!(
        "Your {stars} Stars for {} bought nothing: you have it already, or it is not sold any more. They come back by themselves.",
        item_name(name)
    ))
}

pub(super) fn gave_back_unknown() -> Reply {
    plain("Your Stars were paid for something that I do not sell. They have come back.")
}

pub(super) fn pay_support(
    support: Option<&str>,
    payments: &[(Option<&str>, &StarsRecord)],
) -> Reply {
    let mut lines = vec![
        "What a payment bought is in the game as soon as Telegram has told me of it. Stars that bought nothing come back by themselves.".to_owned(),
    ];
    lines.push(match support {
        Some(support) => format!(
            "For anything else, and to give something back, ask <code>{}</code>, and tell the number of the payment.",
            escaped(support)
        ),
        None => "For anything else, and to give something back, ask the operator of this bot, and tell the number of the payment.".into(),
    });
    if !payments.is_empty() {
        lines.push("\n<b>Your payments with Stars</b>".into());
    }
    for (name, payment) in payments {
        let (name, stars) = (item_name(*name), payment.stars);
        let charge = escaped(&payment.charge_id);
        lines.push(format!("{name}, {stars} Stars: <code>{charge}</code>"));
    }
    plain(lines.join("\n"))
}

/// Text that is shown whole.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
