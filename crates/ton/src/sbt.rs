//! Soulbound tokens (TEP-85) of a collection (TEP-62).

use tycho_types::{
    cell::{CellBuilder, CellContext, Store},
    dict::Dict,
};

use crate::{
    Address, Cell, StateInit,
    cells::{address_of, build, coins, state_init, store, store_address},
    code, comment, content,
};

/// One transaction has a million of gas, which a collection has used up at about 133 items (130 went through, 136 did
/// not): so the contract's own limit, 249, is never reached.
pub const ITEMS_MOST: usize = 100;
/// Nanoton for each item, for its gas and its rent.
pub const ITEM_VALUE: u128 = 30_000_000;
/// Nanoton besides the items' that the collection needs for each, for gas and for sending it: about 6,800,000 were
/// seen. What is over stays with the collection for ever.
pub const ITEM_GAS_VALUE: u128 = 9_000_000;
/// Nanoton besides the items' that the collection needs for its gas, for each batch.
pub const BATCH_GAS_VALUE: u128 = 10_000_000;
/// Nanoton with which a collection is deployed, for its rent.
pub const DEPLOY_VALUE: u128 = 50_000_000;

const BATCH_MINT: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    init: StateInit,
    address: Address,
}

impl Collection {
    /// Only the owner can mint. The content is that of [`collection_content`].
    #[must_use]
    pub fn new(owner: &Address, content: Cell) -> Self {
        let royalty = build(|builder| {
            // None of one: these tokens are never sold.
            builder.store_u16(0)?;
            builder.store_u16(1)?;
            store(builder, owner)
        });
        let data = build(|builder| {
            store(builder, owner)?;
            // The next item's index.
            builder.store_u64(0)?;
            builder.store_reference(content)?;
            builder.store_reference(code::sbt_item().clone())?;
            builder.store_reference(royalty)
        });
        let init = state_init(code::nft_collection(), data);
        Self {
            address: address_of(&init),
            init,
        }
    }

    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    #[must_use]
    pub fn state_init(&self) -> StateInit {
        self.init.clone()
    }
}

/// The collection's own metadata ([`content::onchain`] or [`content::offchain`]), and what stands before each item's
/// path in the address of its metadata.
#[must_use]
pub fn collection_content(collection: Cell, item_prefix: &str) -> Cell {
    build(|builder| {
        builder.store_reference(collection)?;
        builder.store_reference(comment::snake(item_prefix.as_bytes()))
    })
}

/// An item's path, put behind the collection's prefix.
#[must_use]
pub fn item_content(path: &str) -> Cell {
    comment::snake(path.as_bytes())
}

/// An item to mint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SbtItem {
    pub index: u64,
    pub owner: Address,
    /// Such as [`item_content`].
    pub content: Cell,
    /// Nanoton that go on to the item: [`ITEM_VALUE`].
    pub value: u128,
}

impl Store for SbtItem {
    fn store_into(
        &self,
        builder: &mut CellBuilder,
        _: &dyn CellContext,
    ) -> Result<(), tycho_types::error::Error> {
        let params = build(|builder| {
            store(builder, &self.owner)?;
            builder.store_reference(self.content.clone())?;
            // No authority: nobody can take it away again.
            store_address(builder, None)
        });
        store(builder, coins(self.value))?;
        builder.store_reference(params)
    }
}

/// For the collection, from its owner. An index that is too high fails the whole batch; one that is used already fails
/// at the item.
#[must_use]
pub fn batch_mint_body(query_id: u64, items: &[SbtItem]) -> Cell {
    let mut dict: Dict<u64, SbtItem> = Dict::new();
    for item in items {
        dict.set(item.index, item)
            .expect("a dictionary of 64-bit keys takes an amount and a reference");
    }
    build(|builder| {
        builder.store_u32(BATCH_MINT)?;
        builder.store_u64(query_id)?;
        builder.store_reference(dict.into_root().unwrap_or_default())
    })
}

/// Nanoton to send along with a batch of that many items.
#[must_use]
pub fn batch_value(items: &[SbtItem]) -> u128 {
    items
        .iter()
        .map(|item| item.value + ITEM_GAS_VALUE)
        .sum::<u128>()
        + BATCH_GAS_VALUE
}

/// The item's address, whether or not there is one yet.
#[must_use]
pub fn item_address(collection: &Address, index: u64) -> Address {
    let data = build(|builder| {
        builder.store_u64(index)?;
        store(builder, collection)
    });
    address_of(&state_init(code::sbt_item(), data))
}

/// The collection's metadata by its address: for [`collection_content`].
#[must_use]
pub fn offchain(uri: &str) -> Cell {
    content::offchain(uri)
}
