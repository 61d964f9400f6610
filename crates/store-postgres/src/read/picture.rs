use app::CurrencyPicture;
use ledger::CurrencyId;

use super::row_opt;
use crate::{client::GenericClient, error::Sql};

pub(crate) async fn picture_fetch(
    db: &impl GenericClient,
    currency: CurrencyId,
) -> Sql<Option<CurrencyPicture>> {
    row_opt(
        db,
        "SELECT media_type, bytes FROM currency_picture WHERE currency = $1",
        &[&currency.get()],
        |row| {
            Ok(CurrencyPicture {
                media_type: row.try_get(0)?,
                bytes: row.try_get(1)?,
            })
        },
    )
    .await
}
