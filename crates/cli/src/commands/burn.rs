use clap::Args;

use super::{
    End, Global,
    write::{Why, key_or_random},
};
use crate::{operator::BurnOrder, reach::Need, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct BurnArgs {
    /// Whose it is: discord:ID, telegram:ID, app:NAME, or a holder's id
    holder: String,
    /// In the currency's decimals, such as 12 or 0.5
    amount: String,
    /// By name, or by id when several have the name
    currency: String,
    #[command(flatten)]
    why: Why,
}

pub(super) fn run(global: &Global, args: BurnArgs) -> Result<End, Trouble> {
    let order = BurnOrder {
        from: args.holder,
        amount: args.amount,
        currency: args.currency,
        reason: args.why.reason,
        key: key_or_random(args.why.key),
    };
    global.print(&global.ask(order, Need::Ledger)?)
}
