use clap::Subcommand;

use super::{End, Global};
use crate::{
    operator::{NoteKeyList, NoteKeyListOrder, NoteKeyRotateOrder, NoteKeyShown},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum NoteKeyCommand {
    /// Add a key that signs bank notes from the next minute on; old notes stay good
    Rotate,
    /// All keys, without their secrets
    List,
}

pub(super) fn run(global: &Global, command: &NoteKeyCommand) -> Result<End, Trouble> {
    match command {
        NoteKeyCommand::Rotate => global.print(&global.ask(NoteKeyRotateOrder {}, Need::Ledger)?),
        NoteKeyCommand::List => global.print(&global.ask(NoteKeyListOrder {}, Need::Ledger)?),
    }
}

impl Show for NoteKeyShown {
    fn show(&self) -> String {
        format!(
            "Key {} signs bank notes from {} (UTC) on. Running servers take it over before that; the old keys stay, for the notes that they have signed.",
            self.id, self.signs_from
        )
    }
}

impl Show for NoteKeyList {
    fn show(&self) -> String {
        let mut table = Table::new(["KEY", "ALGORITHM", "SIGNS FROM (UTC)"], &[]);
        for key in &self.keys {
            table.row([
                key.id.clone(),
                key.algorithm.clone(),
                key.signs_from.clone(),
            ]);
        }
        table.to_string()
    }
}
