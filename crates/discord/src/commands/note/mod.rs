//! `/note create | redeem | show | list | revoke`

mod create;
mod list;
mod redeem;
mod revoke;
mod show;

use app::{NoteRecord, StoreError};
use ledger::{Identity, NoteId};
use twilight_model::application::command::Command;
use twilight_util::builder::command::{StringBuilder, SubCommandBuilder, UserBuilder};

pub(super) use create::offered as currencies_like;
pub(super) use list::press;
pub(super) use revoke::offered as notes_like;

use super::{Verb, amount_option, anywhere, currency_option};
use crate::{
    Notes,
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    invocation::Invocation,
    place::Place,
    replies,
};

/// Its buttons' ids begin with this.
pub(super) const BUTTON: &str = "note";
/// The option with a note's number.
pub(super) const ID: &str = "id";
/// The option with a note's text.
const TOKEN: &str = "token";
/// A user option takes members as well as the pasted ids of people who are not here, shows who that is before anything is sent, and
/// says who is a bot; a text would do neither.
const RECIPIENT: &str = "user_id";

pub(super) fn definition() -> Command {
    anywhere(Verb::Note, "Bank notes: money that you can send as a text")
        .option(
            SubCommandBuilder::new("create", "Put money into a bank note for somebody")
                .option(
                    UserBuilder::new(
                        RECIPIENT,
                        "Who alone can redeem it; somebody who is not here by their id",
                    )
                    .required(true),
                )
                .option(amount_option("How much, such as 5 or 0.5"))
                .option(currency_option(
                    "Which currency; without it the server's primary one",
                )),
        )
        .option(
            SubCommandBuilder::new("redeem", "Get the money of a bank note that is for you")
                .option(token_option("The bank note")),
        )
        .option(
            SubCommandBuilder::new(
                "show",
                "What a bank note says, and whether it is still good",
            )
            .option(token_option(
                "The bank note, or the number of one of your own",
            )),
        )
        .option(SubCommandBuilder::new(
            "list",
            "Your bank notes that nobody has redeemed yet",
        ))
        .option(
            SubCommandBuilder::new("revoke", "Take back a bank note that nobody has redeemed")
                .option(
                    StringBuilder::new(ID, "Its number")
                        .required(true)
                        .autocomplete(true)
                        .max_length(32),
                ),
        )
        .build()
}

fn token_option(description: &str) -> StringBuilder {
    StringBuilder::new(TOKEN, description)
        .required(true)
        .max_length(6_000)
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    match asked.path()[..] {
        ["create"] => create::run(ctx, asked).await,
        ["redeem"] => redeem::run(ctx, asked).await,
        ["show"] => show::run(ctx, asked).await,
        ["list"] => list::run(ctx, asked).await,
        ["revoke"] => revoke::run(ctx, asked).await,
        _ => Err(replies::unknown_command()),
    }
}

fn notes(ctx: &Context) -> Result<&Notes, Reply> {
    ctx.config.notes.as_ref().ok_or_else(replies::notes::none)
}

/// Every currency there is, with the pictures of this guild: a note may be of any.
async fn all_currencies(ctx: &Context, asked: &Invocation) -> Result<Currencies, Reply> {
    let all = Currencies::of_all_guilds(ctx)
        .await
        .map_err(replies::read_failed)?;
    match asked.guild {
        Some(_) => Ok(Place::of(ctx, asked).await?.currencies.with_others(all)),
        None => Ok(all),
    }
}

/// A note whose currency is gone would be one that this program did not write.
fn shown<'a>(currencies: &'a Currencies, record: &NoteRecord) -> Result<&'a Shown, Reply> {
    let damaged = || replies::read_failed(StoreError::Damaged("a note without a currency".into()));
    currencies.get(record.note.currency).ok_or_else(damaged)
}

/// A note that the asker wrote, by its number.
async fn own(ctx: &Context, asked: &Invocation, number: &str) -> Result<NoteRecord, Reply> {
    let number: NoteId = number
        .trim()
        .parse()
        .map_err(|_| replies::notes::no_number(number))?;
    let store = ctx.app.store();
    let record = store.note(number).await.map_err(replies::read_failed)?;
    let sender = ctx.app.holder(Identity::discord(asked.user)).await;
    let sender = sender.map_err(replies::read_failed)?;
    record
        .filter(|record| record.note.sender == sender)
        .ok_or_else(|| replies::notes::not_yours(number))
}
