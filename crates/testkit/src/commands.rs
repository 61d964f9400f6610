//! Commands and happenings out of plain numbers, so that a property test can shrink them and a seed can repeat them.

use economy::{
    Award, Burn, Command, Exchange, HoldCapture, HoldPlace, HoldRelease, Link, Mint, NoteCreate,
    NoteRedeem, NoteRevoke, Purchase, ReactionKey, ReactionMint, ReactionUnmint, Reversal, Reward,
    Shortfall, Transfer,
};
use ledger::{
    AccountKey, Amount, CurrencyId, HoldId, HolderId, Identity, ItemId, NoteId, TransactionId,
};

use crate::model::Model;

/// What happens next.
#[derive(Debug, Clone)]
pub enum Step {
    Ask(Command),
    /// Frozen, or open again.
    Holder {
        holder: HolderId,
        frozen: bool,
    },
    Currency {
        currency: CurrencyId,
        frozen: bool,
    },
}

/// Numbers that stand for a step in any model.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    verb: u8,
    one: u16,
    two: u16,
    currency: u8,
    other: u8,
    thing: u16,
    twist: u8,
    size: u8,
    amount: u64,
}

impl Choice {
    /// Out of 192 bits, whichever they are.
    pub const fn from_bits([first, second, amount]: [u64; 3]) -> Self {
        let [verb, one, one_high, two, two_high, currency, other, twist] = first.to_le_bytes();
        let [thing, thing_high, size, ..] = second.to_le_bytes();
        Self {
            verb,
            one: u16::from_le_bytes([one, one_high]),
            two: u16::from_le_bytes([two, two_high]),
            currency,
            other,
            thing: u16::from_le_bytes([thing, thing_high]),
            twist,
            size,
            amount,
        }
    }

    /// What it says where this is known. Seldom something that nobody knows is named, too.
    pub fn step(&self, model: &Model) -> Step {
        let frozen = self.twist.is_multiple_of(4);
        match self.verb {
            0..=3 => Step::Holder {
                holder: self.holder(model, self.one),
                frozen,
            },
            4..=5 => Step::Currency {
                currency: self.currency(model, self.currency),
                frozen,
            },
            _ => Step::Ask(self.command(model)),
        }
    }

    pub fn command(&self, model: &Model) -> Command {
        let (one, two) = (self.holder(model, self.one), self.holder(model, self.two));
        let currency = self.currency(model, self.currency);
        let paid = |holder| self.amount(model, AccountKey::holder(holder, currency));
        match self.verb % 32 {
            0..=3 => Command::Mint(Mint {
                to: one,
                currency,
                amount: self.issue(),
            }),
            4 => Command::Reward(Reward {
                to: one,
                currency,
                amount: self.issue(),
                item: ItemId::new(7).ok(),
            }),
            5 => Command::Burn(Burn {
                from: one,
                currency,
                amount: paid(one),
            }),
            6..=8 => Command::Transfer(Transfer {
                from: one,
                to: two,
                currency,
                amount: paid(one),
            }),
            9 => Command::Award(Award {
                from: one,
                to: two,
                currency,
                amount: paid(one),
            }),
            10 => Command::Purchase(Purchase {
                buyer: one,
                seller: self.twist.is_multiple_of(2).then_some(two),
                currency,
                price: paid(one),
                item: ItemId::new(9).expect("nine is positive"),
            }),
            11..=13 => Command::Exchange(Exchange {
                holder: one,
                from: currency,
                to: self.currency(model, self.other),
                amount: paid(one),
                quoted: self.quoted(model, currency),
            }),
            14..=15 => Command::NoteCreate(NoteCreate {
                sender: one,
                recipient: self.identity(model, self.two),
                currency,
                amount: paid(one),
            }),
            16..=17 => self.redeem(model, one),
            18 => self.revoke(model, one),
            19..=20 => Command::HoldPlace(HoldPlace {
                holder: one,
                currency,
                amount: paid(one),
                expires_ms: (self.twist > 128).then_some(i64::from(self.thing)),
            }),
            21..=22 => self.capture(model, two),
            23 => Command::HoldRelease(HoldRelease {
                hold: self.hold(model),
            }),
            24..=25 => Command::Reversal(Reversal {
                transaction: self.transaction(model),
                shortfall: if self.twist.is_multiple_of(2) {
                    Shortfall::Refuse
                } else {
                    Shortfall::RecordDebt
                },
            }),
            26..=27 => Command::ReactionMint(ReactionMint {
                key: self.reaction(one, currency),
                author: two,
            }),
            28..=29 => self.unreact(model, one, currency),
            _ if self.twist < 96 => Command::Link(Link {
                from: one,
                into: two,
                probe: currency,
            }),
            _ => Command::Mint(Mint {
                to: one,
                currency,
                amount: self.issue(),
            }),
        }
    }

    fn rarely(&self) -> bool {
        self.twist.is_multiple_of(61)
    }

    fn holder(&self, model: &Model, which: u16) -> HolderId {
        let unknown = HolderId::new(999_999_937).expect("it is positive");
        let known = nth(model.holders.keys(), which.into());
        known.copied().filter(|_| !self.rarely()).unwrap_or(unknown)
    }

    fn currency(&self, model: &Model, which: u8) -> CurrencyId {
        let unknown = CurrencyId::new(999_999_937).expect("it is positive");
        let known = nth(model.currencies.keys(), which.into());
        known
            .copied()
            .filter(|_| self.twist != 17)
            .unwrap_or(unknown)
    }

    fn identity(&self, model: &Model, which: u16) -> Identity {
        let known = nth(model.identities.keys(), which.into());
        known.cloned().unwrap_or_else(|| Identity::discord(1))
    }

    /// Mostly some of what is there, sometimes all of it, sometimes anything.
    fn amount(&self, model: &Model, account: AccountKey) -> Amount {
        let there = u64::try_from(model.balance(account)).unwrap_or(0);
        match self.size {
            0..=23 => self.strange(),
            24..=63 => amount(there),
            _ => amount(self.amount % (there / 3 + 2)),
        }
    }

    fn issue(&self) -> Amount {
        match self.size {
            0..=40 => self.strange(),
            41..=80 => amount(self.amount % (1 << 50)),
            _ => amount(self.amount % 10_000),
        }
    }

    fn strange(&self) -> Amount {
        const STRANGE: [u64; 9] = [
            0,
            1,
            (1 << 53) + 1,
            (1 << 62) - 1,
            1 << 62,
            (1 << 62) + 1,
            i64::MAX as u64 - 1,
            i64::MAX as u64,
            1_000_000_007,
        ];
        let which = usize::from(self.other) % (STRANGE.len() + 1);
        amount(STRANGE.get(which).copied().unwrap_or(self.amount))
    }

    fn quoted(&self, model: &Model, from: CurrencyId) -> Option<(u64, u64)> {
        let rate = model.rates.get(&(from, self.currency(model, self.other)))?;
        match self.twist % 8 {
            0 => Some((rate.num() + 1, rate.den())),
            1 => Some((0, rate.den())),
            2 => Some((rate.num() * 3, rate.den() * 3)),
            _ => None,
        }
    }

    fn redeem(&self, model: &Model, one: HolderId) -> Command {
        let note = self.note(model);
        let recipient = model.notes.get(&note).map(|note| note.recipient.clone());
        let identity = recipient.filter(|_| self.size > 20);
        let identity = identity.unwrap_or_else(|| self.identity(model, self.two));
        let owner = model.identities.get(&identity).copied();
        let holder = owner.filter(|_| self.size.is_multiple_of(8)).unwrap_or(one);
        Command::NoteRedeem(NoteRedeem {
            note,
            holder,
            identity,
        })
    }

    fn revoke(&self, model: &Model, one: HolderId) -> Command {
        let note = self.note(model);
        let sender = model.notes.get(&note).map(|note| note.sender);
        let sender = sender.filter(|_| self.size > 20).unwrap_or(one);
        Command::NoteRevoke(NoteRevoke { note, sender })
    }

    fn capture(&self, model: &Model, to: HolderId) -> Command {
        let hold = self.hold(model);
        let held = model
            .holds
            .get(&hold)
            .map_or(0, |hold| hold.amount.get().unsigned_abs());
        let amount = match self.size % 4 {
            0 => None,
            1 => Some(self.strange()),
            _ => Some(amount(self.amount % (held + 2))),
        };
        let to = (!self.twist.is_multiple_of(3)).then_some(to);
        Command::HoldCapture(HoldCapture { hold, to, amount })
    }

    fn unreact(&self, model: &Model, reactor: HolderId, currency: CurrencyId) -> Command {
        let known = nth(model.reactions.keys(), self.thing.into());
        let known = known
            .filter(|_| self.size > 10)
            .map(|(message, reactor, currency)| ReactionKey {
                message: *message,
                reactor: *reactor,
                currency: *currency,
            });
        let key = known.unwrap_or_else(|| self.reaction(reactor, currency));
        Command::ReactionUnmint(ReactionUnmint { key })
    }

    fn reaction(&self, reactor: HolderId, currency: CurrencyId) -> ReactionKey {
        ReactionKey {
            message: u64::from(self.thing % 4) + 1_400_000_000_000_000_001,
            reactor,
            currency,
        }
    }

    fn note(&self, model: &Model) -> NoteId {
        let unknown = NoteId::new(3).expect("it is positive");
        newest(model.notes.keys(), self.thing)
            .filter(|_| !self.rarely())
            .unwrap_or(unknown)
    }

    fn hold(&self, model: &Model) -> HoldId {
        let unknown = HoldId::new(3).expect("it is positive");
        newest(model.holds.keys(), self.thing)
            .filter(|_| !self.rarely())
            .unwrap_or(unknown)
    }

    fn transaction(&self, model: &Model) -> TransactionId {
        let unknown = TransactionId::new(3).expect("it is positive");
        newest(model.transactions.keys(), self.thing)
            .filter(|_| !self.rarely())
            .unwrap_or(unknown)
    }
}

fn amount(number: u64) -> Amount {
    let number = i64::try_from(number & (u64::MAX >> 1)).expect("63 bits fit");
    Amount::new(number).expect("it is not negative")
}

fn nth<T>(mut all: impl ExactSizeIterator<Item = T>, which: usize) -> Option<T> {
    let length = all.len();
    if length == 0 {
        None
    } else {
        all.nth(which % length)
    }
}

/// One of the dozen newest.
fn newest<'a, T: Copy + 'a>(all: impl DoubleEndedIterator<Item = &'a T>, which: u16) -> Option<T> {
    let newest: Vec<T> = all.rev().take(12).copied().collect();
    nth(newest.iter(), which.into()).copied()
}

/// Numbers that a seed repeats: SplitMix64.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub const fn choice(&mut self) -> Choice {
        Choice::from_bits([self.roll(), self.roll(), self.roll()])
    }

    /// One of so many.
    pub fn below(&mut self, many: usize) -> usize {
        let many = u64::try_from(many).expect("a length");
        usize::try_from(self.roll() % many).expect("below a length")
    }
}
