//! The game's queue, its rewards and its payments, as the ledger has them.

mod deposit;
mod reward;
mod stars;
mod status;

use ledger::{Amount, Currency, CurrencyId, TelegramUserId};

pub(crate) use deposit::{
    DepositAssignOrder, DepositLine, DepositList, DepositListOrder, DepositRefundOrder,
};
pub(super) use deposit::{
    assign as deposit_assign, list as deposit_list, refund as deposit_refund,
};
pub(crate) use reward::{RewardList, RewardListOrder, RewardRefuseOrder, RewardShown};
pub(super) use reward::{list as reward_list, refuse as reward_refuse};
pub(crate) use stars::{StarsLine, StarsList, StarsListOrder, StarsRefundOrder};
pub(super) use stars::{list as stars_list, refund as stars_refund};

pub(super) use status::status;
pub(crate) use status::{TonStatus, TonStatusOrder, coins};

use crate::{money, trouble::Trouble};

/// An amount with its currency's name.
fn shown(amount: Amount, currency: CurrencyId, currencies: &[Currency]) -> String {
    let known = currencies.iter().find(|known| known.id == currency);
    known.map_or_else(
        || format!("{} minor units of {currency}", amount.get()),
        |known| money::with_name(amount.get().into(), known),
    )
}

fn player(text: &str) -> Result<TelegramUserId, Trouble> {
    let digits = text.strip_prefix("telegram:").unwrap_or(text);
    digits.parse().map_err(|_| {
        Trouble::input(format!(
            "{text:?} is no Telegram user id: it is a number, such as 5000000001."
        ))
    })
}

fn age_secs(now_ms: i64, since_ms: i64) -> i64 {
    now_ms.saturating_sub(since_ms).max(0) / 1_000
}
