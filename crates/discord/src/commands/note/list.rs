use app::{NoteRecord, StoreError};
use economy::NoteState;
use ledger::{HolderId, Identity, NoteId};

use super::{BUTTON, all_currencies, shown};
use crate::{
    answer::{List, Press, Reply},
    context::Context,
    invocation::Invocation,
    replies,
};

/// So many on a page.
const PER_PAGE: usize = 10;
/// So many notes are read at once, and at most so often: most may be redeemed.
const READ: usize = 200;
const READS: usize = 10;

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    page(ctx, asked, None).await
}

/// Older ones, or the newest again. Whoever presses sees their own.
pub(crate) async fn press(ctx: &Context, asked: &Invocation, id: &str) -> Result<Reply, Reply> {
    let before = match id {
        "" => None,
        id => Some(id.parse().map_err(|_| replies::old_button())?),
    };
    Ok(page(ctx, asked, before).await?.in_place())
}

async fn page(ctx: &Context, asked: &Invocation, before: Option<NoteId>) -> Result<Reply, Reply> {
    let sender = ctx.app.holder(Identity::discord(asked.user)).await;
    let sender = sender.map_err(replies::read_failed)?;
    let found = open_notes(ctx, sender, before, PER_PAGE).await;
    let Found { notes, older } = found.map_err(replies::read_failed)?;
    if notes.is_empty() && before.is_none() && older.is_none() {
        return Ok(replies::notes::no_open_notes());
    }
    let currencies = all_currencies(ctx, asked).await?;
    let lines = notes.iter().map(|record| {
        let money = shown(&currencies, record)?.money(record.note.amount);
        Ok(replies::notes::line(record, money))
    });
    let list = List {
        title: replies::notes::OPEN_NOTES.into(),
        lines: lines.collect::<Result<_, Reply>>()?,
        footer: Some(replies::notes::HOW_TO_GET_ONE.into()),
        picture: None,
    };
    Ok(Reply::list(list).with_buttons(buttons(before, older)))
}

fn buttons(before: Option<NoteId>, older: Option<NoteId>) -> Vec<Press> {
    let newest = before.map(|_| Press {
        label: replies::notes::NEWEST,
        id: format!("{BUTTON}:"),
        enabled: true,
    });
    let next = older.map(|note| Press {
        label: replies::NEXT,
        id: format!("{BUTTON}:{note}"),
        enabled: true,
    });
    newest.into_iter().chain(next).collect()
}

/// Some notes that are good, the newest first.
pub(super) struct Found {
    pub(super) notes: Vec<NoteRecord>,
    /// There may be more before this one.
    pub(super) older: Option<NoteId>,
}

pub(super) async fn open_notes(
    ctx: &Context,
    sender: HolderId,
    mut before: Option<NoteId>,
    most: usize,
) -> Result<Found, StoreError> {
    let mut notes = Vec::new();
    for _ in 0..READS {
        let read = ctx.app.store().notes_of(sender, before, READ).await?;
        let was_last = read.len() < READ;
        for record in read {
            if notes.len() == most {
                // Whether this one is open is seen on the next page.
                let older = before;
                return Ok(Found { notes, older });
            }
            before = Some(record.id);
            if record.note.state == NoteState::Open {
                notes.push(record);
            }
        }
        if was_last {
            return Ok(Found { notes, older: None });
        }
    }
    let older = before;
    Ok(Found { notes, older })
}
