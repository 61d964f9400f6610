//! A database's schema as statements that make it, from the catalogue.

use tokio_postgres::Client;

/// Each with its columns and constraints but foreign keys, which follow when all tables are there.
const TABLES: &str = "
    SELECT format(E'CREATE TABLE %s (\\n%s\\n)%s;', t.relname, string_agg('    ' || part.words, E',\\n' ORDER BY part.place, part.words),
        CASE WHEN t.reloptions IS NOT NULL THEN ' WITH (' || array_to_string(t.reloptions, ', ') || ')' ELSE '' END)
    FROM pg_class t, LATERAL (
        SELECT a.attnum AS place, concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || quote_ident(c.collname), 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attnotnull THEN 'NOT NULL' END)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_collation c ON c.oid = a.attcollation AND c.collname <> 'default'
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT 2000, format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid, true))
        FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype IN ('p', 'u', 'c', 'x')
    ) AS part (place, words)
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') GROUP BY t.oid ORDER BY t.relname";

const FOREIGN_KEYS: &str = "
    SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s;', t.relname, k.conname, pg_get_constraintdef(k.oid, true))
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    WHERE k.contype = 'f' AND t.relnamespace = 'public'::regnamespace ORDER BY t.relname, k.conname";

const INDEXES: &str = "
    SELECT pg_get_indexdef(x.indexrelid, 0, true) || ';' FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE i.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY i.relname";

const FUNCTIONS: &str = "
    SELECT rtrim(pg_get_functiondef(oid), E'\\n') || ';' FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname";

const TRIGGERS: &str = "
    SELECT pg_get_triggerdef(g.oid, true) || ';' FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND t.relnamespace = 'public'::regnamespace ORDER BY t.relname, g.tgname";

/// From PostgreSQL 16 a view of one table names its columns without the table, as we do everywhere.
const VIEWS: &str = "
    SELECT format(E'CREATE VIEW %s AS\\n%s', v.relname,
        regexp_replace(pg_get_viewdef(v.oid, true), '\\m(' || (SELECT string_agg(relname, '|') FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')) || ')\\.', '', 'g'))
    FROM pg_class v WHERE v.relnamespace = 'public'::regnamespace AND v.relkind = 'v' ORDER BY v.relname";

pub async fn text(db: &Client) -> String {
    let mut statements: Vec<String> = Vec::new();
    for list in [TABLES, FOREIGN_KEYS, INDEXES, FUNCTIONS, TRIGGERS, VIEWS] {
        let rows = db.query(list, &[]).await.unwrap();
        statements.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    }
    statements.join("\n\n") + "\n"
}
