//! What a batch did on the chain, read out of its trace.

use ledger::{BatchId, RewardId};
use ton::{
    Address, Hash,
    jetton::InternalTransfer,
    toncenter::{Finality, Trace, Transaction},
};

use crate::plan::position_in;

/// What the chain shows when a parcel has arrived: a transaction of this account, caused by that one, that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) rewards: Vec<RewardId>,
    /// The owner's jetton wallet, or the item.
    pub(crate) account: Address,
    /// The minter, our own jetton wallet, or the collection.
    pub(crate) source: Address,
    /// None for an item, which is its own proof: it can be deployed once.
    pub(crate) transfer: Option<ExpectedTransfer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExpectedTransfer {
    pub(crate) query_id: u64,
    pub(crate) units: u128,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Seen {
        hash: Hash,
        lt: u64,
    },
    /// Everything has happened, and this has not.
    Failed(Failure),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no such message was sent; the wallet's balance may not have sufficed")]
    NotSent,
    #[error("it failed with exit code {0}")]
    Exit(i32),
    #[error("it was carried out in part and taken back")]
    Aborted,
}

/// Whether nothing more can come of a trace, and nothing of it can be taken back.
pub(crate) fn is_over(trace: &Trace) -> bool {
    let mut transactions = trace.transactions.iter();
    trace.complete && transactions.all(|one| one.finality == Finality::Finalized)
}

/// Where the wallet sent the messages of a batch, by their positions. What is looked for at other places is not found there: then the
/// configuration is another one than when they were signed.
pub(crate) fn sent_to(trace: &Trace, wallet: &Address, batch: BatchId) -> Vec<(usize, Address)> {
    let sent = trace.transactions.iter();
    let sent = sent.filter(|transaction| transaction.account == *wallet);
    sent.flat_map(|transaction| &transaction.out_msgs)
        .filter_map(|message| {
            let position = position_in(batch, query_id_of(&message.body)?)?;
            Some((position, message.destination.clone()?))
        })
        .filter(|(_, destination)| destination != wallet)
        .collect()
}

/// Behind the operation, in mints, transfers and batches of items.
fn query_id_of(body: &ton::Cell) -> Option<u64> {
    let mut slice = body.as_slice().ok()?;
    slice.load_u32().ok()?;
    slice.load_u64().ok()
}

/// What became of one parcel, in a trace that [`is_over`].
pub(crate) fn effect(trace: &Trace, expected: &Expected) -> Effect {
    let met: Vec<&Transaction> = trace
        .transactions
        .iter()
        .filter(|transaction| is_met(transaction, expected))
        .collect();
    if let Some(done) = met.iter().find(|transaction| succeeded(transaction)) {
        return Effect::Seen {
            hash: done.hash,
            lt: done.lt,
        };
    }
    Effect::Failed(met.first().map_or(Failure::NotSent, |failed| why(failed)))
}

fn is_met(transaction: &Transaction, expected: &Expected) -> bool {
    let Some(message) = &transaction.in_msg else {
        return false;
    };
    transaction.account == expected.account
        && message.source.as_ref() == Some(&expected.source)
        && !message.bounced
        && expected.transfer.is_none_or(|expected| {
            InternalTransfer::parse(&message.body).is_ok_and(|transfer| {
                transfer.query_id == expected.query_id && transfer.amount == expected.units
            })
        })
}

/// A jetton wallet or an item keeps nothing of a transaction that aborts: its action phase is part of it.
fn succeeded(transaction: &Transaction) -> bool {
    !transaction.aborted && matches!(transaction.exit_code, Some(0 | 1))
}

fn why(transaction: &Transaction) -> Failure {
    match transaction.exit_code {
        Some(0 | 1) => Failure::Aborted,
        Some(code) => Failure::Exit(code),
        None => Failure::Aborted,
    }
}

#[cfg(test)]
mod tests {
    use ton::{Cell, jetton::INTERNAL_TRANSFER, toncenter::Message};
    use tycho_types::cell::{CellBuilder, CellFamily as _, Store as _};
    use tycho_types::num::Tokens;

    use super::*;

    fn address(byte: u8) -> Address {
        Address::new(0, Hash::from([byte; 32]))
    }

    const MINTER: u8 = 1;
    const WALLET: u8 = 2;
    const ITEM: u8 = 3;
    const COLLECTION: u8 = 4;
    const HIGHLOAD: u8 = 5;

    /// `internal_transfer` as TEP-74 writes it, from nobody.
    fn credit(query_id: u64, units: u128) -> Cell {
        let mut builder = CellBuilder::new();
        let mut store = || {
            builder.store_u32(INTERNAL_TRANSFER)?;
            builder.store_u64(query_id)?;
            Tokens::new(units).store_into(&mut builder, Cell::empty_context())?;
            // No addresses, no forwarding, no payload.
            builder.store_zeros(2 + 2 + 4 + 1)
        };
        store().expect("it fits");
        builder.build().expect("a cell")
    }

    fn message(source: u8, destination: u8, body: Cell) -> Message {
        Message {
            hash: Hash::from([0; 32]),
            source: Some(address(source)),
            destination: Some(address(destination)),
            value: 1,
            created_lt: 1,
            bounced: false,
            body,
        }
    }

    fn transaction(source: u8, account: u8, body: Cell) -> Transaction {
        Transaction {
            account: address(account),
            hash: Hash::from([account; 32]),
            lt: 7,
            now_secs: 1,
            prev_hash: Hash::from([0; 32]),
            prev_lt: 0,
            trace_id: None,
            finality: Finality::Finalized,
            aborted: false,
            exit_code: Some(0),
            action_code: Some(0),
            total_fees: 1,
            in_msg: Some(message(source, account, body)),
            out_msgs: Vec::new(),
        }
    }

    fn trace(transactions: Vec<Transaction>) -> Trace {
        Trace {
            complete: true,
            transactions,
        }
    }

    const SEEN: Effect = Effect::Seen {
        hash: tycho_types::cell::HashBytes([WALLET; 32]),
        lt: 7,
    };

    #[test]
    fn tokens_have_arrived_when_their_jetton_wallet_was_credited() {
        let expected = Expected {
            rewards: vec![RewardId::new(1).expect("above zero")],
            account: address(WALLET),
            source: address(MINTER),
            transfer: Some(ExpectedTransfer {
                query_id: 1_024,
                units: 50,
            }),
        };
        let check = |transactions: Vec<Transaction>, expect: Effect| {
            assert_eq!(effect(&trace(transactions), &expected), expect);
        };
        let credited = || transaction(MINTER, WALLET, credit(1_024, 50));
        let failed = |exit_code, aborted| Transaction {
            exit_code,
            aborted,
            ..credited()
        };
        let absent = Effect::Failed(Failure::NotSent);
        check(vec![credited()], SEEN);
        check(vec![], absent.clone());
        // It was tried, and nothing of it stays.
        check(
            vec![failed(Some(709), true)],
            Effect::Failed(Failure::Exit(709)),
        );
        check(vec![failed(None, true)], Effect::Failed(Failure::Aborted));
        // The code ran, and the action phase failed.
        check(
            vec![failed(Some(0), true)],
            Effect::Failed(Failure::Aborted),
        );
        // Others' credits.
        check(
            vec![transaction(MINTER, WALLET, credit(1_025, 50))],
            absent.clone(),
        );
        check(
            vec![transaction(MINTER, WALLET, credit(1_024, 51))],
            absent.clone(),
        );
        check(
            vec![transaction(COLLECTION, WALLET, credit(1_024, 50))],
            absent.clone(),
        );
        check(
            vec![transaction(MINTER, ITEM, credit(1_024, 50))],
            absent.clone(),
        );
        check(
            vec![transaction(MINTER, WALLET, Cell::default())],
            absent.clone(),
        );
        let mut bounced = credited();
        bounced.in_msg.as_mut().expect("one").bounced = true;
        check(vec![bounced], absent);
        // One of two.
        check(vec![failed(Some(709), true), credited()], SEEN);
    }

    #[test]
    fn an_item_has_arrived_when_its_contract_took_its_owner() {
        let expected = Expected {
            rewards: vec![RewardId::new(1).expect("above zero")],
            account: address(ITEM),
            source: address(COLLECTION),
            transfer: None,
        };
        let deployed = transaction(COLLECTION, ITEM, Cell::default());
        let seen = Effect::Seen {
            hash: deployed.hash,
            lt: 7,
        };
        assert_eq!(effect(&trace(vec![deployed.clone()]), &expected), seen);
        // Somebody else's item stands at this index.
        let taken = Transaction {
            exit_code: Some(65_535),
            aborted: true,
            ..deployed
        };
        assert_eq!(
            effect(&trace(vec![taken]), &expected),
            Effect::Failed(Failure::Exit(65_535))
        );
    }

    #[test]
    fn a_trace_is_over_when_all_of_it_is_final() {
        let done = transaction(MINTER, WALLET, Cell::default());
        let confirmed = Transaction {
            finality: Finality::Confirmed,
            ..done.clone()
        };
        assert!(is_over(&trace(vec![done.clone()])));
        assert!(!is_over(&trace(vec![done.clone(), confirmed])));
        assert!(!is_over(&Trace {
            complete: false,
            transactions: vec![done],
        }));
    }

    #[test]
    fn the_wallets_messages_are_known_by_their_query_ids() {
        let mut from_itself = transaction(HIGHLOAD, HIGHLOAD, Cell::default());
        from_itself.out_msgs = vec![
            message(HIGHLOAD, MINTER, credit(3_072, 1)),
            message(HIGHLOAD, COLLECTION, credit(3_073, 1)),
            message(HIGHLOAD, COLLECTION, credit(2_048, 1)),
            message(HIGHLOAD, HIGHLOAD, credit(3_074, 1)),
        ];
        let batch = BatchId::new(3).expect("above zero");
        assert_eq!(
            sent_to(&trace(vec![from_itself]), &address(HIGHLOAD), batch),
            [(0, address(MINTER)), (1, address(COLLECTION))]
        );
    }
}
