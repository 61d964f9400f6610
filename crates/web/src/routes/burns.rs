use app::Scope;
use axum::extract::State;
use ledger::CurrencyId;

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
    /// Takes a holder's money out of the world.
    BurnBody {
        /// Whose money it is.
        from: HolderRef,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much, in the currency's decimals.
        amount: AmountText,
    }
}

impl Order for BurnBody {
    type Command = economy::Burn;

    const SCOPE: Scope = Scope::Burn;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.from);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Burn, Problem> {
        Ok(economy::Burn {
            from: desk.holder(&self.from)?,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
        })
    }
}

/// Takes a holder's money out of the world.
#[utoipa::path(
    post,
    path = "/v1/burns",
    tag = "Money",
    params(WriteHeaders),
    request_body = BurnBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["burn"])),
)]
pub(crate) async fn burn_create(
    State(web): State<Shared>,
    write: Write<BurnBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, burn) = write.prepare(&web).await?;
    web.receipt(web.app.burn(asked, burn).await).await
}
