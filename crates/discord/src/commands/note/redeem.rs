use app::{Asked, NoteRecord, Receipt, WriteError};
use economy::{NoteRedeem, Refusal};
use ledger::Identity;

use super::{TOKEN, all_currencies, notes, shown};
use crate::{
    answer::Reply,
    commands::history::discord_of,
    context::Context,
    currencies::{Currencies, Shown},
    here::Here as _,
    invocation::Invocation,
    patience::settled,
    place::People,
    replies,
};

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let claims = notes(ctx)?
        .book
        .read(asked.text(TOKEN).unwrap_or_default())
        .map_err(replies::notes::not_a_note)?;
    let currencies = all_currencies(ctx, asked).await?;
    let record = ctx.app.store().note(claims.note).await;
    let record = record.map_err(replies::read_failed)?;
    let note = claims.note;
    let record =
        record.ok_or_else(|| not_credited(&currencies, Refusal::UnknownNote { note }.into()))?;
    let shown = shown(&currencies, &record)?;
    match settled(|| redeem(ctx, asked, shown, &record)).await {
        Ok(_) => {
            let from = discord_of(ctx, record.note.sender)
                .await
                .unwrap_or_default();
            let money = shown.money(record.note.amount);
            Ok(replies::notes::redeemed(asked.user, from, money))
        }
        Err(WriteError::Refused(Refusal::NoteForSomebodyElse { recipient })) => {
            Err(replies::notes::for_somebody_else(&recipient))
        }
        Err(error) => {
            let people = People::of(ctx, asked.user, &[]).await;
            Err(replies::not_written(error, &currencies, &people))
        }
    }
}

fn not_credited(currencies: &Currencies, error: WriteError) -> Reply {
    replies::not_written(error, currencies, &People::default())
}

/// Whoever asks is paid, if the note is for them: the ledger decides.
async fn redeem(
    ctx: &Context,
    asked: &Invocation,
    shown: &Shown,
    record: &NoteRecord,
) -> Result<Receipt, WriteError> {
    let identity = Identity::discord(asked.user);
    let holder = ctx.app.holder(identity.clone()).await?;
    let by =
        Asked::new(&ctx.entry("/note redeem"), holder, asked.key()).here(asked.guild, shown.kind);
    let redeem = NoteRedeem {
        note: record.id,
        holder,
        identity,
    };
    ctx.app.note_redeem(by, redeem).await
}
