use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{End, Global};
use crate::{
    operator::{ExportOrder, Exported, Format, Word},
    reach::Need,
    replies::counted,
    screen,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Which program is to read it
    #[arg(long, value_enum)]
    format: Format,
    /// Where to; without it, standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(global: &Global, args: ExportArgs) -> Result<End, Trouble> {
    let order = ExportOrder {
        format: args.format,
    };
    match &args.out {
        None => {
            global.ask_hearing(order, Need::Ledger, |word| match word {
                Word::Text(text) => screen::print(&text),
                Word::Progress { .. } => Ok(()),
            })?;
        }
        Some(file) => {
            let exported = to_file(global, order, file)?;
            eprintln!(
                "{} has {} of {}.",
                file.display(),
                counted(exported.transactions, "transaction"),
                counted(exported.accounts, "account"),
            );
        }
    }
    Ok(End::Done)
}

/// Under another name until it is whole.
fn to_file(global: &Global, order: ExportOrder, file: &Path) -> Result<Exported, Trouble> {
    let failed = |error: std::io::Error| Trouble::file("written", file, &error);
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let partial = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
    let partial = partial.map_err(failed)?;
    let mut out = BufWriter::new(partial);
    let exported = global.ask_hearing(order, Need::Ledger, |word| match word {
        Word::Text(text) => out.write_all(text.as_bytes()).map_err(failed),
        Word::Progress { .. } => Ok(()),
    })?;
    let partial = out
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    let whole: File = partial.persist(file).map_err(|error| failed(error.error))?;
    whole.sync_all().map_err(failed)?;
    Ok(exported)
}
