use ledger::{HolderId, Identity};
use rusqlite::Connection;

use super::Ids;
use crate::read::{ReadError, identity_holder, number};

/// The holders of these identities, in their order; made where there were none.
pub(crate) fn holders_ensure(
    db: &Connection,
    identities: &[Identity],
    ids: &mut Ids<'_>,
) -> Result<Vec<HolderId>, ReadError> {
    let ensured = identities.iter();
    ensured
        .map(|identity| holder_ensure(db, identity, ids))
        .collect()
}

/// The holder of an identity; made if there was none.
pub(super) fn holder_ensure(
    db: &Connection,
    identity: &Identity,
    ids: &mut Ids<'_>,
) -> Result<HolderId, ReadError> {
    if let Some(holder) = identity_holder(db, identity)? {
        return Ok(holder);
    }
    let holder: HolderId = number(ids())?;
    db.prepare_cached("INSERT INTO holder (id, standing) VALUES (?1, 'open')")?
        .execute([holder.get()])?;
    db.prepare_cached("INSERT INTO identity (platform, subject, holder) VALUES (?1, ?2, ?3)")?
        .execute((
            identity.platform().as_str(),
            identity.subject(),
            holder.get(),
        ))?;
    Ok(holder)
}
