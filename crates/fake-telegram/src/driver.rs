//! What a test or the demo does with it: people write, press and pay.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    faults::Fault,
    invoices::CHECKOUT_FOR,
    server::{self, Server, StartError},
    shared::Shared,
    world::{Call, Chat, Checkout, Invoice, Message, Payment, Person, World},
};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub struct Settings {
    /// `<bot id>:<secret>`
    pub token: String,
    pub username: String,
    /// 0 for any.
    pub port: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "4242:AAFakeTokenForTestsOnly_0123456789abcde".into(),
            username: "scrip_bot".into(),
            port: 0,
        }
    }
}

/// A running Bot API; it ends when this is dropped.
#[derive(Debug)]
pub struct FakeTelegram {
    shared: Shared,
    server: Server,
}

/// A payment that did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declined {
    /// The bot refused, in these words.
    Refused(String),
    /// The bot did not answer within ten seconds.
    NoAnswer,
    UnknownInvoice,
}

impl FakeTelegram {
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let port = settings.port;
        let shared = Shared::new(World::new(settings));
        let server = server::start(shared.clone(), port).await?;
        Ok(Self { shared, server })
    }

    /// Without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub fn token(&self) -> String {
        self.shared.read(|world| world.settings.token.clone())
    }

    // Faults.

    /// The next `count` calls of this method end so.
    pub fn next(&self, method: &str, count: u32, fault: Fault) {
        self.shared
            .change(|world| world.armed.arm(method, count, fault));
    }

    pub fn all_is_well(&self) {
        self.shared.change(|world| world.armed.clear());
    }

    /// Keeps updates back until they are released.
    pub fn hold_updates(&self) {
        self.shared.change(|world| world.updates.held = true);
    }

    pub fn release_updates(&self) {
        self.shared.change(|world| world.updates.held = false);
    }

    /// Releases what was kept back with the newest first.
    pub fn release_reversed(&self) {
        self.shared.change(|world| {
            let updates = &mut world.updates;
            updates.waiting.make_contiguous().reverse();
            updates.held = false;
        });
    }

    /// An update comes once more, under its old number.
    pub fn repeat(&self, update: i64) {
        self.shared.change(|world| {
            let updates = &mut world.updates;
            let again = updates.all.iter().find(|(id, _)| *id == update).cloned();
            updates.waiting.extend(again);
        });
    }

    // People.

    /// Somebody whom Telegram knows; the bot may write to them once they have written to it.
    pub fn person(&self, id: u64, first_name: &str) {
        self.shared.change(|world| {
            let person = Person {
                first_name: first_name.into(),
                started: false,
            };
            world.people.insert(id, person);
        });
    }

    /// Gives the update's id.
    pub fn writes(&self, person: u64, chat: Chat, text: &str) -> i64 {
        self.shared.change(|world| {
            if let (Chat::Private(_), Some(person)) = (chat, world.people.get_mut(&person)) {
                person.started = true;
            }
            let id = world.fresh_id();
            world.messages.push(Message {
                id,
                chat: chat.id(),
                from: Some(person),
                text: text.into(),
                keyboard: None,
            });
            let message = message(
                world,
                id,
                person,
                chat,
                json!({ "text": text, "entities": entities(text) }),
            );
            world.tell("message", message)
        })
    }

    /// Presses a button with data below the newest message of a chat; gives the update's id.
    pub fn presses(&self, person: u64, chat: Chat, data: &str) -> i64 {
        self.shared.change(|world| {
            let id = format!("{}", world.fresh_id());
            world.callbacks.insert(id.clone());
            let from = user(world, person);
            let newest = world.messages.iter().rev().find(|m| m.chat == chat.id());
            let newest = newest.map_or(0, |message| message.id);
            let below = json!({
                "message_id": newest, "date": 1_790_000_000, "chat": chat_json(world, chat),
            });
            let query = json!({
                "id": id, "from": from, "message": below, "chat_instance": "1", "data": data,
            });
            world.tell("callback_query", query)
        })
    }

    // Paying.

    /// Opens an invoice and pays: the bot is asked first, and told of the payment afterwards.
    ///
    /// # Errors
    /// When the bot declines.
    pub async fn pays(&self, person: u64, link: &str) -> Result<Payment, Declined> {
        let invoice = self.agreed(person, link).await?;
        Ok(self.paid(person, &invoice.payload, invoice.stars).0)
    }

    /// As far as the bot's word.
    ///
    /// # Errors
    /// When the bot declines.
    pub async fn agreed(&self, person: u64, link: &str) -> Result<Invoice, Declined> {
        let invoices = |world: &World| {
            let mut invoices = world.invoices.iter();
            invoices.find(|invoice| invoice.link == link).cloned()
        };
        let invoice = self.shared.read(invoices).ok_or(Declined::UnknownInvoice)?;
        let id = self.ask(person, &invoice.payload, invoice.stars);
        let answer = |world: &World| world.checkouts.get(&id)?.answer.clone();
        match self.shared.wait_for(CHECKOUT_FOR, answer).await {
            None => Err(Declined::NoAnswer),
            Some(Err(words)) => Err(Declined::Refused(words)),
            Some(Ok(())) => Ok(invoice),
        }
    }

    /// Asks the bot before a payment with any payload and price.
    pub fn ask(&self, person: u64, payload: &str, stars: u32) -> String {
        self.shared.change(|world| {
            let id = format!("{}", world.fresh_id());
            let query = json!({
                "id": id, "from": user(world, person), "currency": "XTR",
                "total_amount": stars, "invoice_payload": payload,
            });
            let open = Checkout {
                asked: Instant::now(),
                answer: None,
            };
            world.checkouts.insert(id.clone(), open);
            world.tell("pre_checkout_query", query);
            id
        })
    }

    /// What the bot said to such a question, once it did.
    pub async fn said(&self, question: &str) -> Option<Result<(), String>> {
        let answer = |world: &World| world.checkouts.get(question)?.answer.clone();
        self.shared.wait_for(CHECKOUT_FOR, answer).await
    }

    /// Stars have moved, whatever the bot thinks of it: gives the payment and the update that tells of it.
    pub fn paid(&self, person: u64, payload: &str, stars: u32) -> (Payment, i64) {
        self.shared.change(|world| {
            let payment = Payment {
                charge_id: format!("stx{:08}", world.fresh_id()),
                person,
                payload: payload.into(),
                stars,
                refunded: false,
            };
            world.payments.push(payment.clone());
            let update = tell_paid(world, &payment);
            (payment, update)
        })
    }

    /// The same payment is told in a new update, as Telegram may do.
    pub fn tell_again(&self, payment: &Payment) -> i64 {
        self.shared.change(|world| tell_paid(world, payment))
    }

    /// An operator gives Stars back outside of the bot.
    pub fn refunded_elsewhere(&self, payment: &Payment) {
        self.shared.change(|world| {
            let mut payments = world.payments.iter_mut();
            let known = payments.find(|known| known.charge_id == payment.charge_id);
            if let Some(known) = known {
                known.refunded = true;
                world.tell_refunded(payment);
            }
        });
    }

    // What can be seen.

    pub fn payments(&self) -> Vec<Payment> {
        self.shared.read(|world| world.payments.clone())
    }

    pub fn commands(&self) -> Vec<(String, String)> {
        self.shared.read(|world| world.commands.clone())
    }

    pub fn menu_button(&self) -> Option<Value> {
        self.shared.read(|world| world.menu_button.clone())
    }

    pub fn invoices(&self) -> Vec<Invoice> {
        self.shared.read(|world| world.invoices.clone())
    }

    /// The calls of a method so far.
    pub fn calls(&self, method: &str) -> Vec<Call> {
        let of = |world: &World| {
            let calls = world.calls.iter().filter(|call| call.method == method);
            calls.cloned().collect()
        };
        self.shared.read(of)
    }

    /// All messages of a chat, oldest first.
    pub fn messages(&self, chat: Chat) -> Vec<Message> {
        let of = |world: &World| {
            let there = world.messages.iter().filter(|m| m.chat == chat.id());
            there.cloned().collect()
        };
        self.shared.read(of)
    }

    /// Waits until the bot has written so many messages in a chat, and gives them.
    ///
    /// # Panics
    /// When it does not within twenty seconds.
    pub async fn bot_wrote(&self, chat: Chat, count: usize) -> Vec<Message> {
        let look = |world: &World| {
            let own = |m: &&Message| m.chat == chat.id() && m.from.is_none();
            let wrote: Vec<Message> = world.messages.iter().filter(own).cloned().collect();
            (wrote.len() >= count).then_some(wrote)
        };
        let found = self.shared.wait_for(PATIENCE, look).await;
        found.unwrap_or_else(|| panic!("{count} messages in {chat:?}: {:?}", self.messages(chat)))
    }

    /// Waits until the bot has taken all updates that were for it.
    ///
    /// # Panics
    /// When it does not within twenty seconds.
    pub async fn all_taken(&self) {
        let look = |world: &World| world.updates.waiting.is_empty().then_some(());
        let found = self.shared.wait_for(PATIENCE, look).await;
        found.expect("the bot takes its updates");
    }

    /// Waits for so many calls of a method.
    ///
    /// # Panics
    /// When there are fewer within twenty seconds.
    pub async fn called(&self, method: &str, count: usize) -> Vec<Call> {
        let look = |world: &World| {
            let calls = world.calls.iter().filter(|call| call.method == method);
            let calls: Vec<Call> = calls.cloned().collect();
            (calls.len() >= count).then_some(calls)
        };
        let found = self.shared.wait_for(PATIENCE, look).await;
        found.unwrap_or_else(|| panic!("{count} calls of {method}"))
    }
}

fn tell_paid(world: &mut World, payment: &Payment) -> i64 {
    let id = world.fresh_id();
    let paid = json!({ "successful_payment": {
        "currency": "XTR",
        "total_amount": payment.stars,
        "invoice_payload": payment.payload,
        "telegram_payment_charge_id": payment.charge_id,
        "provider_payment_charge_id": "",
    }});
    let chat = Chat::Private(payment.person);
    let message = message(world, id, payment.person, chat, paid);
    world.tell("message", message)
}

impl World {
    /// Whoever gave the Stars back, a service message tells of it.
    pub fn tell_refunded(&mut self, payment: &Payment) -> i64 {
        let id = self.fresh_id();
        let refunded = json!({ "refunded_payment": {
            "currency": "XTR",
            "total_amount": payment.stars,
            "invoice_payload": payment.payload,
            "telegram_payment_charge_id": payment.charge_id,
        }});
        let chat = Chat::Private(payment.person);
        let message = message(self, id, payment.person, chat, refunded);
        self.tell("message", message)
    }
}

fn message(world: &World, id: i64, person: u64, chat: Chat, with: Value) -> Value {
    let mut message = json!({
        "message_id": id,
        "date": 1_790_000_000,
        "from": user(world, person),
        "chat": chat_json(world, chat),
    });
    if let (Some(message), Value::Object(with)) = (message.as_object_mut(), with) {
        message.extend(with);
    }
    message
}

fn user(world: &World, person: u64) -> Value {
    let name = world.people.get(&person).map(|person| &person.first_name);
    json!({ "id": person, "is_bot": false, "first_name": name, "language_code": "en" })
}

fn chat_json(world: &World, chat: Chat) -> Value {
    match chat {
        Chat::Private(person) => {
            let name = world.people.get(&person).map(|person| &person.first_name);
            json!({ "id": person, "type": "private", "first_name": name })
        }
        Chat::Group(id) => json!({ "id": id, "type": "supergroup", "title": "A group" }),
    }
}

/// Telegram marks a command at the beginning; offsets are in UTF-16 units, and commands are ASCII.
fn entities(text: &str) -> Value {
    if !text.starts_with('/') {
        return json!([]);
    }
    let length = text.split_whitespace().next().map_or(0, str::len);
    json!([{ "type": "bot_command", "offset": 0, "length": length }])
}
