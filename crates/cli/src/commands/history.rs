use clap::Args;

use super::{End, Global};
use crate::{
    operator::{HistoryOrder, HistoryReport},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Whose: discord:ID, telegram:ID, app:NAME, or a holder's id; without it, everybody's
    holder: Option<String>,
    /// Only this currency
    #[arg(long)]
    currency: Option<String>,
    /// Only this kind of transaction, such as mint or transfer
    #[arg(long)]
    kind: Option<String>,
    /// Only what this code site did, by its id
    #[arg(long)]
    site: Option<String>,
    /// How many lines
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
    /// Go on where an earlier page ended
    #[arg(long, value_name = "CURSOR")]
    before: Option<String>,
}

pub(super) fn run(global: &Global, args: HistoryArgs) -> Result<End, Trouble> {
    let order = HistoryOrder {
        holder: args.holder,
        currency: args.currency,
        kind: args.kind,
        site: args.site,
        before: args.before,
        limit: args.limit,
    };
    global.print(&global.ask(order, Need::Ledger)?)
}

impl Show for HistoryReport {
    fn show(&self) -> String {
        let mut table = Table::new(
            [
                "TIME (UTC)",
                "KIND",
                "AMOUNT",
                "CURRENCY",
                "BALANCE",
                "FROM",
                "TO",
                "ENTRY",
                "CODE",
                "TRANSACTION",
                "REASON",
            ],
            &["AMOUNT", "BALANCE"],
        );
        for line in &self.lines {
            let claimed = if line.claimed { " (claimed)" } else { "" };
            table.row([
                line.time.clone(),
                line.kind.clone(),
                line.amount.clone(),
                line.currency.clone(),
                line.balance_after.clone().unwrap_or_default(),
                line.from.clone(),
                line.to.clone(),
                line.entry.clone(),
                format!("{}{claimed}", line.code),
                line.transaction.clone(),
                line.reason.clone().unwrap_or_default(),
            ]);
        }
        if table.is_empty() {
            return "Nothing happened.".into();
        }
        match &self.next {
            Some(cursor) => format!("{table}More with --before {cursor}\n"),
            None => table.to_string(),
        }
    }
}
