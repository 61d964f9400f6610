//! The API as its callers see it, over a real ledger in a temporary folder.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod bad_input;
mod bulk;
mod changes;
mod events;
mod idempotency;
mod limits;
mod links;
mod money;
mod note_page;
mod notes_and_holds;
mod origin;
mod problems;
mod reading;
mod routes;
mod webhooks;
mod world;
