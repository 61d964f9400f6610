//! Who stands behind a wallet, for those who read a log.

use std::collections::HashMap;

use app::StoreError;
use ledger::{HolderId, Identity, Owner, Platform, Standing};

use crate::{context::Context, log_lines::Entry};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Person {
    Discord(u64),
    Telegram,
    /// By the name that the application gave.
    App(String),
    /// A guild's own wallet.
    Treasury,
    Operator,
}

/// Those whom nobody knows are not among them.
pub(crate) type Persons = HashMap<HolderId, Person>;

/// Everybody in these entries.
pub(crate) async fn persons<'a>(
    ctx: &Context,
    entries: impl Iterator<Item = &'a Entry>,
) -> Result<Persons, StoreError> {
    let mut found = HashMap::new();
    for holder in entries.flat_map(everybody) {
        if let std::collections::hash_map::Entry::Vacant(unknown) = found.entry(holder) {
            unknown.insert(person(ctx, holder).await?);
        }
    }
    let known = found
        .into_iter()
        .filter_map(|(holder, person)| Some((holder, person?)));
    Ok(known.collect())
}

fn everybody(entry: &Entry) -> Vec<HolderId> {
    let sides = entry.moves.iter().flat_map(|one| [one.from, one.to]);
    let holders = sides.filter_map(|side| match side {
        Owner::Holder(holder) => Some(holder),
        Owner::System(_) => None,
    });
    holders.chain([entry.actor]).collect()
}

async fn person(ctx: &Context, holder: HolderId) -> Result<Option<Person>, StoreError> {
    let mut holder = holder;
    // Whoever was joined with somebody is them now; a store keeps such chains short.
    for _ in 0..8 {
        let Some(record) = ctx.app.store().holder(holder).await? else {
            return Ok(None);
        };
        if let Some(known) = best(&record.identities) {
            return Ok(Some(known));
        }
        let Standing::Merged(into) = record.standing else {
            return Ok(None);
        };
        holder = into;
    }
    Ok(None)
}

/// Here a Discord user says most.
fn best(identities: &[Identity]) -> Option<Person> {
    let known = identities
        .iter()
        .min_by_key(|identity| identity.platform())?;
    Some(match known.platform() {
        Platform::Discord => Person::Discord(known.subject().parse().ok()?),
        Platform::Telegram => Person::Telegram,
        Platform::App => Person::App(known.subject().to_owned()),
        Platform::Guild => Person::Treasury,
        Platform::Operator => Person::Operator,
    })
}
