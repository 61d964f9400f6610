use app::CurrencyPicture;
use ledger::CurrencyId;
use rusqlite::{Connection, OptionalExtension};

use super::ReadError;

pub(crate) fn picture_fetch(
    db: &Connection,
    currency: CurrencyId,
) -> Result<Option<CurrencyPicture>, ReadError> {
    let picture = db
        .prepare_cached(
            "SELECT p.media_type, p.bytes FROM currency_picture p JOIN currency c ON c.ref = p.currency WHERE c.id = ?1",
        )?
        .query_row([currency.get()], |row| {
            Ok(CurrencyPicture {
                media_type: row.get(0)?,
                bytes: row.get(1)?,
            })
        })
        .optional()?;
    Ok(picture)
}
