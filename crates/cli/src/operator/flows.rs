use std::collections::{BTreeMap, BTreeSet};

use app::{Flow, FlowQuery};
use ledger::Currency;
use serde::{Deserialize, Serialize};

use super::{Operator, Tell, history::site_named};
use crate::{money, replies, trouble::Trouble};

/// Where money came from and went to, by the code that moved it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FlowsOrder {
    pub(crate) currency: Option<String>,
    /// Days since 1970-01-01 UTC, both included.
    pub(crate) from_day: i32,
    pub(crate) to_day: i32,
    pub(crate) site: Option<String>,
    pub(crate) by_day: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FlowsReport {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) lines: Vec<FlowLine>,
    /// Functions that many entries come through: they hide who really asked.
    pub(crate) hiding: Vec<HidingLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FlowLine {
    pub(crate) day: Option<String>,
    pub(crate) currency: String,
    pub(crate) kind: String,
    pub(crate) entry: String,
    pub(crate) application: String,
    pub(crate) site: String,
    pub(crate) code: String,
    pub(crate) transfers: u64,
    pub(crate) issued: String,
    pub(crate) retired: String,
    pub(crate) moved: String,
    pub(crate) first: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HidingLine {
    pub(crate) code: String,
    pub(crate) entries: usize,
}

/// From how many entries on a function is named as hiding its callers.
const MANY_ENTRIES: usize = 3;

pub(super) async fn flows(
    operator: &Operator,
    order: FlowsOrder,
    _: &Tell,
) -> Result<FlowsReport, Trouble> {
    let currency = match &order.currency {
        Some(named) => Some(operator.currency(named, None).await?.id),
        None => None,
    };
    let query = FlowQuery {
        currency,
        from_day: order.from_day,
        to_day: order.to_day,
        site: order.site.as_deref().map(site_named).transpose()?,
        by_day: order.by_day,
    };
    let found = operator.app.store().flows(query).await;
    let mut found = found.map_err(|error| replies::store_error(&error))?;
    // The largest faucets first, then sinks, then what only moves.
    found.sort_by_key(|flow| {
        let totals = flow.totals;
        let size = (totals.issued, totals.retired, totals.moved);
        (flow.day, std::cmp::Reverse(size))
    });
    let currencies = operator.currencies().await?;
    Ok(FlowsReport {
        from: day(order.from_day),
        to: day(order.to_day),
        hiding: hiding(&found),
        lines: found
            .into_iter()
            .map(|flow| line(flow, &currencies))
            .collect(),
    })
}

fn line(flow: Flow, currencies: &[Currency]) -> FlowLine {
    let currency = currencies.iter().find(|known| known.id == flow.currency);
    let decimals = currency.map(|known| known.decimals).unwrap_or_default();
    let sum = |minor_units| money::decimal(minor_units, decimals);
    FlowLine {
        day: flow.day.map(day),
        currency: currency
            .map_or_else(|| flow.currency.to_string(), |known| known.name.to_string()),
        kind: flow.kind.as_str().into(),
        site: flow.site.to_string(),
        code: code(&flow),
        transfers: flow.totals.transfers,
        issued: sum(flow.totals.issued),
        retired: sum(flow.totals.retired),
        moved: sum(flow.totals.moved),
        first: flow.totals.first.map(|id| id.to_string()),
        entry: flow.entry,
        application: flow.application,
    }
}

fn code(flow: &Flow) -> String {
    if flow.function.is_empty() {
        return "(not recorded)".to_owned();
    }
    format!("{}::{}", flow.class, flow.function)
}

fn hiding(flows: &[Flow]) -> Vec<HidingLine> {
    let mut entries: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| !flow.function.is_empty()) {
        entries.entry(code(flow)).or_default().insert(&flow.entry);
    }
    let many = entries
        .into_iter()
        .filter(|(_, entries)| entries.len() >= MANY_ENTRIES);
    many.map(|(code, entries)| HidingLine {
        code,
        entries: entries.len(),
    })
    .collect()
}

fn day(number: i32) -> String {
    money::date(i64::from(number) * 86_400_000)
}
