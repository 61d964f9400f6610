//! `/wallet`

use app::{PlayerRecord, RewardFilter, StoreError, WalletLine};
use economy::{OwedKind, RewardState};
use ledger::{Amount, Currency, TelegramUserId, TonAddress};

use crate::bot::{
    Context,
    replies::{self, Money, OnTheWay, Reply, Wallet},
    update::User,
};

/// More than so many rewards of one state are not counted one by one.
const COUNTED: usize = 1_000;
const PENDING: [RewardState; 3] = [
    RewardState::Waiting,
    RewardState::Batched,
    RewardState::Sent,
];

pub(super) async fn run(ctx: &Context, from: &User) -> Result<Reply, StoreError> {
    let store = ctx.app.store();
    let currencies = store.currencies().await?;
    let holder = store.holder_by_identity(from.id.identity()).await?;
    let lines = match holder {
        Some(holder) => store.wallet(holder.id).await?,
        None => Vec::new(),
    };
    let player = store.player(from.id).await?;
    let mut pending = Vec::new();
    for state in PENDING {
        pending.extend(on_the_way(ctx, from.id, state).await?);
    }
    let held = held(&lines, &currencies);
    Ok(replies::wallet(&Wallet {
        balances: held,
        pending: &pending,
        currencies: &currencies,
        player: player.is_some(),
        address: player.and_then(|player| address(ctx, &player)),
    }))
}

/// In the order of the currencies; empty accounts are left out.
fn held<'a>(lines: &[WalletLine], currencies: &'a [Currency]) -> Vec<(Money<'a>, Amount)> {
    let of = |currency: &'a Currency| {
        let line = lines.iter().find(|line| line.currency == currency.id)?;
        let there = line.balance.get() != 0 || !line.held.is_zero();
        let money = Money {
            text: line.balance.display(currency.decimals).to_string(),
            currency,
        };
        there.then_some((money, line.held))
    };
    currencies.iter().filter_map(of).collect()
}

/// What of a state is on its way; none when nothing is.
async fn on_the_way(
    ctx: &Context,
    player: TelegramUserId,
    state: RewardState,
) -> Result<Option<OnTheWay>, StoreError> {
    let filter = RewardFilter {
        state: Some(state),
        player: Some(player),
        before: None,
        limit: COUNTED,
    };
    let rewards = ctx.app.store().rewards(filter).await?;
    let mut sum = OnTheWay {
        state,
        tokens: Vec::new(),
        achievements: 0,
    };
    for reward in &rewards {
        match reward.owed {
            OwedKind::Tokens { currency, amount }
            | OwedKind::Refund {
                currency, amount, ..
            } => {
                sum.add(currency, amount);
            }
            OwedKind::Achievement { .. } => sum.achievements += 1,
        }
    }
    Ok((!rewards.is_empty()).then_some(sum))
}

/// As people know it from their wallet.
fn address(ctx: &Context, player: &PlayerRecord) -> Option<String> {
    let wallet: TonAddress = player.fact.wallet?;
    let address = ton::Address::new(wallet.workchain(), ton::Hash::from(*wallet.account()));
    let form = ton::address::Form {
        bounceable: false,
        testnet: ctx.config.testnet,
    };
    Some(ton::address::friendly(&address, form))
}
