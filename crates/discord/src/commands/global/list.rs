//! `/global list`

use std::collections::{HashMap, HashSet};

use app::{Guild, StoreError};
use futures_util::future::try_join_all;
use ledger::{CurrencyId, GroupId};

use crate::{
    answer::{List, Reply},
    context::Context,
    currencies::Currencies,
    groups,
    replies::{self, groups as words},
};

/// The emojis of so many guilds are counted; of more it takes too long.
const MOST_COUNTED: usize = 500;

pub(super) async fn run(ctx: &Context) -> Result<Reply, Reply> {
    let group = groups::global(ctx).await.map_err(replies::read_failed)?;
    let group = group.ok_or_else(words::no_global)?;
    lines(ctx, group.id).await.map_err(replies::read_failed)?
}

async fn lines(ctx: &Context, group: GroupId) -> Result<Result<Reply, Reply>, StoreError> {
    let currencies = Currencies::of_group(ctx, group).await?;
    if currencies.is_empty() {
        return Ok(Err(words::no_global()));
    }
    let guilds = groups::members_of(ctx, group).await?;
    let counted = count(ctx, &guilds).await?;
    let of = guilds.len();
    let line = |shown| {
        let with_emoji = counted.as_ref().map(|counted| with(counted, shown));
        words::global_line(shown, with_emoji, of)
    };
    let lines = currencies.iter().map(line).collect();
    Ok(Ok(Reply::list(List {
        title: words::GLOBAL.into(),
        lines,
        footer: None,
        picture: None,
    })))
}

fn with(counted: &HashMap<CurrencyId, usize>, shown: &crate::currencies::Shown) -> usize {
    let counted = counted.get(&shown.currency.id);
    counted.copied().unwrap_or_default()
}

/// In how many guilds each currency has an emoji.
async fn count(
    ctx: &Context,
    guilds: &[Guild],
) -> Result<Option<HashMap<CurrencyId, usize>>, StoreError> {
    if guilds.len() > MOST_COUNTED {
        return Ok(None);
    }
    let bound = guilds.iter().map(|guild| ctx.app.store().emojis(guild.id));
    let mut counted = HashMap::new();
    for bound in try_join_all(bound).await? {
        // Two of one currency stand there while a new picture takes the place of an old one.
        let here: HashSet<CurrencyId> = bound.iter().map(|bound| bound.currency).collect();
        for currency in here {
            *counted.entry(currency).or_default() += 1;
        }
    }
    Ok(Some(counted))
}
