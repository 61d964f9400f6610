//! Notes and holds: what is set aside and settled once.

use economy::{
    Command, HoldCapture, HoldFact, HoldPlace, HoldRelease, HoldState, NoteCreate, NoteFact,
    NoteRedeem, NoteRevoke, NoteState,
};
use ledger::{AccountKey, CurrencyId, HoldId, HolderId, NoteId, SystemRole};
use testkit::model::Model;

use super::{Row, check, facts::*, row, when};

pub fn rows() -> Vec<Row> {
    [notes_made(), notes_settled(), holds_made(), holds_settled()]
        .into_iter()
        .flatten()
        .collect()
}

fn note_make(sender: HolderId, currency: CurrencyId, minor_units: i64) -> NoteCreate {
    NoteCreate {
        sender,
        recipient: person(2),
        currency,
        amount: amount(minor_units),
    }
}

fn notes_made() -> Vec<Row> {
    vec![
        row(note_make(ALICE, TEA, 30), "alice>note_escrow 30 tea"),
        // To oneself, whichever identity that is: harmless.
        row(
            NoteCreate {
                recipient: person(1),
                ..note_make(ALICE, TEA, 1)
            },
            "alice>note_escrow 1 tea",
        ),
        row(note_make(ALICE, TEA, 101), "not-enough"),
        row(note_make(NOBODY, NOTHING, 0), "unknown-currency"),
        row(note_make(NOBODY, ICE, 0), "unknown-holder"),
        row(note_make(FROZEN, ICE, 0), "currency-frozen"),
        row(note_make(FROZEN, TEA, 0), "amount-zero"),
        row(note_make(MERGED, TEA, 1), "holder-merged"),
        row(note_make(FROZEN, TEA, 1), "holder-frozen"),
    ]
}

fn note(currency: CurrencyId, state: NoteState) -> impl FnOnce(&mut Model) {
    move |town| {
        let fact = NoteFact {
            sender: ALICE,
            recipient: person(2),
            currency,
            amount: amount(30),
            state,
        };
        town.notes.insert(NoteId::new(7).unwrap(), fact);
        town.endow(AccountKey::system(SystemRole::NoteEscrow, currency), 30);
    }
}

fn note_redeem(holder: HolderId, by: u64) -> NoteRedeem {
    NoteRedeem {
        note: NoteId::new(7).unwrap(),
        holder,
        identity: person(by),
    }
}

fn note_revoke(sender: HolderId) -> NoteRevoke {
    NoteRevoke {
        note: NoteId::new(7).unwrap(),
        sender,
    }
}

fn notes_settled() -> Vec<Row> {
    let open: fn(&mut Model) = |town| note(TEA, NoteState::Open)(town);
    let icy: fn(&mut Model) = |town| note(ICE, NoteState::Open)(town);
    let redeemed: fn(&mut Model) =
        |town| note(TEA, NoteState::Redeemed { by: transaction(8) })(town);
    let revoked: fn(&mut Model) = |town| note(TEA, NoteState::Revoked { by: transaction(8) })(town);
    let full: fn(&mut Model) = |town| {
        note(TEA, NoteState::Open)(town);
        town.endow(AccountKey::holder(BOB, TEA), i64::MAX - 20);
    };
    vec![
        when(open, note_redeem(BOB, 2), "note_escrow>bob 30 tea"),
        when(open, note_revoke(ALICE), "note_escrow>alice 30 tea"),
        row(note_redeem(NOBODY, 1), "unknown-note"),
        row(note_revoke(NOBODY), "unknown-note"),
        when(icy, note_redeem(NOBODY, 1), "unknown-holder"),
        when(icy, note_redeem(FROZEN, 1), "currency-frozen"),
        when(icy, note_revoke(BOB), "currency-frozen"),
        when(redeemed, note_redeem(MERGED, 1), "holder-merged"),
        when(redeemed, note_redeem(FROZEN, 1), "holder-frozen"),
        when(redeemed, note_redeem(ALICE, 1), "note-for-somebody-else"),
        when(redeemed, note_revoke(BOB), "note-not-yours"),
        when(redeemed, note_redeem(BOB, 2), "note-redeemed"),
        when(redeemed, note_revoke(ALICE), "note-redeemed"),
        when(revoked, note_redeem(BOB, 2), "note-revoked"),
        when(revoked, note_revoke(ALICE), "note-revoked"),
        when(full, note_redeem(BOB, 2), "balance-too-large"),
    ]
}

fn hold_place(holder: HolderId, currency: CurrencyId, minor_units: i64) -> HoldPlace {
    HoldPlace {
        holder,
        currency,
        amount: amount(minor_units),
        expires_ms: Some(NOW_MS),
    }
}

fn holds_made() -> Vec<Row> {
    vec![
        row(hold_place(ALICE, TEA, 30), "alice>hold_escrow 30 tea"),
        row(hold_place(ALICE, TEA, 101), "not-enough"),
        row(hold_place(NOBODY, NOTHING, 0), "unknown-currency"),
        row(hold_place(NOBODY, ICE, 0), "unknown-holder"),
        row(hold_place(FROZEN, ICE, 0), "currency-frozen"),
        row(hold_place(FROZEN, TEA, 0), "amount-zero"),
        row(hold_place(MERGED, TEA, 1), "holder-merged"),
        row(hold_place(FROZEN, TEA, 1), "holder-frozen"),
    ]
}

fn hold(holder: HolderId, currency: CurrencyId, state: HoldState) -> impl FnOnce(&mut Model) {
    move |town| {
        let fact = HoldFact {
            holder,
            currency,
            amount: amount(30),
            state,
        };
        town.holds.insert(HoldId::new(7).unwrap(), fact);
        town.endow(AccountKey::system(SystemRole::HoldEscrow, currency), 30);
    }
}

fn capture(to: Option<HolderId>, minor_units: Option<i64>) -> HoldCapture {
    HoldCapture {
        hold: HoldId::new(7).unwrap(),
        to,
        amount: minor_units.map(amount),
    }
}

fn holds_settled() -> Vec<Row> {
    let release = || {
        Command::from(HoldRelease {
            hold: HoldId::new(7).unwrap(),
        })
    };
    let open: fn(&mut Model) = |town| hold(ALICE, TEA, HoldState::Open)(town);
    let icy: fn(&mut Model) = |town| hold(ALICE, ICE, HoldState::Open)(town);
    let stopped: fn(&mut Model) = |town| hold(FROZEN, TEA, HoldState::Open)(town);
    let released: fn(&mut Model) =
        |town| hold(ALICE, TEA, HoldState::Released { by: transaction(8) })(town);
    let full: fn(&mut Model) = |town| {
        hold(ALICE, TEA, HoldState::Open)(town);
        town.endow(AccountKey::holder(ALICE, TEA), i64::MAX - 120);
    };
    vec![
        when(open, capture(Some(BOB), None), "hold_escrow>bob 30 tea"),
        when(
            open,
            capture(Some(BOB), Some(10)),
            "hold_escrow>bob 10 tea, hold_escrow>alice 20 tea",
        ),
        when(
            open,
            capture(None, Some(10)),
            "hold_escrow>issuance 10 tea, hold_escrow>alice 20 tea",
        ),
        when(
            open,
            capture(Some(ALICE), Some(10)),
            "hold_escrow>alice 10 tea, hold_escrow>alice 20 tea",
        ),
        // Each alone would fit, both together do not.
        when(full, capture(Some(ALICE), Some(15)), "balance-too-large"),
        when(open, release(), "hold_escrow>alice 30 tea"),
        // It is their own, and stays where it is frozen.
        when(stopped, release(), "hold_escrow>frozen 30 tea"),
        when(
            stopped,
            capture(Some(BOB), Some(10)),
            "hold_escrow>bob 10 tea, hold_escrow>frozen 20 tea",
        ),
        row(capture(Some(NOBODY), Some(0)), "unknown-hold"),
        row(release(), "unknown-hold"),
        when(icy, capture(Some(NOBODY), Some(0)), "unknown-holder"),
        when(icy, capture(Some(FROZEN), Some(0)), "currency-frozen"),
        when(icy, release(), "currency-frozen"),
        when(released, capture(Some(FROZEN), Some(0)), "amount-zero"),
        when(released, capture(Some(MERGED), Some(31)), "holder-merged"),
        when(released, capture(Some(FROZEN), Some(31)), "holder-frozen"),
        when(released, capture(Some(BOB), Some(31)), "hold-settled"),
        when(released, release(), "hold-settled"),
        when(open, capture(Some(BOB), Some(31)), "hold-too-small"),
        when(open, capture(Some(BOB), Some(i64::MAX)), "hold-too-small"),
    ]
}

#[test]
fn notes() {
    check(notes_made());
    check(notes_settled());
}

#[test]
fn holds() {
    check(holds_made());
    check(holds_settled());
}
