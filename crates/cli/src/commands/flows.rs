use app::Clock;
use clap::Args;

use super::{End, Global};
use crate::{
    operator::{FlowLine, FlowsOrder, FlowsReport},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct FlowsArgs {
    /// Only this currency
    #[arg(long)]
    currency: Option<String>,
    /// The last so many days, today included
    #[arg(long, default_value_t = 7, conflicts_with_all = ["from", "to"])]
    days: u16,
    /// From this day on (UTC), such as 2026-11-01
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<jiff::civil::Date>,
    /// Up to this day, included
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<jiff::civil::Date>,
    /// Only this code site, by its id
    #[arg(long)]
    site: Option<String>,
    /// One line a day instead of one over all
    #[arg(long)]
    by_day: bool,
}

pub(super) fn run(global: &Global, args: FlowsArgs) -> Result<End, Trouble> {
    let (from_day, to_day) = match (args.from, args.to) {
        (Some(from), Some(to)) => (day_of(from), day_of(to)),
        _ => {
            let today = app::SystemClock.now_ms().div_euclid(86_400_000);
            let today = i32::try_from(today).unwrap_or(i32::MAX);
            (today - i32::from(args.days.max(1)) + 1, today)
        }
    };
    if from_day > to_day {
        return Err(Trouble::input("--from is after --to."));
    }
    let order = FlowsOrder {
        currency: args.currency,
        from_day,
        to_day,
        site: args.site,
        by_day: args.by_day,
    };
    global.print(&global.ask(order, Need::Ledger)?)
}

/// Days since 1970-01-01.
fn day_of(date: jiff::civil::Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date - epoch).get_days()
}

impl Show for FlowsReport {
    fn show(&self) -> String {
        if self.lines.is_empty() {
            return format!("Nothing moved from {} to {} (UTC).", self.from, self.to);
        }
        let mut table = Table::new(
            [
                "DAY",
                "CURRENCY",
                "ISSUED",
                "RETIRED",
                "MOVED",
                "TRANSFERS",
                "KIND",
                "CODE",
                "ENTRY",
                "APPLICATION",
                "SITE",
                "FIRST",
            ],
            &["ISSUED", "RETIRED", "MOVED", "TRANSFERS"],
        );
        for line in &self.lines {
            table.row(self.cells(line));
        }
        let mut out = format!("From {} to {} (UTC)\n{table}", self.from, self.to);
        for hiding in &self.hiding {
            out.push_str(&format!(
                "{} is called through {} entries: it hides which code really asked.\n",
                hiding.code, hiding.entries
            ));
        }
        out
    }
}

impl FlowsReport {
    fn cells(&self, line: &FlowLine) -> [String; 12] {
        [
            line.day.clone().unwrap_or_else(|| "all".into()),
            line.currency.clone(),
            line.issued.clone(),
            line.retired.clone(),
            line.moved.clone(),
            line.transfers.to_string(),
            line.kind.clone(),
            line.code.clone(),
            line.entry.clone(),
            line.application.clone(),
            line.site.clone(),
            line.first.clone().unwrap_or_default(),
        ]
    }
}
