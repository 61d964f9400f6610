use app::Scope;
use axum::extract::State;
use economy::{Refusal, Shortfall};
use ledger::TransactionId;

use crate::{
    called::{Write, body},
    order::{Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::ReceiptShown,
    state::Shared,
};

body! {
    /// Mends a transaction by its linked opposite, once.
    ReversalBody {
        /// The transaction to mend.
        #[schema(value_type = String, example = "123")]
        transaction: TransactionId,
        /// What happens when those who were paid no longer have it all.
        #[serde(default)]
        shortfall: ShortfallGiven,
    }
}

#[derive(Debug, Clone, Copy, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Shortfall)]
pub(crate) enum ShortfallGiven {
    /// All or nothing.
    #[default]
    Refuse,
    /// As much as is there; what is missing is recorded as a debt.
    RecordDebt,
}

impl Order for ReversalBody {
    type Command = economy::Reversal;

    const SCOPE: Scope = Scope::Reverse;

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Reversal, Problem> {
        if !desk.caller.unlimited() {
            self.may_be_moved(desk).await?;
        }
        Ok(economy::Reversal {
            transaction: self.transaction,
            shortfall: match self.shortfall {
                ShortfallGiven::Refuse => Shortfall::Refuse,
                ShortfallGiven::RecordDebt => Shortfall::RecordDebt,
            },
        })
    }
}

impl ReversalBody {
    async fn may_be_moved(&self, desk: &Desk<'_>) -> Result<(), Problem> {
        let (id, web) = (self.transaction, desk.web);
        let Some(past) = web.app.store().transaction(id).await? else {
            let refusal = Refusal::UnknownTransaction { transaction: id };
            return Err(Problem::refused(&refusal, &web.currencies.now()));
        };
        past.transfers
            .iter()
            .try_for_each(|t| desk.caller.must_move(t.debit.currency, t.amount.get()))
    }
}

/// Mends a transaction by its linked opposite, once.
#[utoipa::path(
    post,
    path = "/v1/reversals",
    tag = "Money",
    params(WriteHeaders),
    request_body = ReversalBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["reverse"])),
)]
pub(crate) async fn reversal_create(
    State(web): State<Shared>,
    write: Write<ReversalBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, reversal) = write.prepare(&web).await?;
    web.receipt(web.app.reversal(asked, reversal).await).await
}
