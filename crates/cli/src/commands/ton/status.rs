use super::{End, Global};
use crate::{
    operator::{TonStatus, TonStatusOrder},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

pub(super) fn run(global: &Global) -> Result<End, Trouble> {
    global.print(&global.ask(TonStatusOrder {}, Need::Ledger)?)
}

impl Show for TonStatus {
    fn show(&self) -> String {
        let mut out = format!(
            "Network {}, wallet and shop {}\nBalance {} {}{}\n",
            self.network,
            self.wallet,
            self.balance,
            self.coin,
            self.low_funds.as_ref().map_or(String::new(), |low| format!(
                ": too little, {} {} are needed. Rewards wait until the wallet has them.",
                low.needed, self.coin
            )),
        );
        out.push_str(&self.shown_supply());
        out.push_str(&format!(
            "Shop: {}; {} held\n",
            if self.caught_up {
                "all payments read".to_owned()
            } else {
                let read = self.cursor_lt.as_deref().unwrap_or("nothing");
                format!("read up to {read} of {}", self.newest_lt)
            },
            crate::replies::counted(self.deposits_held, "deposit"),
        ));
        if self.stars_owed > 0 {
            out.push_str(&format!(
                "{} with Stars wait to be given back\n",
                crate::replies::counted(self.stars_owed, "payment")
            ));
        }
        if !self.running {
            out.push_str("No server runs here: nothing is sent and nothing is read.\n");
        }
        for trouble in &self.trouble {
            out.push_str(&format!("Trouble: {trouble}\n"));
        }
        out.push('\n');
        out.push_str(&self.shown_rewards());
        if !self.batches.is_empty() {
            out.push('\n');
            out.push_str(&self.shown_batches());
        }
        out
    }
}

impl TonStatus {
    fn shown_supply(&self) -> String {
        let supply = &self.supply;
        format!(
            "{}: {} in the ledger, {} of it on the way, {} on the chain; the shop has {} there and {} in the ledger\n",
            supply.currency,
            supply.ledger,
            supply.on_the_way,
            supply.chain,
            supply.shop_chain,
            supply.shop_ledger,
        )
    }

    fn shown_rewards(&self) -> String {
        let mut table = Table::new(["REWARDS", "COUNT", "OLDEST"], &["COUNT", "OLDEST"]);
        for line in &self.rewards {
            table.row([
                line.state.clone(),
                line.count.to_string(),
                line.oldest_secs.map_or(String::new(), age),
            ]);
        }
        let mut out = table.to_string();
        if self.without_wallet > 0 {
            out.push_str(&format!(
                "Of those that wait, {} are of players who have not connected a wallet.\n",
                self.without_wallet
            ));
        }
        out
    }

    fn shown_batches(&self) -> String {
        let mut table = Table::new(
            ["BATCH", "STATE", "REWARDS", "AGE", "SENT", "MESSAGE"],
            &["REWARDS", "AGE", "SENT"],
        );
        for batch in &self.batches {
            table.row([
                batch.id.clone(),
                batch.state.clone(),
                batch.rewards.to_string(),
                age(batch.age_secs),
                batch.sends.to_string(),
                batch.message.clone().unwrap_or_default(),
            ]);
        }
        table.to_string()
    }
}

/// `5s`, `12m`, `3h`, `9d`.
fn age(secs: i64) -> String {
    match secs {
        0..120 => format!("{secs}s"),
        120..7_200 => format!("{}m", secs / 60),
        7_200..172_800 => format!("{}h", secs / 3_600),
        _ => format!("{}d", secs / 86_400),
    }
}
