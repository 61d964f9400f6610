use clap::{Args, Subcommand};
use ledger::{SiteName, code_site_id};
use serde::Serialize;

use super::{End, Global};
use crate::{screen::Show, trouble::Trouble};

#[derive(Debug, Subcommand)]
pub(crate) enum OriginCommand {
    /// The 64-bit id of a code site's text, as every system of this design computes it
    Id(IdArgs),
}

#[derive(Debug, Args)]
pub(crate) struct IdArgs {
    /// ["entry","class","function"], byte for byte as it is stored: PHP's json_encode escapes slashes
    #[arg(value_name = "JSON")]
    text: String,
}

#[derive(Debug, Serialize)]
struct SiteId {
    id: String,
    entry: String,
    class: String,
    function: String,
}

pub(super) fn run(global: &Global, command: &OriginCommand) -> Result<End, Trouble> {
    let OriginCommand::Id(args) = command;
    let name = SiteName::parse_json(&args.text).map_err(|error| {
        Trouble::input(format!("That is no JSON array of three strings: {error}."))
    })?;
    let id = SiteId {
        id: code_site_id(&args.text, 0).to_string(),
        entry: name.entry.into_owned(),
        class: name.class.into_owned(),
        function: name.function.into_owned(),
    };
    global.print(&id)
}

impl Show for SiteId {
    fn show(&self) -> String {
        self.id.clone()
    }
}
