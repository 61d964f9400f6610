//! What a client that is not ours asks, in its words: the requests that `TonClient` of npm's `@ton/ton` 16 makes, and
//! plain ones of v2 and v3. `tests/foreign-client` holds the script that runs the real one by hand.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tycho_types::{boc::Boc, cell::CellBuilder, models::Transaction};

use crate::rig::{Player, Rig, TON, WHAT_FITS, coins, somebody};

struct Asked {
    status: u16,
    body: Value,
}

async fn read(response: reqwest::Response) -> Asked {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    Asked { status, body }
}

async fn get(rig: &Rig, path: &str) -> Asked {
    let url = format!("{}/api/{path}", rig.running.url());
    read(http().get(url).send().await.unwrap()).await
}

async fn post(rig: &Rig, path: &str, body: Value) -> Asked {
    let url = format!("{}/api/{path}", rig.running.url());
    let request = http()
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string());
    read(request.send().await.unwrap()).await
}

fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = rustls::RootCertStore::empty();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls);
    client.build().unwrap()
}

/// As `@ton/ton` calls: everything over JSON-RPC.
async fn rpc(rig: &Rig, method: &str, params: Value) -> Value {
    let call = json!({"id": "1", "jsonrpc": "2.0", "method": method, "params": params});
    let asked = post(rig, "v2/jsonRPC", call).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert_eq!(asked.body["ok"], json!(true));
    asked.body["result"].clone()
}

fn friendly(address: &ton::Address) -> String {
    address.display_base64_url(true).to_string()
}

#[tokio::test]
async fn a_foreign_client_reads_balance_and_state() {
    let rig = Rig::start().await;
    let address = friendly(rig.wallet.address());
    let found = rpc(&rig, "getAddressInformation", json!({"address": address})).await;
    assert_eq!(found["state"], "active");
    let balance = rig.chain.balance(rig.wallet.address()).to_string();
    assert_eq!(found["balance"], json!(balance));
    assert!(found["code"].as_str().is_some_and(|code| !code.is_empty()));
    assert_eq!(found["block_id"]["@type"], "ton.blockIdExt");
    assert!(found["block_id"]["shard"].is_string());
    assert!(found["sync_utime"].is_number());
    assert_eq!(
        found["last_transaction_id"]["@type"],
        "internal.transactionId"
    );

    let nobody = rpc(
        &rig,
        "getAddressInformation",
        json!({"address": friendly(&somebody(9))}),
    )
    .await;
    assert_eq!(nobody["state"], "uninitialized");
    assert_eq!(nobody["last_transaction_id"]["lt"], "0");
    assert_eq!(nobody["code"], "");
}

#[tokio::test]
async fn a_foreign_client_pages_through_transactions_newest_first() {
    let rig = Rig::start().await;
    rig.batch(&[coins(&somebody(1), TON, WHAT_FITS)])
        .await
        .unwrap();
    let address = friendly(rig.wallet.address());
    let whole = rpc(
        &rig,
        "getTransactions",
        json!({"address": address, "limit": 10}),
    )
    .await;
    let whole = whole.as_array().unwrap();
    assert_eq!(whole.len(), 5);
    for shown in whole {
        let data = Boc::decode_base64(shown["data"].as_str().unwrap()).unwrap();
        let hash = BASE64_STANDARD.encode(data.repr_hash().as_slice());
        assert_eq!(shown["transaction_id"]["hash"], json!(hash));
        let lt = data.parse::<Transaction>().unwrap().lt.to_string();
        assert_eq!(shown["transaction_id"]["lt"], json!(lt));
        assert!(shown["utime"].is_number() && shown["fee"].is_string());
    }
    assert_eq!(whole[1]["in_msg"]["source"], "", "from outside");

    // From the second on, which is there again; down to but without the fourth.
    let id = |at: usize| whole[at]["transaction_id"].clone();
    let hash = BASE64_STANDARD
        .decode(id(1)["hash"].as_str().unwrap())
        .unwrap();
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let page = json!({
        "address": address, "limit": 10, "lt": id(1)["lt"], "hash": hash, "to_lt": id(3)["lt"],
    });
    let page = rpc(&rig, "getTransactions", page).await;
    assert_eq!(page, json!(whole[1..3]));

    let unknown = json!({
        "id": "1", "jsonrpc": "2.0", "method": "getTransactions",
        "params": {"address": address, "limit": 1, "lt": "12345", "hash": hash},
    });
    let asked = post(&rig, "v2/jsonRPC", unknown).await;
    assert_eq!((asked.status, &asked.body["ok"]), (500, &json!(false)));
    assert!(
        asked.body["error"]
            .as_str()
            .unwrap()
            .contains("lt not in db")
    );
}

#[tokio::test]
async fn a_foreign_client_sends_and_is_told_why_not() {
    let rig = Rig::start().await;
    let boc = BASE64_STANDARD.encode(rig.signed(&[coins(&somebody(1), TON, WHAT_FITS)]));
    let sent = rpc(&rig, "sendBoc", json!({"boc": boc})).await;
    assert_eq!(sent["@type"], "ok");
    rig.chain.quiet().await.unwrap();
    assert!(rig.chain.balance(&somebody(1)) > 0);
    for (path, body) in [
        ("v2/sendBoc", json!({"boc": boc})),
        ("v2/sendBocReturnHash", json!({"boc": boc})),
        ("v3/message", json!({"boc": boc})),
    ] {
        let asked = post(&rig, path, body).await;
        assert_eq!(asked.status, 500, "{path}");
        let error = asked.body["error"].as_str().unwrap();
        assert!(error.contains("exitcode=36"), "{path}: {error}");
        let is_v2 = path.starts_with("v2");
        assert_eq!(asked.body.get("ok").is_some(), is_v2, "{path}");
    }
    let boc = BASE64_STANDARD.encode(rig.signed(&[coins(&somebody(2), TON, WHAT_FITS)]));
    let asked = post(&rig, "v2/sendBocReturnHash", json!({"boc": boc})).await;
    assert!(asked.body["result"]["hash_norm"].is_string());
}

#[tokio::test]
async fn a_foreign_client_runs_get_methods_with_arguments() {
    let rig = Rig::start().await;
    let player = Player::new(21);
    rig.batch(&[rig.mint(player.address(), 100)]).await.unwrap();
    let owner = CellBuilder::build_from(player.address()).unwrap();
    let owner = Boc::encode_base64(owner);
    let minter = friendly(rig.minter.address());
    let wallet = json!([["tvm.Slice", owner]]);
    let ran = rpc(
        &rig,
        "runGetMethod",
        json!({"address": minter, "method": "get_wallet_address", "stack": wallet}),
    )
    .await;
    assert_eq!(ran["exit_code"], 0);
    assert_eq!(ran["stack"][0][0], "slice");
    let cell = Boc::decode_base64(ran["stack"][0][1]["bytes"].as_str().unwrap()).unwrap();
    let expected = ton::jetton::wallet_address(rig.minter.address(), player.address());
    assert_eq!(cell.parse::<ton::Address>().unwrap(), expected);

    let data = rpc(
        &rig,
        "runGetMethod",
        json!({"address": friendly(&expected), "method": "get_wallet_data", "stack": []}),
    )
    .await;
    assert_eq!(data["stack"][0], json!(["num", "0x64"]));

    let same = post(
        &rig,
        "v3/runGetMethod",
        json!({
            "address": minter, "method": "get_wallet_address",
            "stack": [{"type": "slice", "value": owner}],
        }),
    )
    .await;
    assert_eq!(same.body["stack"][0]["type"], "slice");
    let missing = rpc(
        &rig,
        "runGetMethod",
        json!({"address": minter, "method": "no_such_method", "stack": []}),
    )
    .await;
    assert_eq!(missing["exit_code"], 11);
}

#[tokio::test]
async fn v2_is_asked_in_three_ways_and_says_what_it_does_not_understand() {
    let rig = Rig::start().await;
    let address = friendly(rig.wallet.address());
    let path = format!("v2/getAddressBalance?address={address}");
    let by_get = get(&rig, &path).await.body["result"].clone();
    let body = json!({"address": address});
    let by_post = post(&rig, "v2/getAddressBalance", body.clone()).await;
    assert_eq!(by_get, by_post.body["result"]);
    assert_eq!(by_get, rpc(&rig, "getAddressBalance", body).await);
    let head = rpc(&rig, "getMasterchainInfo", json!({})).await;
    assert_eq!(head["last"]["workchain"], -1);
    for (path, status) in [
        ("v2/getAddressBalance?address=nonsense", 422),
        ("v2/getAddressBalance", 422),
        ("v2/noSuchMethod", 404),
    ] {
        let asked = get(&rig, path).await;
        assert_eq!(asked.status, status, "{path}");
        assert_eq!(asked.body["ok"], json!(false));
        assert_eq!(asked.body["code"], json!(status));
        assert!(asked.body["error"].is_string());
    }
}

#[tokio::test]
async fn v3_lists_what_the_index_knows() {
    let rig = Rig::start().await;
    let player = Player::new(21);
    rig.chain.give(player.address(), TON).await.unwrap();
    rig.batch(&[
        rig.mint(player.address(), 100),
        rig.mint_items(&rig.collections[0], &[(0, player.address())]),
    ])
    .await
    .unwrap();
    let paying = player.pays(&rig, 60, 1, "4242:1");
    rig.chain.send(&paying).await.unwrap();
    rig.chain.quiet().await.unwrap();
    let owner = friendly(player.address());

    let wallets = get(&rig, &format!("v3/jetton/wallets?owner_address={owner}")).await;
    let [wallet] = wallets.body["jetton_wallets"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("{}", wallets.body);
    };
    assert_eq!(wallet["balance"], "40");

    let masters = get(&rig, "v3/jetton/masters").await;
    assert_eq!(masters.body["jetton_masters"][0]["total_supply"], "100");

    let transfers = get(&rig, &format!("v3/jetton/transfers?owner_address={owner}")).await;
    let transfer = &transfers.body["jetton_transfers"][0];
    assert_eq!(transfer["amount"], "60");
    assert_eq!(transfer["decoded_forward_payload"]["comment"], "4242:1");
    assert_eq!(transfer["transaction_aborted"], json!(false));

    // The receiver's side of the same.
    let shop = friendly(rig.wallet.address());
    for (direction, count) in [("in", 1), ("out", 0)] {
        let path = format!("v3/jetton/transfers?owner_address={shop}&direction={direction}");
        let transfers = get(&rig, &path).await.body["jetton_transfers"].clone();
        assert_eq!(transfers.as_array().unwrap().len(), count, "{direction}");
    }

    let items = get(&rig, &format!("v3/nft/items?owner_address={owner}")).await;
    assert_eq!(items.body["nft_items"][0]["index"], "0");

    let info = get(&rig, &format!("v3/walletInformation?address={owner}")).await;
    assert_eq!(
        (&info.body["seqno"], &info.body["wallet_type"]),
        (&json!(1), &json!("wallet v4 r2"))
    );

    let oldest = get(
        &rig,
        &format!("v3/transactions?account={owner}&sort=asc&limit=1"),
    )
    .await;
    let oldest = &oldest.body["transactions"][0];
    assert_eq!(oldest["prev_trans_lt"], "0");
    assert_eq!(oldest["orig_status"], "nonexist");
    let lt = oldest["lt"].as_str().unwrap();
    let path = format!("v3/transactions?account={owner}&start_lt={lt}&end_lt={lt}");
    let same = get(&rig, &path).await;
    assert_eq!(same.body["transactions"].as_array().unwrap().len(), 1);

    for path in [
        "v3/transactions?limit=1001",
        "v3/transactions?account=nonsense",
    ] {
        let refused = get(&rig, path).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.body["error"].is_string());
    }
    assert_eq!(get(&rig, "v3/nothing").await.status, 404);
}

#[tokio::test]
async fn the_faucet_gives_to_whoever_asks() {
    let rig = Rig::with_empty_wallet().await;
    let url = format!("{}/sandbox/give", rig.running.url());
    let body = json!({"address": friendly(&somebody(1)), "nanoton": 5 * TON});
    let request = http()
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string());
    let given = read(request.send().await.unwrap()).await;
    assert_eq!(given.body["balance"], json!((5 * TON).to_string()));
    assert_eq!(rig.chain.balance(&somebody(1)), u128::from(5 * TON));
}
