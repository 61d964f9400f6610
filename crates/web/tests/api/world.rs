use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use app::{
    ApiKey, ApiKeySecret, App, Asked, Change, Changed, Clock, ManualClock, NewApiKey, NewCurrency,
    NewGroup, NoteBook, NoteKeys, Scope, Scopes, origin::Gates,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use http_body_util::BodyExt;
use ledger::{
    Class, CurrencyId, CurrencyName, Decimals, GroupId, GroupKind, IdempotencyKey, Identity,
    KeyScope, Platform,
};
use serde_json::{Value, json};
use testkit::ledgers::{TestLedger, ledger_for_tests};
use tower::ServiceExt;

pub const NOW_MS: i64 = 1_795_250_000_000;

/// A server over a ledger of its own, with a group, gold (2 decimals) and gems (none), and a key that may do everything.
pub struct World {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub router: Router,
    pub config: web::Config,
    pub gold: CurrencyId,
    pub gems: CurrencyId,
    pub group: GroupId,
    pub key: String,
    gates: Gates,
    counter: AtomicU64,
    _ledger: TestLedger,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

pub fn everything() -> Scopes {
    Scopes {
        actions: Scope::ALL.to_vec(),
        currencies: Vec::new(),
        cap: None,
        require_site: false,
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(configure: impl FnOnce(&mut web::Config)) -> Self {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let ledger = ledger_for_tests(Arc::clone(&shared)).await;
        let (app, gates) = App::new(Arc::clone(&ledger.store), shared);
        let notes = NoteBook::new(NoteKeys::generate(0), "https://scrip.example");
        let mut config = web::Config::new(notes);
        configure(&mut config);
        let mut world = Self {
            router: web::router(config.clone(), app.clone(), gates.http.clone()),
            app,
            clock,
            config,
            gold: CurrencyId::new(1).unwrap(),
            gems: CurrencyId::new(1).unwrap(),
            group: GroupId::new(1).unwrap(),
            key: String::new(),
            gates,
            counter: AtomicU64::new(0),
            _ledger: ledger,
        };
        world.group = world.new_group("games").await;
        world.gold = world.new_currency(world.group, "gold", 2).await;
        world.gems = world.new_currency(world.group, "gems", 0).await;
        world.key = world.new_key("shop", everything()).await.0;
        world
    }

    pub async fn change(&self, change: Change) -> Changed {
        let operator = Identity::new(Platform::Operator, "cli").unwrap();
        let actor = self.app.holder(operator).await.unwrap();
        let entry = self.gates.cli.entry("test", "cli");
        let key = IdempotencyKey::new(KeyScope("cli"), &self.fresh());
        let asked = Asked::new(&entry, actor, key);
        self.app.change(asked, change).await.unwrap()
    }

    pub async fn new_group(&self, name: &str) -> GroupId {
        let change = Change::GroupCreate(NewGroup {
            kind: GroupKind::Single,
            name: name.into(),
            owner: None,
        });
        match self.change(change).await {
            Changed::Group(group) => group.id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn new_currency(&self, group: GroupId, name: &str, decimals: u8) -> CurrencyId {
        let change = Change::CurrencyCreate(NewCurrency {
            group,
            name: CurrencyName::new(name).unwrap(),
            symbol: None,
            decimals: Decimals::new(decimals).unwrap(),
            class: Class::Regular,
        });
        match self.change(change).await {
            Changed::Currency(currency) => currency.id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn new_key(&self, name: &str, scopes: Scopes) -> (String, ApiKey) {
        let secret = ApiKeySecret::random();
        let change = Change::ApiKeyCreate(NewApiKey {
            name: name.into(),
            scopes,
            hash: ApiKeySecret::hash(secret.expose()),
        });
        match self.change(change).await {
            Changed::ApiKey(key) => (secret.expose().to_owned(), key),
            other => panic!("{other:?}"),
        }
    }

    pub async fn key_for(&self, name: &str, actions: &[Scope]) -> String {
        let scopes = Scopes {
            actions: actions.to_vec(),
            ..everything()
        };
        self.new_key(name, scopes).await.0
    }

    /// An idempotency key that nobody used.
    pub fn fresh(&self) -> String {
        format!("test-{}", self.counter.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()),
        }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key))
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn write_as(&self, idempotency: &str, route: &str, body: Value) -> Answer {
        let (method, path) = route.split_once(' ').unwrap();
        let request = self
            .request(method, path)
            .header("idempotency-key", idempotency)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// A write with a key that nobody used.
    pub async fn write(&self, route: &str, body: Value) -> Answer {
        self.write_as(&self.fresh(), route, body).await
    }

    /// A write that must succeed.
    pub async fn done(&self, route: &str, body: Value) -> Value {
        let answer = self.write(route, body).await;
        assert!(answer.status.is_success(), "{route}: {}", answer.body);
        answer.body
    }

    pub async fn mint(&self, to: &str, currency: CurrencyId, amount: &str) -> Value {
        let body = json!({"to": to, "currency": currency, "amount": amount});
        self.done("POST /v1/mints", body).await
    }

    /// Ids differ with time; what they stand for does not.
    pub fn named(&self, answer: &Value) -> Value {
        let text = answer.to_string();
        let text = text
            .replace(&self.gold.to_string(), "[gold]")
            .replace(&self.gems.to_string(), "[gems]");
        let mut shown = String::new();
        let mut digits = String::new();
        for character in text.chars().chain(['\n']) {
            if character.is_ascii_digit() {
                digits.push(character);
                continue;
            }
            let long = (16..=18).contains(&digits.len());
            shown.push_str(if long { "[id]" } else { &digits });
            digits.clear();
            shown.push(character);
        }
        serde_json::from_str(&shown).unwrap()
    }

    pub async fn balance(&self, holder: &str, currency: CurrencyId) -> String {
        let wallet = self.get(&format!("/v1/holders/{holder}/wallet")).await.body;
        let lines = wallet["items"].as_array().cloned().unwrap_or_default();
        let line = lines
            .iter()
            .find(|line| line["currency"] == currency.to_string());
        line.map_or("0".into(), |line| line["balance"].as_str().unwrap().into())
    }
}

impl Answer {
    /// The end of a problem's type.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or("no problem");
        kind.rsplit(':').next().unwrap()
    }
}
