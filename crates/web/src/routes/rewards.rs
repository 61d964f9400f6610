use app::Scope;
use axum::extract::State;
use ledger::{CurrencyId, ItemId};

use crate::{
    called::{Write, body},
    given::{AmountText, HolderRef},
    order::{Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::ReceiptShown,
    state::Shared,
};

body! {
    /// Issues money to a holder by a rule of a game.
    RewardBody {
        /// Who earned it.
        to: HolderRef,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much, in the currency's decimals.
        amount: AmountText,
        /// What it was earned with, as you number it.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        item: Option<ItemId>,
    }
}

impl Order for RewardBody {
    type Command = economy::Reward;

    const SCOPE: Scope = Scope::Reward;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.to);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Reward, Problem> {
        Ok(economy::Reward {
            to: desk.holder(&self.to)?,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
            item: self.item,
        })
    }
}

/// Issues money to a holder by a rule of a game.
#[utoipa::path(
    post,
    path = "/v1/rewards",
    tag = "Money",
    params(WriteHeaders),
    request_body = RewardBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["reward"])),
)]
pub(crate) async fn reward_create(
    State(web): State<Shared>,
    write: Write<RewardBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, reward) = write.prepare(&web).await?;
    web.receipt(web.app.reward(asked, reward).await).await
}
