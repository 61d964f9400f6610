//! What every store must do, as named checks. A store's own tests run each of them over fresh ledgers:
//!
//! ```ignore
//! testkit::conformance_tests!(my_opener);
//! ```

mod agreement;
mod bank;
mod batches;
mod chain;
mod changes;
mod game;
mod guilds;
mod people;
mod races;
mod reading;
mod replay;
mod restart;
mod town;
mod verbs;
mod work;

use std::sync::Arc;

use app::{BoxFuture, Clock, Store};

/// A place where one ledger lies: fresh when it is opened for the first time, and the same one when it is opened again after it was closed.
pub trait Opener: Send + Sync + 'static {
    fn open(&self, clock: Arc<dyn Clock>) -> BoxFuture<'_, Arc<dyn Store>>;
}

/// One thing that every store must do.
#[derive(Clone, Copy)]
pub struct Check {
    pub name: &'static str,
    run: fn(Arc<dyn Opener>) -> BoxFuture<'static, ()>,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

impl Check {
    /// # Panics
    ///
    /// When there is no such check.
    pub fn named(name: &str) -> Self {
        let found = CHECKS.iter().find(|check| check.name == name);
        *found.expect("a check has this name")
    }

    /// # Panics
    ///
    /// When the store does not do it.
    pub async fn run(&self, opener: impl Opener) {
        (self.run)(Arc::new(opener)).await;
    }
}

/// All checks, one after the other, each over a ledger of its own.
pub async fn conformance<O: Opener>(fresh: impl Fn() -> O) {
    for check in CHECKS {
        check.run(fresh()).await;
    }
}

macro_rules! checks {
    ($dollar:tt $($module:ident: $($check:ident)*;)*) => {
        pub const CHECKS: &[Check] = &[$($(Check {
            name: stringify!($check),
            run: |opener| Box::pin($module::$check(opener)),
        },)*)*];

        /// Makes a test of each check. The argument is an expression that gives an opener of a fresh place.
        #[macro_export]
        macro_rules! conformance_tests {
            ($dollar fresh:expr) => {$($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $check() {
                    $crate::conformance::Check::named(stringify!($check)).run($dollar fresh).await;
                }
            )*)*};
        }
    };
}

checks! { $
    verbs: each_verb_answers_with_its_receipt a_transaction_is_read_back_as_it_was_asked_for;
    agreement: random_commands_agree_with_the_naive_ledger random_batches_agree_with_the_naive_ledger;
    replay: a_repeated_key_gets_the_first_receipt one_key_at_once_has_one_effect one_key_twice_in_one_batch
        a_refused_key_can_be_used_again;
    batches: a_refused_neighbour_spoils_nothing a_later_command_sees_the_earlier_ones what_is_open_follows_a_link_in_one_batch
        a_wallet_is_linked_with_what_came_in_the_same_batch many_at_once_are_all_answered;
    people: frozen_holders_and_currencies_move_nothing linked_people_share_one_wallet
        open_notes_and_holds_follow_a_link a_reaction_is_taken_back_once;
    races: a_note_is_redeemed_once_by_a_thousand_at_once money_is_spent_once_by_two_hundred_at_once
        a_hold_and_a_reaction_are_settled_once_at_once;
    bank: totals_are_right_while_money_moves;
    changes: changes_are_made_and_read_back changes_are_refused_in_words a_repeated_change_is_answered_as_before
        members_come_in_pages;
    guilds: a_currency_has_one_picture reactions_are_found_by_their_time balances_after_a_cursor_are_in_their_order
        links_are_told_after_a_cursor old_figures_and_the_balances_after_them_are_new_figures;
    reading: transactions_are_found_by_what_they_are histories_go_back_page_by_page notes_and_holds_go_back_page_by_page
        expired_holds_are_listed flows_add_up_by_site_and_day the_richest_come_first;
    work: jobs_are_claimed_once old_leases_end_nothing one_process_holds_a_lease cursors_and_memos_stay the_end_of_the_journal_is_told;
    game: a_run_earns_what_is_settled_on_the_chain a_run_pays_once_at_once commands_of_one_batch_see_the_game_before_them
        deposits_buy_or_are_held a_deposit_is_credited_once_at_once held_deposits_are_assigned_or_sent_back
        stars_buy_and_are_given_back linked_players_get_their_rewards_in_one_wallet players_stand_in_the_order_of_their_scores;
    chain: batches_take_what_can_be_sent only_the_newest_fence_writes states_of_rewards_outlive_a_restart
        a_long_queue_is_counted_and_formed;
    restart: a_reopened_ledger_answers_the_same a_closed_store_says_so a_copy_is_the_same_ledger;
}
