//! Random commands with any amounts, one by one and in batches: the store and a naive ledger agree on every answer and every figure.

use std::{collections::BTreeMap, sync::Arc};

use app::{FlowQuery, Receipt, SystemClock, WriteError};
use economy::{Command, HoldState};
use ledger::{
    AccountKey, CurrencyState, GroupKind, HolderId, Identity, Owner, Standing, SystemRole,
    TransactionId,
};

use super::Opener;
use crate::{
    commands::{Dice, Step},
    model::{Model, first_fault},
    world::World,
};

pub(super) async fn random_commands_agree_with_the_naive_ledger(opener: Arc<dyn Opener>) {
    agree(
        opener,
        &Plan {
            seed: 1,
            rounds: 1_000,
            together: 1,
        },
    )
    .await;
}

pub(super) async fn random_batches_agree_with_the_naive_ledger(opener: Arc<dyn Opener>) {
    agree(
        opener,
        &Plan {
            seed: 2,
            rounds: 120,
            together: 25,
        },
    )
    .await;
}

struct Plan {
    seed: u64,
    rounds: usize,
    together: usize,
}

async fn agree(opener: Arc<dyn Opener>, plan: &Plan) {
    println!("seed {}", plan.seed);
    let (world, mut model) = begin(&opener).await;
    let mut dice = Dice::seeded(plan.seed);
    for _ in 0..plan.rounds {
        let steps: Vec<Step> = (0..plan.together)
            .map(|_| dice.choice().step(&model))
            .collect();
        let mut commands = Vec::new();
        for step in steps {
            match step {
                Step::Ask(command) => commands.push(command),
                other => happen(&world, &mut model, &other).await,
            }
        }
        ask(&world, &mut model, commands).await;
    }
    model.assert_sound();
    compare(&world, &model).await;
    let head = world.audited().await.head;
    world.store().close().await.expect("the store closes");
    let reopened = World::new(
        opener.open(Arc::new(SystemClock)).await,
        Arc::new(SystemClock),
    )
    .await;
    compare(&reopened, &model).await;
    assert_eq!(reopened.audited().await.head, head);
}

async fn begin(opener: &Arc<dyn Opener>) -> (World, Model) {
    let world = World::new(
        opener.open(Arc::new(SystemClock)).await,
        Arc::new(SystemClock),
    )
    .await;
    let group = world.group("one").await;
    let other = world.group_of("two", GroupKind::Global, None).await;
    let [a, b, c] = [("coin_a", 0), ("coin_b", 2), ("coin_c", 9)];
    let (a, b, c) = (
        world.currency(&group, a.0, a.1).await,
        world.currency(&group, b.0, b.1).await,
        world.currency(&group, c.0, c.1).await,
    );
    world.currency(&other, "coin_d", 2).await;
    for (from, to, rate) in [
        (&a, &b, "7/3"),
        (&b, &a, "3/7"),
        (&b, &c, "100000000000000000"),
        (&c, &b, "0.0001"),
        (&a, &c, "0.1"),
    ] {
        world.rate(from, to, rate).await;
    }
    let mut people = Vec::new();
    for discord in 1..=9 {
        people.push((Identity::discord(discord), world.person(discord).await));
    }
    let model = world.model(&people).await;
    (world, model)
}

async fn happen(world: &World, model: &mut Model, step: &Step) {
    match step {
        Step::Ask(_) => {}
        Step::Holder { holder, frozen } => {
            let known = model.holders.get_mut(holder);
            if let Some(known) = known.filter(|known| !matches!(known, Standing::Merged(_))) {
                *known = if *frozen {
                    Standing::Frozen
                } else {
                    Standing::Open
                };
                world.freeze(*holder, *frozen).await;
            }
        }
        Step::Currency { currency, frozen } => {
            if let Some(known) = model.currencies.get_mut(currency) {
                known.state = if *frozen {
                    CurrencyState::Frozen
                } else {
                    CurrencyState::Active
                };
                world.freeze_currency(*currency, *frozen).await;
            }
        }
    }
}

async fn ask(world: &World, model: &mut Model, commands: Vec<Command>) {
    let answers = match commands.as_slice() {
        [one] => vec![world.ask(one.clone()).await],
        _ => {
            let writes = commands
                .iter()
                .map(|command| (world.asked(), command.clone()));
            world.app.write_many(writes.collect()).await
        }
    };
    assert_eq!(answers.len(), commands.len());
    for (answer, command) in answers.into_iter().zip(commands) {
        same_answer(model, answer, &command);
    }
}

fn same_answer(model: &mut Model, answer: Result<Receipt, WriteError>, command: &Command) {
    let unused = TransactionId::new(i64::MAX).expect("it is positive");
    match answer {
        Ok(receipt) => {
            let before = model.clone();
            let performed = model.perform(command, receipt.transaction.unwrap_or(unused));
            let done = performed
                .unwrap_or_else(|faults| panic!("{command:?} gave {receipt:?}, but {faults:?}"));
            let moves = receipt.transfers.iter();
            let moves =
                moves.map(|moved| (moved.debit, moved.credit, i128::from(moved.amount.get())));
            assert_eq!(moves.collect::<Vec<_>>(), done.moves, "{command:?}");
            assert_eq!(
                (receipt.kind, receipt.remainder),
                (done.kind, done.remainder),
                "{command:?}"
            );
            assert_eq!(
                receipt.debt.map(|debt| i128::from(debt.get())),
                done.debt,
                "{command:?}"
            );
            assert_eq!(
                receipt.transaction.is_some(),
                !done.moves.is_empty(),
                "{command:?}"
            );
            assert!(!receipt.replayed);
            balances_follow(&before, &receipt);
        }
        Err(WriteError::Refused(refusal)) => match model.perform(command, unused) {
            Ok(done) => panic!("{command:?} was refused as {refusal:?}, but {done:?}"),
            Err(faults) => assert_eq!(
                Some(refusal.name()),
                first_fault(&faults),
                "of {faults:?}: {command:?}"
            ),
        },
        Err(failure) => panic!("{command:?}: {failure:?}"),
    }
}

fn balances_follow(before: &Model, receipt: &Receipt) {
    let mut now: BTreeMap<AccountKey, i128> = BTreeMap::new();
    for moved in &receipt.transfers {
        let amount = i128::from(moved.amount.get());
        for (account, change, after) in [
            (moved.debit, -amount, moved.debit_after),
            (moved.credit, amount, moved.credit_after),
        ] {
            let balance = now
                .entry(account)
                .or_insert_with(|| before.balance(account));
            *balance += change;
            assert_eq!(*balance, i128::from(after.get()), "{receipt:?}");
        }
    }
}

async fn compare(world: &World, model: &Model) {
    let store = world.store();
    for (account, balance) in model.balances() {
        let there = store.balance(account).await.expect("the store answers");
        assert_eq!(i128::from(there.get()), balance, "{account:?}");
    }
    for (holder, standing) in &model.holders {
        let record = store.holder(*holder).await.expect("the store answers");
        assert_eq!(record.map(|record| record.standing), Some(*standing));
        compare_wallet(world, model, *holder).await;
    }
    for (id, note) in &model.notes {
        let there = store.note(*id).await.expect("the store answers");
        assert_eq!(there.map(|record| record.note).as_ref(), Some(note));
    }
    for (id, hold) in &model.holds {
        let there = store.hold(*id).await.expect("the store answers");
        assert_eq!(there.map(|record| record.hold).as_ref(), Some(hold));
    }
    compare_totals(world, model).await;
    compare_journal(world, model).await;
}

async fn compare_wallet(world: &World, model: &Model, holder: HolderId) {
    let lines = world
        .store()
        .wallet(holder)
        .await
        .expect("the store answers");
    for currency in model.currencies.keys().copied() {
        let line = lines.iter().find(|line| line.currency == currency);
        let balance = model.balance(AccountKey::holder(holder, currency));
        assert_eq!(
            line.map_or(0, |line| i128::from(line.balance.get())),
            balance
        );
        let holds = model.holds.values();
        let holds = holds.filter(|hold| {
            hold.holder == holder && hold.currency == currency && hold.state == HoldState::Open
        });
        let held: i64 = holds.map(|hold| hold.amount.get()).sum();
        assert_eq!(
            line.map_or(0, |line| line.held.get()),
            held,
            "{holder} {currency}"
        );
        let mut before = None;
        let mut sum = 0;
        loop {
            let page = world
                .store()
                .history(holder, Some(currency), before, 7)
                .await
                .expect("the store answers");
            let Some(last) = page.last() else { break };
            assert!(before.is_none_or(|before| page[0].transfer < before));
            assert!(
                page.windows(2)
                    .all(|pair| pair[0].transfer > pair[1].transfer)
            );
            if before.is_none() {
                assert_eq!(
                    i128::from(page[0].balance_after.get()),
                    balance,
                    "the newest posting leaves the balance"
                );
            }
            before = Some(last.transfer);
            sum += page
                .iter()
                .map(|posting| i128::from(posting.change))
                .sum::<i128>();
        }
        assert_eq!(sum, balance, "a history adds up");
    }
}

async fn compare_totals(world: &World, model: &Model) {
    let supplies = world.store().supply().await.expect("the store answers");
    for currency in model.currencies.keys().copied() {
        let person = |owner| matches!(owner, Owner::Holder(_));
        let escrow = |owner| matches!(owner, Owner::System(role) if role != SystemRole::Issuance);
        let supply = supplies.iter().find(|supply| supply.currency == currency);
        let supply = supply.expect("every currency has a supply");
        assert_eq!(supply.issued, model.issued(currency));
        assert_eq!(supply.held, model.sum(currency, person));
        assert_eq!(supply.escrowed, model.sum(currency, escrow));
        let mut rich: Vec<(HolderId, i128)> = model
            .balances()
            .filter(|(account, balance)| account.currency == currency && *balance > 0)
            .filter_map(|(account, balance)| match account.owner {
                Owner::Holder(holder) => Some((holder, balance)),
                Owner::System(_) => None,
            })
            .collect();
        assert_eq!(supply.holders, rich.len() as u64);
        rich.sort_by_key(|(holder, balance)| (std::cmp::Reverse(*balance), *holder));
        let richest = world
            .store()
            .richest(currency, 1, 3)
            .await
            .expect("the store answers");
        let richest: Vec<_> = richest
            .iter()
            .map(|(holder, balance)| (*holder, i128::from(balance.get())))
            .collect();
        assert_eq!(
            richest,
            rich.into_iter().skip(1).take(3).collect::<Vec<_>>()
        );
    }
}

async fn compare_journal(world: &World, model: &Model) {
    let (mut cursor, mut seen, mut sequence) = (0, 0, 1);
    loop {
        let page = world
            .store()
            .transactions_after(cursor, 97)
            .await
            .expect("the store answers");
        let Some(last) = page.last() else { break };
        cursor = last.id.get();
        for transaction in page {
            assert_eq!(transaction.sequence, sequence, "the sequence is dense");
            sequence += transaction.transfers.len() as u64;
            seen += 1;
            let known = model
                .transactions
                .get(&transaction.id)
                .expect("the model knows it");
            let transfers = transaction.transfers.iter();
            let transfers = transfers.map(|moved| (moved.debit, moved.credit, moved.amount));
            assert_eq!(transfers.collect::<Vec<_>>(), known.transfers);
            assert_eq!(transaction.kind, known.kind);
        }
    }
    assert_eq!(seen, model.transactions.len());
    let everything = FlowQuery {
        from_day: 0,
        to_day: i32::MAX,
        ..FlowQuery::default()
    };
    let flows = world
        .store()
        .flows(everything)
        .await
        .expect("the store answers");
    assert_eq!(
        flows.iter().map(|flow| flow.totals.transfers).sum::<u64>(),
        sequence - 1
    );
    for currency in model.currencies.keys() {
        let of_currency = flows.iter().filter(|flow| flow.currency == *currency);
        let net: i128 = of_currency
            .map(|flow| flow.totals.issued - flow.totals.retired)
            .sum();
        assert_eq!(
            net,
            model.issued(*currency),
            "what flowed in and not out is there"
        );
    }
}
