//! What a day's transfers add up to, by currency, origin and kind.

use ledger::{Owner, SystemRole};

/// Days since 1970-01-01 UTC, currency, origin, kind.
pub type FlowKey = (i64, i64, i64, u8);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlowSum {
    pub transfers: i64,
    pub issued: i128,
    pub retired: i128,
    pub moved: i128,
    pub first: i64,
    pub last: i64,
}

/// Which way money went, seen from issuance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Issued,
    Retired,
    Moved,
}

impl FlowSum {
    pub fn add(&mut self, id: i64, amount: i64, direction: Direction) {
        let amount = i128::from(amount);
        match direction {
            Direction::Issued => self.issued += amount,
            Direction::Retired => self.retired += amount,
            Direction::Moved => self.moved += amount,
        }
        self.transfers += 1;
        self.first = if self.first == 0 { id } else { self.first };
        self.last = id;
    }

    pub fn absorb(&mut self, later: &FlowSum) {
        self.transfers += later.transfers;
        self.issued += later.issued;
        self.retired += later.retired;
        self.moved += later.moved;
        self.first = if self.first == 0 {
            later.first
        } else {
            self.first
        };
        self.last = later.last;
    }
}

/// Days since 1970-01-01 UTC of an id.
pub fn day_of(id: i64) -> i64 {
    ledger::IdSequence::time_ms(id).div_euclid(86_400_000)
}

pub fn direction(debit: Owner, credit: Owner) -> Direction {
    const ISSUANCE: Owner = Owner::System(SystemRole::Issuance);
    match (debit, credit) {
        (ISSUANCE, _) => Direction::Issued,
        (_, ISSUANCE) => Direction::Retired,
        _ => Direction::Moved,
    }
}
