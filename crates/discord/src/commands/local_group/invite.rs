//! Codes with which other guilds join a local group.

use app::{Change, ChangeRefusal, StoreError, random_bytes};
use ledger::{Group, GroupId, IdempotencyKey, Identity, KeyScope};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CODE, GROUP, came, owned};
use crate::{
    answer::Reply,
    context::{APPLICATION, Context},
    currencies::Currencies,
    invocation::Invocation,
    place::Place,
    replies::{self, groups as words},
};

const GOOD_MS: i64 = 7 * 24 * 3_600_000;
/// Crockford's base 32, without letters that look like others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// What is kept of a code: not the code.
#[derive(Debug, Serialize, Deserialize)]
struct Invitation {
    group: GroupId,
    until_ms: i64,
    /// The interaction that used it: the same one, delivered again, gets the same answer.
    used_by: Option<u64>,
}

pub(super) async fn make(ctx: &Context, asked: &Invocation, place: &Place) -> Result<Reply, Reply> {
    let group = owned(ctx, place, asked.text(GROUP)).await?;
    let code = new_code();
    let invitation = Invitation {
        group: group.id,
        until_ms: ctx.app.clock().now_ms().saturating_add(GOOD_MS),
        used_by: None,
    };
    keep(ctx, &code, &invitation)
        .await
        .map_err(replies::read_failed)?;
    Ok(words::invited(&group, &spaced(&code), invitation.until_ms))
}

pub(super) async fn accept(
    ctx: &Context,
    asked: &Invocation,
    place: &Place,
) -> Result<Reply, Reply> {
    let code = read_code(asked.text(CODE).unwrap_or_default()).ok_or_else(words::bad_code)?;
    let (mut invitation, group) = find(ctx, &code)
        .await
        .map_err(replies::read_failed)?
        .ok_or_else(words::bad_code)?;
    let now_ms = ctx.app.clock().now_ms();
    match invitation.used_by {
        Some(used) if used != asked.id => return Err(words::bad_code()),
        None if invitation.until_ms <= now_ms => return Err(words::bad_code()),
        None if place.guild.groups.contains(&group.id) => {
            return Err(words::in_group_already(&group));
        }
        _ => {}
    }
    match join_invited(ctx, asked, place, (&group, &code)).await {
        Ok(()) => {}
        // Another guild was faster.
        Err(ChangeRefusal::KeyReused) => return Err(words::bad_code()),
        Err(ChangeRefusal::Exists { .. }) => return Err(words::in_group_already(&group)),
        Err(refusal) => return Err(replies::not_changed(refusal)),
    }
    invitation.used_by = Some(asked.id);
    // Should this fail, the change's key still says that the code is used.
    if let Err(error) = keep(ctx, &code, &invitation).await {
        tracing::warn!(%error, "cannot keep that an invitation was used");
    }
    came(ctx, place).await?;
    let currencies = Currencies::of_group(ctx, group.id)
        .await
        .map_err(replies::read_failed)?;
    Ok(words::accepted(&group, &currencies))
}

/// The code is the change's key: of any number of guilds one joins with it, once.
async fn join_invited(
    ctx: &Context,
    asked: &Invocation,
    place: &Place,
    (group, code): (&Group, &str),
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let key = IdempotencyKey::new(KeyScope(APPLICATION), &memo(code));
    let by = app::Asked::new(&ctx.entry("/local_group accept"), actor, key);
    let change = Change::GroupJoin {
        group: group.id,
        guild: place.guild.id,
    };
    ctx.app.change(by, change).await.map(|_| ())
}

async fn find(ctx: &Context, code: &str) -> Result<Option<(Invitation, Group)>, StoreError> {
    let memo = ctx.app.store().memo(memo(code)).await?;
    let invitation: Option<Invitation> = memo.and_then(|memo| serde_json::from_value(memo).ok());
    let Some(invitation) = invitation else {
        return Ok(None);
    };
    let groups = ctx.app.store().groups().await?;
    let group = groups
        .into_iter()
        .find(|group| group.id == invitation.group);
    Ok(group.map(|group| (invitation, group)))
}

async fn keep(ctx: &Context, code: &str, invitation: &Invitation) -> Result<(), StoreError> {
    let value = serde_json::to_value(invitation).expect("an invitation is plain data");
    ctx.app.store().memo_set(memo(code), value).await
}

/// Whoever reads the database cannot join with what stands there.
fn memo(code: &str) -> String {
    let hash = Sha256::digest(code);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("discord.invitation.{hash}")
}

/// 80 bits.
fn new_code() -> String {
    let letters = random_bytes::<LENGTH>().map(|byte| ALPHABET[usize::from(byte & 31)]);
    letters.iter().copied().map(char::from).collect()
}

fn spaced(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let parts = letters.chunks(4).map(|part| part.iter().collect());
    parts.collect::<Vec<String>>().join("-")
}

/// In small letters, with spaces or without dashes: as somebody may copy it.
fn read_code(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let code: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    (code.len() == LENGTH).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_copied() {
        let code = new_code();
        for copied in [
            spaced(&code),
            format!(" `{}` ", spaced(&code).to_lowercase()),
            code.clone(),
        ] {
            assert_eq!(read_code(&copied).as_ref(), Some(&code), "{copied:?}");
        }
        assert_eq!(read_code("1234"), None);
        assert_eq!(read_code(&"1".repeat(17)), None);
        assert_eq!(spaced("0123456789ABCDEF"), "0123-4567-89AB-CDEF");
        assert!(!memo(&code).contains(&code));
    }
}
