//! What is asked, and what is made of the answer.

use serde_json::{Value, json};
use ton::{
    boc, comment,
    toncenter::{
        AccountStatus, ChainTime, ClientError, Finality, Trace, Transaction, TransactionsQuery,
    },
};

use crate::{
    answers::{ACCOUNT, ONES, TWOS, account, message, transaction, transactions},
    server::{Server, ok, status},
};

fn query() -> TransactionsQuery {
    TransactionsQuery {
        account: account(),
        from_lt: Some(5),
        to_lt: None,
        limit: 100,
    }
}

async fn read_one(transaction: Value) -> Result<Transaction, ClientError> {
    let server = Server::start([ok(transactions(&[transaction]))]).await;
    let mut found = server.client().transactions(query()).await?;
    assert_eq!(found.len(), 1);
    Ok(found.remove(0))
}

#[tokio::test]
async fn transactions_are_read_newest_first_whatever_their_order() {
    let page = transactions(&[transaction(7), transaction(9), transaction(8)]);
    let server = Server::start([ok(page)]).await;
    let found = server
        .client()
        .transactions(query())
        .await
        .expect("it answers");
    let lts: Vec<u64> = found.iter().map(|transaction| transaction.lt).collect();
    assert_eq!(lts, [9, 8, 7]);
    assert_eq!(
        server.asked()[0].line,
        format!("GET /api/v3/transactions?account={ACCOUNT}&limit=100&sort=desc&start_lt=5")
    );
}

#[tokio::test]
async fn a_transaction_is_read_whole() {
    let found = read_one(transaction(9)).await.expect("it is one");
    assert_eq!(found.account, account());
    assert_eq!(
        (found.lt, found.prev_lt, found.now_secs),
        (9, 46_999_999_999_999, 1_700_000_001)
    );
    assert_eq!((found.hash.0, found.prev_hash.0), ([1; 32], [2; 32]));
    assert_eq!(found.trace_id.map(|hash| hash.0), Some([2; 32]));
    assert_eq!(found.finality, Finality::Finalized);
    assert_eq!(
        (found.exit_code, found.action_code, found.aborted),
        (Some(0), Some(0), false)
    );
    let message = found.in_msg.expect("it has one");
    assert_eq!(message.destination, Some(account()));
    assert!(message.source.is_some());
    assert_eq!(
        (message.value, message.created_lt, message.bounced),
        (1_000_000_000, 47_000_000_000_002, false)
    );
    assert_eq!(comment::read(&message.body).as_deref(), Some("42:7"));
}

#[tokio::test]
async fn a_transaction_whose_computation_was_skipped_has_no_exit_code() {
    let mut skipped = transaction(9);
    skipped["description"] = json!({"type": "ord", "aborted": true,
        "compute_ph": {"skipped": true, "reason": "no_gas"}});
    let found = read_one(skipped).await.expect("it is one");
    assert_eq!(
        (found.exit_code, found.action_code, found.aborted),
        (None, None, true)
    );
}

#[tokio::test]
async fn how_sure_a_transaction_is_is_told() {
    for (finality, emulated, expect) in [
        (json!("pending"), false, Finality::Pending),
        (json!("confirmed"), false, Finality::Confirmed),
        (json!("finalized"), true, Finality::Finalized),
        (Value::Null, false, Finality::Finalized),
        (Value::Null, true, Finality::Pending),
    ] {
        let mut said = transaction(9);
        said["finality"] = finality.clone();
        said["emulated"] = json!(emulated);
        assert_eq!(
            read_one(said).await.expect("it is one").finality,
            expect,
            "{finality} {emulated}"
        );
    }
}

#[tokio::test]
async fn numbers_are_read_as_text_or_as_numbers() {
    let mut numbers = transaction(9);
    numbers["lt"] = json!(9);
    numbers["now"] = json!("1700000001");
    numbers["total_fees"] = json!(u64::MAX);
    numbers["in_msg"]["value"] = Value::Null;
    numbers["in_msg"]["source"] = Value::Null;
    numbers["in_msg"]["created_lt"] = Value::Null;
    let found = read_one(numbers).await.expect("it is one");
    assert_eq!((found.lt, found.now_secs), (9, 1_700_000_001));
    assert_eq!(found.total_fees, u128::from(u64::MAX));
    let message = found.in_msg.expect("it has one");
    assert_eq!((message.value, message.source), (0, None));
}

#[tokio::test]
async fn what_cannot_be_right_is_an_error_and_nothing_worse() {
    let deep = handmade_deep_body();
    let changes: [(&str, Value); 14] = [
        ("/lt", json!("99999999999999999999999999")),
        ("/lt", json!("-1")),
        ("/lt", json!(-1)),
        ("/lt", json!(1e30)),
        ("/lt", json!("")),
        ("/now", json!(u64::MAX)),
        ("/total_fees", json!("9".repeat(60))),
        ("/hash", json!("AQEB")),
        ("/hash", json!("é".repeat(33))),
        ("/account", json!("EQ")),
        ("/in_msg/message_content/body", json!("not base64")),
        ("/in_msg/message_content/body", json!(deep)),
        ("/in_msg/message_content", Value::Null),
        ("/description/compute_ph/exit_code", json!("5000000000")),
    ];
    for (place, value) in changes {
        let mut changed = transaction(9);
        *changed.pointer_mut(place).expect("it is there") = value.clone();
        let error = read_one(changed).await.expect_err("it is not right");
        assert!(
            matches!(error, ClientError::Answer(_)),
            "{place} {value}: {error:?}"
        );
        assert!(!error.is_temporary());
    }
}

/// Two thousand cells, one in the other.
fn handmade_deep_body() -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let cells: u16 = 2_000;
    let mut bytes = vec![0xb5, 0xee, 0x9c, 0x72, 2, 4];
    bytes.extend(cells.to_be_bytes());
    bytes.extend([0, 1, 0, 0]);
    bytes.extend((u32::from(cells) * 4 - 2).to_be_bytes());
    bytes.extend([0, 0]);
    for next in 1..cells {
        bytes.extend([1, 0]);
        bytes.extend(next.to_be_bytes());
    }
    bytes.extend([0, 0]);
    BASE64_STANDARD.encode(bytes)
}

#[tokio::test]
async fn a_message_s_transactions_are_looked_up_by_its_hash() {
    let missing = json!({"error": "Transactions not found", "code": 404}).to_string();
    let server = Server::start([
        ok(transactions(&[transaction(9)])),
        ok(transactions(&[])),
        status(404, missing),
    ])
    .await;
    let client = server.client();
    let hash = ton::Hash::from([0xab; 32]);
    for expect in [1, 0, 0] {
        let found = client
            .transactions_by_message(&hash)
            .await
            .expect("it answers");
        assert_eq!(found.len(), expect);
    }
    assert_eq!(
        server.asked()[0].line,
        format!(
            "GET /api/v3/transactionsByMessage?msg_hash={}&direction=in&limit=10",
            "ab".repeat(32)
        )
    );
}

async fn read_trace(is_incomplete: bool, state: &str, pending: u32) -> Option<Trace> {
    let trace = json!({
        "trace_id": ONES, "external_hash": TWOS, "is_incomplete": is_incomplete,
        "trace_info": {"trace_state": state, "messages": 2, "transactions": 2, "pending_messages": pending},
        "transactions_order": [TWOS, ONES],
        "transactions": {TWOS: transaction(12), ONES: transaction(11)},
    });
    let server = Server::start([ok(
        json!({"traces": [trace], "address_book": {}}).to_string()
    )])
    .await;
    let found = server
        .client()
        .trace(&ton::Hash::from([1; 32]))
        .await
        .expect("it answers");
    assert_eq!(
        server.asked()[0].line,
        format!(
            "GET /api/v3/traces?tx_hash={}&include_actions=false&limit=1",
            "01".repeat(32)
        )
    );
    found
}

#[tokio::test]
async fn a_trace_is_complete_only_when_nothing_speaks_against_it() {
    for (incomplete, state, pending, expect) in [
        (false, "complete", 0, true),
        (true, "complete", 0, false),
        (false, "pending", 0, false),
        (false, "complete", 1, false),
    ] {
        let trace = read_trace(incomplete, state, pending)
            .await
            .expect("it is known");
        assert_eq!(trace.complete, expect, "{incomplete} {state} {pending}");
        let lts: Vec<u64> = trace
            .transactions
            .iter()
            .map(|transaction| transaction.lt)
            .collect();
        assert_eq!(lts, [11, 12]);
    }
}

#[tokio::test]
async fn a_trace_that_tells_of_fewer_transactions_than_it_has_is_not_complete() {
    let told = |transactions: Value| {
        let trace = json!({
            "trace_id": ONES, "is_incomplete": false, "transactions": transactions,
            "trace_info": {"trace_state": "complete", "transactions": 2, "pending_messages": 0},
        });
        ok(json!({"traces": [trace]}).to_string())
    };
    let too_large = json!({"traces": [{"trace_id": ONES, "is_incomplete": true, "warning": "trace is too large"}]});
    let server = Server::start([
        told(json!({ONES: transaction(11)})),
        told(json!({})),
        ok(too_large.to_string()),
        told(json!({ONES: transaction(11), TWOS: transaction(12)})),
    ])
    .await;
    let client = server.client();
    for expect in [false, false, false, true] {
        let found = client
            .trace(&ton::Hash::from([1; 32]))
            .await
            .expect("it answers");
        assert_eq!(found.expect("it is known").complete, expect);
    }
}

#[tokio::test]
async fn a_trace_that_nobody_knows_yet_is_none() {
    let server = Server::start([
        ok(r#"{"traces":[]}"#),
        status(404, r#"{"error":"not found"}"#),
    ])
    .await;
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(
            client
                .trace(&ton::Hash::from([1; 32]))
                .await
                .expect("it answers"),
            None
        );
    }
}

#[tokio::test]
async fn accounts_are_read_in_every_state() {
    let of = |status: Value| {
        json!({"accounts": [{"address": ACCOUNT, "account_state_hash": ONES, "balance": "340282366920938463463",
            "status": status, "last_transaction_hash": TWOS, "last_transaction_lt": "7", "code_hash": ONES}]})
        .to_string()
    };
    for (body, expect) in [
        (of(json!("active")), AccountStatus::Active),
        (of(json!("frozen")), AccountStatus::Frozen),
        (of(json!("uninit")), AccountStatus::Uninit),
        (of(json!("nonexist")), AccountStatus::Nonexist),
    ] {
        let server = Server::start([ok(body)]).await;
        let found = server
            .client()
            .account(&account())
            .await
            .expect("it answers");
        assert_eq!(
            (found.status, found.balance, found.last_lt),
            (expect, 340_282_366_920_938_463_463, 7)
        );
        assert_eq!(
            server.asked()[0].line,
            format!("GET /api/v3/accountStates?address={ACCOUNT}&include_boc=false")
        );
    }
    let server = Server::start([ok(r#"{"accounts":[]}"#), ok(of(json!("asleep")))]).await;
    let client = server.client();
    let unknown = client.account(&account()).await.expect("it answers");
    assert_eq!(
        (unknown.status, unknown.balance),
        (AccountStatus::Nonexist, 0)
    );
    assert!(matches!(
        client.account(&account()).await,
        Err(ClientError::Answer(_))
    ));
}

#[tokio::test]
async fn chain_time_is_the_newest_masterchain_block_s() {
    let body = json!({"last": {"workchain": -1, "seqno": 77, "gen_utime": "1700000005", "global_id": -239},
        "first": {"seqno": 1}});
    let server = Server::start([ok(body.to_string())]).await;
    let expect = ChainTime {
        seqno: 77,
        time_secs: 1_700_000_005,
        global_id: Some(-239),
    };
    assert_eq!(
        server.client().chain_time().await.expect("it answers"),
        expect
    );
    assert_eq!(server.asked()[0].line, "GET /api/v3/masterchainInfo");
}

#[tokio::test]
async fn a_sent_message_is_known_by_its_normalised_hash() {
    let server = Server::start([
        ok(json!({"message_hash": ONES, "message_hash_norm": TWOS}).to_string()),
        ok(json!({"message_hash": ONES}).to_string()),
        ok("{}"),
    ])
    .await;
    let client = server.client();
    assert_eq!(client.send(b"boc").await.expect("it answers").0, [2; 32]);
    assert_eq!(client.send(b"boc").await.expect("it answers").0, [1; 32]);
    assert!(matches!(
        client.send(b"boc").await,
        Err(ClientError::Answer(_))
    ));
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.line.as_str(), asked.body.as_str()),
        ("POST /api/v3/message", r#"{"boc":"Ym9j"}"#)
    );
    assert_eq!(asked.headers["content-type"], "application/json");
}

#[test]
fn the_samples_are_what_they_say() {
    let body = message()["message_content"]["body"]
        .as_str()
        .expect("it is text")
        .to_owned();
    let cell = boc::parse_base64(&body).expect("it is one");
    assert_eq!(comment::read(&cell).as_deref(), Some("42:7"));
}
