use app::CurrencyPicture;
use ledger::CurrencyId;

use crate::{client::GenericClient, error::Sql, read::execute};

/// In place of an earlier one.
pub(crate) async fn picture_put(
    db: &impl GenericClient,
    currency: CurrencyId,
    picture: &CurrencyPicture,
) -> Sql<()> {
    let sql = "INSERT INTO currency_picture (currency, media_type, bytes) VALUES ($1, $2, $3) \
        ON CONFLICT (currency) DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes";
    let CurrencyPicture { media_type, bytes } = picture;
    execute(db, sql, &[&currency.get(), media_type, bytes]).await?;
    Ok(())
}
