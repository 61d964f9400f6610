use clap::{Args, Subcommand};
use economy::DepositState;

use super::{End, Global};
use crate::{
    commands::write::{Why, key_or_random},
    operator::{
        DepositAssignOrder, DepositLine, DepositList, DepositListOrder, DepositRefundOrder,
    },
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct DepositsArgs {
    #[command(flatten)]
    list: ListArgs,
    #[command(subcommand)]
    command: Option<DepositsCommand>,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Those in this state: held, bought, assigned, refunding or refunded; or `all`
    #[arg(long, default_value = "held", value_parser = state)]
    state: States,
    /// Only those that name this player, by Telegram user id
    #[arg(long, value_name = "USER ID")]
    player: Option<String>,
    /// Go on where an earlier page ended
    #[arg(long, value_name = "LT")]
    before: Option<String>,
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
}

#[derive(Debug, Clone, Copy)]
struct States(Option<DepositState>);

#[derive(Debug, Subcommand)]
enum DepositsCommand {
    /// Send a held deposit back to the wallet it came from
    Refund(RefundArgs),
    /// Give a held deposit to a purchase
    Assign(AssignArgs),
}

#[derive(Debug, Args)]
struct RefundArgs {
    /// Its transaction, as the list shows it
    transaction: String,
    #[command(flatten)]
    why: Why,
}

#[derive(Debug, Args)]
struct AssignArgs {
    /// Its transaction, as the list shows it
    transaction: String,
    /// Who gets the item, by Telegram user id
    #[arg(value_name = "USER ID")]
    player: String,
    /// The item's number
    item: String,
    #[command(flatten)]
    why: Why,
}

fn state(text: &str) -> Result<States, String> {
    if text == "all" {
        return Ok(States(None));
    }
    let found = DepositState::parse(text);
    found.map(|state| States(Some(state))).ok_or_else(|| {
        let all = DepositState::ALL.map(DepositState::as_str);
        format!("states are {}, or all", all.join(", "))
    })
}

pub(super) fn run(global: &Global, args: DepositsArgs) -> Result<End, Trouble> {
    match args.command {
        Some(DepositsCommand::Refund(args)) => {
            let order = DepositRefundOrder {
                deposit: args.transaction,
                reason: args.why.reason,
                key: key_or_random(args.why.key),
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
        Some(DepositsCommand::Assign(args)) => {
            let order = DepositAssignOrder {
                deposit: args.transaction,
                player: args.player,
                price: price(global, &args.item)?,
                item: args.item,
                reason: args.why.reason,
                key: key_or_random(args.why.key),
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
        None => {
            let order = DepositListOrder {
                state: args.list.state.0,
                player: args.list.player,
                before: args.list.before,
                limit: args.list.limit,
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
    }
}

/// What the shop asks for it.
fn price(global: &Global, item: &str) -> Result<String, Trouble> {
    let items = global.config()?.game.items;
    let found = items.iter().find(|known| known.id.to_string() == item);
    found.map(|found| found.price.clone()).ok_or_else(|| {
        let known: Vec<String> = items
            .iter()
            .map(|known| format!("{} ({})", known.id, known.name))
            .collect();
        Trouble::input(format!(
            "The shop has no item {item:?}. `game.items` has {}.",
            known.join(", ")
        ))
    })
}

impl Show for DepositLine {
    fn show(&self) -> String {
        let what = format!("The deposit of {}", self.amount);
        match self.state.as_str() {
            "refunding" => format!(
                "{what} goes back to {} with the next batch, as reward {}.",
                self.sender,
                self.refund.as_deref().unwrap_or_default()
            ),
            "assigned" => format!(
                "{what} has bought item {} for player {}; {} were over.",
                self.item.as_deref().unwrap_or_default(),
                self.player.as_deref().unwrap_or_default(),
                self.over
            ),
            state => format!("{what} is {state}."),
        }
    }
}

impl Show for DepositList {
    fn show(&self) -> String {
        if self.deposits.is_empty() {
            return "There are no such deposits.".into();
        }
        let mut table = Table::new(
            [
                "SEEN (UTC)",
                "AMOUNT",
                "STATE",
                "WHY",
                "COMMENT",
                "SENDER",
                "TRANSACTION",
            ],
            &["AMOUNT"],
        );
        for deposit in &self.deposits {
            table.row([
                deposit.seen.clone(),
                deposit.amount.clone(),
                deposit.state.clone(),
                deposit.why.clone().unwrap_or_default().replace('_', " "),
                deposit.comment.clone().unwrap_or_default(),
                deposit.sender.clone(),
                deposit.transaction.clone(),
            ]);
        }
        let mut out = table.to_string();
        if let Some(next) = &self.next {
            out.push_str(&format!("More with --before {next}\n"));
        }
        out
    }
}
