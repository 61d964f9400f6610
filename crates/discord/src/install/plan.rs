//! What a guild has of its groups' emojis, and what it should have.

use std::collections::HashSet;

use app::{EmojiBinding, Guild, StoreError};
use futures_util::future::try_join_all;
use ledger::{Currency, CurrencyId, GroupId, GroupKind};
use serde_json::{Value, json};

use crate::context::Context;

/// What is to be done in a guild.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Emojis that no longer stand for anything here.
    pub remove: Vec<EmojiBinding>,
    /// Currencies without an emoji here, or with one of an earlier picture.
    pub put: Vec<Currency>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.put.is_empty()
    }

    pub(super) async fn of(ctx: &Context, guild: &Guild) -> Result<Self, StoreError> {
        let mut known = Known::of(ctx, guild).await?;
        let shared: Vec<CurrencyId> = known.shared().map(|currency| currency.id).collect();
        let marks = shared.iter().map(|currency| newest(ctx, *currency));
        known.newest = shared
            .iter()
            .copied()
            .zip(try_join_all(marks).await?)
            .collect();
        Ok(known.plan())
    }

    /// The same without a look at whether pictures have changed, for every start.
    pub(super) async fn rough(ctx: &Context, guild: &Guild) -> Result<Self, StoreError> {
        Ok(Known::of(ctx, guild).await?.plan())
    }
}

/// What a plan is made of.
#[derive(Debug, Default)]
struct Known {
    groups: Vec<GroupId>,
    /// Groups with more than one guild.
    shared_groups: HashSet<GroupId>,
    currencies: Vec<Currency>,
    bound: Vec<EmojiBinding>,
    /// Currencies whose emoji an admin has deleted here.
    unwanted: HashSet<CurrencyId>,
    /// Emojis below this mark show an earlier picture.
    newest: Vec<(CurrencyId, u64)>,
}

impl Known {
    async fn of(ctx: &Context, guild: &Guild) -> Result<Self, StoreError> {
        let store = ctx.app.store();
        let groups = store.groups().await?.into_iter();
        let shared = groups.filter(|group| group.kind != GroupKind::Single);
        Ok(Self {
            groups: guild.groups.clone(),
            shared_groups: shared.map(|group| group.id).collect(),
            currencies: store.currencies().await?,
            bound: store.emojis(guild.id).await?,
            unwanted: unwanted(ctx, guild.discord).await?,
            newest: Vec::new(),
        })
    }

    /// The currencies that this guild has together with others.
    fn shared(&self) -> impl Iterator<Item = &Currency> {
        self.currencies.iter().filter(|currency| {
            self.groups.contains(&currency.group) && self.shared_groups.contains(&currency.group)
        })
    }

    fn plan(&self) -> Plan {
        let put = self
            .shared()
            .filter(|currency| self.is_missing(currency.id));
        let remove = self.bound.iter().filter(|bound| self.is_over(bound));
        Plan {
            remove: remove.cloned().collect(),
            put: put.cloned().collect(),
        }
    }

    fn is_missing(&self, currency: CurrencyId) -> bool {
        match self.in_use(currency) {
            Some(emoji) => emoji < self.newest_of(currency),
            None => !self.unwanted.contains(&currency),
        }
    }

    /// Of a currency of another group, or one whose place a newer one has taken. A guild's own currency is its admins' business.
    fn is_over(&self, bound: &EmojiBinding) -> bool {
        let currency = self
            .currencies
            .iter()
            .find(|known| known.id == bound.currency);
        let Some(currency) = currency else {
            return false;
        };
        if !self.groups.contains(&currency.group) {
            return true;
        }
        let is_shared = self.shared_groups.contains(&currency.group);
        is_shared
            && self
                .in_use(currency.id)
                .is_some_and(|newest| bound.emoji < newest)
    }

    fn in_use(&self, currency: CurrencyId) -> Option<u64> {
        let mine = self.bound.iter().filter(|bound| bound.currency == currency);
        mine.map(|bound| bound.emoji).max()
    }

    fn newest_of(&self, currency: CurrencyId) -> u64 {
        let mark = self.newest.iter().find(|(of, _)| *of == currency);
        mark.map_or(0, |(_, mark)| *mark)
    }
}

fn newest_memo(currency: CurrencyId) -> String {
    format!("discord.picture.{currency}")
}

/// A currency has a new picture since this interaction: Discord gives emojis and interactions ids by one clock, so an emoji with a
/// smaller one shows an earlier picture.
pub(crate) async fn mark_newest(
    ctx: &Context,
    currency: CurrencyId,
    interaction: u64,
) -> Result<(), StoreError> {
    let value = json!({ "since": interaction.to_string() });
    ctx.app.store().memo_set(newest_memo(currency), value).await
}

async fn newest(ctx: &Context, currency: CurrencyId) -> Result<u64, StoreError> {
    let mark = ctx.app.store().memo(newest_memo(currency)).await?;
    let mark = mark.as_ref().and_then(|mark| mark["since"].as_str());
    Ok(mark.and_then(|mark| mark.parse().ok()).unwrap_or_default())
}

fn unwanted_memo(guild: u64) -> String {
    format!("discord.install.{guild}.unwanted")
}

async fn unwanted(ctx: &Context, guild: u64) -> Result<HashSet<CurrencyId>, StoreError> {
    let memo = ctx.app.store().memo(unwanted_memo(guild)).await?;
    let ids = memo.iter().filter_map(Value::as_array).flatten();
    let ids = ids.filter_map(|id| id.as_str()?.parse().ok());
    Ok(ids.collect())
}

async fn keep_unwanted(ctx: &Context, guild: u64, all: Vec<CurrencyId>) -> Result<(), StoreError> {
    let memo = json!(all);
    ctx.app.store().memo_set(unwanted_memo(guild), memo).await
}

/// An admin deleted this currency's emoji here: it does not come back by itself.
pub(super) async fn not_wanted(
    ctx: &Context,
    guild: u64,
    currency: CurrencyId,
) -> Result<(), StoreError> {
    let mut all = unwanted(ctx, guild).await?;
    all.insert(currency);
    keep_unwanted(ctx, guild, all.into_iter().collect()).await
}

/// An admin asks for all emojis again.
pub(super) async fn all_wanted(ctx: &Context, guild: u64) -> Result<(), StoreError> {
    if unwanted(ctx, guild).await?.is_empty() {
        return Ok(());
    }
    keep_unwanted(ctx, guild, Vec::new()).await
}

#[cfg(test)]
mod tests {
    use ledger::{Class, CurrencyName, CurrencyState, Decimals, GuildId};

    use super::*;

    const OWN: i64 = 1;
    const GLOBAL: i64 = 2;
    const OTHER: i64 = 3;

    fn group(id: i64) -> GroupId {
        GroupId::new(id).unwrap()
    }

    fn id(currency: i64) -> CurrencyId {
        CurrencyId::new(currency).unwrap()
    }

    /// Currency 10 is the guild's own, 20 and 21 are global, 30 is of a group that it is not in.
    fn currencies() -> Vec<Currency> {
        [(10, OWN), (20, GLOBAL), (21, GLOBAL), (30, OTHER)]
            .map(|(number, of)| Currency {
                id: id(number),
                group: group(of),
                name: CurrencyName::new("gold").unwrap(),
                symbol: None,
                decimals: Decimals::new(0).unwrap(),
                class: Class::Regular,
                state: CurrencyState::Active,
            })
            .to_vec()
    }

    fn known(bound: &[(u64, i64)]) -> Known {
        let bind = |(emoji, currency): &(u64, i64)| EmojiBinding {
            guild: GuildId::new(1).unwrap(),
            emoji: *emoji,
            name: "gold".into(),
            animated: false,
            currency: id(*currency),
        };
        Known {
            groups: vec![group(OWN), group(GLOBAL)],
            shared_groups: [group(GLOBAL), group(OTHER)].into(),
            currencies: currencies(),
            bound: bound.iter().map(bind).collect(),
            ..Known::default()
        }
    }

    #[track_caller]
    fn check(known: &Known, put: &[i64], remove: &[u64]) {
        let plan = known.plan();
        let found: Vec<i64> = plan.put.iter().map(|currency| currency.id.get()).collect();
        assert_eq!(found, put);
        let found: Vec<u64> = plan.remove.iter().map(|bound| bound.emoji).collect();
        assert_eq!(found, remove);
    }

    #[test]
    fn what_a_guild_lacks_and_what_it_has_too_much() {
        check(&known(&[]), &[20, 21], &[]);
        check(&known(&[(100, 20), (101, 21)]), &[], &[]);
        check(&known(&[(100, 20), (101, 30)]), &[21], &[101]);
        // A newer emoji takes an older one's place; the guild's own currencies are not touched.
        check(&known(&[(100, 20), (101, 20), (102, 21)]), &[], &[100]);
        check(&known(&[(100, 10), (101, 10), (102, 20)]), &[21], &[]);
    }

    #[test]
    fn a_new_picture_is_installed_once() {
        let with_mark = |bound: &[(u64, i64)]| Known {
            newest: vec![(id(20), 150)],
            ..known(bound)
        };
        check(&with_mark(&[(100, 20), (101, 21)]), &[20], &[]);
        check(&with_mark(&[(100, 20), (151, 20), (101, 21)]), &[], &[100]);
    }

    #[test]
    fn what_an_admin_deleted_does_not_come_back() {
        let without = Known {
            unwanted: [id(20)].into(),
            ..known(&[])
        };
        check(&without, &[21], &[]);
    }
}
