//! `/global currency|rate|mint|burn|list …`, for the developers of this installation.

mod currency;
mod list;
mod money;

use app::StoreError;
use twilight_model::application::command::Command;
use twilight_util::builder::command::{SubCommandBuilder, SubCommandGroupBuilder};

use super::{Verb, amount_option, currency_option, in_guilds, user_option};
use crate::{
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    exchange_rates::{self, Between},
    groups,
    invocation::Invocation,
    making::{self, Maker},
    replies::{self, groups as words},
};

const CURRENCY: &str = "currency";
const CREATE: &str = "create";
const PICTURE: &str = "picture";
const RATE: &str = "rate";
const REMOVE: &str = "remove";
const MINT: &str = "mint";
const BURN: &str = "burn";
const LIST: &str = "list";

pub(super) fn definition() -> Command {
    in_guilds(
        Verb::Global,
        "The global currencies, for the bot's developers",
    )
    .option(
        SubCommandGroupBuilder::new(CURRENCY, "Currencies of all servers that joined").subcommands(
            [
                SubCommandBuilder::new(CREATE, "Make a global currency from a picture")
                    .option(making::attachment_option())
                    .option(making::name_option())
                    .option(making::decimals_option()),
                SubCommandBuilder::new(PICTURE, "Give a global currency a new picture")
                    .option(which("Which currency"))
                    .option(making::attachment_option()),
            ],
        ),
    )
    .option(
        SubCommandGroupBuilder::new(RATE, "Rates between global currencies").subcommands([
            SubCommandBuilder::new(CREATE, "Say what one global currency gives of another")
                .option(exchange_rates::option("from", "Which currency is given"))
                .option(exchange_rates::option("to", "Which currency comes back"))
                .option(exchange_rates::rate_option()),
            SubCommandBuilder::new(REMOVE, "End a rate between global currencies")
                .option(exchange_rates::option("from", "Which currency is given"))
                .option(exchange_rates::option("to", "Which currency comes back")),
        ]),
    )
    .option(
        SubCommandBuilder::new(MINT, "Create global money in somebody's wallet")
            .option(user_option("Who gets it"))
            .option(amount_option("How much, such as 5 or 0.5"))
            .option(which("Which currency")),
    )
    .option(
        SubCommandBuilder::new(BURN, "Take global money out of somebody's wallet, for good")
            .option(user_option("Whose wallet"))
            .option(amount_option("How much, such as 5 or 0.5"))
            .option(which("Which currency")),
    )
    .option(SubCommandBuilder::new(
        LIST,
        "The global currencies, and where their emojis are",
    ))
    .build()
}

fn which(description: &str) -> twilight_util::builder::command::StringBuilder {
    currency_option(description).required(true)
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    if !ctx.config.developers.contains(&asked.user) {
        return Err(words::only_for_developers());
    }
    match asked.path()[..] {
        [CURRENCY, CREATE] => currency::create(ctx, asked).await,
        [CURRENCY, PICTURE] => currency::new_picture(ctx, asked).await,
        [RATE, CREATE] => {
            let all = all(ctx).await?;
            let between = Between::asked(&all, asked)?;
            exchange_rates::rate_set(ctx, asked, &all, between).await
        }
        [RATE, REMOVE] => {
            let all = all(ctx).await?;
            let between = Between::asked(&all, asked)?;
            exchange_rates::rate_remove(ctx, asked, between).await
        }
        [MINT] => money::mint(ctx, asked).await,
        [BURN] => money::burn(ctx, asked).await,
        [LIST] => list::run(ctx).await,
        _ => Err(replies::unknown_command()),
    }
}

const fn maker<'a>(ctx: &'a Context, asked: &'a Invocation, entry: &'static str) -> Maker<'a> {
    Maker { ctx, asked, entry }
}

/// The global currencies.
async fn all(ctx: &Context) -> Result<Currencies, Reply> {
    known(ctx).await.map_err(replies::read_failed)
}

async fn known(ctx: &Context) -> Result<Currencies, StoreError> {
    match groups::global(ctx).await? {
        Some(group) => Currencies::of_group(ctx, group.id).await,
        None => Ok(Currencies::default()),
    }
}

/// The one that the option names: a name means a global currency here, whatever else has it.
fn named<'a>(all: &'a Currencies, asked: &Invocation) -> Result<&'a Shown, Reply> {
    let text = asked.text(super::CURRENCY).unwrap_or_default();
    let found = all.named(text);
    found.ok_or_else(|| words::unknown_global(text, all))
}

pub(super) async fn offered(
    ctx: &Context,
    typed: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(known(ctx).await?.offered(typed))
}
