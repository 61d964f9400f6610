//! What a batch's rewards become on the chain.

use std::collections::{BTreeMap, BTreeSet};

use app::RewardLine;
use economy::OwedKind;
use ledger::{AchievementId, Amount, BatchId, CurrencyId, RewardId, TonAddress};

/// One inner message of the wallet. Its position among them is part of its query id, by which its effect is told from others'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parcel {
    /// New tokens for one owner, for all of their rewards together.
    Mint {
        to: TonAddress,
        units: u128,
        rewards: Vec<RewardId>,
    },
    /// Tokens out of the shop's own jetton wallet.
    Refund {
        to: TonAddress,
        amount: Amount,
        reward: RewardId,
    },
    /// Items of one collection, in the order of their indexes.
    Items {
        achievement: AchievementId,
        items: Vec<Item>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) reward: RewardId,
    pub(crate) to: TonAddress,
}

/// Why a reward is not sent: the configuration does not know what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsendable {
    #[error("reward {reward} is of currency {currency}, which is not the game's token")]
    OtherCurrency {
        reward: RewardId,
        currency: CurrencyId,
    },
    #[error("achievement {achievement} has no collection")]
    NoCollection { achievement: AchievementId },
    #[error("reward {reward} has no address")]
    NoAddress { reward: RewardId },
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) left: Vec<Unsendable>,
}

/// What can be sent here.
#[derive(Debug)]
pub(crate) struct Sendable {
    pub(crate) token: CurrencyId,
    pub(crate) achievements: BTreeSet<AchievementId>,
}

/// The messages of a batch, from its rewards in the order of their ids: the same rewards always give the same.
pub(crate) fn plan(rewards: &[&RewardLine], sendable: &Sendable) -> Planned {
    let mut mints: BTreeMap<TonAddress, (u128, Vec<RewardId>)> = BTreeMap::new();
    let mut items: BTreeMap<AchievementId, Vec<Item>> = BTreeMap::new();
    let mut refunds = Vec::new();
    let mut left = Vec::new();
    for line in rewards {
        match sort(line, sendable) {
            Ok(Sorted::Tokens { to, amount }) => {
                let (units, of) = mints.entry(to).or_default();
                *units = units.saturating_add(units_of(amount));
                of.push(line.id);
            }
            Ok(Sorted::Refund { to, amount }) => refunds.push(Parcel::Refund {
                to,
                amount,
                reward: line.id,
            }),
            Ok(Sorted::Item { achievement, item }) => {
                items.entry(achievement).or_default().push(item);
            }
            Err(why) => left.push(why),
        }
    }
    let mints = mints
        .into_iter()
        .map(|(to, (units, rewards))| Parcel::Mint { to, units, rewards });
    let items = items
        .into_iter()
        .map(|(achievement, items)| Parcel::Items { achievement, items });
    Planned {
        parcels: mints.chain(refunds).chain(items).collect(),
        left,
    }
}

enum Sorted {
    Tokens {
        to: TonAddress,
        amount: Amount,
    },
    Refund {
        to: TonAddress,
        amount: Amount,
    },
    Item {
        achievement: AchievementId,
        item: Item,
    },
}

fn sort(line: &RewardLine, sendable: &Sendable) -> Result<Sorted, Unsendable> {
    let reward = line.id;
    let to = line.to.ok_or(Unsendable::NoAddress { reward })?;
    if let Some((currency, _)) = line.owed.money()
        && currency != sendable.token
    {
        return Err(Unsendable::OtherCurrency { reward, currency });
    }
    match line.owed {
        OwedKind::Tokens { amount, .. } => Ok(Sorted::Tokens { to, amount }),
        OwedKind::Refund { amount, .. } => Ok(Sorted::Refund { to, amount }),
        OwedKind::Achievement { achievement } if sendable.achievements.contains(&achievement) => {
            let item = Item { reward, to };
            Ok(Sorted::Item { achievement, item })
        }
        OwedKind::Achievement { achievement } => Err(Unsendable::NoCollection { achievement }),
    }
}

pub(crate) fn units_of(amount: Amount) -> u128 {
    amount.get().unsigned_abs().into()
}

/// An inner message's query id: unique among all that the wallet ever sends.
pub(crate) fn query_id(batch: BatchId, position: usize) -> u64 {
    let position = u64::try_from(position).unwrap_or(u64::MAX) & 0x3ff;
    batch.get().unsigned_abs() << 10 | position
}

/// The position that a query id of this batch names.
pub(crate) fn position_in(batch: BatchId, query_id: u64) -> Option<usize> {
    let of_batch = query_id >> 10 == batch.get().unsigned_abs();
    of_batch.then(|| usize::try_from(query_id & 0x3ff).unwrap_or(usize::MAX))
}

#[cfg(test)]
pub(crate) mod tests {
    use economy::RewardState;

    use super::*;

    pub(crate) fn address(byte: u8) -> TonAddress {
        TonAddress::new(0, [byte; 32])
    }

    pub(crate) fn line(id: i64, owed: OwedKind, to: Option<TonAddress>) -> RewardLine {
        RewardLine {
            id: RewardId::new(id).expect("above zero"),
            player: None,
            owed,
            state: RewardState::Batched,
            to,
            batch: BatchId::new(1).ok(),
            attempts: 1,
            sbt_index: None,
            queued_ms: 0,
            changed_ms: 0,
            seen: None,
            why: None,
            promised_by: None,
            ended_by: None,
        }
    }

    pub(crate) fn tokens(currency: i64, amount: i64) -> OwedKind {
        OwedKind::Tokens {
            currency: CurrencyId::new(currency).expect("above zero"),
            amount: Amount::new(amount).expect("not below zero"),
        }
    }

    pub(crate) fn achievement(id: u8) -> OwedKind {
        OwedKind::Achievement {
            achievement: AchievementId::new(id).expect("1 to 62"),
        }
    }

    fn refund(amount: i64, to: TonAddress) -> OwedKind {
        OwedKind::Refund {
            deposit: ledger::TonHash::from_bytes([1; 32]),
            currency: CurrencyId::new(1).expect("above zero"),
            amount: Amount::new(amount).expect("not below zero"),
            to,
        }
    }

    /// A short picture of what is sent: `m` mint, `r` refund, `i` items.
    fn picture(planned: &Planned) -> Vec<String> {
        let of = |parcel: &Parcel| match parcel {
            Parcel::Mint { to, units, rewards } => {
                let rewards: Vec<i64> = rewards.iter().map(|id| id.get()).collect();
                format!("m{} {units} {rewards:?}", to.account()[0])
            }
            Parcel::Refund { to, amount, reward } => {
                format!("r{} {} {}", to.account()[0], amount.get(), reward.get())
            }
            Parcel::Items { achievement, items } => {
                let items: Vec<(u8, i64)> = items
                    .iter()
                    .map(|item| (item.to.account()[0], item.reward.get()))
                    .collect();
                format!("i{achievement} {items:?}")
            }
        };
        planned.parcels.iter().map(of).collect()
    }

    #[test]
    fn an_owner_gets_one_mint_and_a_collection_one_message() {
        let sendable = Sendable {
            token: CurrencyId::new(1).expect("above zero"),
            achievements: [1, 5]
                .map(|id| AchievementId::new(id).expect("1 to 62"))
                .into(),
        };
        let check = |lines: &[RewardLine], expect: &[&str], left: usize| {
            let lines: Vec<&RewardLine> = lines.iter().collect();
            let planned = plan(&lines, &sendable);
            assert_eq!(picture(&planned), expect);
            assert_eq!(planned.left.len(), left);
        };
        let (ada, bob) = (address(1), address(2));
        check(&[], &[], 0);
        check(
            &[
                line(1, tokens(1, 5), Some(bob)),
                line(2, achievement(5), Some(bob)),
                line(3, tokens(1, 7), Some(ada)),
                line(4, achievement(1), Some(ada)),
                line(5, tokens(1, 9), Some(bob)),
                line(6, achievement(5), Some(ada)),
                line(7, refund(3, bob), Some(bob)),
            ],
            &[
                "m1 7 [3]",
                "m2 14 [1, 5]",
                "r2 3 7",
                "i1 [(1, 4)]",
                "i5 [(2, 2), (1, 6)]",
            ],
            0,
        );
        // More than one amount can hold.
        check(
            &[
                line(1, tokens(1, i64::MAX), Some(ada)),
                line(2, tokens(1, i64::MAX), Some(ada)),
            ],
            &["m1 18446744073709551614 [1, 2]"],
            0,
        );
        // What is not known here is left, and the others go.
        check(
            &[
                line(1, tokens(2, 5), Some(ada)),
                line(2, achievement(3), Some(ada)),
                line(3, tokens(1, 5), None),
                line(4, tokens(1, 5), Some(ada)),
            ],
            &["m1 5 [4]"],
            3,
        );
    }

    #[test]
    fn query_ids_differ() {
        let of = |batch, position| query_id(BatchId::new(batch).expect("above zero"), position);
        assert_eq!(of(1, 0), 1_024);
        assert_eq!(of(1, 249), 1_273);
        assert_eq!(of(2, 0), 2_048);
        let batch = |id| BatchId::new(id).expect("above zero");
        assert_eq!(position_in(batch(1), of(1, 249)), Some(249));
        assert_eq!(position_in(batch(2), of(1, 249)), None);
    }
}
