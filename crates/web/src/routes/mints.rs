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
    /// Issues money to a holder.
    MintBody {
        /// Who gets it.
        to: HolderRef,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much, in the currency's decimals.
        amount: AmountText,
    }
}

impl Order for MintBody {
    type Command = economy::Mint;

    const SCOPE: Scope = Scope::Mint;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.to);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Mint, Problem> {
        Ok(economy::Mint {
            to: desk.holder(&self.to)?,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
        })
    }
}

/// Issues money to a holder.
#[utoipa::path(
    post,
    path = "/v1/mints",
    tag = "Money",
    params(WriteHeaders),
    request_body = MintBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["mint"])),
)]
pub(crate) async fn mint_create(
    State(web): State<Shared>,
    write: Write<MintBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, mint) = write.prepare(&web).await?;
    web.receipt(web.app.mint(asked, mint).await).await
}
