use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{End, Scrip};
use crate::{screen, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell reads them
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<End, Trouble> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Scrip::command(), "scrip", &mut out);
    screen::print(&String::from_utf8_lossy(&out))?;
    Ok(End::Done)
}
