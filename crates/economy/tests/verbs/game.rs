//! The game: runs, wallets, rewards on a chain, deposits from there, and payments with Stars.

use economy::{
    Deposit, DepositAssign, DepositFact, DepositRefund, DepositState, OwedKind, Play, PlayerFact,
    PurchaseAsked, Reversal, RewardFact, RewardRefuse, RewardSettle, RewardState, Shortfall,
    StarsFact, StarsPay, StarsRefund, StarsState, WalletBind,
};
use ledger::{AccountKey, CurrencyId, HolderId, ItemId, RewardId, StarsCharge, SystemRole};
use testkit::{
    game::{address, hash, rules, run_id, telegram},
    model::Model,
};

use super::{Row, check, facts::*, row, when};

pub fn rows() -> Vec<Row> {
    [
        plays(),
        wallets(),
        rewards(),
        deposits(),
        decided(),
        stars(),
        mended(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Alice plays as 11; her best score is 20. She has played run 1 and owns item 1.
fn player(town: &mut Model) {
    let fact = PlayerFact {
        plays: 1,
        high_score: 20,
        ..PlayerFact::default()
    };
    town.game.players.insert(telegram(11), fact);
    town.game.runs.insert(run_id(1), telegram(11));
    town.game.owned.insert((telegram(11), item(1)));
    let promised = AccountKey::system(SystemRole::Settlement, TEA);
    town.endow(promised, 100);
}

fn item(id: i64) -> ItemId {
    ItemId::new(id).unwrap()
}

fn play(run: u64, score: u32, holder: HolderId, token: CurrencyId) -> Play {
    Play {
        player: telegram(11),
        holder,
        run: run_id(run),
        score,
        token,
        rules: rules(),
        wallet: None,
    }
}

fn plays() -> Vec<Row> {
    let stranger = Play {
        player: telegram(99),
        ..play(1, 0, NOBODY, NOTHING)
    };
    let poor = {
        let mut poor = play(2, 90, ALICE, TEA);
        poor.rules.day_ceiling = amount(0);
        poor
    };
    vec![
        when(player, play(2, 0, ALICE, TEA), "issuance>settlement 1 tea"),
        when(player, play(2, 20, ALICE, TEA), "issuance>settlement 1 tea"),
        when(
            player,
            play(2, 41, ALICE, TEA),
            "issuance>settlement 21 tea",
        ),
        when(
            player,
            play(2, u32::MAX, ALICE, TEA),
            "issuance>settlement 1000 tea",
        ),
        when(
            |town| {
                player(town);
                let fact = town.game.players.get_mut(&telegram(11)).unwrap();
                fact.day = NOW_MS.div_euclid(86_400_000);
                fact.day_tokens = amount(4_990);
            },
            play(2, 90, ALICE, TEA),
            "issuance>settlement 10 tea",
        ),
        when(player, poor, "nothing moves"),
        row(stranger, "unknown-player"),
        when(player, play(1, 0, NOBODY, NOTHING), "unknown-currency"),
        when(player, play(1, 0, NOBODY, ICE), "unknown-holder"),
        when(player, play(1, 0, FROZEN, ICE), "currency-frozen"),
        when(player, play(1, 0, MERGED, TEA), "holder-merged"),
        when(player, play(1, 0, FROZEN, TEA), "holder-frozen"),
        when(player, play(1, 0, ALICE, TEA), "run-played"),
    ]
}

fn wallets() -> Vec<Row> {
    let bind = |user| WalletBind {
        player: telegram(user),
        wallet: address(1),
    };
    vec![
        when(player, bind(11), "nothing moves"),
        row(bind(11), "unknown-player"),
        when(
            |town| {
                player(town);
                let fact = town.game.players.get_mut(&telegram(11)).unwrap();
                fact.wallet = Some(address(1));
            },
            bind(11),
            "wallet-bound",
        ),
    ]
}

fn reward_id() -> RewardId {
    RewardId::new(1).unwrap()
}

fn owed(town: &mut Model, owed: OwedKind, state: RewardState) {
    player(town);
    let fact = RewardFact {
        player: Some(telegram(11)),
        owed,
        state,
    };
    town.game.rewards.insert(reward_id(), fact);
}

fn tokens(town: &mut Model, state: RewardState) {
    let (currency, amount) = (TEA, amount(21));
    owed(town, OwedKind::Tokens { currency, amount }, state);
}

fn refund(town: &mut Model, state: RewardState) {
    came(town, DepositState::Refunding);
    let kind = OwedKind::Refund {
        deposit: hash(1),
        currency: TEA,
        amount: amount(40),
        to: address(2),
    };
    owed(town, kind, state);
}

fn rewards() -> Vec<Row> {
    let settle = |to| RewardSettle {
        reward: reward_id(),
        to,
        seen: hash(7),
        lt: 5,
    };
    let refuse = || RewardRefuse {
        reward: reward_id(),
        why: "no".into(),
    };
    let sent: fn(&mut Model) = |town| tokens(town, RewardState::Sent);
    let waiting: fn(&mut Model) = |town| tokens(town, RewardState::Waiting);
    vec![
        when(sent, settle(Some(ALICE)), "settlement>alice 21 tea"),
        when(sent, settle(Some(FROZEN)), "settlement>frozen 21 tea"),
        when(
            |town| tokens(town, RewardState::Batched),
            settle(Some(ALICE)),
            "settlement>alice 21 tea",
        ),
        when(
            |town| refund(town, RewardState::Sent),
            settle(None),
            "settlement>issuance 40 tea",
        ),
        when(sent, settle(Some(NOBODY)), "unknown-holder"),
        when(sent, settle(Some(MERGED)), "holder-merged"),
        when(waiting, settle(Some(MERGED)), "reward-ended"),
        when(
            |town| tokens(town, RewardState::Settled),
            settle(Some(ALICE)),
            "reward-ended",
        ),
        row(settle(None), "unknown-reward"),
        when(waiting, refuse(), "settlement>issuance 21 tea"),
        when(
            |town| refund(town, RewardState::Waiting),
            refuse(),
            "nothing moves",
        ),
        when(sent, refuse(), "reward-ended"),
        row(refuse(), "unknown-reward"),
    ]
}

fn deposit(minor_units: i64, user: u64, price: Option<i64>) -> Deposit {
    Deposit {
        account: address(3),
        transaction: hash(1),
        lt: 9,
        sender: address(2),
        token: TEA,
        amount: amount(minor_units),
        comment: Some(format!("{user}:2")),
        asked: Some(PurchaseAsked {
            player: telegram(user),
            item: item(2),
            price: price.map(amount),
        }),
        payer: None,
        shop: BOB,
    }
}

fn deposits() -> Vec<Row> {
    let paid_by = |payer, shop| Deposit {
        payer: Some(payer),
        shop,
        ..deposit(110, 11, Some(50))
    };
    let other = Deposit {
        asked: None,
        ..deposit(7, 11, None)
    };
    vec![
        when(player, deposit(50, 11, Some(50)), "issuance>bob 50 tea"),
        when(
            player,
            paid_by(ALICE, BOB),
            "alice>bob 100 tea, issuance>bob 10 tea",
        ),
        when(player, paid_by(FROZEN, BOB), "issuance>bob 110 tea"),
        when(player, paid_by(BOB, BOB), "issuance>bob 110 tea"),
        when(
            player,
            deposit(49, 11, Some(50)),
            "issuance>settlement 49 tea",
        ),
        when(player, deposit(50, 11, None), "issuance>settlement 50 tea"),
        when(
            player,
            deposit(50, 99, Some(50)),
            "issuance>settlement 50 tea",
        ),
        when(player, other, "issuance>settlement 7 tea"),
        when(player, deposit(0, 11, Some(1)), "nothing moves"),
        when(
            player,
            Deposit {
                shop: FROZEN,
                ..deposit(50, 11, Some(50))
            },
            "issuance>frozen 50 tea",
        ),
        row(
            Deposit {
                token: NOTHING,
                ..paid_by(ALICE, NOBODY)
            },
            "unknown-currency",
        ),
        row(paid_by(ALICE, NOBODY), "unknown-holder"),
        when(
            |town| came(town, DepositState::Held),
            paid_by(ALICE, MERGED),
            "holder-merged",
        ),
        when(
            |town| came(town, DepositState::Held),
            paid_by(ALICE, BOB),
            "deposit-seen",
        ),
    ]
}

fn came(town: &mut Model, state: DepositState) {
    player(town);
    let fact = DepositFact {
        token: TEA,
        amount: amount(40),
        sender: address(2),
        state,
    };
    town.game.deposits.insert(hash(1), fact);
}

fn decided() -> Vec<Row> {
    let assign = |user, id, shop| DepositAssign {
        deposit: hash(1),
        player: telegram(user),
        item: item(id),
        price: amount(50),
        shop,
    };
    let refund = || DepositRefund {
        deposit: hash(1),
        by: ALICE,
    };
    let held: fn(&mut Model) = |town| came(town, DepositState::Held);
    let gone: fn(&mut Model) = |town| came(town, DepositState::Refunding);
    vec![
        when(held, assign(11, 2, BOB), "settlement>bob 40 tea"),
        row(assign(99, 1, NOBODY), "unknown-deposit"),
        when(gone, assign(99, 1, NOBODY), "unknown-player"),
        when(gone, assign(11, 1, NOBODY), "unknown-holder"),
        when(gone, assign(11, 1, MERGED), "holder-merged"),
        when(gone, assign(11, 1, BOB), "deposit-ended"),
        when(held, assign(11, 1, BOB), "item-owned"),
        when(held, refund(), "nothing moves"),
        row(refund(), "unknown-deposit"),
        when(gone, refund(), "deposit-ended"),
        when(
            |town| {
                came(town, DepositState::Assigned);
                town.game.deposits.get_mut(&hash(1)).unwrap().amount = amount(0);
            },
            refund(),
            "amount-zero",
        ),
    ]
}

fn paid(town: &mut Model, state: StarsState) {
    player(town);
    let fact = StarsFact {
        player: telegram(11),
        item: item(1),
        state,
    };
    let charge = *StarsCharge::of("a").bytes();
    town.game.stars.insert(charge, fact);
}

fn stars() -> Vec<Row> {
    let pay = |charge: &str, id| StarsPay {
        charge: StarsCharge::of(charge),
        charge_id: charge.into(),
        player: telegram(11),
        item: item(id),
        item_known: true,
        stars: 5,
    };
    let refund = || StarsRefund {
        charge: StarsCharge::of("a"),
    };
    vec![
        when(player, pay("a", 2), "nothing moves"),
        when(player, pay("a", 1), "nothing moves"),
        row(pay("a", 2), "unknown-player"),
        when(
            |town| paid(town, StarsState::Owed),
            pay("a", 2),
            "payment-seen",
        ),
        when(
            |town| paid(town, StarsState::Bought),
            refund(),
            "nothing moves",
        ),
        row(refund(), "unknown-payment"),
        when(
            |town| paid(town, StarsState::Refunded),
            refund(),
            "payment-refunded",
        ),
    ]
}

/// What a chain has a part of is not taken back by a reversal.
fn mended() -> Vec<Row> {
    let reverse = || Reversal {
        transaction: transaction(7),
        shortfall: Shortfall::Refuse,
    };
    fn then(town: &mut Model, asked: economy::Command) {
        player(town);
        let plan = economy::decide(&asked, town, NOW_MS).unwrap();
        town.apply(&plan, transaction(7));
    }
    vec![
        when(
            |town| then(town, play(2, 41, ALICE, TEA).into()),
            reverse(),
            "not-reversible",
        ),
        when(
            |town| then(town, deposit(50, 11, Some(50)).into()),
            reverse(),
            "not-reversible",
        ),
    ]
}

#[test]
fn playing() {
    check(plays());
}

#[test]
fn binding_wallets() {
    check(wallets());
}

#[test]
fn settling_and_refusing_rewards() {
    check(rewards());
}

#[test]
fn tokens_arriving() {
    check(deposits());
}

#[test]
fn deciding_on_deposits() {
    check(decided());
}

#[test]
fn paying_with_stars() {
    check(stars());
}

#[test]
fn mending_what_is_on_a_chain() {
    check(mended());
}

/// The naive ledger works each of them out by itself, and comes to the same.
#[test]
fn the_naive_ledger_does_the_same() {
    for Row { change, asked, .. } in rows() {
        let mut model = town();
        change(&mut model);
        model.now_ms = NOW_MS;
        let (mut decided, mut performed) = (model.clone(), model);
        let id = transaction(8);
        let plan = economy::decide(&asked, &decided, NOW_MS);
        match (performed.perform(&asked, id), plan) {
            (Ok(_), Ok(plan)) => {
                decided.apply(&plan, id);
                assert_eq!(
                    performed.without_details(),
                    decided.without_details(),
                    "{asked:?}"
                );
            }
            (Err(faults), Err(refusal)) => {
                let first = testkit::model::first_fault(&faults);
                assert_eq!(first, Some(refusal.name()), "{asked:?}");
            }
            (performed, decided) => panic!("{asked:?}: {performed:?}, {decided:?}"),
        }
    }
}
