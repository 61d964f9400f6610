//! A real PostgreSQL server, and what a test may do to it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod proxy;
mod server;
