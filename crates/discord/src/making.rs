//! A currency out of a picture: of one guild, of several, or of all.

use app::{Asked, Change, ChangeRefusal, Changed, CurrencyPicture, NewCurrency};
use ledger::{Class, Currency, CurrencyId, CurrencyName, Decimals, GroupId, Identity};
use twilight_util::builder::command::{AttachmentBuilder, IntegerBuilder, StringBuilder};

use crate::{
    answer::Reply, context::Context, install, invocation::Invocation, picture::Picture, replies,
};

pub(crate) fn attachment_option() -> AttachmentBuilder {
    AttachmentBuilder::new(
        "attachment",
        "The picture: PNG, JPEG, GIF or WebP, at most 256 KiB",
    )
    .required(true)
}

pub(crate) fn name_option() -> StringBuilder {
    StringBuilder::new("name", "The currency's name")
        .required(true)
        .min_length(1)
        .max_length(100)
}

pub(crate) fn decimals_option() -> IntegerBuilder {
    IntegerBuilder::new("decimals", "Digits behind the decimal point; 0 without it")
        .min_value(0)
        .max_value(9)
}

/// What was asked for, checked.
#[derive(Debug)]
pub(crate) struct Order {
    pub name: CurrencyName,
    pub decimals: Option<Decimals>,
}

impl Order {
    pub(crate) fn of(asked: &Invocation) -> Result<Self, Reply> {
        let typed = asked.text("name").unwrap_or_default();
        let name =
            CurrencyName::new(cleaned(typed)).map_err(|error| replies::bad_name(typed, error))?;
        let decimals = asked
            .number("decimals")
            .and_then(|digits| Decimals::new(u8::try_from(digits).ok()?));
        Ok(Self { name, decimals })
    }
}

/// A name as an emoji can have it: spaces, dashes and dots become underscores, what else does not fit is left out.
fn cleaned(typed: &str) -> String {
    let fitting = typed.trim().chars().filter_map(|c| match c {
        c if c.is_ascii_alphanumeric() => Some(c),
        '_' | '-' | '.' => Some('_'),
        c if c.is_whitespace() => Some('_'),
        _ => None,
    });
    let name: String = fitting.collect();
    name.trim_matches('_').chars().take(32).collect()
}

/// The picture that was uploaded.
pub(crate) async fn picture(ctx: &Context, asked: &Invocation) -> Result<Picture, Reply> {
    let attachment = asked
        .attachment("attachment")
        .ok_or_else(replies::no_attachment)?;
    ctx.downloads
        .picture(&ctx.config.cdn, attachment)
        .await
        .map_err(replies::bad_picture)
}

/// Who makes something, with which command.
#[derive(Clone, Copy)]
pub(crate) struct Maker<'a> {
    pub ctx: &'a Context,
    pub asked: &'a Invocation,
    /// The command, such as `/set_currency_emoji`.
    pub entry: &'static str,
}

impl Maker<'_> {
    /// Each step of a command has its own key, so that a repetition does nothing twice.
    pub(crate) async fn step(self, step: &str) -> Result<Asked, ChangeRefusal> {
        let actor = Identity::discord(self.asked.user);
        let actor = self.ctx.app.holder(actor).await?;
        let key = self.asked.key_of(step);
        Ok(Asked::new(&self.ctx.entry(self.entry), actor, key))
    }
}

pub(crate) async fn create_currency(
    maker: Maker<'_>,
    group: GroupId,
    order: &Order,
) -> Result<Currency, ChangeRefusal> {
    let new = NewCurrency {
        group,
        name: order.name.clone(),
        symbol: None,
        decimals: order.decimals.unwrap_or_default(),
        class: Class::Regular,
    };
    let by = maker.step("currency").await?;
    let change = Change::CurrencyCreate(new);
    match maker.ctx.app.change(by, change).await? {
        Changed::Currency(currency) => Ok(currency),
        _ => Err(ChangeRefusal::Unknown { what: "currency" }),
    }
}

/// Keeps a currency's picture, so that other guilds can have it as well.
pub(crate) async fn keep_picture(
    maker: Maker<'_>,
    currency: CurrencyId,
    picture: &Picture,
) -> Result<(), ChangeRefusal> {
    let kept = CurrencyPicture {
        media_type: picture.format.media_type().into(),
        bytes: picture.bytes.clone(),
    };
    maker.ctx.app.store().picture_put(currency, kept).await?;
    // After the picture: whoever installs it in between has the new one, and need not do it again.
    install::mark_newest(maker.ctx, currency, maker.asked.id).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_for_an_emoji() {
        let check = |typed: &str, expect: &str| assert_eq!(cleaned(typed), expect, "{typed:?}");
        check("gold", "gold");
        check(" Pirate Gold ", "Pirate_Gold");
        check(":gold-coin:", "gold_coin");
        check("<@everyone>", "everyone");
        check("金", "");
        check("a", "a");
        check("\u{202e}evil\u{0}", "evil");
        check(&"x".repeat(40), &"x".repeat(32));
    }
}
