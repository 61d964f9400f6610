use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::{End, Scrip};
use crate::{screen, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs) -> Result<End, Trouble> {
    let command = Scrip::command();
    match &args.out {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .map_err(|error| Trouble::file("made", folder, &error))?;
            let written = clap_mangen::generate_to(command, folder);
            written.map_err(|error| Trouble::file("written", folder, &error))?;
        }
        None => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(command).render(&mut page);
            rendered.map_err(|error| Trouble::failed(error.to_string()))?;
            screen::print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(End::Done)
}
