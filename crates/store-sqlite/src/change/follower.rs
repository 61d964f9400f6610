use rusqlite::{Connection, params};
use serde_json::Value;

use crate::read::ReadError;

pub(crate) fn cursor_set(db: &Connection, name: &str, at: i64) -> Result<(), ReadError> {
    db.prepare_cached("INSERT INTO follower (name, at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = excluded.at")?
        .execute(params![name, at])?;
    Ok(())
}

pub(crate) fn memo_set(db: &Connection, name: &str, value: &Value) -> Result<(), ReadError> {
    db.prepare_cached("INSERT INTO memo (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute(params![name, value.to_string()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{cursor_fetch, memo_fetch, world::World};
    use serde_json::json;

    #[test]
    fn cursors_and_memos_are_what_was_set_last() {
        let world = World::new();
        assert_eq!(cursor_fetch(&world.db, "log").unwrap(), 0);
        assert_eq!(memo_fetch(&world.db, "session").unwrap(), None);
        for at in [5, 9, 7] {
            cursor_set(&world.db, "log", at).unwrap();
            memo_set(&world.db, "session", &json!({"sequence": at})).unwrap();
        }
        assert_eq!(cursor_fetch(&world.db, "log").unwrap(), 7);
        assert_eq!(cursor_fetch(&world.db, "other").unwrap(), 0);
        assert_eq!(
            memo_fetch(&world.db, "session").unwrap(),
            Some(json!({"sequence": 7}))
        );
    }
}
