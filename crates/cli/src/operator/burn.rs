use economy::Burn;
use serde::{Deserialize, Serialize};

use super::{Operator, ReceiptReport, Tell, receipt::amount_of};
use crate::trouble::Trouble;

/// Take a holder's money out of the world.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BurnOrder {
    pub(crate) from: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) reason: Option<String>,
    pub(crate) key: String,
}

pub(super) async fn burn(
    operator: &Operator,
    order: BurnOrder,
    _: &Tell,
) -> Result<ReceiptReport, Trouble> {
    let currency = operator.currency(&order.currency, None).await?;
    let amount = amount_of(&order.amount, &currency)?;
    let from = operator.known_holder(&order.from).await?;
    let asked = operator
        .asked("burn", &order.key)
        .await?
        .reason(order.reason);
    let burn = Burn {
        from,
        currency: currency.id,
        amount,
    };
    let answer = operator.app.burn(asked, burn).await;
    let people = &[(from, order.from.as_str())];
    operator.receipt(answer, &order.key, people).await
}
