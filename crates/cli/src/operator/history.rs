use std::collections::HashMap;

use app::{Posting, TransactionFilter};
use ledger::{
    AccountKey, CodeSiteId, Currency, CurrencyId, HolderId, Kind, Owner, RecordedOrigin,
    Transaction, TransactionId,
};
use serde::{Deserialize, Serialize};

use super::{Operator, Tell};
use crate::{money, replies, trouble::Trouble};

/// What happened, newest first: to one holder, or to all.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct HistoryOrder {
    pub(crate) holder: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) site: Option<String>,
    /// Where an earlier page ended.
    pub(crate) before: Option<String>,
    pub(crate) limit: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HistoryReport {
    pub(crate) lines: Vec<HistoryLine>,
    /// Gives the next page, when there may be one.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HistoryLine {
    pub(crate) transaction: String,
    pub(crate) time: String,
    pub(crate) kind: String,
    pub(crate) currency: String,
    /// Signed, in a holder's own history.
    pub(crate) amount: String,
    pub(crate) balance_after: Option<String>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) entry: String,
    pub(crate) application: String,
    pub(crate) site: String,
    pub(crate) code: String,
    pub(crate) claimed: bool,
    pub(crate) reason: Option<String>,
}

pub(super) async fn history(
    operator: &Operator,
    order: HistoryOrder,
    _: &Tell,
) -> Result<HistoryReport, Trouble> {
    let asked = Asked::read(operator, &order).await?;
    let mut page = Page::new(operator).await?;
    let next = match (&asked.holder, asked.kind, asked.site) {
        (Some(holder), None, None) => page.postings(*holder, &asked).await?,
        _ => page.transactions(&asked).await?,
    };
    Ok(HistoryReport {
        lines: page.lines,
        next,
    })
}

struct Asked {
    holder: Option<HolderId>,
    currency: Option<CurrencyId>,
    kind: Option<Kind>,
    site: Option<CodeSiteId>,
    before: Option<i64>,
    limit: usize,
}

impl Asked {
    async fn read(operator: &Operator, order: &HistoryOrder) -> Result<Self, Trouble> {
        let holder = match &order.holder {
            Some(named) => Some(operator.known_holder(named).await?),
            None => None,
        };
        let currency = match &order.currency {
            Some(named) => Some(operator.currency(named, None).await?.id),
            None => None,
        };
        let kind = order.kind.as_deref().map(kind_named).transpose()?;
        let site = order.site.as_deref().map(site_named).transpose()?;
        let before = order.before.as_deref().map(cursor_named).transpose()?;
        let limit = order.limit.clamp(1, 1_000);
        Ok(Self {
            holder,
            currency,
            kind,
            site,
            before,
            limit,
        })
    }
}

fn kind_named(text: &str) -> Result<Kind, Trouble> {
    Kind::parse(text).ok_or_else(|| {
        let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        Trouble::input(format!(
            "{text:?} is no kind; there are {}.",
            all.join(", ")
        ))
    })
}

pub(super) fn site_named(text: &str) -> Result<CodeSiteId, Trouble> {
    let site = text.parse();
    site.map_err(|error| Trouble::input(format!("{text:?} is no code site: {error}.")))
}

fn cursor_named(text: &str) -> Result<i64, Trouble> {
    let id = text.parse::<TransactionId>();
    id.map(TransactionId::get)
        .map_err(|error| Trouble::input(format!("{text:?} is no cursor: {error}.")))
}

/// Lines under way, with the names that they need.
struct Page<'a> {
    operator: &'a Operator,
    currencies: Vec<Currency>,
    names: HashMap<HolderId, String>,
    lines: Vec<HistoryLine>,
}

impl<'a> Page<'a> {
    async fn new(operator: &'a Operator) -> Result<Self, Trouble> {
        Ok(Self {
            operator,
            currencies: operator.currencies().await?,
            names: HashMap::new(),
            lines: Vec::new(),
        })
    }

    async fn postings(
        &mut self,
        holder: HolderId,
        asked: &Asked,
    ) -> Result<Option<String>, Trouble> {
        let store = self.operator.app.store();
        let postings = store.history(holder, asked.currency, asked.before, asked.limit);
        let postings = postings
            .await
            .map_err(|error| replies::store_error(&error))?;
        let whole = postings.len() == asked.limit;
        let last = postings.last().map(|posting| posting.transfer.to_string());
        for posting in postings {
            let line = self.posting(holder, posting).await?;
            self.lines.push(line);
        }
        Ok(last.filter(|_| whole))
    }

    async fn posting(
        &mut self,
        holder: HolderId,
        posting: Posting,
    ) -> Result<HistoryLine, Trouble> {
        let (own, other) = (
            self.owner(Owner::Holder(holder)).await?,
            self.owner(posting.other).await?,
        );
        let (from, to) = if posting.change < 0 {
            (own, other)
        } else {
            (other, own)
        };
        let currency = self.currency(posting.currency);
        let decimals = currency
            .map(|currency| currency.decimals)
            .unwrap_or_default();
        let amount = money::decimal(posting.change.into(), decimals);
        Ok(HistoryLine {
            transaction: posting.transaction.to_string(),
            time: money::time(posting.time_ms),
            kind: posting.kind.as_str().into(),
            currency: self.currency_name(posting.currency),
            amount: if posting.change > 0 {
                format!("+{amount}")
            } else {
                amount
            },
            balance_after: Some(posting.balance_after.display(decimals).to_string()),
            from,
            to,
            code: code_of(&posting.origin),
            site: posting.origin.site.to_string(),
            claimed: posting.origin.claimed,
            entry: posting.origin.entry,
            application: posting.origin.application,
            reason: posting.reason,
        })
    }

    async fn transactions(&mut self, asked: &Asked) -> Result<Option<String>, Trouble> {
        let filter = TransactionFilter {
            holder: asked.holder,
            currency: asked.currency,
            kind: asked.kind,
            site: asked.site,
            before: asked.before.and_then(|id| TransactionId::new(id).ok()),
            limit: asked.limit,
            ..TransactionFilter::default()
        };
        let found = self.operator.app.store().transactions(filter).await;
        let found = found.map_err(|error| replies::store_error(&error))?;
        let whole = found.len() == asked.limit;
        let last = found.last().map(|transaction| transaction.id.to_string());
        for transaction in found {
            self.transaction(&transaction).await?;
        }
        Ok(last.filter(|_| whole))
    }

    async fn transaction(&mut self, transaction: &Transaction) -> Result<(), Trouble> {
        for transfer in &transaction.transfers {
            let AccountKey { currency, owner } = transfer.debit;
            let decimals = self.currency(currency).map(|known| known.decimals);
            let line = HistoryLine {
                transaction: transaction.id.to_string(),
                time: money::time(transaction.time_ms()),
                kind: transaction.kind.as_str().into(),
                currency: self.currency_name(currency),
                amount: money::decimal(transfer.amount.get().into(), decimals.unwrap_or_default()),
                balance_after: None,
                from: self.owner(owner).await?,
                to: self.owner(transfer.credit.owner).await?,
                code: code_of(&transaction.origin),
                site: transaction.origin.site.to_string(),
                claimed: transaction.origin.claimed,
                entry: transaction.origin.entry.clone(),
                application: transaction.origin.application.clone(),
                reason: transaction.detail.reason.clone(),
            };
            self.lines.push(line);
        }
        Ok(())
    }

    fn currency(&self, id: CurrencyId) -> Option<&Currency> {
        self.currencies.iter().find(|currency| currency.id == id)
    }

    fn currency_name(&self, id: CurrencyId) -> String {
        let known = self.currency(id);
        known.map_or_else(|| id.to_string(), |currency| currency.name.to_string())
    }

    async fn owner(&mut self, owner: Owner) -> Result<String, Trouble> {
        let holder = match owner {
            Owner::System(role) => return Ok(role.as_str().to_owned()),
            Owner::Holder(holder) => holder,
        };
        if let Some(known) = self.names.get(&holder) {
            return Ok(known.clone());
        }
        let name = self.operator.name_of(holder).await?;
        self.names.insert(holder, name.clone());
        Ok(name)
    }
}

/// Class and function, as they are said in Rust.
pub(super) fn code_of(origin: &RecordedOrigin) -> String {
    if origin.function.is_empty() {
        return "(not recorded)".to_owned();
    }
    format!("{}::{}", origin.class, origin.function)
}
