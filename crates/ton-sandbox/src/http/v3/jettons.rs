use std::sync::Arc;

use serde_json::{Map, Value, json};
use tycho_types::{
    boc::Boc,
    cell::{Cell, CellBuilder, CellSlice, Load},
    models::{
        Account, IntAddr, MsgInfo, OrdinaryTxInfo, OwnedMessage, StdAddr, Transaction, TxInfo,
    },
    num::Tokens,
};

use super::{Answer, address_book, page};
use crate::{
    contract::{self, Contract},
    handle::Handle,
    http::{given::Given, run, stack::Entry, text, v2},
    index::{Index, Range, Seen},
    message,
};

/// TEP-74.
const TRANSFER: u32 = 0x0f8a_7ea5;
const INTERNAL_TRANSFER: u32 = 0x178d_4519;

/// A jetton wallet that the index has found.
#[derive(Clone)]
struct Wallet {
    address: StdAddr,
    owner: StdAddr,
    minter: StdAddr,
}

fn wallets_of(index: &Index, owners: &[StdAddr], minters: &[StdAddr]) -> Vec<Wallet> {
    let meant = |list: &[StdAddr], address: &StdAddr| list.is_empty() || list.contains(address);
    let mut wallets = Vec::new();
    for address in index.jetton_wallets() {
        let Some(Contract::JettonWallet { owner, minter }) = index.contract(address) else {
            continue;
        };
        if meant(owners, owner) && meant(minters, minter) {
            wallets.push(Wallet {
                address: address.clone(),
                owner: owner.clone(),
                minter: minter.clone(),
            });
        }
    }
    wallets
}

/// `GET /jetton/wallets`
pub(super) fn wallets(chain: &Handle, given: &Given) -> Answer {
    let addresses = given.addresses("address")?;
    let owners = given.addresses("owner_address")?;
    let minters = given.addresses("jetton_address")?;
    let without_empty = given.text("exclude_zero_balance").as_deref() == Some("true");
    let (offset, limit) = (page::offset(given)?, page::limit(given)?);
    let index = chain.shared.index();
    let found: Vec<(Wallet, Option<Account>, u64)> = wallets_of(&index, &owners, &minters)
        .into_iter()
        .filter(|wallet| addresses.is_empty() || addresses.contains(&wallet.address))
        .filter_map(|wallet| {
            let state = index.state(&wallet.address)?;
            Some((wallet, contract::account(&state), state.last_trans_lt))
        })
        .collect();
    drop(index);
    let mut book = Vec::new();
    let shown: Vec<Value> = found
        .into_iter()
        .filter_map(|(wallet, account, lt)| {
            let shown = wallet_shown(&wallet, &account?, lt)?;
            book.extend([wallet.address, wallet.owner, wallet.minter]);
            Some(shown)
        })
        .filter(|shown| !without_empty || shown["balance"] != "0")
        .skip(offset)
        .take(limit)
        .collect();
    Ok(json!({"jetton_wallets": shown, "address_book": address_book(book), "metadata": {}}))
}

fn wallet_shown(wallet: &Wallet, account: &Account, lt: u64) -> Option<Value> {
    let tycho_types::models::AccountState::Active(init) = &account.state else {
        return None;
    };
    let data = init.data.as_ref()?;
    let balance = Tokens::load_from(&mut data.as_slice().ok()?).ok()?;
    Some(json!({
        "address": text::raw(&wallet.address),
        "balance": balance.into_inner().to_string(),
        "owner": text::raw(&wallet.owner),
        "jetton": text::raw(&wallet.minter),
        "last_transaction_lt": lt.to_string(),
        "code_hash": init.code.as_ref().map(|code| text::hash(code.repr_hash())),
        "data_hash": text::hash(data.repr_hash()),
    }))
}

/// `GET /jetton/masters`
pub(super) fn masters(chain: &Handle, given: &Given) -> Answer {
    let addresses = given.addresses("address")?;
    let admins = given.addresses("admin_address")?;
    let (offset, limit) = (page::offset(given)?, page::limit(given)?);
    let index = chain.shared.index();
    let minters = if addresses.is_empty() {
        index.minters().to_vec()
    } else {
        addresses
    };
    drop(index);
    let mut book = Vec::new();
    let shown: Vec<Value> = minters
        .into_iter()
        .filter_map(|minter| {
            let (shown, admin) = master_shown(chain, &minter)?;
            if !admins.is_empty() && !admin.as_ref().is_some_and(|admin| admins.contains(admin)) {
                return None;
            }
            book.push(minter);
            book.extend(admin);
            Some(shown)
        })
        .skip(offset)
        .take(limit)
        .collect();
    Ok(json!({"jetton_masters": shown, "address_book": address_book(book), "metadata": {}}))
}

fn master_shown(chain: &Handle, minter: &StdAddr) -> Option<(Value, Option<StdAddr>)> {
    let state = chain.shared.index().state(minter)?;
    let init = contract::init(&state)?;
    let ran = run::run_now(chain, minter, "get_jetton_data", Vec::new());
    let [
        Entry::Number(supply),
        Entry::Number(mintable),
        Entry::Slice(admin),
        Entry::Cell(content),
        Entry::Cell(wallet_code),
    ] = ran.stack.as_slice()
    else {
        return None;
    };
    let admin = slice_address(admin);
    let shown = json!({
        "address": text::raw(minter),
        "total_supply": supply.to_string(),
        "mintable": *mintable != 0.into(),
        "admin_address": admin.as_ref().map(text::raw),
        "jetton_content": content_shown(content),
        "jetton_wallet_code_hash": text::hash(wallet_code.repr_hash()),
        "code_hash": init.code.as_ref().map(|code| text::hash(code.repr_hash())),
        "data_hash": init.data.as_ref().map(|data| text::hash(data.repr_hash())),
        "last_transaction_lt": state.last_trans_lt.to_string(),
    });
    Some((shown, admin))
}

pub(super) fn slice_address(cell: &Cell) -> Option<StdAddr> {
    match maybe_address(&mut cell.as_slice().ok()?)? {
        Some(IntAddr::Std(address)) => Some(address),
        Some(IntAddr::Var(_)) | None => None,
    }
}

/// Some(None) for `addr_none`.
fn maybe_address(slice: &mut CellSlice<'_>) -> Option<Option<IntAddr>> {
    if slice.get_small_uint(0, 2).ok()? == 0 {
        slice.skip_first(2, 0).ok()?;
        return Some(None);
    }
    IntAddr::load_from(slice).ok().map(Some)
}

/// TEP-64: off chain a link, on chain a dictionary by the hashes of names, of which the usual ones are told.
pub(super) fn content_shown(content: &Cell) -> Value {
    let mut shown = Map::new();
    let Ok(mut slice) = content.as_slice() else {
        return Value::Object(shown);
    };
    if slice.load_u8() == Ok(1) {
        shown.insert("uri".to_owned(), json!(snake(slice)));
    }
    Value::Object(shown)
}

pub(super) fn snake(mut slice: CellSlice<'_>) -> String {
    let mut bytes = Vec::new();
    loop {
        while let Ok(byte) = slice.load_u8() {
            bytes.push(byte);
        }
        match slice.load_reference_as_slice() {
            Ok(next) => slice = next,
            Err(_) => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// `GET /jetton/transfers`
pub(super) fn transfers(chain: &Handle, given: &Given) -> Answer {
    let owners = given.addresses("owner_address")?;
    let wallets = given.addresses("jetton_wallet")?;
    let minters = given.addresses("jetton_master")?;
    let direction = given.text("direction");
    let range = page::range(given)?;
    let index = chain.shared.index();
    let chosen = wallets_of(&index, &[], &minters)
        .into_iter()
        .filter(|wallet| {
            (owners.is_empty() || owners.contains(&wallet.owner))
                && (wallets.is_empty() || wallets.contains(&wallet.address))
        });
    let mut sending: Vec<(Arc<Seen>, Wallet)> = chosen
        .flat_map(|wallet| of_wallet(&index, &wallet, range))
        .collect();
    drop(index);
    sending.sort_by_key(|(seen, _)| (seen.lt, seen.hash));
    sending.dedup_by_key(|(seen, _)| seen.hash);
    if !range.oldest_first {
        sending.reverse();
    }
    let mut book = Vec::new();
    let shown: Vec<Value> = sending
        .iter()
        .filter_map(|(seen, wallet)| Transfer::read(chain, seen, wallet))
        .filter(|transfer| transfer.concerns(&owners, &wallets, direction.as_deref()))
        .skip(range.offset)
        .take(range.limit)
        .inspect(|transfer| {
            book.extend([transfer.source.clone(), transfer.destination.clone()]);
        })
        .map(|transfer| transfer.shown)
        .collect();
    Ok(json!({"jetton_transfers": shown, "address_book": address_book(book), "metadata": {}}))
}

/// The wallet's transactions, and those of the wallets that sent to it.
fn of_wallet(index: &Index, wallet: &Wallet, range: Range) -> Vec<(Arc<Seen>, Wallet)> {
    let all = Range {
        offset: 0,
        limit: usize::MAX,
        ..range
    };
    let mut found = Vec::new();
    for seen in index.of_account(&wallet.address, all) {
        let sender = seen.parent.and_then(|number| index.get(number));
        found.extend(sender.and_then(|seen| Some((Arc::clone(seen), wallet_at(index, seen)?))));
        found.push((seen, wallet.clone()));
    }
    found
}

fn wallet_at(index: &Index, seen: &Seen) -> Option<Wallet> {
    let Some(Contract::JettonWallet { owner, minter }) = index.contract(&seen.account) else {
        return None;
    };
    Some(Wallet {
        address: seen.account.clone(),
        owner: owner.clone(),
        minter: minter.clone(),
    })
}

struct Transfer {
    source: StdAddr,
    destination: StdAddr,
    source_wallet: StdAddr,
    destination_wallet: Option<StdAddr>,
    shown: Value,
}

impl Transfer {
    /// None unless this transaction is an owner's order to transfer.
    fn read(chain: &Handle, seen: &Seen, wallet: &Wallet) -> Option<Self> {
        let transaction = seen.cell.parse::<Transaction>().ok()?;
        let TxInfo::Ordinary(OrdinaryTxInfo { aborted, .. }) = transaction.load_info().ok()? else {
            return None;
        };
        let order = transaction.in_msg.as_ref()?.parse::<OwnedMessage>().ok()?;
        let body = message::body_cell(&order).ok()?;
        let mut slice = body.as_slice().ok()?;
        if slice.load_u32().ok()? != TRANSFER {
            return None;
        }
        let query_id = slice.load_u64().ok()?;
        let amount = Tokens::load_from(&mut slice).ok()?;
        let IntAddr::Std(destination) = IntAddr::load_from(&mut slice).ok()? else {
            return None;
        };
        let response = maybe_address(&mut slice)?;
        let custom = Option::<Cell>::load_from(&mut slice).ok()?;
        let forward = Tokens::load_from(&mut slice).ok()?;
        let payload = either(&mut slice);
        let trace = chain.shared.index().trace_id(seen.trace);
        let comment = payload.as_ref().and_then(v2::comment);
        let shown = json!({
            "query_id": query_id.to_string(),
            "source": text::raw(&wallet.owner),
            "destination": text::raw(&destination),
            "amount": amount.into_inner().to_string(),
            "source_wallet": text::raw(&wallet.address),
            "jetton_master": text::raw(&wallet.minter),
            "transaction_hash": text::hash(&seen.hash),
            "transaction_lt": seen.lt.to_string(),
            "transaction_now": seen.now_secs,
            "transaction_aborted": aborted,
            "response_destination": text::raw_or_null(response.as_ref()),
            "custom_payload": custom.as_ref().map(Boc::encode_base64),
            "decoded_custom_payload": null,
            "forward_ton_amount": forward.into_inner().to_string(),
            "forward_payload": payload.as_ref().map(Boc::encode_base64),
            "decoded_forward_payload":
                comment.map(|comment| json!({"type": "text_comment", "comment": comment})),
            "trace_id": trace.as_ref().map(text::hash),
        });
        Some(Self {
            source: wallet.owner.clone(),
            source_wallet: wallet.address.clone(),
            destination_wallet: destination_wallet(&transaction),
            destination,
            shown,
        })
    }

    fn concerns(&self, owners: &[StdAddr], wallets: &[StdAddr], direction: Option<&str>) -> bool {
        let out = (owners.is_empty() || owners.contains(&self.source))
            && (wallets.is_empty() || wallets.contains(&self.source_wallet));
        let into = (owners.is_empty() || owners.contains(&self.destination))
            && (wallets.is_empty()
                || self
                    .destination_wallet
                    .as_ref()
                    .is_some_and(|wallet| wallets.contains(wallet)));
        match direction {
            Some("in") => into,
            Some("out") => out,
            _ => into || out,
        }
    }
}

/// The wallet that the jettons went to.
fn destination_wallet(transaction: &Transaction) -> Option<StdAddr> {
    let messages = transaction.out_msgs.values().filter_map(Result::ok);
    messages
        .filter_map(|cell| cell.parse::<OwnedMessage>().ok())
        .find_map(|out| {
            let body = message::body_cell(&out).ok()?;
            let opcode = body.as_slice().ok()?.load_u32().ok()?;
            match out.info {
                MsgInfo::Int(info) if opcode == INTERNAL_TRANSFER => match info.dst {
                    IntAddr::Std(address) => Some(address),
                    IntAddr::Var(_) => None,
                },
                _ => None,
            }
        })
}

/// The forward payload, in its own cell or in the rest of this one.
fn either(slice: &mut CellSlice<'_>) -> Option<Cell> {
    if slice.load_bit().ok()? {
        slice.load_reference_cloned().ok()
    } else {
        CellBuilder::build_from(*slice).ok()
    }
}
