use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use ledger::Transaction;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use utoipa::IntoParams;

use crate::{
    called::Called,
    extract::Params,
    problem::{Problem, ProblemSchema},
    routes::transactions::visible,
    state::Shared,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// The last transaction that you have; 0 for all from the beginning. `Last-Event-ID` goes before it.
    #[param(value_type = Option<String>)]
    after: Option<i64>,
}

/// Every transaction as it is committed, as server-sent events. `id` is the cursor: send it as `Last-Event-ID` to go on after it.
/// Without a cursor the stream begins with what comes next.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "Following",
    params(
        EventQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that you have."),
    ),
    responses(
        (status = 200, description = "Events named `transaction`, each with a transaction as JSON", body = String, content_type = "text/event-stream"),
        (status = "default", description = "There is no stream", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn event_stream(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<EventQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let room = Arc::<Semaphore>::clone(&web.streams).try_acquire_owned();
    let room = room.map_err(|_| Problem::busy(10))?;
    let committed = web.app.store().committed();
    let start = cursor(&headers, query.after)?;
    let follower = Follower {
        cursor: start.unwrap_or_else(|| *committed.borrow()),
        ready: VecDeque::new(),
        committed,
        called,
        web,
        _room: room,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    let heartbeat = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(events).keep_alive(heartbeat))
}

fn cursor(headers: &HeaderMap, after: Option<i64>) -> Result<Option<i64>, Problem> {
    let Some(last) = headers.get("last-event-id") else {
        return match after {
            Some(after) if after < 0 => Err(bad_cursor("after")),
            after => Ok(after),
        };
    };
    let last = last.to_str().ok().and_then(|text| text.parse().ok());
    let last = last.filter(|last| *last >= 0);
    last.map(Some).ok_or_else(|| bad_cursor("Last-Event-ID"))
}

fn bad_cursor(field: &str) -> Problem {
    Problem::bad_request(field, "A cursor is the id of an event, or 0.")
}

/// Where one stream stands.
struct Follower {
    web: Shared,
    called: Called,
    /// The last transaction that was looked at.
    cursor: i64,
    ready: VecDeque<Transaction>,
    committed: watch::Receiver<i64>,
    _room: OwnedSemaphorePermit,
}

impl Follower {
    const PAGE: usize = 200;

    /// The next event; none when the server stops or cannot read: the client comes again with its cursor.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(transaction) = self.ready.pop_front() {
                self.cursor = transaction.id.get();
                if visible(&self.called.caller, &transaction) {
                    return self.event(transaction).await;
                }
            }
            // Looked at before reading, so that what is committed meanwhile wakes us.
            self.committed.borrow_and_update();
            let store = self.web.app.store();
            let page = store.transactions_after(self.cursor, Self::PAGE).await;
            self.ready = page.ok()?.into();
            if self.ready.is_empty() {
                self.wait().await?;
            }
        }
    }

    async fn event(&self, transaction: Transaction) -> Option<Event> {
        let id = transaction.id.to_string();
        let shown = self.web.shown(vec![transaction]).await.ok()?.pop()?;
        let event = Event::default().event("transaction").id(id);
        event.json_data(shown).ok()
    }

    async fn wait(&mut self) -> Option<()> {
        tokio::select! {
            changed = self.committed.changed() => changed.ok(),
            () = self.web.config.stop.cancelled() => None,
        }
    }
}
