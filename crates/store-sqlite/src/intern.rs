//! Origins as rows: each text is stored once.

use app::origin::Origin;
use ledger::{Chain, CodeSiteId, Detail, code_site_id};
use posting::OriginHead;
use rusqlite::{Connection, OptionalExtension, params};

/// How many other ids are tried for a text whose id another text has.
const SALTS: u32 = 16;

/// The row of an origin; made, with its code site, at the first use.
pub(crate) fn origin_ensure(db: &Connection, origin: &Origin) -> rusqlite::Result<OriginHead> {
    let site = site_ensure(db, origin)?;
    let found = origin_fetch(db, origin, site)?;
    let origin_ref = found.map_or_else(|| origin_insert(db, origin, site), Ok)?;
    Ok(OriginHead {
        origin_ref,
        site,
        last: 0,
    })
}

fn origin_fetch(
    db: &Connection,
    origin: &Origin,
    site: CodeSiteId,
) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT ref FROM origin WHERE entry = ?1 AND application = ?2 AND site = ?3 AND claimed = ?4")?
        .query_row(params![origin.entry(), origin.application(), site.to_bits_i64(), origin.is_claimed()], |row| row.get(0))
        .optional()
}

fn origin_insert(db: &Connection, origin: &Origin, site: CodeSiteId) -> rusqlite::Result<i64> {
    let digest = origin.digest().cast_signed();
    let name = origin.name();
    db.query_row(
        "INSERT INTO origin (entry, application, site, class, function, claimed, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING ref",
        params![origin.entry(), origin.application(), site.to_bits_i64(), name.class, name.function, origin.is_claimed(), digest],
        |row| row.get(0),
    )
}

/// The id of a site's text. Two different texts with one id are told apart by a salt, never merged.
fn site_ensure(db: &Connection, origin: &Origin) -> rusqlite::Result<CodeSiteId> {
    let json = origin.site_json();
    if json.is_empty() {
        return Ok(CodeSiteId::UNKNOWN);
    }
    for salt in 0..SALTS {
        let id = code_site_id(json, salt);
        let insert = "INSERT INTO code_lookup (id, json) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        db.prepare_cached(insert)?
            .execute(params![id.to_bits_i64(), json])?;
        let stored: Option<String> = db
            .prepare_cached("SELECT json FROM code_lookup WHERE id = ?1")?
            .query_row([id.to_bits_i64()], |row| row.get(0))
            .optional()?;
        if stored.as_deref() == Some(json) {
            line_insert(db, id, origin)?;
            return Ok(id);
        }
        tracing::error!(%id, json, "two code sites have one id; the new one gets another");
    }
    Ok(CodeSiteId::UNKNOWN)
}

fn line_insert(db: &Connection, site: CodeSiteId, origin: &Origin) -> rusqlite::Result<()> {
    let (file, line) = origin.position();
    let build = if origin.is_claimed() {
        origin.application()
    } else {
        env!("CARGO_PKG_VERSION")
    };
    db.prepare_cached(
        "INSERT OR IGNORE INTO code_line (site, build, file, line) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![site.to_bits_i64(), build, file, line])
    .map(|_| ())
}

pub(crate) fn detail_insert(db: &Connection, id: i64, detail: &Detail) -> rusqlite::Result<()> {
    let remainder = detail
        .remainder
        .map(|rest| (rest.num.cast_signed(), rest.den.cast_signed()));
    db.prepare_cached(
        "INSERT INTO detail (id, reason, reference, item, item_owner, reverses, remainder_num, remainder_den, debt, traceparent, about, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        id,
        detail.reason,
        detail.reference,
        detail.item.map(|item| item.get()),
        detail.item_owner.map(|owner| owner.get()),
        detail.reverses.map(|reversed| reversed.get()),
        remainder.map(|(num, _)| num),
        remainder.map(|(_, den)| den),
        detail.debt.map(|debt| debt.get()),
        detail.traceparent,
        detail.about,
        Chain::detail_seal(detail).cast_signed(),
    ])
    .map(|_| ())
}
