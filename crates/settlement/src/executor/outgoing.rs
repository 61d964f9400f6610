//! The wallet's inner messages, and what shows on the chain that each has arrived.

use std::collections::BTreeMap;

use ledger::{AchievementId, BatchId, RewardId};
use ton::{
    Address, OutMessage,
    jetton::{self, Mint, Transfer},
    sbt::{self, SbtItem},
};

use crate::{
    address::on_chain,
    effects::{Expected, ExpectedTransfer},
    plan::{Item, Parcel, query_id, units_of},
    settlement::Inner,
};

/// A refund passes through three contracts; what it does not use comes back.
const REFUND_VALUE: u128 = 100_000_000;
/// What the wallet pays for each message on top of its value, at most.
pub(super) const FEE_MOST: u128 = 5_000_000;
/// If the balance does not suffice for one message, the others go all the same; fees are paid beside the value.
const MODE: u8 = 3;

/// An achievement's item by its reward.
pub(super) type Indexes = BTreeMap<RewardId, u64>;

impl Inner {
    pub(super) fn message(
        &self,
        batch: BatchId,
        position: usize,
        parcel: &Parcel,
        indexes: &Indexes,
    ) -> Option<OutMessage> {
        let query_id = query_id(batch, position);
        let message = |destination: &Address, value, body| OutMessage {
            destination: destination.clone(),
            value,
            body,
            state_init: None,
            bounce: true,
            mode: MODE,
        };
        Some(match parcel {
            Parcel::Mint { to, units, .. } => {
                let body = jetton::mint_body(&Mint {
                    query_id,
                    to: on_chain(*to),
                    amount: *units,
                    wallet_value: jetton::MINT_WALLET_VALUE,
                });
                message(&self.config.minter, jetton::MINT_VALUE, body)
            }
            Parcel::Refund { to, amount, .. } => {
                let body = jetton::transfer_body(&Transfer {
                    query_id,
                    amount: units_of(*amount),
                    destination: on_chain(*to),
                    response: Some(on_chain(self.shop)),
                    // The least of which the receiver is told.
                    forward_value: 1,
                    forward_payload: None,
                });
                message(&self.own_wallet, REFUND_VALUE, body)
            }
            Parcel::Items { achievement, items } => {
                let collection = self.config.collections.get(achievement)?;
                let with_index: Option<Vec<SbtItem>> = items
                    .iter()
                    .map(|item| Some(sbt_item(*achievement, item, *indexes.get(&item.reward)?)))
                    .collect();
                let body = sbt::batch_mint_body(query_id, &with_index?);
                message(collection, value_of(parcel), body)
            }
        })
    }

    /// The contract that a parcel's message goes to; none when its collection is not known here.
    pub(super) fn destination(&self, parcel: &Parcel) -> Option<&Address> {
        match parcel {
            Parcel::Mint { .. } => Some(&self.config.minter),
            Parcel::Refund { .. } => Some(&self.own_wallet),
            Parcel::Items { achievement, .. } => self.config.collections.get(achievement),
        }
    }

    /// What shows that each reward of a parcel has arrived.
    pub(super) fn expected(
        &self,
        batch: BatchId,
        position: usize,
        parcel: &Parcel,
        indexes: &Indexes,
    ) -> Vec<Expected> {
        let of_transfer = |to, source: &Address, units, rewards| Expected {
            rewards,
            account: jetton::wallet_address(&self.config.minter, &on_chain(to)),
            source: source.clone(),
            transfer: Some(ExpectedTransfer {
                query_id: query_id(batch, position),
                units,
            }),
        };
        match parcel {
            Parcel::Mint { to, units, rewards } => {
                vec![of_transfer(
                    *to,
                    &self.config.minter,
                    *units,
                    rewards.clone(),
                )]
            }
            Parcel::Refund { to, amount, reward } => {
                let units = units_of(*amount);
                vec![of_transfer(*to, &self.own_wallet, units, vec![*reward])]
            }
            Parcel::Items { achievement, items } => items
                .iter()
                .filter_map(|item| self.expected_item(*achievement, item, indexes))
                .collect(),
        }
    }

    fn expected_item(
        &self,
        achievement: AchievementId,
        item: &Item,
        indexes: &Indexes,
    ) -> Option<Expected> {
        let collection = self.config.collections.get(&achievement)?;
        let index = *indexes.get(&item.reward)?;
        Some(Expected {
            rewards: vec![item.reward],
            account: sbt::item_address(collection, index),
            source: collection.clone(),
            transfer: None,
        })
    }
}

/// In nanoton, what a parcel's message carries.
pub(super) fn value_of(parcel: &Parcel) -> u128 {
    match parcel {
        Parcel::Mint { .. } => jetton::MINT_VALUE,
        Parcel::Refund { .. } => REFUND_VALUE,
        Parcel::Items { items, .. } => {
            let count = u128::try_from(items.len()).unwrap_or(u128::MAX);
            let each = sbt::ITEM_VALUE.saturating_add(sbt::ITEM_GAS_VALUE);
            count
                .saturating_mul(each)
                .saturating_add(sbt::BATCH_GAS_VALUE)
        }
    }
}

/// All items of an achievement are described by one file, at the collection's prefix.
fn sbt_item(achievement: AchievementId, item: &Item, index: u64) -> SbtItem {
    SbtItem {
        index,
        owner: on_chain(item.to),
        content: sbt::item_content(&format!("{achievement}.json")),
        value: sbt::ITEM_VALUE,
    }
}
