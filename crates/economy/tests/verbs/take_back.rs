//! Reversals and reactions: what is taken back, and only once.

use economy::{
    PastTransaction, ReactionFact, ReactionKey, ReactionMint, ReactionState, ReactionUnmint,
    Reversal, Shortfall,
};
use ledger::{AccountKey, CurrencyId, Detail, HolderId, Kind};
use testkit::model::Model;

use super::{Row, check, facts::*, row, when};

pub fn rows() -> Vec<Row> {
    [reversals(), reactions(), reactions_taken_back()]
        .into_iter()
        .flatten()
        .collect()
}

fn reverse(shortfall: Shortfall) -> Reversal {
    Reversal {
        transaction: transaction(7),
        shortfall,
    }
}

fn past(
    town: &mut Model,
    kind: Kind,
    debit: AccountKey,
    credit: AccountKey,
    minor_units: i64,
) -> &mut PastTransaction {
    let transfers = vec![(debit, credit, amount(minor_units))];
    let past = PastTransaction {
        kind,
        transfers,
        detail: Detail::default(),
        reversed_by: None,
    };
    town.transactions.insert(transaction(7), past);
    town.transactions.get_mut(&transaction(7)).unwrap()
}

/// Alice paid Bob.
fn paid(town: &mut Model, minor_units: i64) -> &mut PastTransaction {
    let key = |holder| AccountKey::holder(holder, TEA);
    past(town, Kind::Transfer, key(ALICE), key(BOB), minor_units)
}

fn minted(
    town: &mut Model,
    to: HolderId,
    currency: CurrencyId,
    minor_units: i64,
) -> &mut PastTransaction {
    past(
        town,
        Kind::Mint,
        AccountKey::issuance(currency),
        AccountKey::holder(to, currency),
        minor_units,
    )
}

fn reversals() -> Vec<Row> {
    use Shortfall::{RecordDebt, Refuse};
    let of_kind = |change, expect| when(change, reverse(RecordDebt), expect);
    let mut rows = vec![
        when(
            |town| {
                paid(town, 10);
            },
            reverse(Refuse),
            "bob>alice 10 tea, reverses 7",
        ),
        when(
            |town| {
                paid(town, 11);
            },
            reverse(Refuse),
            "not-enough",
        ),
        when(
            |town| {
                paid(town, 11);
            },
            reverse(RecordDebt),
            "bob>alice 10 tea, debt 1, reverses 7",
        ),
        when(
            |town| {
                paid(town, 10);
            },
            reverse(RecordDebt),
            "bob>alice 10 tea, reverses 7",
        ),
        // Nothing at all is there: no transaction could carry the debt.
        when(
            |town| {
                minted(town, BOB, JAM, 5);
            },
            reverse(RecordDebt),
            "not-enough",
        ),
        when(
            |town| {
                minted(town, BOB, TEA, 5);
            },
            reverse(Refuse),
            "bob>issuance 5 tea, reverses 7",
        ),
        when(
            |town| {
                past(
                    town,
                    Kind::Burn,
                    AccountKey::holder(BOB, TEA),
                    AccountKey::issuance(TEA),
                    5,
                );
            },
            reverse(Refuse),
            "issuance>bob 5 tea, reverses 7",
        ),
        when(
            |town| {
                past(
                    town,
                    Kind::Burn,
                    AccountKey::holder(BOB, TEA),
                    AccountKey::issuance(TEA),
                    1 << 62,
                );
            },
            reverse(RecordDebt),
            "supply-cap",
        ),
        row(reverse(Refuse), "unknown-transaction"),
        when(
            |town| minted(town, NOBODY, ICE, 5).reversed_by = Some(transaction(8)),
            reverse(Refuse),
            "unknown-holder",
        ),
        when(
            |town| minted(town, FROZEN, ICE, 5).reversed_by = Some(transaction(8)),
            reverse(Refuse),
            "currency-frozen",
        ),
        when(
            |town| minted(town, MERGED, TEA, 5).reversed_by = Some(transaction(8)),
            reverse(Refuse),
            "holder-merged",
        ),
        when(
            |town| minted(town, FROZEN, TEA, 5).kind = Kind::Link,
            reverse(Refuse),
            "holder-frozen",
        ),
        when(
            |town| paid(town, 99).reversed_by = Some(transaction(8)),
            reverse(Refuse),
            "already-reversed",
        ),
        // The burn that took a reaction back is itself a taking back.
        when(
            |town| paid(town, 5).detail.reverses = Some(transaction(3)),
            reverse(Refuse),
            "not-reversible",
        ),
        when(
            |town| {
                let past = paid(town, 5);
                (past.kind, past.reversed_by) = (Kind::Reversal, Some(transaction(8)));
            },
            reverse(Refuse),
            "not-reversible",
        ),
    ];
    rows.extend([
        of_kind(
            |town| paid(town, 1).kind = Kind::Award,
            "bob>alice 1 tea, reverses 7",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::Reward,
            "bob>alice 1 tea, reverses 7",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::Purchase,
            "bob>alice 1 tea, reverses 7",
        ),
        of_kind(|town| paid(town, 1).kind = Kind::Exchange, "not-reversible"),
        of_kind(
            |town| paid(town, 1).kind = Kind::NoteCreated,
            "not-reversible",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::NoteRedeemed,
            "not-reversible",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::NoteRevoked,
            "not-reversible",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::HoldPlaced,
            "not-reversible",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::HoldCaptured,
            "not-reversible",
        ),
        of_kind(
            |town| paid(town, 1).kind = Kind::HoldReleased,
            "not-reversible",
        ),
        of_kind(|town| paid(town, 1).kind = Kind::Link, "not-reversible"),
    ]);
    rows
}

const fn reaction(reactor: HolderId, currency: CurrencyId) -> ReactionKey {
    ReactionKey {
        message: u64::MAX,
        reactor,
        currency,
    }
}

fn react(reactor: HolderId, author: HolderId, currency: CurrencyId) -> ReactionMint {
    ReactionMint {
        key: reaction(reactor, currency),
        author,
    }
}

fn reacted(
    town: &mut Model,
    reactor: HolderId,
    author: HolderId,
    currency: CurrencyId,
) -> &mut ReactionFact {
    minted(town, author, currency, 1);
    let fact = ReactionFact {
        author,
        amount: amount(1),
        minted: transaction(7),
        state: ReactionState::Minted,
    };
    let key = (u64::MAX, reactor, currency);
    town.reactions.insert(key, fact);
    town.reactions.get_mut(&key).unwrap()
}

fn reactions() -> Vec<Row> {
    vec![
        row(react(ALICE, BOB, TEA), "issuance>bob 1 tea"),
        row(react(ALICE, BOB, RUM), "issuance>bob 1000000000 rum"),
        when(
            |town| town.endow(AccountKey::holder(ALICE, RUM), (1 << 62) - 999_999_999),
            react(ALICE, BOB, RUM),
            "supply-cap",
        ),
        row(react(NOBODY, BOB, NOTHING), "unknown-currency"),
        row(react(NOBODY, FROZEN, ICE), "unknown-holder"),
        row(react(ALICE, NOBODY, ICE), "unknown-holder"),
        row(react(ALICE, ALICE, ICE), "currency-frozen"),
        row(react(FROZEN, FROZEN, TEA), "to-oneself"),
        row(react(FROZEN, MERGED, TEA), "holder-merged"),
        // Somebody who was merged cannot mint again as whom they were.
        row(react(MERGED, FROZEN, TEA), "holder-merged"),
        when(
            |town| {
                reacted(town, FROZEN, BOB, TEA);
            },
            react(FROZEN, BOB, TEA),
            "holder-frozen",
        ),
        when(
            |town| {
                reacted(town, ALICE, BOB, TEA);
            },
            react(ALICE, BOB, TEA),
            "reaction-counted",
        ),
        when(
            |town| reacted(town, ALICE, BOB, TEA).state = ReactionState::Unrecoverable,
            react(ALICE, BOB, TEA),
            "reaction-counted",
        ),
    ]
}

fn reactions_taken_back() -> Vec<Row> {
    let unreact = |currency| ReactionUnmint {
        key: reaction(ALICE, currency),
    };
    let burned = ReactionState::Burned { by: transaction(8) };
    assert_eq!(economy::reaction_state(true, Some(transaction(8))), burned);
    vec![
        when(
            |town| {
                reacted(town, ALICE, BOB, TEA);
            },
            unreact(TEA),
            "bob>issuance 1 tea, reverses 7",
        ),
        // Spent, frozen, merged: it stays.
        when(
            |town| {
                reacted(town, ALICE, BOB, JAM);
            },
            unreact(JAM),
            "nothing moves",
        ),
        when(
            |town| {
                reacted(town, ALICE, FROZEN, TEA);
            },
            unreact(TEA),
            "nothing moves",
        ),
        when(
            |town| {
                reacted(town, ALICE, MERGED, TEA);
            },
            unreact(TEA),
            "nothing moves",
        ),
        // An operator reversed the mint meanwhile.
        when(
            |town| {
                reacted(town, ALICE, BOB, TEA);
                minted(town, BOB, TEA, 1).reversed_by = Some(transaction(8));
            },
            unreact(TEA),
            "nothing moves",
        ),
        row(unreact(NOTHING), "unknown-reaction"),
        when(
            |town| reacted(town, ALICE, BOB, ICE).state = ReactionState::Unrecoverable,
            unreact(ICE),
            "currency-frozen",
        ),
        when(
            |town| {
                reacted(town, ALICE, BOB, TEA).state = ReactionState::Burned { by: transaction(8) }
            },
            unreact(TEA),
            "reaction-taken-back",
        ),
    ]
}

#[test]
fn reversing() {
    check(reversals());
}

#[test]
fn reacting() {
    check(reactions());
    check(reactions_taken_back());
}
