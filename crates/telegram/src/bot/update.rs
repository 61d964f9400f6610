//! What Telegram tells the bot (<https://core.telegram.org/bots/api#update>): as much of it as is used. Everything in it may be
//! an attacker's text.

use ledger::TelegramUserId;
use serde::Deserialize;
use serde_json::Value;

/// Which kinds are asked for.
pub(super) const KINDS: [&str; 3] = ["message", "callback_query", "pre_checkout_query"];

#[derive(Debug, Clone)]
pub(super) struct Update {
    pub id: i64,
    pub event: Event,
}

#[derive(Debug, Clone)]
pub(super) enum Event {
    Message(Box<Message>),
    Callback(Callback),
    Checkout(Checkout),
    /// Nothing that concerns the bot.
    Other,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Message {
    pub message_id: i64,
    pub from: Option<User>,
    pub chat: Chat,
    pub text: Option<String>,
    pub successful_payment: Option<Payment>,
    pub refunded_payment: Option<Payment>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct User {
    pub id: TelegramUserId,
    pub is_bot: bool,
    pub first_name: String,
    pub last_name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Callback {
    pub id: String,
}

/// <https://core.telegram.org/bots/api#precheckoutquery>
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Checkout {
    pub id: String,
    pub from: User,
    pub currency: String,
    pub total_amount: u64,
    pub invoice_payload: String,
}

/// <https://core.telegram.org/bots/api#successfulpayment>
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Payment {
    pub total_amount: u64,
    pub invoice_payload: String,
    pub telegram_payment_charge_id: String,
}

impl Update {
    /// None when it has no number; what cannot be read otherwise is of no concern.
    pub(super) fn read(update: &Value) -> Option<Self> {
        let id = update.get("update_id")?.as_i64()?;
        let event = message(update)
            .or_else(|| callback(update))
            .or_else(|| checkout(update));
        Some(Self {
            id,
            event: event.unwrap_or(Event::Other),
        })
    }

    /// Whether Stars have moved.
    pub(super) fn is_payment(&self) -> bool {
        matches!(&self.event, Event::Message(message)
            if message.successful_payment.is_some() || message.refunded_payment.is_some())
    }

    /// Updates of one lane are handled one after the other. A question before a payment waits for nothing: it has ten seconds.
    pub(super) fn lane(&self) -> Lane {
        match &self.event {
            Event::Message(message) => match &message.from {
                Some(from) => Lane::Person(from.id),
                None => Lane::Alone(self.id),
            },
            Event::Callback(_) | Event::Checkout(_) | Event::Other => Lane::Alone(self.id),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    Person(TelegramUserId),
    Alone(i64),
}

fn message(update: &Value) -> Option<Event> {
    let message = Message::deserialize(update.get("message")?).ok()?;
    Some(Event::Message(Box::new(message)))
}

fn callback(update: &Value) -> Option<Event> {
    let callback = Callback::deserialize(update.get("callback_query")?).ok()?;
    Some(Event::Callback(callback))
}

fn checkout(update: &Value) -> Option<Event> {
    let checkout = Checkout::deserialize(update.get("pre_checkout_query")?).ok()?;
    Some(Event::Checkout(checkout))
}

impl Message {
    pub(super) fn is_private(&self) -> bool {
        self.chat.kind == "private"
    }
}

impl User {
    pub(super) fn name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}
