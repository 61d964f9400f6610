//! `/economy [currency]`

use std::time::Duration;

use app::Supply;
use chart::Chart;
use tokio::{sync::Semaphore, time::timeout};
use twilight_model::application::command::Command;

use super::{Verb, currency_option, for_admins};
use crate::{
    answer::{File, List, Reply},
    context::Context,
    currencies::Shown,
    figures::{Figures, supply_of},
    invocation::Invocation,
    place::Place,
    replies::{self, economy as words},
};

const PICTURE: &str = "economy.png";
/// A picture takes a few megabytes and tens of milliseconds of a processor: not many are drawn at once.
static DRAWING: Semaphore = Semaphore::const_new(2);
/// A panel that would have to wait longer for its picture comes without one.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn definition() -> Command {
    for_admins(
        Verb::Economy,
        "How much money there is here, and where it came from",
    )
    .option(currency_option(
        "Which currency; without it the server's primary one",
    ))
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let shown = place.currency(asked.text(super::CURRENCY))?;
    let supplies = ctx.app.store().supply().await;
    let supplies = supplies.map_err(replies::read_failed)?;
    let supply = supply_of(&supplies, shown.currency.id);
    let figures = Figures::read(ctx, supply)
        .await
        .map_err(replies::read_failed)?;
    let mut lines = words::panel(shown, &figures);
    lines.extend(words::others(&others(&place, shown, &supplies)));
    let picture = drawn(ctx, shown, &figures).await;
    let list = List {
        title: words::title(shown),
        lines,
        footer: None,
        picture: picture.as_ref().map(|file| file.name.clone()),
    };
    let reply = Reply::list(list).for_everyone();
    Ok(picture.into_iter().fold(reply, Reply::with_file))
}

/// The place's other currencies with how much there is of them and how many have some.
fn others<'a>(place: &'a Place, shown: &Shown, supplies: &[Supply]) -> Vec<(&'a Shown, Supply)> {
    let others = place
        .currencies
        .iter()
        .filter(|other| other.currency.id != shown.currency.id);
    others
        .map(|other| (other, supply_of(supplies, other.currency.id)))
        .collect()
}

/// The figures as a picture. A panel is as good without one as it can be.
async fn drawn(ctx: &Context, shown: &Shown, figures: &Figures) -> Option<File> {
    let currency = shown.currency.clone();
    let picture = ctx.app.store().picture(currency.id).await;
    let picture = picture.ok().flatten().map(|picture| picture.bytes);
    let days = figures.days.clone();
    let _turn = timeout(PATIENCE, DRAWING.acquire()).await.ok()?.ok()?;
    let drawing = tokio::task::spawn_blocking(move || {
        Chart {
            name: currency.name.as_str(),
            decimals: currency.decimals.get(),
            days: &days,
            picture: picture.as_deref(),
        }
        .png()
    });
    let bytes = match drawing.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            tracing::error!(%error, "cannot draw a chart");
            return None;
        }
        // A decoder that panics over a stranger's picture costs the picture only.
        Err(error) => {
            tracing::error!(%error, "drawing a chart broke off");
            return None;
        }
    };
    Some(File {
        name: PICTURE.into(),
        description: words::described(shown, figures),
        bytes,
    })
}
