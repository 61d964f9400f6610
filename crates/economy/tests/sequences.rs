//! Any commands in any order, with any amounts: no money appears or is lost, and what happens is what a naive ledger does.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::{cell::RefCell, collections::HashSet};

use economy::{
    AccountFact, DepositFact, FactKey, Facts, HoldFact, NoteFact, PastTransaction, PlayerFact,
    ReactionFact, ReactionKey, RewardFact, StarsFact,
};
use ledger::{
    AccountKey, Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, GroupId,
    HoldId, HolderId, Identity, ItemId, NoteId, Rate, RewardId, RunId, Standing, StarsCharge,
    TelegramUserId, TonHash, TransactionId,
};
use proptest::prelude::*;
use testkit::{
    commands::{Choice, Step},
    model::{Model, first_fault},
};

const NOW_MS: i64 = 1_795_250_000_000;

fn start() -> Model {
    let mut model = Model::default();
    for id in 1..=6 {
        let holder = HolderId::new(id).unwrap();
        model.holders.insert(holder, Standing::Open);
        model
            .identities
            .insert(Identity::discord(id.unsigned_abs()), holder);
    }
    for (id, decimals, group) in [(1, 0, 1), (2, 2, 1), (3, 9, 1), (4, 2, 2)] {
        let currency = Currency {
            id: CurrencyId::new(id).unwrap(),
            group: GroupId::new(group).unwrap(),
            name: CurrencyName::new(format!("coin{id}")).unwrap(),
            symbol: None,
            decimals: Decimals::new(decimals).unwrap(),
            class: Class::Regular,
            state: CurrencyState::Active,
        };
        model.currencies.insert(currency.id, currency);
    }
    for (from, to, rate) in [
        (1, 2, "7/3"),
        (2, 1, "3/7"),
        (2, 3, "1000000000000000000"),
        (3, 2, "1/1000000000000000000"),
        (1, 3, "0.1"),
        (1, 4, "2"),
    ] {
        let key = (CurrencyId::new(from).unwrap(), CurrencyId::new(to).unwrap());
        model.rates.insert(key, rate.parse().unwrap());
    }
    model
}

/// Shows only the facts that a command said it needs.
struct Named<'a> {
    all: &'a Model,
    named: RefCell<HashSet<FactKey>>,
}

impl<'a> Named<'a> {
    fn of(all: &'a Model, command: &economy::Command) -> Self {
        let facts = Self {
            all,
            named: RefCell::default(),
        };
        loop {
            let mut new = Vec::new();
            economy::needs(command, &facts, &mut |key| new.push(key));
            let mut named = facts.named.borrow_mut();
            let before = named.len();
            named.extend(new);
            if named.len() == before {
                break;
            }
        }
        facts
    }

    fn if_named<T>(&self, key: FactKey, fact: impl FnOnce(&'a Model) -> Option<T>) -> Option<T> {
        let named = self.named.borrow().contains(&key);
        named.then(|| fact(self.all)).flatten()
    }
}

impl Facts for Named<'_> {
    fn currency(&self, id: CurrencyId) -> Option<&Currency> {
        self.if_named(FactKey::Currency(id), |all| all.currency(id))
    }
    fn account(&self, key: AccountKey) -> Option<AccountFact> {
        self.if_named(FactKey::Account(key), |all| all.account(key))
    }
    fn rate(&self, from: CurrencyId, to: CurrencyId) -> Option<Rate> {
        self.if_named(FactKey::Rate { from, to }, |all| all.rate(from, to))
    }
    fn note(&self, id: NoteId) -> Option<&NoteFact> {
        self.if_named(FactKey::Note(id), |all| all.note(id))
    }
    fn hold(&self, id: HoldId) -> Option<&HoldFact> {
        self.if_named(FactKey::Hold(id), |all| all.hold(id))
    }
    fn reaction(&self, key: &ReactionKey) -> Option<&ReactionFact> {
        self.if_named(FactKey::Reaction(*key), |all| all.reaction(key))
    }
    fn transaction(&self, id: TransactionId) -> Option<&PastTransaction> {
        self.if_named(FactKey::Transaction(id), |all| all.transaction(id))
    }
    fn wallet(&self, holder: HolderId) -> Option<&[CurrencyId]> {
        self.if_named(FactKey::Wallet(holder), |all| all.wallet(holder))
    }
    fn player(&self, player: TelegramUserId) -> Option<&PlayerFact> {
        self.if_named(FactKey::Player(player), |all| all.player(player))
    }
    fn run(&self, run: RunId) -> Option<TelegramUserId> {
        self.if_named(FactKey::Run(run), |all| all.run(run))
    }
    fn reward(&self, reward: RewardId) -> Option<&RewardFact> {
        self.if_named(FactKey::Reward(reward), |all| all.reward(reward))
    }
    fn deposit(&self, deposit: TonHash) -> Option<&DepositFact> {
        self.if_named(FactKey::Deposit(deposit), |all| all.deposit(deposit))
    }
    fn owned(&self, player: TelegramUserId, item: ItemId) -> bool {
        let key = FactKey::Owned(player, item);
        self.if_named(key, |all| Some(all.owned(player, item)))
            .unwrap_or(false)
    }
    fn stars(&self, charge: StarsCharge) -> Option<&StarsFact> {
        self.if_named(FactKey::Stars(charge), |all| all.stars(charge))
    }
}

fn happen(model: &mut Model, step: &Step) -> bool {
    match step {
        Step::Ask(_) => return false,
        Step::Holder { holder, frozen } => {
            let standing = if *frozen {
                Standing::Frozen
            } else {
                Standing::Open
            };
            let known = model.holders.get_mut(holder);
            if let Some(known) = known.filter(|known| !matches!(known, Standing::Merged(_))) {
                *known = standing;
            }
        }
        Step::Currency { currency, frozen } => {
            if let Some(known) = model.currencies.get_mut(currency) {
                known.state = if *frozen {
                    CurrencyState::Frozen
                } else {
                    CurrencyState::Active
                };
            }
        }
    }
    true
}

/// One command on both: the decided plan and the naive performance are the same.
fn ask(
    decided: &mut Model,
    naive: &mut Model,
    command: &economy::Command,
    id: TransactionId,
) -> bool {
    let plan = economy::decide(command, decided, NOW_MS);
    assert_eq!(
        economy::decide(command, decided, NOW_MS),
        plan,
        "the same again: {command:?}"
    );
    let named = Named::of(decided, command);
    assert_eq!(
        economy::decide(command, &named, NOW_MS),
        plan,
        "with the facts that it named: {command:?}"
    );
    let performed = naive.perform(command, id);
    match (plan, performed) {
        (Ok(plan), Ok(done)) => {
            let legs = plan
                .legs
                .iter()
                .map(|leg| (leg.debit, leg.credit, i128::from(leg.amount.get())));
            assert_eq!(legs.collect::<Vec<_>>(), done.moves, "{command:?}");
            assert_eq!(plan.kind, done.kind, "{command:?}");
            assert_eq!(plan.detail.remainder, done.remainder, "{command:?}");
            assert_eq!(
                plan.detail.debt.map(|debt| i128::from(debt.get())),
                done.debt,
                "{command:?}"
            );
            decided.apply(&plan, id);
            true
        }
        (Err(refusal), Err(faults)) => {
            assert_eq!(
                Some(refusal.name()),
                first_fault(&faults),
                "of {faults:?}: {command:?}"
            );
            false
        }
        (plan, performed) => panic!("{command:?}: decided {plan:?}, but naively {performed:?}"),
    }
}

fn check(choices: &[Choice]) -> usize {
    let (mut decided, mut naive) = (start(), start());
    let mut done = 0;
    for (number, choice) in (1..).zip(choices) {
        let step = choice.step(&naive);
        if let Step::Ask(command) = &step {
            // As rows of a table are numbered: a transaction's transfers follow each other.
            let id = TransactionId::new(number * 100).unwrap();
            done += usize::from(ask(&mut decided, &mut naive, command, id));
        } else {
            happen(&mut decided, &step);
            happen(&mut naive, &step);
        }
        assert_eq!(decided.clone().without_details(), naive, "{step:?}");
        decided.assert_sound();
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_does_what_a_naive_ledger_does(choices in prop::collection::vec(any::<[u64; 3]>().prop_map(Choice::from_bits), 1..120)) {
        check(&choices);
    }
}

/// That the sequences above are not all refusals.
#[test]
fn each_verb_succeeds_in_random_sequences() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        bits
    };
    let (mut decided, mut naive) = (start(), start());
    let mut kinds = std::collections::BTreeMap::new();
    for number in 1..6_000 {
        if number % 120 == 0 {
            (decided, naive) = (start(), start());
        }
        let step = Choice::from_bits([next(), next(), next()]).step(&naive);
        if happen(&mut decided, &step) {
            happen(&mut naive, &step);
            continue;
        }
        let Step::Ask(command) = &step else { continue };
        let id = TransactionId::new(number * 100).unwrap();
        if ask(&mut decided, &mut naive, command, id) {
            let verb = format!("{command:?}");
            let verb = verb.split('(').next().unwrap_or_default().to_owned();
            *kinds.entry(verb).or_insert(0) += 1;
        }
    }
    let often = kinds.values().filter(|count| **count >= 10).count();
    assert_eq!(often, 17, "{kinds:?}");
}
