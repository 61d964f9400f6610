use std::sync::Arc;

use app::{Store, SystemClock};
use rusqlite::{Connection, Row};
use store_sqlite::{Options, SqliteStore};

use crate::{Only, Schema, postgres::Place};

/// The schema of a new file. Conditions are put into the server's words, in which the other schema has them.
pub async fn read(words: &Place) -> Schema {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let store = SqliteStore::open(Options::at(&path), Arc::new(SystemClock)).unwrap();
    store.close().await.unwrap();
    let db = Connection::open(&path).unwrap();

    let mut schema = Schema::new(Only::Sqlite);
    for (table, sql) in named(&db, "table") {
        columns(&db, &table, &sql, &mut schema);
        references(&db, &table, &mut schema);
        uniques(&db, &table, words, &mut schema).await;
        for condition in in_parentheses(&sql, "CHECK (") {
            // A boolean's, which the column says.
            if !condition.ends_with(" IN (0, 1)") {
                schema.check(&table, &words.of_condition(&table, condition).await);
            }
        }
    }
    for (_, sql) in named(&db, "trigger") {
        let [_, _, _, _, event, _, table, next, ..] =
            sql.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("CREATE TRIGGER name BEFORE event ON table …: {sql}");
        };
        schema.stopped(table, event, next == "WHEN");
    }
    for (view, _) in named(&db, "view") {
        let columns = "SELECT name FROM pragma_table_info(?1)";
        for column in list(&db, columns, &view, |row| row.get::<_, String>(0)) {
            schema.view(&view, &column);
        }
    }
    schema
}

/// What there is of a type, with the statement that made it.
fn named(db: &Connection, of: &str) -> Vec<(String, String)> {
    let named = "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite_%'";
    list(db, named, of, |row| Ok((row.get(0)?, row.get(1)?)))
}

fn list<T>(
    db: &Connection,
    sql: &str,
    of: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([of], read).unwrap();
    rows.map(Result::unwrap).collect()
}

fn columns(db: &Connection, table: &str, sql: &str, schema: &mut Schema) {
    // A primary key of a STRICT table without rowids, and one that is the rowid, are never null.
    let columns = "SELECT name, type, \"notnull\" = 0 AND pk = 0, pk FROM pragma_table_info(?1)";
    let columns = list(db, columns, table, |row| {
        let name: String = row.get(0)?;
        Ok((
            name,
            row.get::<_, String>(1)?,
            row.get(2)?,
            row.get::<_, i64>(3)?,
        ))
    });
    for (column, kind, may_be_null, _) in &columns {
        let kind = match kind.as_str() {
            "INTEGER" if sql.contains(&format!("CHECK ({column} IN (0, 1))")) => "boolean",
            "INTEGER" => "integer",
            "TEXT" => "text",
            "BLOB" => "bytes",
            other => panic!("{table}.{column} is {other}"),
        };
        schema.column(table, column, kind, *may_be_null);
    }
    // One that is the rowid has no index that would tell of it.
    let key = columns.into_iter().filter(|(.., place)| *place > 0);
    let key: Vec<String> = key.map(|(column, ..)| column).collect();
    schema.unique(table, &key, None);
}

fn references(db: &Connection, table: &str, schema: &mut Schema) {
    let references = "SELECT json_group_array(\"from\"), \"table\", json_group_array(\"to\")
        FROM (SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id, seq) GROUP BY id, \"table\"";
    let references = list(db, references, table, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    for (from, to, at) in references {
        let (from, to, at): (String, String, String) = (from, to, at);
        schema.reference(table, &names(&from), &to, &names(&at));
    }
}

async fn uniques(db: &Connection, table: &str, words: &Place, schema: &mut Schema) {
    let indexes = "SELECT i.name, s.sql, (SELECT json_group_array(CASE coll WHEN 'NOCASE' THEN 'lower(' || name || ')' ELSE name END)
            FROM pragma_index_xinfo(i.name) WHERE key)
        FROM pragma_index_list(?1) i LEFT JOIN sqlite_schema s ON s.name = i.name WHERE i.\"unique\"";
    let indexes = list(db, indexes, table, |row| Ok((row.get(1)?, row.get(2)?)));
    for (sql, columns) in indexes {
        let (sql, columns): (Option<String>, String) = (sql, columns);
        let condition = sql
            .as_deref()
            .and_then(|sql| Some(sql.split_once(" WHERE ")?.1));
        let condition = match condition {
            Some(condition) => Some(words.of_condition(table, condition).await),
            None => None,
        };
        schema.unique(table, &names(&columns), condition.as_deref());
    }
}

fn names(json: &str) -> Vec<String> {
    let names: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
    let name = |name: &serde_json::Value| name.as_str().expect("a column's name").to_owned();
    names.iter().map(name).collect()
}

/// Each text between the parenthesis that an opening ends with and the one that closes it.
fn in_parentheses<'a>(sql: &'a str, opening: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (start, _) in sql.match_indices(opening) {
        let inner = &sql[start + opening.len()..];
        let mut depth = 1;
        let end = inner.find(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        found.push(&inner[..end.expect("what is opened is closed")]);
    }
    found
}
