use app::Scope;
use clap::{Args, Subcommand};

use super::{End, Global};
use crate::{
    operator::{KeyCreateOrder, KeyCreated, KeyLine, KeyList, KeyListOrder, KeyRevokeOrder},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key; its secret is shown once
    Create(CreateArgs),
    /// All keys, without their secrets
    List,
    /// Take a key back; it is refused from then on
    Revoke(RevokeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// The application, as every transaction of this key will name it
    name: String,
    /// What it may do; can be given several times
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope, required_unless_present = "all_scopes")]
    scopes: Vec<Scope>,
    /// It may do everything
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// Only with this currency; can be given several times
    #[arg(long = "currency", value_name = "CURRENCY")]
    currencies: Vec<String>,
    /// The most that one write may move
    #[arg(long, value_name = "AMOUNT", requires = "currencies")]
    cap: Option<String>,
    /// Refuse writes that do not say which code asked
    #[arg(long)]
    require_site: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// By id or name
    key: String,
}

fn scope(text: &str) -> Result<Scope, String> {
    let found = Scope::ALL.into_iter().find(|scope| scope.as_str() == text);
    found.ok_or_else(|| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("scopes are {}", all.join(", "))
    })
}

pub(super) fn run(global: &Global, command: KeyCommand) -> Result<End, Trouble> {
    match command {
        KeyCommand::Create(args) => {
            let scopes = if args.all_scopes {
                Scope::ALL.to_vec()
            } else {
                args.scopes
            };
            let order = KeyCreateOrder {
                name: args.name,
                scopes,
                currencies: args.currencies,
                cap: args.cap,
                require_site: args.require_site,
            };
            global.print(&global.ask(order, Need::LedgerOrNone)?)
        }
        KeyCommand::List => global.print(&global.ask(KeyListOrder {}, Need::Ledger)?),
        KeyCommand::Revoke(args) => {
            global.print(&global.ask(KeyRevokeOrder { key: args.key }, Need::Ledger)?)
        }
    }
}

impl Show for KeyCreated {
    fn show(&self) -> String {
        format!(
            "{}\nKeep it now: it is stored as a hash and never shown again. Key {} names the application {} and may {}.",
            self.secret,
            self.key.id,
            self.key.name,
            scopes(&self.key.scopes)
        )
    }
}

impl Show for KeyLine {
    fn show(&self) -> String {
        match &self.revoked {
            Some(when) => format!(
                "Key {} ({}) is revoked since {when} (UTC).",
                self.id, self.name
            ),
            None => format!("Key {} ({}) is good.", self.id, self.name),
        }
    }
}

impl Show for KeyList {
    fn show(&self) -> String {
        if self.keys.is_empty() {
            return "There are no keys yet. `scrip key create` makes one.".into();
        }
        let mut table = Table::new(
            ["NAME", "SCOPES", "CREATED (UTC)", "REVOKED (UTC)", "ID"],
            &[],
        );
        for key in &self.keys {
            table.row([
                key.name.clone(),
                scopes(&key.scopes),
                key.created.clone(),
                key.revoked.clone().unwrap_or_default(),
                key.id.clone(),
            ]);
        }
        table.to_string()
    }
}

fn scopes(scopes: &[Scope]) -> String {
    if scopes.len() == Scope::ALL.len() {
        return "everything".into();
    }
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    names.join(", ")
}
