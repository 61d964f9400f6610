//! Origins as rows: each text is stored once, by whichever process needs it first.

use crate::client::GenericClient;
use app::origin::Origin;
use ledger::{CodeSiteId, code_site_id};

use crate::{
    error::{Sql, SqlError},
    node::Ids,
};

/// How many other ids are tried for a text whose id another text has.
const SALTS: u32 = 16;

/// An origin's id and the id that its site was given; made at the first use. Each statement is a transaction of its own, so that no writer
/// waits for another's batch to end.
pub(crate) async fn origin_ensure(
    db: &impl GenericClient,
    ids: &Ids,
    now_ms: i64,
    origin: &Origin,
) -> Sql<(i64, CodeSiteId)> {
    let site = site_ensure(db, origin).await?;
    if let Some(id) = origin_fetch(db, origin, site).await? {
        return Ok((id, site));
    }
    let name = origin.name();
    db.execute(
        "INSERT INTO origin (id, entry, application, site, class, function, claimed, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (entry, application, site, claimed) DO NOTHING",
        &[
            &ids.next(now_ms)?,
            &origin.entry(),
            &origin.application(),
            &site.to_bits_i64(),
            &name.class,
            &name.function,
            &origin.is_claimed(),
            &origin.digest().cast_signed(),
        ],
    )
    .await?;
    let id = origin_fetch(db, origin, site).await?;
    let id =
        id.ok_or_else(|| SqlError::Damaged("an origin that was written is not there".into()))?;
    Ok((id, site))
}

async fn origin_fetch(
    db: &impl GenericClient,
    origin: &Origin,
    site: CodeSiteId,
) -> Sql<Option<i64>> {
    let found = db
        .query_opt(
            "SELECT id FROM origin WHERE entry = $1 AND application = $2 AND site = $3 AND claimed = $4",
            &[&origin.entry(), &origin.application(), &site.to_bits_i64(), &origin.is_claimed()],
        )
        .await?;
    Ok(found.map(|row| row.get(0)))
}

/// The id of a site's text. Two different texts with one id are told apart by a salt, never merged.
async fn site_ensure(db: &impl GenericClient, origin: &Origin) -> Sql<CodeSiteId> {
    let json = origin.site_json();
    if json.is_empty() {
        return Ok(CodeSiteId::UNKNOWN);
    }
    for salt in 0..SALTS {
        let id = code_site_id(json, salt);
        let insert = "INSERT INTO code_lookup (id, json) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        db.execute(insert, &[&id.to_bits_i64(), &json]).await?;
        let stored = db
            .query_opt(
                "SELECT json FROM code_lookup WHERE id = $1",
                &[&id.to_bits_i64()],
            )
            .await?;
        if stored.is_some_and(|row| row.get::<_, &str>(0) == json) {
            line_insert(db, id, origin).await?;
            return Ok(id);
        }
        tracing::error!(%id, json, "two code sites have one id; the new one gets another");
    }
    Ok(CodeSiteId::UNKNOWN)
}

async fn line_insert(db: &impl GenericClient, site: CodeSiteId, origin: &Origin) -> Sql<()> {
    let (file, line) = origin.position();
    let build = if origin.is_claimed() {
        origin.application()
    } else {
        env!("CARGO_PKG_VERSION")
    };
    db.execute(
        "INSERT INTO code_line (site, build, file, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        &[&site.to_bits_i64(), &build, &file, &line.cast_signed()],
    )
    .await?;
    Ok(())
}
