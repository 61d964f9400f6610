use economy::Transfer;
use serde::{Deserialize, Serialize};

use super::{Operator, ReceiptReport, Tell, receipt::amount_of};
use crate::trouble::Trouble;

/// Move money from one holder to another.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TransferOrder {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) reason: Option<String>,
    pub(crate) key: String,
}

pub(super) async fn transfer(
    operator: &Operator,
    order: TransferOrder,
    _: &Tell,
) -> Result<ReceiptReport, Trouble> {
    let currency = operator.currency(&order.currency, None).await?;
    let amount = amount_of(&order.amount, &currency)?;
    let from = operator.known_holder(&order.from).await?;
    let to = operator.holder(&order.to).await?;
    let asked = operator
        .asked("transfer", &order.key)
        .await?
        .reason(order.reason);
    let transfer = Transfer {
        from,
        to,
        currency: currency.id,
        amount,
    };
    let answer = operator.app.transfer(asked, transfer).await;
    let people = &[(from, order.from.as_str()), (to, order.to.as_str())];
    operator.receipt(answer, &order.key, people).await
}
