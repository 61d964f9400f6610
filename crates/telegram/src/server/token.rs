use std::sync::{Mutex, PoisonError};

use ledger::{Amount, Currency, Decimals};

use super::{problem::Problem, state::Server};

/// An operator's change of the symbol is seen after so long.
const GOOD_MS: i64 = 10_000;

/// The token's currency, read every now and then.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Option<(i64, Currency)>>);

#[derive(Debug, thiserror::Error)]
#[error("the game's token is not a currency of this ledger")]
struct NoToken;

impl Server {
    pub(super) async fn token(&self) -> Result<Currency, Problem> {
        let now_ms = self.app.clock().now_ms();
        let known = || self.tokens.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_ms, currency)) = &*known()
            && now_ms.saturating_sub(*read_ms) < GOOD_MS
        {
            return Ok(currency.clone());
        }
        let all = self.app.store().currencies().await?;
        let found = all.into_iter().find(|one| one.id == self.config.token);
        let found = found.ok_or_else(|| Problem::failed(&NoToken))?;
        *known() = Some((now_ms, found.clone()));
        Ok(found)
    }
}

/// What the chain says, which counts further than a ledger does.
pub(super) fn units_text(units: u128, decimals: Decimals) -> String {
    let units = i64::try_from(units).unwrap_or(i64::MAX);
    let amount = Amount::new(units).unwrap_or_default();
    amount.display(decimals).to_string()
}

pub(super) fn text(token: &Currency, amount: Amount) -> String {
    amount.display(token.decimals).to_string()
}
