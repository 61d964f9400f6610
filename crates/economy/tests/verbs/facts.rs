use economy::{Plan, Refusal};
use ledger::{
    AccountKey, Amount, Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals,
    GroupId, HolderId, Identity, Owner, Standing, TransactionId,
};
use testkit::model::Model;

pub const NOW_MS: i64 = 1_795_250_000_000;

/// Alice and Bob are open.
pub const ALICE: HolderId = holder(1);
pub const BOB: HolderId = holder(2);
pub const FROZEN: HolderId = holder(3);
/// Merged into Alice.
pub const MERGED: HolderId = holder(4);
pub const NOBODY: HolderId = holder(99);

/// Tea has no decimals, jam has two; one tea buys three halves of a jam's minor unit, and three jams two teas.
pub const TEA: CurrencyId = currency(1);
pub const JAM: CurrencyId = currency(2);
/// Of the same group, without a rate.
pub const RUM: CurrencyId = currency(3);
pub const ICE: CurrencyId = currency(4);
/// Of another group.
pub const OIL: CurrencyId = currency(5);
pub const NOTHING: CurrencyId = currency(99);

const fn holder(id: i64) -> HolderId {
    match HolderId::new(id) {
        Ok(id) => id,
        Err(_) => panic!("ids are positive"),
    }
}

const fn currency(id: i64) -> CurrencyId {
    match CurrencyId::new(id) {
        Ok(id) => id,
        Err(_) => panic!("ids are positive"),
    }
}

pub fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).unwrap()
}

pub fn transaction(id: i64) -> TransactionId {
    TransactionId::new(id).unwrap()
}

pub fn person(id: u64) -> Identity {
    Identity::discord(id)
}

/// Alice has 100 tea and 1,000 jam, Bob 10 tea; ICE is frozen, of which Alice has 5.
pub fn town() -> Model {
    let mut model = Model::default();
    let standings = [
        (ALICE, Standing::Open),
        (BOB, Standing::Open),
        (FROZEN, Standing::Frozen),
        (MERGED, Standing::Merged(ALICE)),
    ];
    model.holders.extend(standings);
    let coins = [
        (TEA, "tea", 0, 1),
        (JAM, "jam", 2, 1),
        (RUM, "rum", 9, 1),
        (ICE, "ice", 0, 1),
        (OIL, "oil", 0, 2),
    ];
    for (id, name, decimals, group) in coins {
        let currency = Currency {
            id,
            group: GroupId::new(group).unwrap(),
            name: CurrencyName::new(name).unwrap(),
            symbol: None,
            decimals: Decimals::new(decimals).unwrap(),
            class: Class::Regular,
            state: if id == ICE {
                CurrencyState::Frozen
            } else {
                CurrencyState::Active
            },
        };
        model.currencies.insert(id, currency);
    }
    model.rates.insert((TEA, JAM), "3/2".parse().unwrap());
    model.rates.insert((JAM, TEA), "2/3".parse().unwrap());
    model.rates.insert((TEA, ICE), "1".parse().unwrap());
    for (owner, currency, minor_units) in [
        (ALICE, TEA, 100),
        (ALICE, JAM, 1_000),
        (BOB, TEA, 10),
        (ALICE, ICE, 5),
    ] {
        model.endow(AccountKey::holder(owner, currency), minor_units);
    }
    model
}

/// Transfers as `alice>bob 5 tea`, what else is told behind them; or the refusal's name.
pub fn shown(answer: &Result<Plan, Refusal>) -> String {
    let plan = match answer {
        Ok(plan) => plan,
        Err(refusal) => return refusal.name().to_owned(),
    };
    let legs = plan.legs.iter().map(|leg| {
        let coin = coin(leg.debit.currency);
        assert_eq!(leg.debit.currency, leg.credit.currency);
        format!(
            "{}>{} {} {coin}",
            owner(leg.debit),
            owner(leg.credit),
            leg.amount.get()
        )
    });
    let detail = &plan.detail;
    let more = [
        detail.debt.map(|debt| format!("debt {}", debt.get())),
        detail
            .remainder
            .map(|rest| format!("rest {}/{}", rest.num, rest.den)),
        detail.reverses.map(|id| format!("reverses {id}")),
        plan.legs.is_empty().then(|| "nothing moves".to_owned()),
    ];
    legs.chain(more.into_iter().flatten())
        .collect::<Vec<_>>()
        .join(", ")
}

fn owner(account: AccountKey) -> String {
    match account.owner {
        Owner::System(role) => role.as_str().to_owned(),
        Owner::Holder(ALICE) => "alice".to_owned(),
        Owner::Holder(BOB) => "bob".to_owned(),
        Owner::Holder(FROZEN) => "frozen".to_owned(),
        Owner::Holder(other) => other.to_string(),
    }
}

fn coin(currency: CurrencyId) -> &'static str {
    match currency {
        TEA => "tea",
        JAM => "jam",
        RUM => "rum",
        ICE => "ice",
        _ => "oil",
    }
}
