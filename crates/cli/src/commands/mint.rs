use clap::Args;

use super::{
    End, Global,
    write::{Why, key_or_random},
};
use crate::{operator::MintOrder, reach::Need, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct MintArgs {
    /// Who gets it: discord:ID, telegram:ID, app:NAME, or a holder's id
    holder: String,
    /// In the currency's decimals, such as 12 or 0.5
    amount: String,
    /// By name, or by id when several have the name
    currency: String,
    #[command(flatten)]
    why: Why,
}

pub(super) fn run(global: &Global, args: MintArgs) -> Result<End, Trouble> {
    let order = MintOrder {
        to: args.holder,
        amount: args.amount,
        currency: args.currency,
        reason: args.why.reason,
        key: key_or_random(args.why.key),
    };
    global.print(&global.ask(order, Need::Ledger)?)
}
