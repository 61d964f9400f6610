use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{End, Global, runtime};
use crate::{
    operator::{Audited, BackedUp, BackupOrder},
    reach::Need,
    replies::counted,
    restore::{self, Restored},
    screen::Show,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Copy the whole ledger into one file, while it is in use
    Create(CreateArgs),
    /// Restore a backup to a temporary place and check every invariant there
    Verify(VerifyArgs),
    /// Put a backup in the place of the ledger: the server must be stopped, or the PostgreSQL database must be empty
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Where to; without it, a new file in the folder backups of the data folder
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    file: PathBuf,
    /// Replace the ledger's file that is there; it is kept beside the new one
    #[arg(long)]
    force: bool,
    /// Accept that bank notes which were settled after the backup can be redeemed again
    #[arg(long)]
    accept_reopened_notes: bool,
}

pub(super) fn run(global: &Global, command: BackupCommand) -> Result<End, Trouble> {
    match command {
        BackupCommand::Create(args) => create(global, args),
        BackupCommand::Verify(args) => verify(global, &args),
        BackupCommand::Restore(args) => {
            let config = global.config()?;
            let consent = restore::Consent {
                force: args.force,
                reopened_notes: args.accept_reopened_notes,
            };
            let restored = runtime()?.block_on(restore::restore(&config, &args.file, consent))?;
            global.print(&restored)
        }
    }
}

fn create(global: &Global, args: CreateArgs) -> Result<End, Trouble> {
    // The process that owns the ledger may stand in another folder.
    let to = args.file.as_deref().map(std::path::absolute).transpose();
    let to =
        to.map_err(|error| Trouble::input(format!("The file's name is not usable: {error}.")))?;
    global.print(&global.ask(BackupOrder { to }, Need::Ledger)?)
}

fn verify(global: &Global, args: &VerifyArgs) -> Result<End, Trouble> {
    let config = global.config()?;
    let audit = runtime()?.block_on(restore::verify(&config, &args.file))?;
    let report = Verified {
        file: args.file.clone(),
        audit,
    };
    global.print(&report)?;
    Ok(if report.audit.clean {
        End::Done
    } else {
        End::FoundWrong
    })
}

#[derive(Debug, Serialize)]
struct Verified {
    file: PathBuf,
    #[serde(flatten)]
    audit: Audited,
}

impl Show for BackedUp {
    fn show(&self) -> String {
        format!(
            "{} has the whole ledger, {} bytes. `scrip backup verify` checks it.",
            self.file.display(),
            self.bytes
        )
    }
}

impl Show for Verified {
    fn show(&self) -> String {
        let verdict = if self.audit.clean {
            "can be restored"
        } else {
            "must not be restored"
        };
        format!("{} {verdict}. {}", shown(&self.file), self.audit.show())
    }
}

impl Show for Restored {
    fn show(&self) -> String {
        let mut out = format!(
            "{} is the ledger now, with {}.",
            shown(&self.file),
            counted(self.transfers, "transfer")
        );
        if let Some(kept) = &self.replaced {
            out.push_str(&format!(" The one before is kept in {}.", shown(kept)));
        }
        if let Some(lost) = self.lost_transactions.filter(|lost| *lost > 0) {
            out.push_str(&format!(
                " Not in it, because later than the backup: {}.",
                counted(lost, "transaction")
            ));
        }
        if !self.reopened_notes.is_empty() {
            out.push_str(&format!(
                "\nSettled after the backup and open again: {}: {}.",
                counted(self.reopened_notes.len(), "bank note"),
                self.reopened_notes.join("; ")
            ));
        } else if self.replaced.is_none() {
            out.push_str(
                "\nThere was no ledger to compare it with: bank notes redeemed after the backup, if there were any, are open again.",
            );
        }
        out
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
