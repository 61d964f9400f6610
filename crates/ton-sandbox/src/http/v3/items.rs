use serde_json::{Value, json};
use tycho_types::models::StdAddr;

use super::{
    Answer, address_book,
    jettons::{content_shown, slice_address},
    page,
};
use crate::{
    contract,
    handle::Handle,
    http::{given::Given, run, stack::Entry, text},
};

/// `GET /nft/items`
pub(super) fn items(chain: &Handle, given: &Given) -> Answer {
    let addresses = given.addresses("address")?;
    let owners = given.addresses("owner_address")?;
    let collections = given.addresses("collection_address")?;
    let indexes = given.all("index");
    let (offset, limit) = (page::offset(given)?, page::limit(given)?);
    let known: Vec<StdAddr> = if addresses.is_empty() {
        chain.shared.index().items().to_vec()
    } else {
        addresses
    };
    let mut book = Vec::new();
    let meant = |list: &[StdAddr], address: Option<&StdAddr>| {
        list.is_empty() || address.is_some_and(|address| list.contains(address))
    };
    let shown: Vec<Value> = known
        .into_iter()
        .filter_map(|address| Item::read(chain, address))
        .filter(|item| meant(&owners, item.owner.as_ref()))
        .filter(|item| meant(&collections, item.collection.as_ref()))
        .filter(|item| indexes.is_empty() || indexes.contains(&item.index))
        .skip(offset)
        .take(limit)
        .inspect(|item| {
            book.push(item.address.clone());
            book.extend(item.owner.clone());
            book.extend(item.collection.clone());
        })
        .map(|item| item.shown)
        .collect();
    Ok(json!({"nft_items": shown, "address_book": address_book(book), "metadata": {}}))
}

struct Item {
    address: StdAddr,
    owner: Option<StdAddr>,
    collection: Option<StdAddr>,
    index: String,
    shown: Value,
}

impl Item {
    /// TEP-62's get-method tells.
    fn read(chain: &Handle, address: StdAddr) -> Option<Self> {
        let state = chain.shared.index().state(&address)?;
        let init = contract::init(&state)?;
        let ran = run::run_now(chain, &address, "get_nft_data", Vec::new());
        let [
            Entry::Number(init_flag),
            Entry::Number(index),
            Entry::Slice(collection),
            owner,
            content,
        ] = ran.stack.as_slice()
        else {
            return None;
        };
        let collection = slice_address(collection);
        let owner = match owner {
            Entry::Slice(owner) => slice_address(owner),
            _ => None,
        };
        let content = match content {
            Entry::Cell(content) => content_shown(content),
            _ => json!({}),
        };
        let shown = json!({
            "address": text::raw(&address),
            "init": *init_flag != 0.into(),
            "index": index.to_string(),
            "collection_address": collection.as_ref().map(text::raw),
            "owner_address": owner.as_ref().map(text::raw),
            "content": content,
            "last_transaction_lt": state.last_trans_lt.to_string(),
            "code_hash": init.code.as_ref().map(|code| text::hash(code.repr_hash())),
            "data_hash": init.data.as_ref().map(|data| text::hash(data.repr_hash())),
            "collection": null,
            "on_sale": false,
            "real_owner": owner.as_ref().map(text::raw),
        });
        Some(Self {
            address,
            owner,
            collection,
            index: index.to_string(),
            shown,
        })
    }
}

/// `GET /nft/collections`
pub(super) fn collections(chain: &Handle, given: &Given) -> Answer {
    let addresses = given.addresses("collection_address")?;
    let (offset, limit) = (page::offset(given)?, page::limit(given)?);
    let known = if addresses.is_empty() {
        chain.shared.index().collections().to_vec()
    } else {
        addresses
    };
    let shown: Vec<Value> = known
        .iter()
        .filter_map(|address| collection_shown(chain, address))
        .skip(offset)
        .take(limit)
        .collect();
    Ok(json!({"nft_collections": shown, "address_book": address_book(known), "metadata": {}}))
}

fn collection_shown(chain: &Handle, address: &StdAddr) -> Option<Value> {
    let state = chain.shared.index().state(address)?;
    let init = contract::init(&state)?;
    let ran = run::run_now(chain, address, "get_collection_data", Vec::new());
    let [
        Entry::Number(next_index),
        Entry::Cell(content),
        Entry::Slice(owner),
    ] = ran.stack.as_slice()
    else {
        return None;
    };
    Some(json!({
        "address": text::raw(address),
        "owner_address": slice_address(owner).as_ref().map(text::raw),
        "last_transaction_lt": state.last_trans_lt.to_string(),
        "next_item_index": next_index.to_string(),
        "collection_content": content_shown(content),
        "data_hash": init.data.as_ref().map(|data| text::hash(data.repr_hash())),
        "code_hash": init.code.as_ref().map(|code| text::hash(code.repr_hash())),
    }))
}
