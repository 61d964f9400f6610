//! The command tree. One definition feeds the parser, `--help`, the man pages and the completions.

mod audit;
mod backup;
mod bench;
mod burn;
mod completions;
mod config;
mod currency;
mod demo;
mod doctor;
mod export;
mod flows;
mod healthcheck;
mod history;
mod import;
mod key;
mod man;
mod mint;
mod note_key;
mod origin;
mod receipt;
mod serve;
mod ton;
mod transfer;
mod write;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    config::{Config, Inputs, Resolved, resolve},
    operator::{Ask, Word},
    reach::{self, Need},
    screen::{self, Output},
    trouble::Trouble,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed, or found something wrong
  2  wrong usage or input
  3  refused by the ledger's rules
  4  another process has the ledger and does not answer";

/// A virtual currency for your community or game: one ledger, many fronts
#[derive(Debug, Parser)]
#[command(name = "scrip", version, after_help = EXIT_CODES, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Scrip {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Configuration file; without it scrip.toml in this folder, if it is there
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SCRIP_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// The folder with the ledger; comes before the configuration's
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// One setting, such as log.level=debug; can be given several times
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: every front that the configuration enables
    Serve(serve::ServeArgs),
    /// A whole economy on this machine, with a history and without tokens
    Demo(demo::DemoArgs),
    /// Write, check or show the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Look for what is wrong or soon will be
    Doctor(doctor::DoctorArgs),
    /// Check every invariant over the whole ledger
    Audit(audit::AuditArgs),
    /// Where money came from and went to, by the code that moved it
    Flows(flows::FlowsArgs),
    /// What happened, newest first
    History(history::HistoryArgs),
    /// Issue money to a holder
    Mint(mint::MintArgs),
    /// Take a holder's money out of the world
    Burn(burn::BurnArgs),
    /// Move money from one holder to another
    Transfer(transfer::TransferArgs),
    /// Make or list currencies
    #[command(subcommand)]
    Currency(currency::CurrencyCommand),
    /// Make, list or revoke API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Rotate or list the keys that sign bank notes
    #[command(subcommand)]
    NoteKey(note_key::NoteKeyCommand),
    /// Rewards and purchases on TON: set up, look, decide
    #[command(subcommand)]
    Ton(ton::TonCommand),
    /// Make, verify or restore backups
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Take over balances from another bot
    Import(import::ImportArgs),
    /// Write the books for another program
    Export(export::ExportArgs),
    /// The id of a place in the code
    #[command(subcommand)]
    Origin(origin::OriginCommand),
    /// Measure how fast this machine's ledger is
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Whether the server on this machine is ready, for containers
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write those of all commands
    Man(man::ManArgs),
}

/// How a command ended that did what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// It looked, and found something wrong.
    FoundWrong,
}

pub(crate) fn main() -> ExitCode {
    let scrip = Scrip::parse();
    let output = scrip.global.output();
    match run(scrip) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::FoundWrong) => ExitCode::FAILURE,
        Err(trouble) => {
            output.complain(&trouble);
            ExitCode::from(trouble.kind.exit_code())
        }
    }
}

fn run(scrip: Scrip) -> Result<End, Trouble> {
    let global = &scrip.global;
    match scrip.command {
        Command::Serve(args) => serve::run(global, args),
        Command::Demo(args) => demo::run(global, &args),
        Command::Config(command) => config::run(global, &command),
        Command::Doctor(args) => doctor::run(global, &args),
        Command::Audit(args) => audit::run(global, &args),
        Command::Flows(args) => flows::run(global, args),
        Command::History(args) => history::run(global, args),
        Command::Mint(args) => mint::run(global, args),
        Command::Burn(args) => burn::run(global, args),
        Command::Transfer(args) => transfer::run(global, args),
        Command::Currency(command) => currency::run(global, command),
        Command::Key(command) => key::run(global, command),
        Command::NoteKey(command) => note_key::run(global, &command),
        Command::Ton(command) => ton::run(global, command),
        Command::Backup(command) => backup::run(global, command),
        Command::Import(args) => import::run(global, args),
        Command::Export(args) => export::run(global, args),
        Command::Origin(command) => origin::run(global, &command),
        Command::Bench(command) => bench::run(global, command),
        Command::Healthcheck(args) => healthcheck::run(global, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("a setting is written KEY=VALUE, such as log.level=debug")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

impl Global {
    fn output(&self) -> Output {
        if self.json {
            Output::Json
        } else {
            Output::Text
        }
    }

    fn resolved(&self) -> Result<Resolved, Trouble> {
        self.resolved_with(Vec::new())
    }

    /// With flags of the command's own: the flag, the setting's key, and its text.
    fn resolved_with(&self, own: Vec<(String, String, String)>) -> Result<Resolved, Trouble> {
        let mut flags: Vec<(String, String, String)> = self
            .set
            .iter()
            .map(|(key, text)| (format!("--set {key}"), key.clone(), text.clone()))
            .collect();
        let data_dir = self.data_dir.iter();
        flags.extend(data_dir.map(|dir| ("--data-dir".into(), "data_dir".into(), dir.clone())));
        flags.extend(own);
        let inputs = Inputs {
            file: self.file()?,
            environment: environment(),
            flags,
        };
        resolve(inputs).map_err(|errors| {
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Trouble::input(told.join("\nscrip: "))
        })
    }

    fn config(&self) -> Result<Config, Trouble> {
        self.resolved().map(|resolved| Config::new(&resolved))
    }

    fn file(&self) -> Result<Option<(PathBuf, String)>, Trouble> {
        let named = self.config.clone();
        let path = named
            .clone()
            .unwrap_or_else(|| crate::config::DEFAULT_FILE.into());
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => {
                let error = crate::config::ConfigError::Unreadable {
                    path: path.display().to_string(),
                    cause: error.to_string(),
                };
                Err(Trouble::input(error.to_string()))
            }
        }
    }

    /// Gives an order to whoever owns the ledger.
    fn ask<O: Ask>(&self, order: O, need: Need) -> Result<O::Report, Trouble> {
        self.ask_hearing(order, need, |_| Ok(()))
    }

    fn ask_hearing<O: Ask>(
        &self,
        order: O,
        need: Need,
        hear: impl FnMut(Word) -> Result<(), Trouble>,
    ) -> Result<O::Report, Trouble> {
        let config = self.config()?;
        runtime()?.block_on(reach::ask(&config, order, need, hear))
    }

    fn print(&self, report: &impl screen::Show) -> Result<End, Trouble> {
        self.output().print(report)?;
        Ok(End::Done)
    }
}

fn environment() -> Vec<(String, String)> {
    let readable = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    readable.collect()
}

/// Enough for one order.
fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Trouble::failed(format!("The program cannot start: {error}.")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Scrip::command().debug_assert();
    }
}
