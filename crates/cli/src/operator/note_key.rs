use app::{NoteKeyLine, NoteKeys};
use serde::{Deserialize, Serialize};

use super::{Operator, Tell};
use crate::{money, note_keys, trouble::Trouble};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoteKeyRotateOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoteKeyListOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoteKeyList {
    /// The oldest first.
    pub(crate) keys: Vec<NoteKeyShown>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoteKeyShown {
    pub(crate) id: String,
    pub(crate) algorithm: String,
    /// Notes from this time on are signed with it.
    pub(crate) signs_from: String,
}

/// Adds a key. The old ones stay: their notes are good.
pub(super) async fn rotate(
    operator: &Operator,
    _: NoteKeyRotateOrder,
    _: &Tell,
) -> Result<NoteKeyShown, Trouble> {
    let lease = operator.app.alone(note_keys::MEMO).await;
    let rotated = rotate_alone(operator).await;
    lease.give_back().await;
    rotated
}

async fn rotate_alone(operator: &Operator) -> Result<NoteKeyShown, Trouble> {
    let mut keys = keys(operator).await?;
    if keys.newest().algorithm == "HS256" {
        return Err(Trouble::input(
            "Notes are signed with `notes.hs256_secret`. Give it another value and restart the server; notes of the old one stay good.",
        ));
    }
    keys.rotate(note_keys::signs_from_ms(&operator.app));
    note_keys::keep(&operator.app, &keys).await?;
    Ok(shown(&keys.newest()))
}

pub(super) async fn list(
    operator: &Operator,
    _: NoteKeyListOrder,
    _: &Tell,
) -> Result<NoteKeyList, Trouble> {
    let keys = keys(operator).await?.list();
    Ok(NoteKeyList {
        keys: keys.iter().map(shown).collect(),
    })
}

async fn keys(operator: &Operator) -> Result<NoteKeys, Trouble> {
    let keys = note_keys::read(&operator.app).await?;
    keys.ok_or_else(|| {
        Trouble::input("There are no note keys yet: the first `scrip serve` makes one.")
    })
}

fn shown(key: &NoteKeyLine) -> NoteKeyShown {
    NoteKeyShown {
        id: key.id.clone(),
        algorithm: key.algorithm.to_owned(),
        signs_from: money::time(key.since_ms),
    }
}
