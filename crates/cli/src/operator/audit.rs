use app::AuditReport;
use serde::{Deserialize, Serialize};

use super::{Operator, Tell, Word};
use crate::{replies, trouble::Trouble};

/// Check every invariant over the whole ledger.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Audited {
    pub(crate) clean: bool,
    pub(crate) transfers: u64,
    pub(crate) accounts: u64,
    /// The chain's last hash: the same over equal ledgers.
    pub(crate) head: String,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) row: String,
    pub(crate) what: String,
}

pub(super) async fn audit(
    operator: &Operator,
    _: AuditOrder,
    tell: &Tell,
) -> Result<Audited, Trouble> {
    let tell = tell.clone();
    let progress = move |done, total| {
        // Whoever is too slow to hear this step hears a later one.
        let _ = tell.try_send(Word::Progress { done, total });
    };
    let report = operator.app.store().audit(Box::new(progress)).await;
    report
        .map(Audited::from)
        .map_err(|error| replies::store_error(&error))
}

impl From<AuditReport> for Audited {
    fn from(report: AuditReport) -> Self {
        let finding = |finding: app::AuditFinding| Finding {
            row: finding.row,
            what: finding.what,
        };
        Self {
            clean: report.findings.is_empty(),
            transfers: report.transfers,
            accounts: report.accounts,
            head: report.head,
            findings: report.findings.into_iter().map(finding).collect(),
        }
    }
}
