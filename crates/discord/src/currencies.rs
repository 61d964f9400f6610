//! A guild's currencies, as people name and see them.

use std::fmt;

use app::{EmojiBinding, Guild, StoreError};
use ledger::{Amount, Balance, Currency, CurrencyId, Group, GroupId, GroupKind, GuildId};

use crate::context::Context;

/// A currency as it is shown in one guild.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub currency: Currency,
    /// This guild's own copy of the picture.
    pub emoji: Option<EmojiBinding>,
    pub kind: GroupKind,
    /// The guild whose admins make its group's currencies, money and rates; of the global group, and of others' own, none is.
    pub owner: Option<GuildId>,
}

/// The currencies that can be used in one guild, those of its own first, then by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Currencies {
    all: Vec<Shown>,
    primary: Option<CurrencyId>,
}

impl Currencies {
    /// Those of the guild's groups.
    pub(crate) async fn of_guild(ctx: &Context, guild: &Guild) -> Result<Self, StoreError> {
        let emojis = ctx.app.store().emojis(guild.id).await?;
        let shown = everywhere(ctx).await?;
        let here = shown
            .into_iter()
            .filter(|shown| guild.groups.contains(&shown.currency.group));
        let with_emoji = here.map(|shown| {
            let mine = emojis
                .iter()
                .filter(|bound| bound.currency == shown.currency.id);
            // The newest is the one in use.
            let emoji = mine.max_by_key(|bound| bound.emoji).cloned();
            Shown { emoji, ..shown }
        });
        Ok(Self::new(with_emoji.collect(), guild.primary))
    }

    /// Those of one group, as they are shown where none has an emoji.
    pub(crate) async fn of_group(ctx: &Context, group: GroupId) -> Result<Self, StoreError> {
        let mut all = everywhere(ctx).await?;
        all.retain(|shown| shown.currency.group == group);
        Ok(Self::new(all, None))
    }

    /// All there are, for a direct message.
    pub(crate) async fn of_all_guilds(ctx: &Context) -> Result<Self, StoreError> {
        Ok(Self::new(everywhere(ctx).await?, None))
    }

    fn new(mut all: Vec<Shown>, primary: Option<CurrencyId>) -> Self {
        all.sort_by(|a, b| {
            (nearness(a.kind), &a.currency.name).cmp(&(nearness(b.kind), &b.currency.name))
        });
        Self { all, primary }
    }

    /// With others added that this guild does not have, for a wallet that holds them.
    pub(crate) fn with_others(mut self, others: Currencies) -> Self {
        let new = others
            .all
            .into_iter()
            .filter(|other| self.get(other.currency.id).is_none());
        let new: Vec<Shown> = new.collect();
        self.all.extend(new);
        self
    }

    pub(crate) fn only(mut self, wanted: impl Fn(CurrencyId) -> bool) -> Self {
        self.all.retain(|shown| wanted(shown.currency.id));
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Shown> {
        self.all.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn get(&self, id: CurrencyId) -> Option<&Shown> {
        self.all.iter().find(|shown| shown.currency.id == id)
    }

    pub(crate) fn primary(&self) -> Option<&Shown> {
        self.get(self.primary?)
    }

    pub(crate) fn is_primary(&self, shown: &Shown) -> bool {
        self.primary == Some(shown.currency.id)
    }

    /// What somebody typed or chose: a name, `:name:`, a pasted `<:name:id>`, or what the autocompletion gave. Where a name stands for
    /// several, the guild's own currency is meant.
    pub(crate) fn named(&self, text: &str) -> Option<&Shown> {
        let text = text.trim();
        if let Some(id) = text.strip_prefix("id:") {
            return self.get(id.parse().ok()?);
        }
        if let Some((_, emoji)) = pasted(text) {
            let bound = |shown: &&Shown| {
                shown
                    .emoji
                    .as_ref()
                    .is_some_and(|bound| bound.emoji == emoji)
            };
            return self.all.iter().find(bound);
        }
        let name = text.trim_matches(':');
        let exact = self
            .all
            .iter()
            .find(|shown| shown.currency.name.as_str() == name);
        exact.or_else(|| {
            self.all
                .iter()
                .find(|shown| shown.currency.name.as_str().eq_ignore_ascii_case(name))
        })
    }

    /// Names that look like what somebody typed, the nearest first.
    pub(crate) fn like(&self, text: &str) -> Vec<&str> {
        let typed = match pasted(text.trim()) {
            Some((name, _)) => name.to_ascii_lowercase(),
            None => text.trim().trim_matches(':').to_ascii_lowercase(),
        };
        let distance = |shown: &Shown| {
            let name = shown.currency.name.as_str().to_ascii_lowercase();
            if !typed.is_empty() && name.contains(&typed) {
                0
            } else {
                strsim::damerau_levenshtein(&name, &typed)
            }
        };
        let mut near: Vec<(usize, &str)> = self
            .all
            .iter()
            .map(|shown| (distance(shown), shown.currency.name.as_str()))
            .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().map(|(_, name)| name).take(3).collect()
    }

    /// What an autocompletion offers for what was typed so far: name and value of up to 25.
    pub(crate) fn offered(&self, typed: &str) -> Vec<(String, String)> {
        let typed =
            pasted(typed.trim()).map_or_else(|| typed.trim().trim_matches(':'), |(name, _)| name);
        let typed = typed.to_ascii_lowercase();
        let fits = |shown: &&Shown| {
            shown
                .currency
                .name
                .as_str()
                .to_ascii_lowercase()
                .contains(&typed)
        };
        self.all
            .iter()
            .filter(fits)
            .take(25)
            .map(|shown| self.choice(shown))
            .collect()
    }

    /// A name that only one currency has is its own value.
    fn choice(&self, shown: &Shown) -> (String, String) {
        let name = shown.currency.name.to_string();
        let label = match shown.kind {
            GroupKind::Single => name.clone(),
            GroupKind::Local => format!("{name} (shared)"),
            GroupKind::Global => format!("{name} (global)"),
        };
        let others = self
            .all
            .iter()
            .filter(|other| other.currency.name == shown.currency.name)
            .count();
        let value = if others > 1 {
            format!("id:{}", shown.currency.id)
        } else {
            name
        };
        (label, value)
    }
}

async fn everywhere(ctx: &Context) -> Result<Vec<Shown>, StoreError> {
    let groups = ctx.app.store().groups().await?;
    let currencies = ctx.app.store().currencies().await?;
    let shown = currencies.into_iter().map(|currency| {
        let group = groups
            .iter()
            .find(|group: &&Group| group.id == currency.group);
        Shown {
            currency,
            emoji: None,
            kind: group.map_or(GroupKind::Single, |group| group.kind),
            owner: group.and_then(|group| group.owner),
        }
    });
    Ok(shown.collect())
}

const fn nearness(kind: GroupKind) -> u8 {
    match kind {
        GroupKind::Single => 0,
        GroupKind::Local => 1,
        GroupKind::Global => 2,
    }
}

/// Name and id of `<:name:id>` or `<a:name:id>`.
fn pasted(text: &str) -> Option<(&str, u64)> {
    let inside = text.strip_prefix('<')?.strip_suffix('>')?;
    let inside = inside
        .strip_prefix("a:")
        .or_else(|| inside.strip_prefix(':'))?;
    let (name, id) = inside.split_once(':')?;
    Some((name, id.parse().ok()?))
}

impl Shown {
    pub(crate) fn money(&self, amount: Amount) -> Money<'_> {
        self.balance(amount.into())
    }

    pub(crate) fn balance(&self, balance: Balance) -> Money<'_> {
        Money {
            shown: self,
            balance,
        }
    }

    /// A sum that can be more than one wallet holds.
    pub(crate) fn sum(&self, minor_units: i128) -> String {
        format!("{} {self}", self.digits(minor_units))
    }

    /// The same where the currency is named already.
    pub(crate) fn digits(&self, minor_units: i128) -> String {
        let scale = u128::from(self.currency.decimals.scale().unsigned_abs());
        let sign = if minor_units < 0 { "-" } else { "" };
        let size = minor_units.unsigned_abs();
        let (whole, fraction) = (size / scale, size % scale);
        match usize::from(self.currency.decimals.get()) {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}.{fraction:0width$}"),
        }
    }
}

/// The currency: its picture, or its symbol, and its name.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.currency.name;
        match (&self.emoji, &self.currency.symbol) {
            (Some(emoji), _) => write!(f, "{} {name}", Picture(emoji)),
            (None, Some(symbol)) => write!(f, "{} {name}", crate::replies::quiet(symbol)),
            (None, None) => write!(f, "{name}"),
        }
    }
}

struct Picture<'a>(&'a EmojiBinding);

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EmojiBinding {
            emoji,
            name,
            animated,
            ..
        } = self.0;
        write!(f, "<{}:{name}:{emoji}>", if *animated { "a" } else { "" })
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Money<'a> {
    shown: &'a Shown,
    balance: Balance,
}

impl fmt::Display for Money<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.balance.display(self.shown.currency.decimals),
            self.shown
        )
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Class, CurrencyName, CurrencyState, Decimals};

    use super::*;

    fn shown(id: i64, name: &str, kind: GroupKind, emoji: Option<u64>) -> Shown {
        let currency = Currency {
            id: CurrencyId::new(id).unwrap(),
            group: GroupId::new(1).unwrap(),
            name: CurrencyName::new(name).unwrap(),
            symbol: None,
            decimals: Decimals::new(2).unwrap(),
            class: Class::Regular,
            state: CurrencyState::Active,
        };
        let bind = |emoji| EmojiBinding {
            guild: GuildId::new(1).unwrap(),
            emoji,
            name: name.into(),
            animated: false,
            currency: currency.id,
        };
        Shown {
            emoji: emoji.map(bind),
            currency,
            kind,
            owner: None,
        }
    }

    fn some() -> Currencies {
        let all = vec![
            shown(1, "gold", GroupKind::Global, None),
            shown(2, "gold", GroupKind::Single, Some(77)),
            shown(3, "Silver", GroupKind::Single, Some(78)),
            shown(4, "copper_coin", GroupKind::Local, None),
        ];
        Currencies::new(all, None)
    }

    fn check(text: &str, expect: Option<i64>) {
        let found = some();
        let found = found.named(text).map(|shown| shown.currency.id.get());
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn a_currency_is_named_in_several_ways() {
        check("gold", Some(2));
        check(" GOLD ", Some(2));
        check(":silver:", Some(3));
        check("<:anything:78>", Some(3));
        check("<a:gold:77>", Some(2));
        check("id:1", Some(1));
        check("<:gold:99>", None);
        check("<:gold:x>", None);
        check("id:99", None);
        check("glod", None);
        check("", None);
    }

    #[test]
    fn a_typing_mistake_finds_what_was_meant() {
        let check = |text: &str, expect: &[&str]| assert_eq!(some().like(text), expect, "{text:?}");
        check("glod", &["gold"]);
        check("silve", &["Silver"]);
        check("copper", &["copper_coin"]);
        check("<:gold:99>", &["gold"]);
        check("diamond", &[]);
        check("", &[]);
    }

    #[test]
    fn the_autocompletion_gives_values_that_are_understood() {
        let offered = some().offered("ol");
        assert_eq!(
            offered,
            [
                ("gold".to_owned(), "id:2".to_owned()),
                ("gold (global)".to_owned(), "id:1".to_owned()),
            ]
        );
        assert_eq!(some().offered("").len(), 4);
        assert_eq!(some().offered("<:silver:78>")[0].1, "Silver");
    }

    #[test]
    fn money_is_written_in_its_decimals() {
        let gold = shown(2, "gold", GroupKind::Single, Some(77));
        assert_eq!(
            gold.money(Amount::new(1_250).unwrap()).to_string(),
            "12.50 <:gold:77> gold"
        );
        assert_eq!(
            gold.sum(i128::from(i64::MAX) * 10),
            "922337203685477580.70 <:gold:77> gold"
        );
    }
}
