//! Mint, reward, burn, exchange: money over an issuance account.

use economy::{Burn, Exchange, Mint, Reward};
use ledger::{AccountKey, CurrencyId, HolderId, ItemId};

use super::{Row, check, facts::*, row, when};

fn mint(to: HolderId, currency: CurrencyId, minor_units: i64) -> Mint {
    Mint {
        to,
        currency,
        amount: amount(minor_units),
    }
}

fn burn(from: HolderId, currency: CurrencyId, minor_units: i64) -> Burn {
    Burn {
        from,
        currency,
        amount: amount(minor_units),
    }
}

fn exchange(holder: HolderId, from: CurrencyId, to: CurrencyId, minor_units: i64) -> Exchange {
    Exchange {
        holder,
        from,
        to,
        amount: amount(minor_units),
        quoted: None,
    }
}

pub fn rows() -> Vec<Row> {
    [mints(), burns(), exchanges()]
        .into_iter()
        .flatten()
        .collect()
}

fn mints() -> Vec<Row> {
    const CAP: i64 = 1 << 62;
    vec![
        row(mint(ALICE, TEA, 5), "issuance>alice 5 tea"),
        row(
            mint(ALICE, RUM, CAP),
            "issuance>alice 4611686018427387904 rum",
        ),
        row(mint(ALICE, RUM, CAP + 1), "supply-cap"),
        row(mint(ALICE, RUM, i64::MAX), "supply-cap"),
        row(
            mint(ALICE, TEA, CAP - 110),
            "issuance>alice 4611686018427387794 tea",
        ),
        row(mint(ALICE, TEA, CAP - 109), "supply-cap"),
        row(
            Reward {
                to: BOB,
                currency: JAM,
                amount: amount(7),
                item: ItemId::new(1).ok(),
            },
            "issuance>bob 7 jam",
        ),
        // Two faults at once.
        row(mint(NOBODY, NOTHING, 0), "unknown-currency"),
        row(mint(NOBODY, ICE, 0), "unknown-holder"),
        row(mint(FROZEN, ICE, 0), "currency-frozen"),
        row(mint(FROZEN, TEA, 0), "amount-zero"),
        row(mint(MERGED, TEA, i64::MAX), "holder-merged"),
        row(mint(FROZEN, TEA, i64::MAX), "holder-frozen"),
    ]
}

fn burns() -> Vec<Row> {
    vec![
        row(burn(ALICE, TEA, 100), "alice>issuance 100 tea"),
        row(burn(ALICE, TEA, 101), "not-enough"),
        row(burn(BOB, RUM, 1), "not-enough"),
        row(burn(ALICE, TEA, i64::MAX), "not-enough"),
        when(
            |town| town.floors.extend([(AccountKey::holder(BOB, TEA), -5)]),
            burn(BOB, TEA, 15),
            "bob>issuance 15 tea",
        ),
        when(
            |town| town.floors.extend([(AccountKey::holder(BOB, TEA), -5)]),
            burn(BOB, TEA, 16),
            "not-enough",
        ),
        row(burn(NOBODY, NOTHING, 0), "unknown-currency"),
        row(burn(NOBODY, ICE, 0), "unknown-holder"),
        row(burn(FROZEN, ICE, 0), "currency-frozen"),
        row(burn(MERGED, TEA, 0), "amount-zero"),
        row(burn(MERGED, TEA, 1), "holder-merged"),
        row(burn(FROZEN, TEA, 1), "holder-frozen"),
    ]
}

fn exchanges() -> Vec<Row> {
    let quoted = |quoted| Exchange {
        quoted: Some(quoted),
        ..exchange(ALICE, TEA, JAM, 10)
    };
    vec![
        row(
            exchange(ALICE, TEA, JAM, 10),
            "alice>issuance 10 tea, issuance>alice 15 jam",
        ),
        row(
            exchange(ALICE, TEA, JAM, 11),
            "alice>issuance 11 tea, issuance>alice 16 jam, rest 1/2",
        ),
        row(
            exchange(ALICE, JAM, TEA, 2),
            "alice>issuance 2 jam, issuance>alice 1 tea, rest 1/3",
        ),
        row(
            quoted((3, 2)),
            "alice>issuance 10 tea, issuance>alice 15 jam",
        ),
        row(
            quoted((6, 4)),
            "alice>issuance 10 tea, issuance>alice 15 jam",
        ),
        row(quoted((4, 3)), "rate-changed"),
        row(quoted((0, 2)), "no-rate"),
        row(quoted((3, 0)), "no-rate"),
        row(exchange(ALICE, JAM, TEA, 1), "result-zero"),
        row(exchange(BOB, TEA, JAM, 11), "not-enough"),
        // More than any account holds, and more than there may be.
        row(exchange(ALICE, TEA, JAM, i64::MAX), "balance-too-large"),
        row(exchange(ALICE, TEA, JAM, i64::MAX / 2 + 1), "supply-cap"),
        row(exchange(NOBODY, TEA, NOTHING, 0), "unknown-currency"),
        row(exchange(NOBODY, TEA, ICE, 0), "unknown-holder"),
        row(exchange(FROZEN, TEA, ICE, 0), "currency-frozen"),
        row(exchange(FROZEN, TEA, TEA, 0), "amount-zero"),
        row(exchange(FROZEN, TEA, TEA, 1), "to-oneself"),
        row(exchange(MERGED, TEA, OIL, 1), "holder-merged"),
        row(exchange(FROZEN, TEA, OIL, 1), "holder-frozen"),
        row(exchange(ALICE, TEA, OIL, 1), "other-group"),
        row(exchange(ALICE, TEA, RUM, 1_000), "no-rate"),
        row(
            Exchange {
                quoted: Some((1, 1)),
                ..exchange(BOB, JAM, TEA, 1)
            },
            "rate-changed",
        ),
        row(exchange(BOB, JAM, TEA, 1), "result-zero"),
    ]
}

#[test]
fn issuing() {
    check(mints());
}

#[test]
fn burning() {
    check(burns());
}

#[test]
fn exchanging() {
    check(exchanges());
}
