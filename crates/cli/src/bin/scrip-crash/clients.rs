//! Several clients that write until the server is gone.

use rand::{RngExt as _, SeedableRng, rngs::StdRng};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    program::{Running, World},
    sent::{Answer, Receipt, Sent},
};

/// So few that they often meet in one wallet.
const PEOPLE: u32 = 40;

#[derive(Debug)]
pub(crate) struct Clients(Vec<Client>);

#[derive(Debug)]
struct Client {
    world: World,
    api: Api,
    random: StdRng,
    sent: Vec<Sent>,
    /// Notes and holds of this client that are open as far as it knows.
    notes: Vec<(String, String)>,
    holds: Vec<String>,
}

/// The server, as one client speaks to it.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    url: String,
    key: String,
}

impl Api {
    pub(crate) fn of(server: &Running) -> Self {
        Self {
            http: server.http.clone(),
            url: server.url.clone(),
            key: server.key.clone(),
        }
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("Authorization", format!("Bearer {}", self.key))
            .header("Content-Type", "application/json")
    }

    /// None when no whole answer came.
    pub(crate) async fn write(&self, sent: &Sent) -> Option<Answer> {
        let request = self
            .request(reqwest::Method::POST, &sent.path)
            .header("Idempotency-Key", &sent.key)
            .body(sent.body.to_string());
        let response = request.send().await.ok()?;
        let (status, replayed) = (
            response.status(),
            response.headers().contains_key("idempotent-replayed"),
        );
        let body = response.bytes().await.ok()?;
        let body: Value = serde_json::from_slice(&body).ok()?;
        Some(judge(status, &body, replayed))
    }

    pub(crate) async fn write_many(&self, sent: &[Sent]) -> Option<Vec<Answer>> {
        let writes: Vec<Value> = sent.iter().filter_map(Sent::in_bulk).collect();
        let request = self.request(reqwest::Method::POST, "/v1/bulk");
        let response = request
            .body(json!({ "writes": writes }).to_string())
            .send()
            .await
            .ok()?;
        let body = response.bytes().await.ok()?;
        let body: Value = serde_json::from_slice(&body).ok()?;
        let results = body["results"].as_array()?;
        let answer = |result: &Value| {
            let status = result["status"]
                .as_u64()
                .and_then(|code| u16::try_from(code).ok());
            let status = status.and_then(|code| StatusCode::from_u16(code).ok());
            let replayed = result["replayed"] == true;
            judge(
                status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                &result["receipt"],
                replayed,
            )
        };
        Some(results.iter().map(answer).collect())
    }
}

/// A server that is being killed may still say that it does not know.
fn judge(status: StatusCode, body: &Value, replayed: bool) -> Answer {
    if status.is_success() {
        return Receipt::read(body, replayed).map_or(Answer::Unknown, Answer::Written);
    }
    if status.is_client_error() {
        Answer::Refused
    } else {
        Answer::Unknown
    }
}

impl Clients {
    pub(crate) fn new(world: &World, server: &Running, random: &mut StdRng, count: usize) -> Self {
        let client = |_| Client {
            world: world.clone(),
            api: Api::of(server),
            random: StdRng::seed_from_u64(random.random()),
            sent: Vec::new(),
            notes: Vec::new(),
            holds: Vec::new(),
        };
        Self((0..count.max(1)).map(client).collect())
    }

    /// Until none of them gets an answer any more.
    pub(crate) async fn write(self) -> Vec<Sent> {
        let mut writing = JoinSet::new();
        for client in self.0 {
            writing.spawn(client.write_until_gone());
        }
        let sent: Vec<Vec<Sent>> = writing.join_all().await;
        sent.into_iter().flatten().collect()
    }
}

impl Client {
    async fn write_until_gone(mut self) -> Vec<Sent> {
        while self.step().await.is_some() {}
        self.sent
    }

    async fn step(&mut self) -> Option<()> {
        if self.random.random_ratio(1, 6) {
            return self.bulk().await;
        }
        let mut sent = self.choose();
        let answer = self.api.write(&sent).await;
        let gone = answer.is_none();
        sent.answer = answer.unwrap_or(Answer::Unknown);
        self.remember(&sent);
        self.sent.push(sent);
        (!gone).then_some(())
    }

    async fn bulk(&mut self) -> Option<()> {
        let count = self.random.random_range(2..=60);
        let mut many: Vec<Sent> = (0..count).map(|_| self.plain()).collect();
        let answers = self.api.write_many(&many).await;
        let gone = answers.is_none();
        for (sent, answer) in many.iter_mut().zip(answers.unwrap_or_default()) {
            sent.answer = answer;
        }
        self.sent.extend(many);
        (!gone).then_some(())
    }

    /// What was opened can be closed later.
    fn remember(&mut self, sent: &Sent) {
        let Answer::Written(receipt) = &sent.answer else {
            return;
        };
        if let Some(token) = &receipt.token {
            let recipient = sent.body["recipient"].as_str().unwrap_or_default();
            self.notes.push((token.clone(), recipient.to_owned()));
        } else if receipt.kind == "hold_placed" {
            self.holds.push(receipt.transaction.clone());
        }
    }

    fn choose(&mut self) -> Sent {
        match self.random.random_range(0..10) {
            0 => self.note(),
            1 => match self.notes.pop() {
                Some((token, recipient)) => {
                    let body = json!({"token": token, "recipient": recipient});
                    Sent::new(self.key(), "/v1/notes/redeem", body)
                }
                None => self.plain(),
            },
            2 => match self.holds.pop() {
                Some(hold) => self.settle(&hold),
                None => self.hold(),
            },
            _ => self.plain(),
        }
    }

    /// What a bulk request takes too.
    fn plain(&mut self) -> Sent {
        match self.random.random_range(0..10) {
            0..=2 => {
                let body = json!({"to": self.person(), "currency": self.currency(), "amount": self.amount()});
                Sent::new(self.key(), "/v1/mints", body)
            }
            3..=7 => {
                let body = json!({
                    "from": self.person(), "to": self.person(), "currency": self.currency(), "amount": self.amount(),
                });
                Sent::new(self.key(), "/v1/transfers", body)
            }
            8 => {
                let body = json!({
                    "holder": self.person(), "from": self.world.gold, "to": self.world.silver, "amount": self.amount(),
                });
                Sent::new(self.key(), "/v1/exchanges", body)
            }
            _ => self.hold(),
        }
    }

    fn note(&mut self) -> Sent {
        let body = json!({
            "sender": self.person(), "recipient": self.person(), "currency": self.currency(), "amount": self.amount(),
        });
        Sent::new(self.key(), "/v1/notes", body)
    }

    fn hold(&mut self) -> Sent {
        let body =
            json!({"holder": self.person(), "currency": self.currency(), "amount": self.amount()});
        Sent::new(self.key(), "/v1/holds", body)
    }

    fn settle(&mut self, hold: &str) -> Sent {
        if self.random.random() {
            Sent::new(self.key(), format!("/v1/holds/{hold}/release"), json!({}))
        } else {
            let body = json!({"to": self.person()});
            Sent::new(self.key(), format!("/v1/holds/{hold}/capture"), body)
        }
    }

    fn person(&mut self) -> String {
        format!("app:u{}", self.random.random_range(0..PEOPLE))
    }

    fn currency(&mut self) -> String {
        if self.random.random_ratio(3, 4) {
            self.world.gold.clone()
        } else {
            self.world.silver.clone()
        }
    }

    fn amount(&mut self) -> String {
        self.random.random_range(1..200).to_string()
    }

    fn key(&mut self) -> String {
        format!("{:032x}", self.random.random::<u128>())
    }
}
