//! What is written besides transfers, as free functions inside the writer's transaction.

mod api_key;
mod chain_batch;
mod currency;
mod effect;
mod emoji;
mod follower;
mod game_effect;
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

use app::ChangeRefusal;
use ledger::HolderId;

pub(crate) use chain_batch::{
    batch_end, batch_form, batch_landed, batch_sent, batch_signed, chain_cursor_set,
};
pub(crate) use effect::{Applying, effect_apply};
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

use crate::read::ReadError;

/// Gives a new id, later than all before it.
pub(crate) type Ids<'a> = dyn FnMut() -> i64 + 'a;

/// What a change touched of that which the writer keeps in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Touched {
    pub(crate) currencies: bool,
    pub(crate) rates: bool,
    pub(crate) standing: Option<HolderId>,
}

/// Why a change stops.
#[derive(Debug)]
enum Stop {
    Refused(ChangeRefusal),
    Failed(ReadError),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        Stop::Failed(error)
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
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
struct Making<'a> {
    db: &'a rusqlite::Connection,
    ids: &'a mut Ids<'a>,
    now_ms: i64,
}
