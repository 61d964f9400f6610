//! What is written besides transfers, as free functions inside a transaction that the caller has opened.

mod api_key;
mod chain_batch;
mod currency;
mod emoji;
mod follower;
mod group;
mod guild;
mod holder;
mod job;
mod lease;
mod log;
mod member;
mod picture;
mod player;
mod rate;
mod webhook;

use crate::client::GenericClient;
use app::{ChangeRefusal, StoreError};

pub(crate) use chain_batch::{
    batch_end, batch_form, batch_landed, batch_sent, batch_signed, chain_cursor_set,
};
pub(crate) use follower::{cursor_set, memo_set};
pub(crate) use guild::{guild_absent, guild_ensure};
pub(crate) use holder::holders_ensure;
pub(crate) use job::{job_add, job_claim, job_done, job_progress, job_retry};
pub(crate) use lease::{lease_drop, lease_take};
pub(crate) use log::change;
pub(crate) use member::{member_joined, member_left, members_put};
pub(crate) use picture::picture_put;
pub(crate) use player::player_ensure;
pub(crate) use webhook::webhook_moved;

use crate::{error::SqlError, node::Ids};

/// Why a change stops.
#[derive(Debug)]
pub(crate) enum Stop {
    Refused(ChangeRefusal),
    Failed(SqlError),
}

impl From<SqlError> for Stop {
    fn from(error: SqlError) -> Self {
        Stop::Failed(error)
    }
}

impl From<tokio_postgres::Error> for Stop {
    fn from(error: tokio_postgres::Error) -> Self {
        Stop::Failed(error.into())
    }
}

impl From<Stop> for ChangeRefusal {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Failed(error) => ChangeRefusal::Store(error.into()),
        }
    }
}

/// Only what is asked for by a key is ever refused.
impl From<Stop> for StoreError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failed(error) => error.into(),
            Stop::Refused(refusal) => StoreError::Failed {
                doing: "writing",
                cause: refusal.to_string(),
            },
        }
    }
}

fn unknown(what: &'static str) -> Stop {
    Stop::Refused(ChangeRefusal::Unknown { what })
}

fn refuse_if(wrong: bool, refusal: ChangeRefusal) -> Result<(), Stop> {
    if wrong {
        Err(Stop::Refused(refusal))
    } else {
        Ok(())
    }
}

/// Where a change is made, with what it needs to make something new.
struct Making<'a, D> {
    db: &'a D,
    ids: &'a Ids,
    now_ms: i64,
}

impl<D: GenericClient> Making<'_, D> {
    fn id<T: posting::stored::Number>(&self) -> Result<T, Stop> {
        Ok(crate::read::number(self.ids.next(self.now_ms)?)?)
    }
}
