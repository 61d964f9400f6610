use app::{RewardFilter, RewardLine};
use economy::{OwedKind, RewardRefuse, RewardState};
use ledger::{Currency, RewardId};
use serde::{Deserialize, Serialize};

use super::{
    super::{Operator, Tell},
    player, shown,
};
use crate::{
    money,
    replies::{self, Words},
    trouble::Trouble,
};

/// What is or was owed to players, newest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RewardListOrder {
    pub(crate) state: Option<RewardState>,
    pub(crate) player: Option<String>,
    /// Where an earlier page ended.
    pub(crate) before: Option<String>,
    pub(crate) limit: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RewardRefuseOrder {
    pub(crate) reward: String,
    pub(crate) why: String,
    pub(crate) key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RewardList {
    pub(crate) rewards: Vec<RewardShown>,
    /// Gives the next page, when there may be one.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RewardShown {
    pub(crate) id: String,
    pub(crate) player: Option<String>,
    /// `11 flap`, or `achievement 1`.
    pub(crate) what: String,
    pub(crate) state: String,
    /// The raw address; none while the player has no wallet.
    pub(crate) to: Option<String>,
    pub(crate) batch: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) queued: String,
    pub(crate) changed: String,
    /// The transaction on the chain that settled it, in hexadecimal.
    pub(crate) transaction: Option<String>,
    pub(crate) why: Option<String>,
    /// The ledger's transactions that promised and ended it.
    pub(crate) promised_by: Option<String>,
    pub(crate) ended_by: Option<String>,
}

pub(in crate::operator) async fn list(
    operator: &Operator,
    order: RewardListOrder,
    _: &Tell,
) -> Result<RewardList, Trouble> {
    let filter = RewardFilter {
        state: order.state,
        player: order.player.as_deref().map(player).transpose()?,
        before: order.before.as_deref().map(reward_id).transpose()?,
        limit: order.limit,
    };
    let found = operator.app.store().rewards(filter).await;
    let found = found.map_err(|error| replies::store_error(&error))?;
    let currencies = operator.currencies().await?;
    let full = found.len() >= order.limit;
    let next = found
        .last()
        .filter(|_| full)
        .map(|line| line.id.to_string());
    Ok(RewardList {
        rewards: found.iter().map(|line| show(line, &currencies)).collect(),
        next,
    })
}

pub(in crate::operator) async fn refuse(
    operator: &Operator,
    order: RewardRefuseOrder,
    _: &Tell,
) -> Result<RewardShown, Trouble> {
    let reward = reward_id(&order.reward)?;
    let asked = operator.asked("ton reward refuse", &order.key).await?;
    let refuse = RewardRefuse {
        reward,
        why: order.why.clone(),
    };
    let done = operator
        .app
        .reward_refuse(asked.reason(Some(order.why)), refuse)
        .await;
    let currencies = operator.currencies().await?;
    let words = Words {
        currencies: &currencies,
        people: &[],
    };
    done.map_err(|error| replies::write_error(&error, &words))?;
    let line = operator.app.store().reward(reward).await;
    let line = line.map_err(|error| replies::store_error(&error))?;
    line.map(|line| show(&line, &currencies))
        .ok_or_else(|| Trouble::failed("The reward is gone."))
}

fn reward_id(text: &str) -> Result<RewardId, Trouble> {
    text.parse().map_err(|_| {
        Trouble::input(format!(
            "{text:?} is no reward's id. `scrip ton rewards` shows them."
        ))
    })
}

fn show(line: &RewardLine, currencies: &[Currency]) -> RewardShown {
    RewardShown {
        id: line.id.to_string(),
        player: line.player.map(|player| player.to_string()),
        what: what(&line.owed, currencies),
        state: line.state.as_str().to_owned(),
        to: line.to.map(|to| to.to_string()),
        batch: line.batch.map(|batch| batch.to_string()),
        attempts: line.attempts,
        queued: money::time(line.queued_ms),
        changed: money::time(line.changed_ms),
        transaction: line.seen.map(|(transaction, _)| transaction.to_string()),
        why: line.why.clone(),
        promised_by: line.promised_by.map(|id| id.to_string()),
        ended_by: line.ended_by.map(|id| id.to_string()),
    }
}

fn what(owed: &OwedKind, currencies: &[Currency]) -> String {
    match owed {
        OwedKind::Tokens { currency, amount } => shown(*amount, *currency, currencies),
        OwedKind::Achievement { achievement } => format!("achievement {achievement}"),
        OwedKind::Refund {
            currency, amount, ..
        } => format!("refund of {}", shown(*amount, *currency, currencies)),
    }
}
