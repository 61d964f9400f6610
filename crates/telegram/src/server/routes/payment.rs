use axum::{Json, extract::State};
use ledger::{Amount, ItemId, TelegramUserId, TonAddress};
use serde::Deserialize;
use serde_json::json;
use ton::jetton::{self, Transfer};

use super::Answer;
use crate::server::{
    addresses,
    config::{Chain, Item},
    problem::Problem,
    sign_in::Caller,
    state::{Server, Shared},
};

/// How long the player has to say yes in the wallet.
const GOOD_SECS: i64 = 5 * 60;
/// So that the shop is told of the tokens (TEP-74), in nanoton.
const FORWARD_VALUE: u128 = 1;

#[derive(Deserialize)]
struct Wanted {
    /// In digits.
    item: String,
}

/// Why there is nothing to sign. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum PaymentRefusal {
    NoChain,
    UnknownItem,
    NotForTokens,
    Owned,
    NoWallet,
}

/// What the player's wallet signs so that an item is paid for with tokens. Nothing is kept here: the item is the player's once the watcher
/// finds the payment on the chain.
pub(in crate::server) async fn payment(State(server): State<Shared>, caller: Caller) -> Answer {
    let wanted: Wanted = caller.body()?;
    let item: Result<ItemId, _> = wanted.item.parse();
    let item = item.map_err(|_| Problem::invalid("\"item\" is an item's id in digits."))?;
    let chain = server.config.chain.as_ref();
    let chain = chain
        .ok_or(PaymentRefusal::NoChain)
        .map_err(Problem::payment)?;
    let price = price(&server.config.items, item).map_err(Problem::payment)?;
    if owned(&server, caller.user(), item).await? {
        return Err(Problem::payment(PaymentRefusal::Owned));
    }
    let wallet = caller.player.fact.wallet;
    let wallet = wallet
        .ok_or(PaymentRefusal::NoWallet)
        .map_err(Problem::payment)?;
    let bill = Bill {
        player: caller.user(),
        item,
        price,
        wallet,
    };
    Ok(Json(json!({
        "ok": true,
        "network": chain.network.connect_id(),
        "valid_until": server.now_secs().saturating_add(GOOD_SECS),
        "from": wallet.to_string(),
        "messages": [bill.message(chain)],
    })))
}

fn price(items: &[Item], wanted: ItemId) -> Result<Amount, PaymentRefusal> {
    let item = items.iter().find(|item| item.id == wanted);
    let item = item.ok_or(PaymentRefusal::UnknownItem)?;
    item.price.ok_or(PaymentRefusal::NotForTokens)
}

async fn owned(server: &Server, player: TelegramUserId, item: ItemId) -> Result<bool, Problem> {
    let bought = server.app.store().purchases(player).await?;
    Ok(bought.iter().any(|purchase| purchase.item == item))
}

struct Bill {
    player: TelegramUserId,
    item: ItemId,
    price: Amount,
    wallet: TonAddress,
}

impl Bill {
    /// For the player's jetton wallet, as TON Connect passes it on
    /// (<https://github.com/ton-blockchain/ton-connect/blob/main/requests-responses.md#sign-and-send-transaction>).
    fn message(&self, chain: &Chain) -> serde_json::Value {
        let owner = addresses::theirs(self.wallet);
        let minter = addresses::theirs(chain.minter);
        let from = jetton::wallet_address(&minter, &owner);
        let comment = format!("{}:{}", self.player, self.item);
        let body = jetton::transfer_body(&Transfer {
            query_id: 0,
            amount: self.price.get().unsigned_abs().into(),
            destination: addresses::theirs(chain.shop),
            response: Some(owner),
            forward_value: FORWARD_VALUE,
            forward_payload: Some(jetton::comment_payload(&comment)),
        });
        json!({
            "address": addresses::friendly(&from, chain.network),
            "amount": jetton::TRANSFER_VALUE.to_string(),
            "payload": ton::boc::to_base64(&body),
        })
    }
}
