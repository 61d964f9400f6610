//! One function per thing a person can do with money.
//!
//! Each is a plain function that returns a future, because `#[track_caller]` does nothing on an `async fn`: the code site is
//! where the verb was called, not where the future was awaited.

use std::{future::Future, panic::Location};

use crate::{App, Asked, Receipt, WriteError};

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $command:ident,)*) => {
        impl App {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`WriteError::Refused`] with what explains it, or a failure of the store.
            #[track_caller]
            pub fn $verb(&self, asked: Asked, command: economy::$command) -> impl Future<Output = Result<Receipt, WriteError>> + Send + use<> {
                self.write(asked, command.into(), Location::caller())
            }
        )*}
    };
}

verbs! {
    /// Issues money to a holder.
    mint Mint,
    /// Takes a holder's money out of the world.
    burn Burn,
    /// One holder pays another.
    transfer Transfer,
    /// Changes one currency into another of its group.
    exchange Exchange,
    /// Writes a bank note; its id is the transaction's.
    note_create NoteCreate,
    /// Credits a note to its recipient, once.
    note_redeem NoteRedeem,
    /// Gives an unredeemed note's money back to its sender.
    note_revoke NoteRevoke,
    /// A holder pays for an item.
    purchase Purchase,
    /// Issues money by a rule of a game.
    reward Reward,
    /// A member pays the author of a post.
    award Award,
    /// Sets part of a wallet aside; the hold's id is the transaction's.
    hold_place HoldPlace,
    /// Takes what a hold has set aside.
    hold_capture HoldCapture,
    /// Gives back what a hold has set aside.
    hold_release HoldRelease,
    /// Mends an earlier transaction by its linked opposite, once.
    reversal Reversal,
    /// A reaction mints one unit to the author, once in its life.
    reaction_mint ReactionMint,
    /// A reaction is taken back.
    reaction_unmint ReactionUnmint,
    /// Makes two holders one.
    link Link,
    /// A player has ended a run of the game: what it earns is promised on the chain.
    play Play,
    /// Binds a wallet that a player has proved to own.
    wallet_bind WalletBind,
    /// A reward's own effect was seen on its chain.
    reward_settle RewardSettle,
    /// A reward that waits will not be sent.
    reward_refuse RewardRefuse,
    /// Records tokens that arrived at the shop, and what they bought.
    deposit Deposit,
    /// Gives a held deposit to a purchase.
    deposit_assign DepositAssign,
    /// Sends a held deposit back.
    deposit_refund DepositRefund,
    /// Records a payment with Telegram Stars, and what it bought.
    stars_pay StarsPay,
    /// A payment with Stars was given back.
    stars_refund StarsRefund,
}
