use serde::{Deserialize, Serialize};

use crate::{Balance, CurrencyId, HolderId};

/// A currency's own accounts. Their sum with all wallets is always zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemRole {
    /// Money comes from here and goes back to here; it stands at minus the supply.
    Issuance,
    /// What unredeemed bank notes are worth.
    NoteEscrow,
    /// What holds have set aside.
    HoldEscrow,
    /// What was promised on a chain and is not settled there.
    Settlement,
    /// Remainders that an operator chose to collect instead of leaving them with issuance.
    Rounding,
}

impl SystemRole {
    pub const ALL: [SystemRole; 5] = [
        SystemRole::Issuance,
        SystemRole::NoteEscrow,
        SystemRole::HoldEscrow,
        SystemRole::Settlement,
        SystemRole::Rounding,
    ];

    /// The number that stores keep; 0 is a holder's account.
    pub const fn code(self) -> u8 {
        match self {
            SystemRole::Issuance => 1,
            SystemRole::NoteEscrow => 2,
            SystemRole::HoldEscrow => 3,
            SystemRole::Settlement => 4,
            SystemRole::Rounding => 5,
        }
    }

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            SystemRole::Issuance => "issuance",
            SystemRole::NoteEscrow => "note_escrow",
            SystemRole::HoldEscrow => "hold_escrow",
            SystemRole::Settlement => "settlement",
            SystemRole::Rounding => "rounding",
        }
    }
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Holder(HolderId),
    System(SystemRole),
}

/// An owner in one currency: what a transfer moves money between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    pub owner: Owner,
    pub currency: CurrencyId,
}

impl AccountKey {
    pub const fn holder(holder: HolderId, currency: CurrencyId) -> Self {
        Self {
            owner: Owner::Holder(holder),
            currency,
        }
    }

    pub const fn system(role: SystemRole, currency: CurrencyId) -> Self {
        Self {
            owner: Owner::System(role),
            currency,
        }
    }

    pub const fn issuance(currency: CurrencyId) -> Self {
        Self::system(SystemRole::Issuance, currency)
    }

    /// The floor that this account has unless an operator set another one.
    pub const fn default_floor(&self) -> Floor {
        match self.owner {
            Owner::System(SystemRole::Issuance) => Floor::Unlimited,
            _ => Floor::At(Balance::ZERO),
        }
    }
}

/// How far down an account may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Floor {
    At(Balance),
    /// Issuance accounts only.
    Unlimited,
}

impl Floor {
    pub fn allows(self, balance: Balance) -> bool {
        match self {
            Floor::At(floor) => balance >= floor,
            Floor::Unlimited => true,
        }
    }
}

/// Whether a holder may move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Open,
    /// An operator stopped it: nothing comes in, nothing goes out.
    Frozen,
    /// Joined with another holder by linking; that one is used from then on.
    Merged(HolderId),
}
