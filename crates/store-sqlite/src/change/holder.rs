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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{holder_fetch, world::World};
    use ledger::Standing;

    #[test]
    fn holders_come_in_the_order_of_their_identities() {
        let mut world = World::new();
        let mut ids = world.ids();
        let bot = Identity::new(ledger::Platform::Operator, "cli").unwrap();
        let asked = [
            Identity::discord(1),
            Identity::guild(1),
            Identity::discord(1),
            bot.clone(),
        ];
        let made = holders_ensure(&world.db, &asked, &mut ids).unwrap();
        assert_eq!(made[0], made[2]);
        assert_ne!(made[0], made[1]);
        assert_eq!(holders_ensure(&world.db, &asked, &mut ids).unwrap(), made);
        assert_eq!(holders_ensure(&world.db, &[], &mut ids).unwrap(), []);
        let holder = holder_fetch(&world.db, made[3]).unwrap().unwrap();
        assert_eq!(
            (holder.standing, holder.identities),
            (Standing::Open, vec![bot])
        );
        assert_eq!(
            holder_fetch(&world.db, HolderId::new(5).unwrap()).unwrap(),
            None
        );
    }
}
