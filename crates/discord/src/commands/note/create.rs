use app::{Asked, NoteRecord, Receipt, StoreError, WriteError};
use economy::{NoteCreate, NoteFact, NoteState};
use ledger::{Identity, NoteId};

use super::RECIPIENT;
use crate::{
    answer::Reply,
    commands::{CURRENCY, amount},
    context::Context,
    currencies::{Currencies, Shown},
    here::Here as _,
    invocation::{Chosen, Invocation},
    patience::settled,
    place::{People, Place},
    replies,
};

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let notes = super::notes(ctx)?;
    let currencies = usable(ctx, asked).await?;
    let shown = currency(&currencies, asked)?;
    let amount = amount(asked, &shown.currency)?;
    let to = recipient(asked)?;
    let sender = ctx.app.holder(Identity::discord(asked.user)).await;
    let create = NoteCreate {
        sender: sender.map_err(replies::read_failed)?,
        recipient: Identity::discord(to.discord),
        currency: shown.currency.id,
        amount,
    };
    match settled(|| write(ctx, asked, shown, create.clone())).await {
        Ok(receipt) => {
            let record = record(&receipt, create).map_err(replies::read_failed)?;
            let token = notes.book.token(&record, shown.currency.decimals);
            let money = shown.money(amount);
            Ok(replies::notes::written(&record, money, &token, notes))
        }
        Err(error) => {
            let people = People::of(ctx, asked.user, &[]).await;
            Err(replies::not_written(error, &currencies, &people))
        }
    }
}

async fn write(
    ctx: &Context,
    asked: &Invocation,
    shown: &Shown,
    create: NoteCreate,
) -> Result<Receipt, WriteError> {
    let by = Asked::new(&ctx.entry("/note create"), create.sender, asked.key())
        .here(asked.guild, shown.kind);
    ctx.app.note_create(by, create).await
}

/// The note that this receipt is for, also if it was written by an earlier delivery and redeemed since.
fn record(receipt: &Receipt, create: NoteCreate) -> Result<NoteRecord, StoreError> {
    let id = receipt
        .transaction
        .and_then(|id| NoteId::new(id.get()).ok())
        .ok_or(StoreError::Damaged("a note without a number".into()))?;
    let note = NoteFact {
        sender: create.sender,
        recipient: create.recipient,
        currency: create.currency,
        amount: create.amount,
        state: NoteState::Open,
    };
    Ok(NoteRecord { id, note })
}

/// Those of the guild; in a direct message those in the asker's own wallet.
async fn usable(ctx: &Context, asked: &Invocation) -> Result<Currencies, Reply> {
    if asked.guild.is_some() {
        return Ok(Place::of(ctx, asked).await?.currencies);
    }
    let own = own_currencies(ctx, asked).await;
    own.map_err(replies::read_failed)
}

async fn own_currencies(ctx: &Context, asked: &Invocation) -> Result<Currencies, StoreError> {
    let store = ctx.app.store();
    let identity = Identity::discord(asked.user);
    let Some(holder) = store.holder_by_identity(identity).await? else {
        return Ok(Currencies::default());
    };
    let wallet = store.wallet(holder.id).await?;
    let all = Currencies::of_all_guilds(ctx).await?;
    Ok(all.only(|currency| {
        let mut lines = wallet.iter();
        lines.any(|line| line.currency == currency && line.balance.get() > 0)
    }))
}

/// The asker's own currencies, while one is typed in a direct message.
pub(in crate::commands) async fn offered(
    ctx: &Context,
    asked: &Invocation,
    typed: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(own_currencies(ctx, asked).await?.offered(typed))
}

fn currency<'a>(currencies: &'a Currencies, asked: &Invocation) -> Result<&'a Shown, Reply> {
    if asked.guild.is_none() && currencies.is_empty() {
        return Err(replies::empty_wallet(None));
    }
    match asked.text(CURRENCY) {
        Some(text) => currencies
            .named(text)
            .ok_or_else(|| replies::unknown_currency(text, currencies)),
        None if asked.guild.is_none() => {
            let mut own = currencies.iter();
            match (own.next(), own.next()) {
                (Some(only), None) => Ok(only),
                _ => Err(replies::notes::which_currency(currencies)),
            }
        }
        None => currencies
            .primary()
            .ok_or_else(|| replies::no_primary(currencies)),
    }
}

/// Somebody who is a person, here or elsewhere. It may be the asker: a note is a way to put money aside.
fn recipient(asked: &Invocation) -> Result<Chosen, Reply> {
    let chosen = asked.user(RECIPIENT).ok_or_else(replies::unknown_person)?;
    if chosen.bot {
        Err(replies::bots_have_no_wallet(chosen.discord))
    } else {
        Ok(chosen)
    }
}
