use economy::Mint;
use serde::{Deserialize, Serialize};

use super::{Operator, ReceiptReport, Tell, receipt::amount_of};
use crate::trouble::Trouble;

/// Issue money to a holder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MintOrder {
    pub(crate) to: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) reason: Option<String>,
    pub(crate) key: String,
}

pub(super) async fn mint(
    operator: &Operator,
    order: MintOrder,
    _: &Tell,
) -> Result<ReceiptReport, Trouble> {
    let currency = operator.currency(&order.currency, None).await?;
    let amount = amount_of(&order.amount, &currency)?;
    let to = operator.holder(&order.to).await?;
    let asked = operator
        .asked("mint", &order.key)
        .await?
        .reason(order.reason);
    let mint = Mint {
        to,
        currency: currency.id,
        amount,
    };
    let answer = operator.app.mint(asked, mint).await;
    let people = &[(to, order.to.as_str())];
    operator.receipt(answer, &order.key, people).await
}
