//! `scrip demo`'s game as the page in the browser uses it, from signing in to a pipe that was paid for on the chain.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Server, Stage};

/// Somebody who has signed in.
struct Visitor<'a> {
    server: &'a Server,
    id: String,
    init_data: String,
}

impl<'a> Visitor<'a> {
    fn new(server: &'a Server) -> Self {
        let signed = done(server, "POST /demo/sign-in", &json!({}));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            server,
            id: text(&signed["person"]["id"]),
            init_data: text(&signed["init_data"]),
        }
    }

    fn ask(&self, route: &str, mut body: Value) -> (u16, Value) {
        body["init_data"] = self.init_data.clone().into();
        asked(self.server, route, &body)
    }

    fn done(&self, route: &str, body: Value) -> Value {
        let (status, answer) = self.ask(route, body);
        assert_eq!(status, 200, "{route}: {answer}");
        answer
    }

    fn connect(&self) {
        let asked = self.done("POST /ton-proof", json!({}));
        let wanted = json!({"person": self.id, "payload": asked["payload"]});
        let wallet = done(self.server, "POST /demo/wallet/connect", &wanted);
        assert_eq!(wallet["network"], "-3");
        let mut proof = wallet["proof"].clone();
        proof["state_init"] = wallet["wallet_state_init"].clone();
        proof["public_key"] = wallet["public_key"].clone();
        let claim = json!({"address": wallet["address"], "proof": proof});
        let bound = self.done("POST /wallet", claim);
        assert_eq!(bound["wallet"], wallet["address"]);
    }

    fn fly(&self, pipes: u32) -> Value {
        let run = self.done("POST /run", json!({}));
        let seed = u32::try_from(run["seed"].as_u64().unwrap()).unwrap();
        let flaps = flight::pilot::flaps(seed, pipes);
        let played = json!({"run": run["run"], "score": pipes, "flaps": flaps});
        self.done("POST /played", played)
    }

    /// What the wallet is told to do.
    fn send(&self, payment: &Value) -> (u16, Value) {
        let wanted = json!({
            "person": self.id,
            "valid_until": payment["valid_until"],
            "messages": payment["messages"],
        });
        asked(self.server, "POST /demo/wallet/send", &wanted)
    }
}

fn asked(server: &Server, route: &str, body: &Value) -> (u16, Value) {
    let (method, path) = route.split_once(' ').unwrap();
    server.ask(method, path, "none", body)
}

fn done(server: &Server, route: &str, body: &Value) -> Value {
    let (status, answer) = asked(server, route, body);
    assert_eq!(status, 200, "{route}: {answer}");
    answer
}

/// Looks again until it is so, no oftener than the server lets a player ask; a test that waits in vain fails.
fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..150 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("in vain: {what}");
}

#[test]
fn a_visitor_earns_a_token_and_buys_a_pipe_with_it() {
    let stage = Stage::on_sqlite();
    let server = stage.demo();
    let visitor = Visitor::new(&server);
    visitor.connect();
    let tokens = visitor.done("GET /tokens", json!({}));
    assert_eq!(tokens, json!({"ok": true, "balance": "0", "coins": "2"}));
    // Not handed in before it can have been flown, give or take five seconds.
    assert_eq!(visitor.fly(1)["tokens"], "1");
    until("the token is on the chain", || {
        visitor.done("GET /tokens", json!({}))["balance"] == "1"
    });

    let payment = visitor.done("POST /payment", json!({"item": "1"}));
    let (status, sent) = visitor.send(&payment);
    assert_eq!(status, 200, "{sent}");
    assert!(sent["boc"].is_string());
    until("the pipe is the visitor's", || {
        visitor.done("GET /purchases", json!({}))["purchases"][0]["item"] == "1"
    });
    let (_, again) = visitor.ask("POST /payment", json!({"item": "1"}));
    assert_eq!(again["type"], "urn:scrip:problem:item-owned");

    // Those who have played before are settled too, and the chain has what the ledger says.
    until("all is settled", || {
        let status = stage.json(&["--data-dir", "demo", "ton", "status"]);
        let supply = &status["supply"];
        supply["on_the_way"] == "0" && supply["chain"] == supply["ledger"]
    });
    let board = visitor.done("GET /leaderboard", json!({}));
    assert_eq!(board["you"]["score"], 1);
    assert_eq!(board["top"].as_array().unwrap().len(), 7, "{board}");
    let people = done(&server, "GET /demo/people", &json!({}));
    assert_eq!(people["people"][6]["id"], visitor.id);
    assert!(server.stop().success());
}

#[test]
fn what_the_made_up_wallet_does_not_do_is_told() {
    let stage = Stage::on_sqlite();
    let server = stage.demo();
    let visitor = Visitor::new(&server);
    visitor.connect();
    let message =
        |amount: &str| json!({"address": format!("0:{}", "1".repeat(64)), "amount": amount});
    let refused = |valid_until: u64, messages: Vec<Value>, expect: &str| {
        let payment = json!({"valid_until": valid_until, "messages": messages});
        let (_, told) = visitor.send(&payment);
        let kind = told["type"].as_str().unwrap();
        assert_eq!(kind, format!("urn:scrip:problem:{expect}"), "{told}");
        told["detail"].as_str().unwrap().to_owned()
    };
    let later = 4_000_000_000;
    let poor = refused(later, vec![message("3000000000")], "demo-coins");
    assert!(poor.contains("has 2 TON"), "{poor}");
    refused(1, vec![message("1")], "demo-late");
    refused(later, vec![], "demo-message");
    refused(later, vec![message("1"); 5], "demo-message");
    refused(later, vec![message("much")], "demo-message");
    let nobody = json!({"person": "1"});
    let (status, told) = asked(&server, "POST /demo/sign-in", &nobody);
    assert_eq!(status, 404, "{told}");
    let page = server.get("/game/demo.html");
    assert!(page.starts_with("HTTP/1.1 404"), "it is at /game/: {page}");
}
