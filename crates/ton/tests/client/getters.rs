//! Get-methods, and what contracts say by them.

use serde_json::{Value, json};
use ton::{
    boc, comment,
    toncenter::{ClientError, StackEntry},
};

use crate::{
    answers::{ACCOUNT, account, stack},
    server::{Server, ok},
};

#[tokio::test]
async fn get_methods_are_run_and_their_results_read() {
    let cell = boc::to_base64(&comment::cell("x"));
    let body = stack(&json!([
        {"type": "num", "value": "0x10"}, {"type": "num", "value": "-0x1"}, {"type": "cell", "value": cell},
        {"type": "slice", "value": {"bytes": cell}}, {"type": "tuple", "value": []}, {"type": "cell", "value": "?"}
    ]));
    let server = Server::start([ok(body)]).await;
    let arguments = [
        StackEntry::Num("0x1".to_owned()),
        StackEntry::of_address(&account()),
    ];
    let found = server
        .client()
        .run_get_method(&account(), "method", &arguments)
        .await
        .expect("it answers");
    let asked: Value = serde_json::from_str(&server.asked()[0].body).expect("it is JSON");
    assert_eq!(asked["address"], ACCOUNT);
    assert_eq!(asked["stack"][0], json!({"type": "num", "value": "0x1"}));
    assert_eq!(asked["stack"][1]["type"], "slice");
    assert_eq!(found.stack[0].number(), Some(16));
    assert_eq!(
        found.stack[1].number(),
        None,
        "a negative number is none of ours"
    );
    assert_eq!(found.stack[2], StackEntry::Cell(comment::cell("x")));
    assert_eq!(found.stack[3], StackEntry::Slice(comment::cell("x")));
    assert!(matches!(found.stack[4], StackEntry::Other(_)));
    assert!(matches!(found.stack[5], StackEntry::Other(_)));
    assert_eq!(
        arguments[1].address(),
        Some(account()),
        "an address comes back from its slice"
    );
}

#[tokio::test]
async fn contracts_say_what_they_hold() {
    let address = boc::to_base64(&match StackEntry::of_address(&account()) {
        StackEntry::Slice(cell) => cell,
        other => panic!("{other:?}"),
    });
    let num = |value: &str| json!({"type": "num", "value": value});
    let server = Server::start([
        ok(stack(&json!([num("0x64")]))),
        ok(stack(&json!([num("1000")]))),
        ok(stack(&json!([num("0x7")]))),
        ok(stack(&json!([num("-0x1"), num("0x5"), {"type": "slice", "value": address}, {"type": "cell", "value": address}]))),
        ok(stack(&json!([num("0xabc")]))),
        ok(json!({"gas_used": 1, "exit_code": 11, "stack": []}).to_string()),
    ])
    .await;
    let client = server.client();
    let (minter, owner) = (account(), account());
    assert_eq!(
        client
            .jetton_balance(&minter, &owner)
            .await
            .expect("it answers"),
        100
    );
    assert_eq!(
        client.jetton_supply(&minter).await.expect("it answers"),
        1_000
    );
    assert_eq!(
        client
            .collection_next_index(&minter)
            .await
            .expect("it answers"),
        7
    );
    assert_eq!(
        client.item_owner(&minter).await.expect("it answers"),
        Some(account())
    );
    let key = client
        .public_key(&minter)
        .await
        .expect("it answers")
        .expect("it has one");
    assert_eq!((key[0], key[30], key[31]), (0, 0x0a, 0xbc));
    assert_eq!(client.public_key(&minter).await.expect("it answers"), None);
}

#[tokio::test]
async fn what_is_not_deployed_holds_nothing_but_a_contract_that_fails_is_an_error() {
    let failed = || ok(json!({"gas_used": 0, "exit_code": -13, "stack": []}).to_string());
    let server = Server::start([
        failed(),
        ok(r#"{"accounts":[]}"#),
        failed(),
        ok(json!({"accounts": [{"balance": "1", "status": "active"}]}).to_string()),
    ])
    .await;
    let client = server.client();
    assert_eq!(
        client.jetton_supply(&account()).await.expect("it answers"),
        0
    );
    assert!(matches!(
        client.jetton_supply(&account()).await,
        Err(ClientError::Answer(_))
    ));
}
