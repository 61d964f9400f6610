use clap::{Args, Subcommand};

use super::{End, Global};
use crate::{
    operator::{StarsLine, StarsList, StarsListOrder, StarsRefundOrder},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Subcommand)]
pub(crate) enum StarsCommand {
    /// Payments that bought nothing and wait to be given back, which happens by itself
    List(ListArgs),
    /// Give a player's Stars for an item back, and take the item
    Refund(RefundArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct RefundArgs {
    /// Who paid, by Telegram user id
    #[arg(value_name = "USER ID")]
    player: String,
    /// The item's number
    item: String,
}

pub(super) fn run(global: &Global, command: StarsCommand) -> Result<End, Trouble> {
    match command {
        StarsCommand::List(args) => {
            let order = StarsListOrder { limit: args.limit };
            global.print(&global.ask(order, Need::Ledger)?)
        }
        StarsCommand::Refund(args) => {
            let order = StarsRefundOrder {
                player: args.player,
                item: args.item,
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
    }
}

impl Show for StarsLine {
    fn show(&self) -> String {
        format!(
            "{} Stars of player {} for item {} are {}.",
            self.stars, self.player, self.item, self.state
        )
    }
}

impl Show for StarsList {
    fn show(&self) -> String {
        if self.payments.is_empty() {
            return "No Stars wait to be given back.".into();
        }
        let mut table = Table::new(
            ["PAID (UTC)", "PLAYER", "ITEM", "STARS", "STATE", "CHARGE"],
            &["STARS"],
        );
        for payment in &self.payments {
            table.row([
                payment.paid.clone(),
                payment.player.clone(),
                payment.item.clone(),
                payment.stars.to_string(),
                payment.state.clone(),
                payment.charge.clone(),
            ]);
        }
        table.to_string()
    }
}
