//! `/top`

use app::StoreError;

use crate::bot::{
    Context,
    replies::{self, Reply},
    update::User,
};

const PLACES: usize = 10;

pub(super) async fn run(ctx: &Context, from: &User) -> Result<Reply, StoreError> {
    let store = ctx.app.store();
    let best = store.players_top(PLACES).await?;
    let own = store.player_rank(from.id).await?;
    Ok(replies::top(&best, own))
}
