//! What a transaction of the shop's address tells of tokens that came.

use ton::{
    Address,
    jetton::{TRANSFER_NOTIFICATION, TransferNotification},
    toncenter::Transaction,
};

/// What a transaction means to the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing about tokens.
    Nothing,
    /// Tokens arrived at the shop's own jetton wallet.
    Tokens(Tokens),
    /// Somebody else's contract says that tokens arrived: another token's wallet, or a lie.
    Foreign,
    /// The shop's own jetton wallet says something that it never says.
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) units: u128,
    pub(crate) sender: Address,
    pub(crate) comment: Option<String>,
}

/// By TEP-74 (<https://github.com/ton-blockchain/TEPs/blob/master/text/0074-jettons-standard.md>). Whether the shop's own transaction failed says nothing: with one nanoton its compute phase is skipped, and the tokens are there.
pub(crate) fn news(transaction: &Transaction, own_wallet: &Address) -> News {
    let Some(message) = &transaction.in_msg else {
        return News::Nothing;
    };
    if message.bounced || operation(&message.body) != Some(TRANSFER_NOTIFICATION) {
        return News::Nothing;
    }
    if message.source.as_ref() != Some(own_wallet) {
        return News::Foreign;
    }
    match TransferNotification::parse(&message.body) {
        Ok(told) => News::Tokens(Tokens {
            units: told.amount,
            comment: told.comment(),
            sender: told.sender,
        }),
        Err(_) => News::Unreadable,
    }
}

fn operation(body: &ton::Cell) -> Option<u32> {
    body.as_slice().ok()?.load_u32().ok()
}

#[cfg(test)]
mod tests {
    use ton::{
        Cell, Hash,
        jetton::comment_payload,
        toncenter::{Finality, Message},
    };
    use tycho_types::{
        cell::{CellBuilder, CellFamily as _, Store as _},
        num::Tokens as Coins,
    };

    use super::*;

    fn address(byte: u8) -> Address {
        Address::new(0, Hash::from([byte; 32]))
    }

    const OWN: u8 = 1;
    const SENDER: u8 = 2;

    /// What stands where the payload is to be: nothing, a cell, or a cell that is announced and missing.
    enum Payload {
        None,
        Cell(Cell),
        Missing,
    }

    fn notification(operation: u32, units: u128, payload: Payload) -> Cell {
        let mut builder = CellBuilder::new();
        let store = || {
            builder.store_u32(operation)?;
            builder.store_u64(0)?;
            Coins::new(units).store_into(&mut builder, Cell::empty_context())?;
            address(SENDER).store_into(&mut builder, Cell::empty_context())?;
            match payload {
                Payload::None => builder.store_bit_zero(),
                Payload::Cell(cell) => {
                    builder.store_bit_one()?;
                    builder.store_reference(cell)
                }
                Payload::Missing => builder.store_bit_one(),
            }
        };
        store().expect("it fits");
        builder.build().expect("a cell")
    }

    fn arrived(source: Option<u8>, body: Cell) -> Transaction {
        Transaction {
            account: address(9),
            hash: Hash::from([9; 32]),
            lt: 1,
            now_secs: 1,
            prev_hash: Hash::from([0; 32]),
            prev_lt: 0,
            trace_id: None,
            finality: Finality::Finalized,
            // As with every normal notification: one nanoton buys no gas.
            aborted: true,
            exit_code: None,
            action_code: None,
            total_fees: 1,
            in_msg: Some(Message {
                hash: Hash::from([0; 32]),
                source: source.map(address),
                destination: Some(address(9)),
                value: 1,
                created_lt: 1,
                bounced: false,
                body,
            }),
            out_msgs: Vec::new(),
        }
    }

    #[test]
    fn only_the_shops_own_jetton_wallet_is_believed() {
        let check = |transaction: Transaction, expect: News| {
            assert_eq!(news(&transaction, &address(OWN)), expect);
        };
        let tokens = |comment: Option<&str>| {
            News::Tokens(Tokens {
                units: 50,
                sender: address(SENDER),
                comment: comment.map(str::to_owned),
            })
        };
        let of = |payload| notification(TRANSFER_NOTIFICATION, 50, payload);
        let comment = comment_payload("42:7");
        check(
            arrived(Some(OWN), of(Payload::Cell(comment))),
            tokens(Some("42:7")),
        );
        check(arrived(Some(OWN), of(Payload::None)), tokens(None));
        // Whoever pays can put anything there, and the tokens are here all the same.
        check(arrived(Some(OWN), of(Payload::Missing)), tokens(None));
        check(arrived(Some(SENDER), of(Payload::None)), News::Foreign);
        check(arrived(None, of(Payload::None)), News::Foreign);
        check(
            arrived(Some(OWN), notification(0x178d_4519, 50, Payload::None)),
            News::Nothing,
        );
        check(arrived(Some(OWN), Cell::default()), News::Nothing);
        let mut bounced = arrived(Some(OWN), of(Payload::None));
        bounced.in_msg.as_mut().expect("one").bounced = true;
        check(bounced, News::Nothing);
        let mut empty = CellBuilder::new();
        empty.store_u32(TRANSFER_NOTIFICATION).expect("it fits");
        let empty = empty.build().expect("a cell");
        check(arrived(Some(OWN), empty), News::Unreadable);
    }
}
