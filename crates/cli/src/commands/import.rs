use std::path::PathBuf;

use clap::Args;
use sha2::{Digest, Sha256};

use super::{End, Global, currency::PlaceArgs};
use crate::{
    operator::{ImportOrder, Imported, Word},
    reach::Need,
    replies::counted,
    screen::{self, Show},
    trouble::Trouble,
    userfile,
};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// users.json of the single-server bot: [{"id": "…", "balance": 5}]; or CSV or JSON lines with the same two columns
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    /// The currency that the balances are in
    #[arg(long)]
    currency: String,
}

pub(super) fn run(global: &Global, args: ImportArgs) -> Result<End, Trouble> {
    let place = args.place.place();
    let place =
        place.ok_or_else(|| Trouble::input("Say whose users they are: --guild or --group."))?;
    let bytes = std::fs::read(&args.file).map_err(|error| {
        Trouble::input(format!("{} cannot be read: {error}.", args.file.display()))
    })?;
    let rows = userfile::read(&args.file, &bytes).map_err(|error| {
        Trouble::input(format!(
            "{}: {error}; nothing was imported.",
            args.file.display()
        ))
    })?;
    let digest: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let order = ImportOrder {
        rows,
        digest,
        file: args.file.display().to_string(),
        place,
        currency: args.currency,
    };
    let bar = screen::progress_bar("importing");
    let report = global.ask_hearing(order, Need::Ledger, |word| {
        if let Word::Progress { done, total } = word {
            bar.set_length(total);
            bar.set_position(done);
        }
        Ok(())
    });
    bar.finish_and_clear();
    global.print(&report?)
}

impl Show for Imported {
    fn show(&self) -> String {
        let mut out = format!(
            "{}: {} {} for {} of them.",
            counted(self.users, "user"),
            self.total,
            self.currency,
            self.minted + self.repeated,
        );
        if self.repeated > 0 {
            out.push_str(&format!(
                " {} had it already from this file; nothing was given twice.",
                self.repeated
            ));
        }
        if self.empty > 0 {
            out.push_str(&format!(
                " With nothing, and only known now: {}.",
                self.empty
            ));
        }
        out
    }
}
