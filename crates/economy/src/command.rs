use serde::Serialize;

use crate::{
    Award, Burn, Deposit, DepositAssign, DepositRefund, Exchange, FactKey, Facts, HoldCapture,
    HoldPlace, HoldRelease, Link, Mint, NoteCreate, NoteRedeem, NoteRevoke, Plan, Play, Purchase,
    ReactionMint, ReactionUnmint, Refusal, Reversal, Reward, RewardRefuse, RewardSettle, StarsPay,
    StarsRefund, Transfer, WalletBind,
};

macro_rules! commands {
    ($($verb:ident)*) => {
        /// Everything that can be asked of money.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        pub enum Command { $($verb($verb),)* }

        /// Names the facts that a command needs. What it needs may depend on facts that it needed first (a note's currency), so a
        /// store calls this again after loading, until nothing new is named.
        pub fn needs(command: &Command, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
            match command { $(Command::$verb(asked) => asked.needs(facts, name),)* }
        }

        /// Decides one command. `now_ms` is the time in milliseconds since the Unix epoch.
        ///
        /// # Errors
        /// The first [`Refusal`] that applies.
        pub fn decide(command: &Command, facts: &impl Facts, now_ms: i64) -> Result<Plan, Refusal> {
            match command { $(Command::$verb(asked) => asked.decide(facts, now_ms),)* }
        }

        $(impl From<$verb> for Command {
            fn from(asked: $verb) -> Self { Command::$verb(asked) }
        })*
    };
}

commands! {
    Mint Burn Transfer Exchange NoteCreate NoteRedeem NoteRevoke Purchase Reward Award HoldPlace HoldCapture HoldRelease Reversal
    ReactionMint ReactionUnmint Link Play WalletBind RewardSettle RewardRefuse Deposit DepositAssign DepositRefund StarsPay StarsRefund
}
