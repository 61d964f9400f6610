//! `/global currency|rate|mint|burn|list|mint_policy …`, for the developers of this installation.

mod currency;
mod list;
mod money;

use app::StoreError;
use economy::MintPolicy;
use twilight_model::application::command::Command;
use twilight_util::builder::command::{SubCommandBuilder, SubCommandGroupBuilder};

use super::{Verb, amount_option, currency_option, in_guilds, mint_policy, user_option};
use crate::{
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    exchange_rates::{self, Between},
    global_policy::{global_policy, set_global_policy},
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
const MINT_POLICY: &str = "mint_policy";

pub(super) fn definition() -> Command {
    let policy = SubCommandBuilder::new(
        MINT_POLICY,
        "How much of the global currencies people may mint by reacting",
    );
    let policy = mint_policy::limit_options()
        .into_iter()
        .fold(policy, SubCommandBuilder::option);
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
    .option(policy)
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
        [MINT_POLICY] => policy(ctx, asked).await,
        _ => Err(replies::unknown_command()),
    }
}

const fn maker<'a>(ctx: &'a Context, asked: &'a Invocation, entry: &'static str) -> Maker<'a> {
    Maker { ctx, asked, entry }
}

/// How much all guilds together let people mint. Who may react there, each guild says for itself.
async fn policy(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let before = global_policy(ctx).await.map_err(replies::read_failed)?;
    let after = mint_policy::changed(asked, before, MintPolicy::GLOBAL)?;
    if !asked.has_options() {
        return Ok(replies::policy::global_policy(&before, false));
    }
    set_global_policy(ctx, after)
        .await
        .map_err(replies::read_failed)?;
    Ok(replies::policy::global_policy(&after, true))
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
