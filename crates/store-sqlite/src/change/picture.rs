use app::CurrencyPicture;
use ledger::CurrencyId;
use rusqlite::{Connection, params};

use crate::read::{ReadError, currency_ref};

/// In place of an earlier one.
pub(crate) fn picture_put(
    db: &Connection,
    currency: CurrencyId,
    picture: &CurrencyPicture,
) -> Result<(), ReadError> {
    let currency = currency_ref(db, currency)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    db.prepare_cached(
        "INSERT INTO currency_picture (currency, media_type, bytes) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes",
    )?
    .execute(params![currency, picture.media_type, picture.bytes])?;
    Ok(())
}
