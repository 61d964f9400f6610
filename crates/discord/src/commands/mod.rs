//! What people can type. One file for each command: its definition, and what it does.

mod award;
mod burn;
mod create_exchange_rate;
mod currencies;
mod economy;
mod exchange;
mod global;
mod help;
mod history;
mod join_global_group;
mod leave_global_group;
mod link;
mod local_group;
mod make_currency_primary;
mod mint;
mod mint_policy;
mod note;
mod rates;
mod remove_exchange_rate;
mod set_currency_emoji;
mod set_log_channel;
mod set_nickname;
mod set_repost_channel;
mod set_top_role;
mod setup;
mod top;
mod transfer;
mod wallet;

mod register;

use std::time::Duration;

use app::StoreError;
use ledger::{Amount, Currency};
use twilight_model::{
    application::{
        command::{Command, CommandType},
        interaction::InteractionContextType,
    },
    channel::ChannelType,
    oauth::ApplicationIntegrationType,
};
use twilight_util::builder::command::{ChannelBuilder, CommandBuilder, StringBuilder, UserBuilder};

use crate::{
    answer::{Audience, Reply},
    context::Context,
    currencies::Currencies,
    exchange_rates, guilds,
    invocation::{Chosen, Invocation},
    permissions, replies,
};

pub(crate) use register::register;

/// The name of every option that takes a channel.
const CHANNEL: &str = "channel";
/// The name of every option that takes a currency.
pub(crate) const CURRENCY: &str = "currency";
/// The names of all options that take one; they are completed while they are typed.
const CURRENCIES: [&str; 3] = [CURRENCY, "from", "to"];

/// A command that people can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Award,
    Burn,
    CreateExchangeRate,
    Currencies,
    Economy,
    Exchange,
    Global,
    Help,
    History,
    JoinGlobalGroup,
    LeaveGlobalGroup,
    Link,
    LocalGroup,
    MakeCurrencyPrimary,
    Mint,
    MintPolicy,
    Note,
    Rates,
    RemoveExchangeRate,
    SetCurrencyEmoji,
    SetLogChannel,
    SetNickname,
    SetRepostChannel,
    SetTopRole,
    Setup,
    Top,
    Transfer,
    Wallet,
}

impl Verb {
    pub(crate) const ALL: [Verb; 28] = [
        Verb::Award,
        Verb::Burn,
        Verb::CreateExchangeRate,
        Verb::Currencies,
        Verb::Economy,
        Verb::Exchange,
        Verb::Global,
        Verb::Help,
        Verb::History,
        Verb::JoinGlobalGroup,
        Verb::LeaveGlobalGroup,
        Verb::Link,
        Verb::LocalGroup,
        Verb::MakeCurrencyPrimary,
        Verb::Mint,
        Verb::MintPolicy,
        Verb::Note,
        Verb::Rates,
        Verb::RemoveExchangeRate,
        Verb::SetCurrencyEmoji,
        Verb::SetLogChannel,
        Verb::SetNickname,
        Verb::SetRepostChannel,
        Verb::SetTopRole,
        Verb::Setup,
        Verb::Top,
        Verb::Transfer,
        Verb::Wallet,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Verb::Award => "Award",
            Verb::Burn => "burn",
            Verb::CreateExchangeRate => "create_exchange_rate",
            Verb::Currencies => "currencies",
            Verb::Economy => "economy",
            Verb::Exchange => "exchange",
            Verb::Global => "global",
            Verb::Help => "help",
            Verb::History => "history",
            Verb::JoinGlobalGroup => "join_global_group",
            Verb::LeaveGlobalGroup => "leave_global_group",
            Verb::Link => "link",
            Verb::LocalGroup => "local_group",
            Verb::MakeCurrencyPrimary => "make_currency_primary",
            Verb::Mint => "mint",
            Verb::MintPolicy => "mint_policy",
            Verb::Note => "note",
            Verb::Rates => "rates",
            Verb::RemoveExchangeRate => "remove_exchange_rate",
            Verb::SetCurrencyEmoji => "set_currency_emoji",
            Verb::SetLogChannel => "set_log_channel",
            Verb::SetNickname => "set_nickname",
            Verb::SetRepostChannel => "set_repost_channel",
            Verb::SetTopRole => "set_top_role",
            Verb::Setup => "setup",
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
            Verb::Award => award::definition(),
            Verb::Burn => burn::definition(),
            Verb::CreateExchangeRate => create_exchange_rate::definition(),
            Verb::Currencies => currencies::definition(),
            Verb::Economy => economy::definition(),
            Verb::Exchange => exchange::definition(),
            Verb::Global => global::definition(),
            Verb::Help => help::definition(),
            Verb::History => history::definition(),
            Verb::JoinGlobalGroup => join_global_group::definition(),
            Verb::LeaveGlobalGroup => leave_global_group::definition(),
            Verb::Link => link::definition(),
            Verb::LocalGroup => local_group::definition(),
            Verb::MakeCurrencyPrimary => make_currency_primary::definition(),
            Verb::Mint => mint::definition(),
            Verb::MintPolicy => mint_policy::definition(),
            Verb::Note => note::definition(),
            Verb::Rates => rates::definition(),
            Verb::RemoveExchangeRate => remove_exchange_rate::definition(),
            Verb::SetCurrencyEmoji => set_currency_emoji::definition(),
            Verb::SetLogChannel => set_log_channel::definition(),
            Verb::SetNickname => set_nickname::definition(),
            Verb::SetRepostChannel => set_repost_channel::definition(),
            Verb::SetTopRole => set_top_role::definition(),
            Verb::Setup => setup::definition(),
            Verb::Top => top::definition(),
            Verb::Transfer => transfer::definition(),
            Verb::Wallet => wallet::definition(),
        }
    }

    /// What is answered: `Err` is an answer as well, for a command that stopped before its end.
    pub(crate) async fn run(self, ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
        match self {
            Verb::Award => award::run(ctx, asked).await,
            Verb::Burn => burn::run(ctx, asked).await,
            Verb::CreateExchangeRate => create_exchange_rate::run(ctx, asked).await,
            Verb::Currencies => currencies::run(ctx, asked).await,
            Verb::Economy => economy::run(ctx, asked).await,
            Verb::Exchange => exchange::run(ctx, asked).await,
            Verb::Global => global::run(ctx, asked).await,
            Verb::Help => Ok(help::run(asked)),
            Verb::History => history::run(ctx, asked).await,
            Verb::JoinGlobalGroup => join_global_group::run(ctx, asked).await,
            Verb::LeaveGlobalGroup => leave_global_group::run(ctx, asked).await,
            Verb::Link => link::run(ctx, asked).await,
            Verb::LocalGroup => local_group::run(ctx, asked).await,
            Verb::MakeCurrencyPrimary => make_currency_primary::run(ctx, asked).await,
            Verb::Mint => mint::run(ctx, asked).await,
            Verb::MintPolicy => mint_policy::run(ctx, asked).await,
            Verb::Note => note::run(ctx, asked).await,
            Verb::Rates => rates::run(ctx, asked).await,
            Verb::RemoveExchangeRate => remove_exchange_rate::run(ctx, asked).await,
            Verb::SetCurrencyEmoji => set_currency_emoji::run(ctx, asked).await,
            Verb::SetLogChannel => set_log_channel::run(ctx, asked).await,
            Verb::SetNickname => set_nickname::run(ctx, asked).await,
            Verb::SetRepostChannel => set_repost_channel::run(ctx, asked).await,
            Verb::SetTopRole => set_top_role::run(ctx, asked).await,
            Verb::Setup => setup::run(ctx, asked).await,
            Verb::Top => top::run(ctx, asked).await,
            Verb::Transfer => transfer::run(ctx, asked).await,
            Verb::Wallet => wallet::run(ctx, asked).await,
        }
    }

    /// What may be meant by what is being typed: name and value of up to 25.
    pub(crate) async fn offered(self, ctx: &Context, asked: &Invocation) -> Vec<(String, String)> {
        let Some((option, typed)) = asked.typing() else {
            return Vec::new();
        };
        let offered = match (self, option) {
            (Verb::Help, help::COMMAND) => Ok(help::offered(typed)),
            (Verb::Global, option) if CURRENCIES.contains(&option) => {
                global::offered(ctx, typed).await
            }
            (Verb::Note, CURRENCY) if asked.guild.is_none() => {
                note::currencies_like(ctx, asked, typed).await
            }
            (Verb::Note, note::ID) => note::notes_like(ctx, asked, typed).await,
            (_, local_group::GROUP) => local_group::offered(ctx, asked, typed).await,
            (_, option) if CURRENCIES.contains(&option) => currencies_like(ctx, asked, typed).await,
            _ => Ok(Vec::new()),
        };
        offered.unwrap_or_default()
    }

    /// How long to wait before showing that the bot is thinking, for a command that always takes longer than the others.
    pub(crate) const fn patience(self) -> Option<Duration> {
        match self {
            Verb::Award => Some(award::PATIENCE),
            Verb::SetCurrencyEmoji => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// Who sees the answer of this command when all goes well.
    pub(crate) const fn audience(self) -> Audience {
        match self {
            Verb::Burn | Verb::Economy | Verb::Mint | Verb::Top | Verb::Transfer => {
                Audience::Everyone
            }
            Verb::Award
            | Verb::CreateExchangeRate
            | Verb::Currencies
            | Verb::Exchange
            | Verb::Global
            | Verb::Help
            | Verb::History
            | Verb::JoinGlobalGroup
            | Verb::LeaveGlobalGroup
            | Verb::Link
            | Verb::LocalGroup
            | Verb::MakeCurrencyPrimary
            | Verb::MintPolicy
            | Verb::Note
            | Verb::Rates
            | Verb::RemoveExchangeRate
            | Verb::SetCurrencyEmoji
            | Verb::SetLogChannel
            | Verb::SetNickname
            | Verb::SetRepostChannel
            | Verb::SetTopRole
            | Verb::Setup
            | Verb::Wallet => Audience::Asker,
        }
    }
}

/// A button was pressed.
pub(crate) async fn press(ctx: &Context, id: &str, asked: &Invocation) -> Result<Reply, Reply> {
    // Each button's id begins with the word of whoever made it.
    let (word, rest) = id.split_once(':').unwrap_or((id, ""));
    match word {
        setup::BUTTON => setup::press(ctx, asked).await,
        note::BUTTON => note::press(ctx, asked, rest).await,
        top::BUTTON => top::press(ctx, asked, rest).await,
        exchange::BUTTON => exchange::press(ctx, asked, rest).await,
        exchange_rates::BUTTON => exchange_rates::press(ctx, asked, rest).await,
        _ => Err(replies::old_button()),
    }
}

/// A form was sent.
pub(crate) async fn submit(ctx: &Context, id: &str, asked: &Invocation) -> Result<Reply, Reply> {
    let (word, rest) = id.split_once(':').unwrap_or((id, ""));
    match word {
        award::FORM => award::submit(ctx, asked, rest).await,
        _ => Err(replies::old_button()),
    }
}

/// A command in the menu of a message.
fn message_menu(name: Verb) -> CommandBuilder {
    CommandBuilder::new(name.name(), "", CommandType::Message)
        .contexts([InteractionContextType::Guild])
}

async fn currencies_like(
    ctx: &Context,
    asked: &Invocation,
    typed: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let Some(discord) = asked.guild else {
        return Ok(Vec::new());
    };
    let guild = guilds::guild(ctx, discord).await?;
    Ok(Currencies::of_guild(ctx, &guild).await?.offered(typed))
}

/// A command for members of a guild.
fn in_guilds(name: Verb, description: &str) -> CommandBuilder {
    CommandBuilder::new(name.name(), description, CommandType::ChatInput)
        .contexts([InteractionContextType::Guild])
}

/// A command that also works in a direct message with the bot, and for those who installed it for themselves wherever they are.
fn anywhere(name: Verb, description: &str) -> CommandBuilder {
    CommandBuilder::new(name.name(), description, CommandType::ChatInput)
        .contexts([
            InteractionContextType::Guild,
            InteractionContextType::BotDm,
            InteractionContextType::PrivateChannel,
        ])
        .integration_types([
            ApplicationIntegrationType::GuildInstall,
            ApplicationIntegrationType::UserInstall,
        ])
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

/// One for messages that everybody reads.
fn channel_option(description: &str) -> ChannelBuilder {
    ChannelBuilder::new(CHANNEL, description)
        .channel_types([ChannelType::GuildText, ChannelType::GuildAnnouncement])
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
            let who = replies::help::of(verb).who;
            assert_eq!(admins, who == replies::help::For::Admins, "{verb:?}");
        }
    }
}
