use clap::{Args, Subcommand};

use super::{End, Global, write::key_or_random};
use crate::{
    operator::{CurrencyCreateOrder, CurrencyLine, CurrencyList, CurrencyListOrder, Place},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum CurrencyCommand {
    /// Make a currency, in a Discord server's group, an application's, or the global one
    Create(CreateArgs),
    /// All currencies, with what is issued of them
    List,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// 2 to 32 letters, digits or underscores
    name: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// For a new application's own group of this name
    #[arg(long, value_name = "NAME", group = "where")]
    new_group: Option<String>,
    /// For the global group, which every Discord server can join
    #[arg(long, group = "where")]
    global: bool,
    /// Digits behind the decimal point, 0 to 9
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    decimals: u8,
    /// A sign to show beside amounts
    #[arg(long)]
    symbol: Option<String>,
    /// Of the class that is bought, not earned
    #[arg(long)]
    premium: bool,
    /// Makes the command repeatable: with the same key it happens once
    #[arg(long, value_name = "TEXT")]
    key: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct PlaceArgs {
    /// For a Discord server, by Discord's id
    #[arg(long, value_name = "DISCORD ID", group = "where")]
    guild: Option<u64>,
    /// For a group, by id or name
    #[arg(long, value_name = "GROUP", group = "where")]
    group: Option<String>,
}

impl PlaceArgs {
    pub(super) fn place(&self) -> Option<Place> {
        let guild = self.guild.map(Place::Guild);
        guild.or_else(|| self.group.clone().map(Place::Group))
    }
}

pub(super) fn run(global: &Global, command: CurrencyCommand) -> Result<End, Trouble> {
    match command {
        CurrencyCommand::Create(args) => create(global, args),
        CurrencyCommand::List => global.print(&global.ask(CurrencyListOrder {}, Need::Ledger)?),
    }
}

fn create(global: &Global, args: CreateArgs) -> Result<End, Trouble> {
    let own = args.new_group.map(Place::NewGroup);
    let everywhere = args.global.then_some(Place::Global);
    let place = args.place.place().or(own).or(everywhere);
    let place = place.ok_or_else(|| {
        Trouble::input("Say whose currency it is: --guild, --group, --new-group or --global.")
    })?;
    let order = CurrencyCreateOrder {
        name: args.name,
        place,
        decimals: args.decimals,
        symbol: args.symbol,
        premium: args.premium,
        key: key_or_random(args.key),
    };
    global.print(&global.ask(order, Need::LedgerOrNone)?)
}

impl Show for CurrencyLine {
    fn show(&self) -> String {
        format!(
            "Currency {} has id {}, in group {} ({}).",
            self.name, self.id, self.group_name, self.group
        )
    }
}

impl Show for CurrencyList {
    fn show(&self) -> String {
        if self.currencies.is_empty() {
            return "There are no currencies yet. `scrip currency create` makes one.".into();
        }
        let mut table = Table::new(
            [
                "NAME", "ISSUED", "HOLDERS", "DECIMALS", "CLASS", "STATE", "GROUP", "ID",
            ],
            &["ISSUED", "HOLDERS", "DECIMALS"],
        );
        for line in &self.currencies {
            table.row([
                line.name.clone(),
                line.issued.clone(),
                line.holders.to_string(),
                line.decimals.to_string(),
                line.class.clone(),
                line.state.clone(),
                line.group_name.clone(),
                line.id.clone(),
            ]);
        }
        table.to_string()
    }
}
