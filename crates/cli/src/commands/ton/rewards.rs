use clap::{Args, Subcommand};
use economy::RewardState;

use super::{End, Global};
use crate::{
    commands::write::key_or_random,
    operator::{RewardList, RewardListOrder, RewardRefuseOrder, RewardShown},
    reach::Need,
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct RewardsArgs {
    #[command(flatten)]
    list: ListArgs,
    #[command(subcommand)]
    command: Option<RewardsCommand>,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only those in this state: waiting, batched, sent, settled or refused
    #[arg(long, value_parser = state)]
    state: Option<RewardState>,
    /// Only one player's, by Telegram user id
    #[arg(long, value_name = "USER ID")]
    player: Option<String>,
    /// Go on where an earlier page ended
    #[arg(long, value_name = "REWARD")]
    before: Option<String>,
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
}

#[derive(Debug, Subcommand)]
enum RewardsCommand {
    /// Take back a reward that waits; its tokens are never sent
    Refuse(RefuseArgs),
}

#[derive(Debug, Args)]
struct RefuseArgs {
    /// Its number, as the list shows it
    reward: String,
    /// Why, for whoever reads its history
    why: String,
    /// Makes the command repeatable: with the same key it happens once
    #[arg(long, value_name = "TEXT")]
    key: Option<String>,
}

fn state(text: &str) -> Result<RewardState, String> {
    RewardState::parse(text).ok_or_else(|| {
        let all = RewardState::ALL.map(RewardState::as_str);
        format!("states are {}", all.join(", "))
    })
}

pub(super) fn run(global: &Global, args: RewardsArgs) -> Result<End, Trouble> {
    match args.command {
        Some(RewardsCommand::Refuse(args)) => {
            let order = RewardRefuseOrder {
                reward: args.reward,
                why: args.why,
                key: key_or_random(args.key),
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
        None => {
            let order = RewardListOrder {
                state: args.list.state,
                player: args.list.player,
                before: args.list.before,
                limit: args.list.limit,
            };
            global.print(&global.ask(order, Need::Ledger)?)
        }
    }
}

impl Show for RewardShown {
    fn show(&self) -> String {
        format!(
            "Reward {} ({}) is {}{}.",
            self.id,
            self.what,
            self.state,
            self.why
                .as_ref()
                .map_or(String::new(), |why| format!(": {why}"))
        )
    }
}

impl Show for RewardList {
    fn show(&self) -> String {
        if self.rewards.is_empty() {
            return "There are no such rewards.".into();
        }
        let mut table = Table::new(
            [
                "ID",
                "PLAYER",
                "WHAT",
                "STATE",
                "QUEUED (UTC)",
                "BATCH",
                "TRANSACTION",
                "WHY",
            ],
            &["ID", "BATCH"],
        );
        for reward in &self.rewards {
            table.row([
                reward.id.clone(),
                reward.player.clone().unwrap_or_default(),
                reward.what.clone(),
                reward.state.clone(),
                reward.queued.clone(),
                reward.batch.clone().unwrap_or_default(),
                reward.transaction.clone().unwrap_or_default(),
                reward.why.clone().unwrap_or_default(),
            ]);
        }
        let mut out = table.to_string();
        if let Some(next) = &self.next {
            out.push_str(&format!("More with --before {next}\n"));
        }
        out
    }
}
