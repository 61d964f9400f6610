use app::{NoteRecord, Scope};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use economy::{NoteFact, NoteState, Refusal};
use ledger::{CurrencyId, HolderId, Identity, NoteId, TransactionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::{Body, Called, Write, body},
    extract::{At, Params, limit},
    given::{AmountText, HolderRef},
    order::{Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::{Money, Page, ReceiptShown, Time, written},
    state::{Shared, Web},
};

body! {
    /// Writes a bank note.
    NoteBody {
        /// Whose money it is.
        sender: HolderRef,
        /// Who alone can redeem it: an identity, such as `discord:123`.
        #[schema(value_type = String, example = "discord:563437347899965455")]
        recipient: RecipientText,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much.
        amount: AmountText,
    }

    /// Credits a note to its recipient.
    RedeemBody {
        /// The note's text.
        token: String,
        /// As whom the recipient came to you.
        #[schema(value_type = String, example = "discord:563437347899965455")]
        recipient: RecipientText,
    }

    /// Takes an unredeemed note back.
    RevokeBody {
        /// Who wrote it.
        sender: HolderRef,
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct RecipientText(Identity);

impl TryFrom<String> for RecipientText {
    type Error = ledger::IdentityError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl Order for NoteBody {
    type Command = economy::NoteCreate;

    const SCOPE: Scope = Scope::Notes;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.sender);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::NoteCreate, Problem> {
        Ok(economy::NoteCreate {
            sender: desk.holder(&self.sender)?,
            recipient: self.recipient.0,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
        })
    }
}

/// A note that was just written, with its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoteWritten {
    /// The note's id.
    #[schema(value_type = Option<String>)]
    note: Option<TransactionId>,
    /// The note: a JSON Web Token for the recipient, who can check it against `/.well-known/jwks.json`.
    token: String,
    #[serde(flatten)]
    receipt: ReceiptShown,
}

/// Writes a bank note: takes the money out of the sender's wallet and answers the signed text.
#[utoipa::path(
    post,
    path = "/v1/notes",
    tag = "Notes",
    params(WriteHeaders),
    request_body = NoteBody,
    responses(
        (status = 201, description = "The note", body = NoteWritten),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["notes"])),
)]
pub(crate) async fn note_create(
    State(web): State<Shared>,
    write: Write<NoteBody>,
) -> Result<Response, Problem> {
    let (asked, create) = write.prepare(&web).await?;
    let fact = NoteFact {
        sender: create.sender,
        recipient: create.recipient.clone(),
        currency: create.currency,
        amount: create.amount,
        state: NoteState::Open,
    };
    let receipt = web
        .receipt(web.app.note_create(asked, create).await)
        .await?;
    let note = receipt.transaction;
    let id = note.and_then(|id| NoteId::new(id.get()).ok());
    let token = id.map(|id| web.token(&NoteRecord { id, note: fact }));
    let answer = NoteWritten {
        note,
        token: token.unwrap_or_default(),
        receipt,
    };
    Ok(written(answer.receipt.replayed, &answer))
}

/// Credits a note to its recipient, once.
#[utoipa::path(
    post,
    path = "/v1/notes/redeem",
    tag = "Notes",
    params(WriteHeaders),
    request_body = RedeemBody,
    responses(
        (status = 201, description = "It was credited", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["notes"])),
)]
pub(crate) async fn note_redeem(
    State(web): State<Shared>,
    mut write: Write<RedeemBody>,
) -> Result<ReceiptShown, Problem> {
    let asked = write.asked(&web)?;
    let claims = web.config.notes.keys().verify(&write.body.token);
    let claims = claims.map_err(Problem::note_token)?;
    web.note_within_limits(&write.keyed.called, claims.note)
        .await?;
    let identity = write.body.recipient.0;
    let redeem = economy::NoteRedeem {
        note: claims.note,
        holder: web.app.holder(identity.clone()).await?,
        identity,
    };
    web.receipt(web.app.note_redeem(asked, redeem).await).await
}

/// Gives an unredeemed note's money back to its sender.
#[utoipa::path(
    post,
    path = "/v1/notes/{note}/revoke",
    tag = "Notes",
    params(("note" = String, Path, description = "The note's id."), WriteHeaders),
    request_body = RevokeBody,
    responses(
        (status = 201, description = "It was given back", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["notes"])),
)]
pub(crate) async fn note_revoke(
    State(web): State<Shared>,
    At(note): At<NoteId>,
    mut write: Write<RevokeBody>,
) -> Result<ReceiptShown, Problem> {
    let stated = write.body.stated();
    let asked = write.keyed.asked(&web, stated)?;
    web.note_within_limits(&write.keyed.called, note).await?;
    let sender = web.holder(&write.body.sender).await?;
    let revoke = economy::NoteRevoke { note, sender };
    web.receipt(web.app.note_revoke(asked, revoke).await).await
}

/// A bank note as the ledger knows it.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
pub(crate) struct NoteShown {
    #[schema(value_type = String)]
    id: NoteId,
    #[schema(value_type = String)]
    sender: HolderId,
    recipient: String,
    #[schema(value_type = String)]
    currency: CurrencyId,
    #[schema(value_type = String)]
    amount: Money,
    #[schema(value_type = String)]
    created: Time,
    /// `open`, `redeemed` or `revoked`.
    state: &'static str,
    /// The transaction that redeemed or revoked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    by: Option<TransactionId>,
    /// Its text, while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl NoteShown {
    fn new(web: &Web, record: &NoteRecord) -> Self {
        let decimals = web.currencies.now().decimals(record.note.currency);
        let (state, by) = match record.note.state {
            NoteState::Open => ("open", None),
            NoteState::Redeemed { by } => ("redeemed", Some(by)),
            NoteState::Revoked { by } => ("revoked", Some(by)),
        };
        Self {
            id: record.id,
            sender: record.note.sender,
            recipient: record.note.recipient.to_string(),
            currency: record.note.currency,
            amount: Money::amount(record.note.amount, decimals),
            created: Time(ledger::IdSequence::time_ms(record.id.get())),
            state,
            by,
            token: by.is_none().then(|| web.token(record)),
        }
    }
}

/// Shows a note: whether it is still good, and its text while it is.
#[utoipa::path(
    get,
    path = "/v1/notes/{note}",
    tag = "Notes",
    params(("note" = String, Path, description = "The note's id.")),
    responses(
        (status = 200, description = "The note", body = NoteShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["notes"])),
)]
pub(crate) async fn note_show(
    State(web): State<Shared>,
    called: Called,
    At(note): At<NoteId>,
) -> Result<Json<NoteShown>, Problem> {
    let record = web.note(note).await?;
    called.caller.must_see(record.note.currency)?;
    let store = web.app.store();
    web.currencies.with(store, [record.note.currency]).await?;
    Ok(Json(NoteShown::new(&web, &record)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoteQuery {
    /// Who wrote them.
    #[param(value_type = String)]
    sender: HolderRef,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<NoteId>,
    /// 1 to 100; 20 when not given.
    limit: Option<usize>,
}

/// The notes that a holder wrote, newest first.
#[utoipa::path(
    get,
    path = "/v1/notes",
    tag = "Notes",
    params(NoteQuery),
    responses(
        (status = 200, description = "A page of notes", body = Page<NoteShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["notes"])),
)]
pub(crate) async fn note_list(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<NoteQuery>,
) -> Result<Json<Page<NoteShown>>, Problem> {
    let limit = limit(query.limit, 100)?;
    let sender = web.known_holder(&query.sender).await?.id;
    let store = web.app.store();
    let notes = store.notes_of(sender, query.cursor, limit).await?;
    let currencies = notes.iter().map(|record| record.note.currency);
    web.currencies.with(store, currencies).await?;
    let last = notes.last().map(|record| record.id.get());
    let mut page = Page::new(notes, limit, last);
    page.items
        .retain(|record| called.caller.sees(record.note.currency));
    Ok(Json(Page {
        items: page.items.iter().map(|r| NoteShown::new(&web, r)).collect(),
        next: page.next,
    }))
}

/// The public keys that bank notes can be checked against, as a JSON Web Key Set.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "Notes",
    responses((status = 200, description = "The key set", body = serde_json::Value)),
    security(()),
)]
pub(crate) async fn key_set(State(web): State<Shared>) -> Response {
    let cached = [("cache-control", "public, max-age=300")];
    (cached, Json(web.config.notes.keys().jwks())).into_response()
}

impl Web {
    fn token(&self, record: &NoteRecord) -> String {
        let decimals = self.currencies.now().decimals(record.note.currency);
        self.config.notes.token(record, decimals)
    }

    async fn note(&self, note: NoteId) -> Result<NoteRecord, Problem> {
        let record = self.app.store().note(note).await?;
        record
            .ok_or_else(|| Problem::refused(&Refusal::UnknownNote { note }, &self.currencies.now()))
    }

    async fn note_within_limits(&self, called: &Called, note: NoteId) -> Result<(), Problem> {
        if called.caller.unlimited() {
            return Ok(());
        }
        let note = self.note(note).await?.note;
        called.caller.must_move(note.currency, note.amount.get())
    }
}
