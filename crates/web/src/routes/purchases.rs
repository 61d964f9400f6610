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
    /// A holder pays for an item.
    PurchaseBody {
        /// Who pays.
        buyer: HolderRef,
        /// Who is paid and owned the item before; without one the money leaves the world.
        #[serde(default)]
        seller: Option<HolderRef>,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much, in the currency's decimals.
        price: AmountText,
        /// The item, as you number it.
        #[schema(value_type = String, example = "77")]
        item: ItemId,
    }
}

impl Order for PurchaseBody {
    type Command = economy::Purchase;

    const SCOPE: Scope = Scope::Purchase;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.buyer);
        self.seller.iter().for_each(name);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Purchase, Problem> {
        Ok(economy::Purchase {
            buyer: desk.holder(&self.buyer)?,
            seller: self
                .seller
                .as_ref()
                .map(|seller| desk.holder(seller))
                .transpose()?,
            currency: self.currency,
            price: desk.amount("price", &self.price, self.currency)?,
            item: self.item,
        })
    }
}

/// A holder pays for an item.
#[utoipa::path(
    post,
    path = "/v1/purchases",
    tag = "Money",
    params(WriteHeaders),
    request_body = PurchaseBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["purchase"])),
)]
pub(crate) async fn purchase_create(
    State(web): State<Shared>,
    write: Write<PurchaseBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, purchase) = write.prepare(&web).await?;
    web.receipt(web.app.purchase(asked, purchase).await).await
}
