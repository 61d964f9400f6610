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
    /// One holder pays another.
    TransferBody {
        /// Who pays.
        from: HolderRef,
        /// Who is paid.
        to: HolderRef,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much, in the currency's decimals.
        amount: AmountText,
    }
}

impl Order for TransferBody {
    type Command = economy::Transfer;

    const SCOPE: Scope = Scope::Transfer;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.from);
        name(&self.to);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Transfer, Problem> {
        Ok(economy::Transfer {
            from: desk.holder(&self.from)?,
            to: desk.holder(&self.to)?,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
        })
    }
}

/// One holder pays another.
#[utoipa::path(
    post,
    path = "/v1/transfers",
    tag = "Money",
    params(WriteHeaders),
    request_body = TransferBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["transfer"])),
)]
pub(crate) async fn transfer_create(
    State(web): State<Shared>,
    write: Write<TransferBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, transfer) = write.prepare(&web).await?;
    web.receipt(web.app.transfer(asked, transfer).await).await
}
