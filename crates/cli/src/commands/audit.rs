use clap::Args;

use super::{End, Global};
use crate::{
    operator::{AuditOrder, Audited, Word},
    reach::Need,
    replies::counted,
    screen::{self, Show},
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {}

pub(super) fn run(global: &Global, _: &AuditArgs) -> Result<End, Trouble> {
    let bar = screen::progress_bar("checking");
    let report = global.ask_hearing(AuditOrder {}, Need::Ledger, |word| {
        if let Word::Progress { done, total } = word {
            bar.set_length(total);
            bar.set_position(done);
        }
        Ok(())
    });
    bar.finish_and_clear();
    let report = report?;
    global.print(&report)?;
    Ok(if report.clean {
        End::Done
    } else {
        End::FoundWrong
    })
}

impl Show for Audited {
    fn show(&self) -> String {
        let looked = format!(
            "{}, {}",
            counted(self.transfers, "transfer"),
            counted(self.accounts, "account")
        );
        if self.clean {
            return format!("All is well: {looked}. Chain {}", self.head);
        }
        let mut out = String::from("The ledger is not what it must be. First wrong row first:\n");
        for finding in &self.findings {
            out.push_str(&format!("  {}: {}\n", finding.row, finding.what));
        }
        out.push_str(&format!(
            "Checked {looked}. Restore a backup: `scrip backup restore --help`."
        ));
        out
    }
}
