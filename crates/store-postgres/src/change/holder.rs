use std::collections::BTreeSet;

use crate::client::GenericClient;
use ledger::{HolderId, Identity};

use crate::{
    error::{Sql, SqlError},
    node::Ids,
    read::{column, execute, rows},
};

/// How identities are looked up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lookup {
    Glance,
    /// Until the transaction ends, nobody links one of them to another holder.
    Lock,
}

/// The holders of these identities, in their order; made where there were none.
pub(crate) async fn holders_ensure(
    db: &impl GenericClient,
    ids: &Ids,
    identities: &[Identity],
    now_ms: i64,
) -> Sql<Vec<HolderId>> {
    holders_ensure_with(db, ids, identities, now_ms, Lookup::Glance).await
}

pub(super) async fn holders_ensure_with(
    db: &impl GenericClient,
    ids: &Ids,
    identities: &[Identity],
    now_ms: i64,
    lookup: Lookup,
) -> Sql<Vec<HolderId>> {
    let mut found = vec![None; identities.len()];
    holders_find(db, identities, lookup, &mut found).await?;
    let missing: BTreeSet<&Identity> = gaps(identities, &found).collect();
    if !missing.is_empty() {
        holders_insert(db, ids, &missing, now_ms).await?;
        // Some may have been made by another process meanwhile.
        holders_find(db, identities, lookup, &mut found).await?;
    }
    let all: Option<Vec<HolderId>> = found.into_iter().collect();
    all.ok_or_else(|| SqlError::Damaged("an identity that was written is not there".into()))
}

fn gaps<'a>(
    identities: &'a [Identity],
    found: &[Option<HolderId>],
) -> impl Iterator<Item = &'a Identity> {
    let pairs = identities.iter().zip(found);
    pairs
        .filter(|(_, holder)| holder.is_none())
        .map(|(identity, _)| identity)
}

async fn holders_find(
    db: &impl GenericClient,
    identities: &[Identity],
    lookup: Lookup,
    found: &mut [Option<HolderId>],
) -> Sql<()> {
    let platforms: Vec<&str> = identities
        .iter()
        .map(|one| one.platform().as_str())
        .collect();
    let subjects: Vec<&str> = identities.iter().map(Identity::subject).collect();
    let sql = match lookup {
        Lookup::Glance => {
            "SELECT u.place, i.holder FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u (platform, subject, place) \
             JOIN identity i ON i.platform = u.platform AND i.subject = u.subject"
        }
        // In the order of their names, so that two pages with the same members do not wait for each other in a circle.
        Lookup::Lock => {
            "WITH locked AS (SELECT platform, subject, holder FROM identity \
             WHERE (platform, subject) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY platform, subject FOR SHARE) \
             SELECT u.place, l.holder FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u (platform, subject, place) \
             JOIN locked l ON l.platform = u.platform AND l.subject = u.subject"
        }
    };
    let known = rows(db, sql, &[&platforms, &subjects], |row| {
        Ok((row.try_get::<_, i64>(0)?, column(row, 1)?))
    })
    .await?;
    for (place, holder) in known {
        let place = usize::try_from(place - 1).ok();
        if let Some(gap) = place.and_then(|place| found.get_mut(place)) {
            *gap = Some(holder);
        }
    }
    Ok(())
}

/// Makes holders for identities, but for those that got one meanwhile.
async fn holders_insert(
    db: &impl GenericClient,
    ids: &Ids,
    missing: &BTreeSet<&Identity>,
    now_ms: i64,
) -> Sql<()> {
    let platforms: Vec<&str> = missing.iter().map(|one| one.platform().as_str()).collect();
    let subjects: Vec<&str> = missing.iter().map(|one| one.subject()).collect();
    let holders = missing.iter().map(|_| ids.next(now_ms));
    let holders: Vec<i64> = holders.collect::<Sql<_>>()?;
    execute(
        db,
        "WITH made AS (INSERT INTO identity (platform, subject, holder) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) \
            ON CONFLICT (platform, subject) DO NOTHING RETURNING holder) \
         INSERT INTO holder (id, standing) SELECT holder, 'open' FROM made",
        &[&platforms, &subjects, &holders],
    )
    .await?;
    Ok(())
}
