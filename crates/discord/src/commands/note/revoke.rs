use app::{Asked, NoteRecord, Receipt, StoreError, WriteError};
use economy::{NoteRevoke, Refusal};
use ledger::Identity;

use super::{ID, all_currencies, list::open_notes, own, shown};
use crate::{
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    here::Here as _,
    invocation::Invocation,
    patience::settled,
    place::People,
    replies,
};

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let record = own(ctx, asked, asked.text(ID).unwrap_or_default()).await?;
    let currencies = all_currencies(ctx, asked).await?;
    let shown = shown(&currencies, &record)?;
    match settled(|| revoke(ctx, asked, shown, &record)).await {
        Ok(_) => {
            let money = shown.money(record.note.amount);
            Ok(replies::notes::revoked(asked.user, &record, money))
        }
        Err(WriteError::Refused(Refusal::NoteRevoked { .. })) => {
            Err(replies::notes::revoked_before())
        }
        Err(error) => {
            let people = People::of(ctx, asked.user, &[]).await;
            Err(replies::not_written(error, &currencies, &people))
        }
    }
}

async fn revoke(
    ctx: &Context,
    asked: &Invocation,
    shown: &Shown,
    record: &NoteRecord,
) -> Result<Receipt, WriteError> {
    let sender = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by =
        Asked::new(&ctx.entry("/note revoke"), sender, asked.key()).here(asked.guild, shown.kind);
    let note = record.id;
    ctx.app.note_revoke(by, NoteRevoke { note, sender }).await
}

/// The asker's notes that are good, whose number, amount or recipient has what was typed.
pub(in crate::commands) async fn offered(
    ctx: &Context,
    asked: &Invocation,
    typed: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let typed = typed.trim().to_ascii_lowercase();
    let sender = ctx.app.holder(Identity::discord(asked.user)).await?;
    let found = open_notes(ctx, sender, None, 100).await?;
    let currencies = Currencies::of_all_guilds(ctx).await?;
    let choices = found.notes.iter().filter_map(|record| {
        let name = replies::notes::choice(record, currencies.get(record.note.currency)?);
        Some((name, record.id.to_string()))
    });
    let fits = |(name, _): &(String, String)| name.to_ascii_lowercase().contains(&typed);
    Ok(choices.filter(fits).take(25).collect())
}
