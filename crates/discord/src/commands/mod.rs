//! What people can type. One file for each command: its definition, and what it does.

mod burn;
mod currencies;
mod help;
mod history;
mod make_currency_primary;
mod mint;
mod set_currency_emoji;
mod top;
mod transfer;
mod wallet;

mod register;

use std::time::Duration;

use ledger::{Amount, Currency};
use twilight_model::application::{
    command::{Command, CommandType},
    interaction::InteractionContextType,
};
use twilight_util::builder::command::{CommandBuilder, StringBuilder, UserBuilder};

use crate::{
    answer::{Audience, Reply},
    context::Context,
    invocation::{Chosen, Invocation},
    permissions, replies,
};

pub(crate) use register::register;

/// The name of every option that takes a currency.
pub(crate) const CURRENCY: &str = "currency";

/// A command that people can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Burn,
    Currencies,
    Help,
    History,
    MakeCurrencyPrimary,
    Mint,
    SetCurrencyEmoji,
    Top,
    Transfer,
    Wallet,
}

impl Verb {
    pub(crate) const ALL: [Verb; 10] = [
        Verb::Burn,
        Verb::Currencies,
        Verb::Help,
        Verb::History,
        Verb::MakeCurrencyPrimary,
        Verb::Mint,
        Verb::SetCurrencyEmoji,
        Verb::Top,
        Verb::Transfer,
        Verb::Wallet,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Verb::Burn => "burn",
            Verb::Currencies => "currencies",
            Verb::Help => "help",
            Verb::History => "history",
            Verb::MakeCurrencyPrimary => "make_currency_primary",
            Verb::Mint => "mint",
            Verb::SetCurrencyEmoji => "set_currency_emoji",
            Verb::Top => "top",
            Verb::Transfer => "transfer",
            Verb::Wallet => "wallet",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    fn definition(self) -> Command {
        match self {
            Verb::Burn => burn::definition(),
            Verb::Currencies => currencies::definition(),
            Verb::Help => help::definition(),
            Verb::History => history::definition(),
            Verb::MakeCurrencyPrimary => make_currency_primary::definition(),
            Verb::Mint => mint::definition(),
            Verb::SetCurrencyEmoji => set_currency_emoji::definition(),
            Verb::Top => top::definition(),
            Verb::Transfer => transfer::definition(),
            Verb::Wallet => wallet::definition(),
        }
    }

    /// What is answered: `Err` is an answer as well, for a command that stopped before its end.
    pub(crate) async fn run(self, ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
        match self {
            Verb::Burn => burn::run(ctx, asked).await,
            Verb::Currencies => currencies::run(ctx, asked).await,
            Verb::Help => Ok(help::run(asked)),
            Verb::History => history::run(ctx, asked).await,
            Verb::MakeCurrencyPrimary => make_currency_primary::run(ctx, asked).await,
            Verb::Mint => mint::run(ctx, asked).await,
            Verb::SetCurrencyEmoji => set_currency_emoji::run(ctx, asked).await,
            Verb::Top => top::run(ctx, asked).await,
            Verb::Transfer => transfer::run(ctx, asked).await,
            Verb::Wallet => wallet::run(ctx, asked).await,
        }
    }

    /// How long to wait before showing that the bot is thinking, for a command that always takes longer than the others.
    pub(crate) const fn patience(self) -> Option<Duration> {
        match self {
            Verb::SetCurrencyEmoji => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// Who sees the answer of this command when all goes well.
    pub(crate) const fn audience(self) -> Audience {
        match self {
            Verb::Burn | Verb::Mint | Verb::Top | Verb::Transfer => Audience::Everyone,
            Verb::Currencies
            | Verb::Help
            | Verb::History
            | Verb::MakeCurrencyPrimary
            | Verb::SetCurrencyEmoji
            | Verb::Wallet => Audience::Asker,
        }
    }
}

/// A button was pressed.
pub(crate) async fn press(ctx: &Context, id: &str, asked: &Invocation) -> Result<Reply, Reply> {
    match top::Page::read(id) {
        Some(page) => top::turn(ctx, asked, page).await,
        None => Err(replies::old_button()),
    }
}

/// A command for members of a guild.
fn in_guilds(name: Verb, description: &str) -> CommandBuilder {
    CommandBuilder::new(name.name(), description, CommandType::ChatInput)
        .contexts([InteractionContextType::Guild])
}

/// A command that also works in a direct message with the bot.
fn anywhere(name: Verb, description: &str) -> CommandBuilder {
    CommandBuilder::new(name.name(), description, CommandType::ChatInput)
        .contexts([InteractionContextType::Guild, InteractionContextType::BotDm])
}

/// A command that Discord shows to guild admins only.
fn for_admins(name: Verb, description: &str) -> CommandBuilder {
    in_guilds(name, description).default_member_permissions(permissions::GUILD_ADMIN)
}

fn user_option(description: &str) -> UserBuilder {
    UserBuilder::new("user", description).required(true)
}

/// Amounts are text: a number option has 53 bits, and a wallet 63.
fn amount_option(description: &str) -> StringBuilder {
    StringBuilder::new("amount", description)
        .required(true)
        .min_length(1)
        .max_length(40)
}

fn currency_option(description: &str) -> StringBuilder {
    StringBuilder::new(CURRENCY, description)
        .autocomplete(true)
        .max_length(100)
}

fn amount(asked: &Invocation, currency: &Currency) -> Result<Amount, Reply> {
    let text = asked.text("amount").unwrap_or_default();
    Amount::parse(text, currency.decimals)
        .map_err(|error| replies::bad_amount(text, error, currency))
}

/// The person who was chosen. Bots have no wallets.
fn person(asked: &Invocation) -> Result<Chosen, Reply> {
    let chosen = asked.user("user").ok_or_else(replies::unknown_person)?;
    if chosen.bot {
        Err(replies::bots_have_no_wallet(chosen.discord))
    } else {
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_as_discord_wants_it() {
        for verb in Verb::ALL {
            let definition = verb.definition();
            twilight_validate::command::command(&definition)
                .unwrap_or_else(|error| panic!("{verb:?}: {error}"));
            assert_eq!(Verb::named(&definition.name), Some(verb));
            let admins = definition.default_member_permissions.is_some();
            assert_eq!(admins, help::ADMINS.contains(&verb), "{verb:?}");
        }
    }

    #[test]
    fn every_command_is_in_the_help() {
        let text = help::everything();
        for verb in Verb::ALL {
            assert!(text.contains(&format!("/{}", verb.name())), "{verb:?}");
        }
    }
}
