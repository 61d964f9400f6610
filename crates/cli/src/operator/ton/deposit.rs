use app::{DepositFilter, DepositRecord, WriteError};
use economy::{DepositAssign, DepositRefund, DepositState};
use ledger::{Currency, HolderId, Identity, ItemId, Platform, TonHash};
use serde::{Deserialize, Serialize};

use super::{
    super::{Operator, Tell, receipt::amount_of},
    player, shown,
};
use crate::{
    money,
    replies::{self, Words},
    trouble::Trouble,
};

/// Tokens that arrived at the shop, newest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DepositListOrder {
    pub(crate) state: Option<DepositState>,
    pub(crate) player: Option<String>,
    /// Where an earlier page ended.
    pub(crate) before: Option<String>,
    pub(crate) limit: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DepositRefundOrder {
    pub(crate) deposit: String,
    pub(crate) reason: Option<String>,
    pub(crate) key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DepositAssignOrder {
    pub(crate) deposit: String,
    pub(crate) player: String,
    pub(crate) item: String,
    /// What the item costs, as decimal text.
    pub(crate) price: String,
    pub(crate) reason: Option<String>,
    pub(crate) key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DepositList {
    pub(crate) deposits: Vec<DepositLine>,
    /// Gives the next page, when there may be one.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DepositLine {
    /// The transaction on the chain, in hexadecimal.
    pub(crate) transaction: String,
    pub(crate) lt: String,
    /// The raw address.
    pub(crate) sender: String,
    pub(crate) amount: String,
    pub(crate) state: String,
    /// Why it was held, where it was.
    pub(crate) why: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) player: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) over: String,
    pub(crate) seen: String,
    /// The reward that carries it back, where it goes back.
    pub(crate) refund: Option<String>,
}

pub(in crate::operator) async fn list(
    operator: &Operator,
    order: DepositListOrder,
    _: &Tell,
) -> Result<DepositList, Trouble> {
    let before = order.before.as_deref().map(|text| {
        let lt = text.parse::<u64>();
        lt.map_err(|_| Trouble::input(format!("{text:?} is not where a page ended.")))
    });
    let filter = DepositFilter {
        state: order.state,
        player: order.player.as_deref().map(player).transpose()?,
        before_lt: before.transpose()?,
        limit: order.limit,
    };
    let found = operator.app.store().deposits(filter).await;
    let found = found.map_err(|error| replies::store_error(&error))?;
    let currencies = operator.currencies().await?;
    let full = found.len() >= order.limit;
    let next = found.last().filter(|_| full).map(|one| one.lt.to_string());
    Ok(DepositList {
        deposits: found.iter().map(|one| line(one, &currencies)).collect(),
        next,
    })
}

pub(in crate::operator) async fn refund(
    operator: &Operator,
    order: DepositRefundOrder,
    _: &Tell,
) -> Result<DepositLine, Trouble> {
    let deposit = hash(&order.deposit)?;
    let asked = operator.asked("ton deposit refund", &order.key).await?;
    let refund = DepositRefund {
        deposit,
        by: operator.actor().await?,
    };
    let done = operator
        .app
        .deposit_refund(asked.reason(order.reason), refund)
        .await;
    after(operator, deposit, done.map(|_| ())).await
}

pub(in crate::operator) async fn assign(
    operator: &Operator,
    order: DepositAssignOrder,
    _: &Tell,
) -> Result<DepositLine, Trouble> {
    let record = known(operator, hash(&order.deposit)?).await?;
    let currencies = operator.currencies().await?;
    let token = currencies.iter().find(|known| known.id == record.token);
    let token = token.ok_or_else(|| Trouble::failed("The deposit's currency is not known."))?;
    let assign = DepositAssign {
        deposit: record.transaction,
        player: player(&order.player)?,
        item: item(&order.item)?,
        price: amount_of(&order.price, token)?,
        shop: shop(operator).await?,
    };
    let asked = operator.asked("ton deposit assign", &order.key).await?;
    let done = operator
        .app
        .deposit_assign(asked.reason(order.reason), assign)
        .await;
    after(operator, record.transaction, done.map(|_| ())).await
}

async fn after(
    operator: &Operator,
    deposit: TonHash,
    done: Result<(), WriteError>,
) -> Result<DepositLine, Trouble> {
    let currencies = operator.currencies().await?;
    let words = Words {
        currencies: &currencies,
        people: &[],
    };
    done.map_err(|error| replies::write_error(&error, &words))?;
    Ok(line(&known(operator, deposit).await?, &currencies))
}

async fn known(operator: &Operator, deposit: TonHash) -> Result<DepositRecord, Trouble> {
    let found = operator.app.store().deposit(deposit).await;
    let found = found.map_err(|error| replies::store_error(&error))?;
    found.ok_or_else(|| {
        Trouble::input(format!(
            "There is no deposit {deposit}. `scrip ton deposits` shows those that wait for a decision."
        ))
    })
}

async fn shop(operator: &Operator) -> Result<HolderId, Trouble> {
    let shop = Identity::new(Platform::Operator, "shop").expect("a short text without spaces");
    let holder = operator.app.holder(shop).await;
    holder.map_err(|error| replies::store_error(&error))
}

fn hash(text: &str) -> Result<TonHash, Trouble> {
    text.parse().map_err(|_| {
        Trouble::input(format!(
            "{text:?} is no transaction's hash: it has 64 hexadecimal digits. `scrip ton deposits` shows them."
        ))
    })
}

fn item(text: &str) -> Result<ItemId, Trouble> {
    text.parse()
        .map_err(|_| Trouble::input(format!("{text:?} is no item's number.")))
}

fn line(record: &DepositRecord, currencies: &[Currency]) -> DepositLine {
    DepositLine {
        transaction: record.transaction.to_string(),
        lt: record.lt.to_string(),
        sender: record.sender.to_string(),
        amount: shown(record.amount, record.token, currencies),
        state: record.state.as_str().to_owned(),
        why: record.why.map(|why| why.as_str().to_owned()),
        comment: record.comment.clone(),
        player: record.player.map(|player| player.to_string()),
        item: record.item.map(|item| item.to_string()),
        over: shown(record.over, record.token, currencies),
        seen: money::time(record.seen_ms),
        refund: record.refund.map(|reward| reward.to_string()),
    }
}
