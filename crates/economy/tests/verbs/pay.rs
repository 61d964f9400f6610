//! Transfer, award, purchase, link: money between wallets.

use economy::{Award, Link, Purchase, Transfer};
use ledger::{AccountKey, CurrencyId, HolderId, ItemId};

use super::{Row, check, facts::*, row, when};

type Ask<T> = fn(HolderId, HolderId, CurrencyId, i64) -> T;

fn transfer(from: HolderId, to: HolderId, currency: CurrencyId, minor_units: i64) -> Transfer {
    Transfer {
        from,
        to,
        currency,
        amount: amount(minor_units),
    }
}

fn award(from: HolderId, to: HolderId, currency: CurrencyId, minor_units: i64) -> Award {
    Award {
        from,
        to,
        currency,
        amount: amount(minor_units),
    }
}

fn purchase(buyer: HolderId, seller: HolderId, currency: CurrencyId, minor_units: i64) -> Purchase {
    Purchase {
        buyer,
        seller: Some(seller),
        currency,
        price: amount(minor_units),
        item: ItemId::new(5).unwrap(),
    }
}

pub fn rows() -> Vec<Row> {
    [
        payments(transfer),
        payments(award),
        payments(purchase),
        shop(),
        links(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn payments<T: Into<economy::Command>>(pay: Ask<T>) -> Vec<Row> {
    vec![
        row(pay(ALICE, BOB, TEA, 100), "alice>bob 100 tea"),
        row(pay(ALICE, BOB, TEA, 101), "not-enough"),
        row(pay(ALICE, BOB, TEA, i64::MAX), "balance-too-large"),
        when(
            |town| town.endow(AccountKey::holder(BOB, RUM), i64::MAX),
            pay(ALICE, BOB, RUM, 1),
            "balance-too-large",
        ),
        row(pay(NOBODY, BOB, NOTHING, 0), "unknown-currency"),
        row(pay(FROZEN, NOBODY, ICE, 0), "unknown-holder"),
        row(pay(NOBODY, MERGED, TEA, 1), "unknown-holder"),
        row(pay(FROZEN, FROZEN, ICE, 0), "currency-frozen"),
        row(pay(FROZEN, FROZEN, TEA, 0), "amount-zero"),
        row(pay(FROZEN, FROZEN, TEA, 1), "to-oneself"),
        row(pay(FROZEN, MERGED, TEA, 1), "holder-merged"),
        row(pay(MERGED, FROZEN, TEA, 1), "holder-merged"),
        row(pay(BOB, FROZEN, TEA, 11), "holder-frozen"),
        row(pay(FROZEN, BOB, TEA, 11), "holder-frozen"),
    ]
}

fn shop() -> Vec<Row> {
    let shop = |buyer, minor_units| Purchase {
        seller: None,
        ..purchase(buyer, BOB, TEA, minor_units)
    };
    vec![
        row(shop(ALICE, 3), "alice>issuance 3 tea"),
        row(shop(ALICE, 0), "amount-zero"),
        row(shop(ALICE, 101), "not-enough"),
        row(shop(FROZEN, 1), "holder-frozen"),
    ]
}

fn links() -> Vec<Row> {
    let link = |from, into| Link {
        from,
        into,
        probe: TEA,
    };
    vec![
        row(link(BOB, ALICE), "bob>alice 10 tea"),
        // A frozen currency goes along.
        row(
            link(ALICE, BOB),
            "alice>bob 100 tea, alice>bob 1000 jam, alice>bob 5 ice",
        ),
        row(
            Link {
                from: BOB,
                into: ALICE,
                probe: ICE,
            },
            "bob>alice 10 tea",
        ),
        when(
            |town| town.endow(AccountKey::holder(BOB, TEA), -10),
            link(BOB, ALICE),
            "nothing moves",
        ),
        // What one owes, the other pays.
        when(owing, link(BOB, ALICE), "alice>bob 4 tea"),
        when(
            owing,
            link(ALICE, BOB),
            "alice>bob 100 tea, alice>bob 1000 jam, alice>bob 5 ice",
        ),
        when(
            |town| {
                owing(town);
                town.endow(AccountKey::holder(ALICE, TEA), -97);
            },
            link(BOB, ALICE),
            "not-enough",
        ),
        row(
            Link {
                from: NOBODY,
                into: NOBODY,
                probe: NOTHING,
            },
            "unknown-currency",
        ),
        row(link(NOBODY, NOBODY), "unknown-holder"),
        row(link(FROZEN, NOBODY), "unknown-holder"),
        row(link(FROZEN, FROZEN), "to-oneself"),
        row(link(FROZEN, MERGED), "holder-merged"),
        row(link(MERGED, FROZEN), "holder-merged"),
        row(link(BOB, FROZEN), "holder-frozen"),
        row(link(FROZEN, BOB), "holder-frozen"),
    ]
}

fn owing(town: &mut testkit::model::Model) {
    let account = AccountKey::holder(BOB, TEA);
    town.floors.insert(account, -10);
    town.endow(account, -14);
}

#[test]
fn transferring() {
    check(payments(transfer));
}

#[test]
fn awarding() {
    check(payments(award));
}

#[test]
fn buying() {
    check(payments(purchase));
    check(shop());
}

#[test]
fn linking() {
    check(links());
}
