use app::NoteRecord;
use economy::NoteState;

use super::{TOKEN, all_currencies, notes, own, shown};
use crate::{
    Notes, answer::Reply, context::Context, currencies::Currencies, invocation::Invocation, replies,
};

/// Anybody may see what a note says; it needs no more than its text.
pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let notes = notes(ctx)?;
    let given = asked.text(TOKEN).unwrap_or_default();
    let is_number = given.trim().bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !given.trim().is_empty() {
        let record = own(ctx, asked, given).await?;
        let currencies = all_currencies(ctx, asked).await?;
        return own_shown(notes, &record, &currencies);
    }
    let claims = notes.book.read(given).map_err(replies::notes::not_a_note)?;
    let currencies = all_currencies(ctx, asked).await?;
    let record = notes.book.recorded(ctx.app.store(), &claims).await;
    match record.map_err(replies::read_failed)? {
        Some(record) => {
            let money = shown(&currencies, &record)?.money(record.note.amount);
            Ok(replies::notes::shown(&record, money, &claims.issuer))
        }
        None => Err(replies::notes::not_in_the_books()),
    }
}

/// With its text, while it is good: the answer that had it may be gone.
fn own_shown(notes: &Notes, record: &NoteRecord, currencies: &Currencies) -> Result<Reply, Reply> {
    let shown = shown(currencies, record)?;
    let token = notes.book.token(record, shown.currency.decimals);
    let money = shown.money(record.note.amount);
    let issuer = notes.book.issuer();
    let reply = replies::notes::shown(record, money, issuer);
    Ok(match record.note.state {
        NoteState::Open => replies::notes::with_token(reply, &token, notes),
        NoteState::Redeemed { .. } | NoteState::Revoked { .. } => reply,
    })
}
