use app::HolderRecord;
use ledger::{HolderId, Identity, Platform, Standing};
use rusqlite::{Connection, OptionalExtension};

use super::{
    ReadError, column,
    column::{damaged, standing},
    word,
};

/// A holder with all identities that lead to it.
pub(crate) fn holder_fetch(
    db: &Connection,
    id: HolderId,
) -> Result<Option<HolderRecord>, ReadError> {
    let Some(standing) = holder_standing(db, id)? else {
        return Ok(None);
    };
    let identities = identities_of(db, id)?;
    Ok(Some(HolderRecord {
        id,
        standing,
        identities,
    }))
}

pub(crate) fn holder_by_identity(
    db: &Connection,
    identity: &Identity,
) -> Result<Option<HolderRecord>, ReadError> {
    match identity_holder(db, identity)? {
        Some(holder) => holder_fetch(db, holder),
        None => Ok(None),
    }
}

/// Whose identity it is.
pub(crate) fn identity_holder(
    db: &Connection,
    identity: &Identity,
) -> Result<Option<HolderId>, ReadError> {
    db.prepare_cached("SELECT holder FROM identity WHERE platform = ?1 AND subject = ?2")?
        .query_and_then((identity.platform().as_str(), identity.subject()), |row| {
            column(row, 0)
        })?
        .next()
        .transpose()
}

pub(crate) fn holder_standing(
    db: &Connection,
    id: HolderId,
) -> Result<Option<Standing>, ReadError> {
    db.prepare_cached("SELECT standing, merged_into FROM holder WHERE id = ?1")?
        .query_row([id.get()], |row| Ok(standing(row, 0, 1)))
        .optional()?
        .transpose()
}

fn identities_of(db: &Connection, id: HolderId) -> Result<Vec<Identity>, ReadError> {
    db.prepare_cached(
        "SELECT platform, subject FROM identity WHERE holder = ?1 ORDER BY platform, subject",
    )?
    .query_and_then([id.get()], |row| {
        let (platform, subject) = (word::<Platform>(row, 0)?, row.get::<_, String>(1)?);
        Identity::new(platform, subject.as_str()).map_err(|_| damaged("identity", subject))
    })?
    .collect()
}
