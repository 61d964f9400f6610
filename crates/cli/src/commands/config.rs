use std::{io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{End, Global};
use crate::{
    config::{DEFAULT_FILE, Resolved, settings, template, unfinished},
    replies::counted,
    screen::{self, Show},
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write a commented configuration file with every setting
    Init(InitArgs),
    /// Whether the configuration is right
    Check,
    /// Each setting's value and where it comes from; secrets stay hidden
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The file; `-` prints it
    #[arg(default_value = DEFAULT_FILE)]
    file: PathBuf,
    /// Overwrite what is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(global: &Global, command: &ConfigCommand) -> Result<End, Trouble> {
    match command {
        ConfigCommand::Init(args) => init(args),
        ConfigCommand::Check => {
            let resolved = global.resolved()?;
            finished(&resolved)?;
            let report = Checked {
                given: resolved.given(),
            };
            global.print(&report)
        }
        ConfigCommand::Show => global.print(&Shown::of(&global.resolved()?)),
    }
}

/// Whether nothing is left half done.
pub(super) fn finished(resolved: &Resolved) -> Result<(), Trouble> {
    let missing: Vec<String> = unfinished(resolved)
        .iter()
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Trouble::input(missing.join("\nscrip: ")))
    }
}

fn init(args: &InitArgs) -> Result<End, Trouble> {
    if args.file.as_os_str() == "-" {
        screen::print(&template())?;
        return Ok(End::Done);
    }
    let mut options = std::fs::File::options();
    options.write(true).mode(0o600);
    if args.force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let mut file = options
        .open(&args.file)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Trouble::input(format!(
                "{} is there already; --force overwrites it.",
                args.file.display()
            )),
            _ => Trouble::file("written", &args.file, &error),
        })?;
    let written = file.write_all(template().as_bytes());
    written.map_err(|error| Trouble::file("written", &args.file, &error))?;
    screen::print(&format!(
        "{} is written: every setting with its default. `scrip config check` after editing it.",
        args.file.display()
    ))?;
    Ok(End::Done)
}

#[derive(Debug, Serialize)]
struct Checked {
    given: usize,
}

impl Show for Checked {
    fn show(&self) -> String {
        match self.given {
            0 => "The configuration is right: all defaults.".into(),
            given => format!(
                "The configuration is right: {} given.",
                counted(given, "setting")
            ),
        }
    }
}

#[derive(Debug, Serialize)]
struct Shown {
    settings: Vec<ShownSetting>,
}

#[derive(Debug, Serialize)]
struct ShownSetting {
    key: &'static str,
    value: String,
    source: String,
}

impl Shown {
    fn of(resolved: &Resolved) -> Self {
        let shown = |setting: &'static crate::config::Setting| {
            let value = setting.shown(resolved.text(setting.key));
            ShownSetting {
                key: setting.key,
                value,
                source: resolved.source(setting.key).to_string(),
            }
        };
        Self {
            settings: settings().map(shown).collect(),
        }
    }
}

impl Show for Shown {
    fn show(&self) -> String {
        let mut table = Table::new(["SETTING", "VALUE", "FROM"], &[]);
        for setting in &self.settings {
            table.row([
                setting.key.to_owned(),
                setting.value.clone(),
                setting.source.clone(),
            ]);
        }
        table.to_string()
    }
}
