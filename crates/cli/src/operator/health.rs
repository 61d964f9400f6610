use app::Supply;
use ledger::{Currency, IdSequence};
use serde::{Deserialize, Serialize};

use super::{Operator, Tell};
use crate::{money, replies, trouble::Trouble};

/// What the process that owns the ledger knows of its state.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HealthOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HealthReport {
    pub(crate) writable: bool,
    pub(crate) sequence: u64,
    pub(crate) schema_version: u32,
    pub(crate) bytes: u64,
    pub(crate) jobs: u64,
    pub(crate) oldest_job_ms: Option<i64>,
    pub(crate) last_backup_ms: Option<i64>,
    pub(crate) lost_origins: u64,
    /// When the newest transaction was written.
    pub(crate) newest_ms: Option<i64>,
    pub(crate) now_ms: i64,
    pub(crate) supply: Vec<SupplyLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SupplyLine {
    pub(crate) currency: String,
    pub(crate) issued: String,
    pub(crate) held: String,
    pub(crate) escrowed: String,
    /// Whether what was issued is what is there.
    pub(crate) equal: bool,
}

pub(super) async fn health(
    operator: &Operator,
    _: HealthOrder,
    _: &Tell,
) -> Result<HealthReport, Trouble> {
    let store = operator.app.store();
    let health = store
        .health()
        .await
        .map_err(|error| replies::store_error(&error))?;
    let supply = store
        .supply()
        .await
        .map_err(|error| replies::store_error(&error))?;
    let currencies = operator.currencies().await?;
    let newest = *store.committed().borrow();
    Ok(HealthReport {
        writable: health.writable,
        sequence: health.sequence,
        schema_version: health.schema_version,
        bytes: health.bytes,
        jobs: health.jobs,
        oldest_job_ms: health.oldest_job_ms,
        last_backup_ms: health.last_backup_ms,
        lost_origins: health.lost_origins,
        newest_ms: (newest > 0).then(|| IdSequence::time_ms(newest)),
        now_ms: operator.app.clock().now_ms(),
        supply: supply
            .iter()
            .map(|supply| line(supply, &currencies))
            .collect(),
    })
}

fn line(supply: &Supply, currencies: &[Currency]) -> SupplyLine {
    let currency = currencies
        .iter()
        .find(|currency| currency.id == supply.currency);
    let decimals = currency
        .map(|currency| currency.decimals)
        .unwrap_or_default();
    SupplyLine {
        currency: currency.map_or_else(
            || supply.currency.to_string(),
            |known| known.name.to_string(),
        ),
        issued: money::decimal(supply.issued, decimals),
        held: money::decimal(supply.held, decimals),
        escrowed: money::decimal(supply.escrowed, decimals),
        equal: supply.issued == supply.held + supply.escrowed,
    }
}
