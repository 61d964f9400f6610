//! A post's files, fetched to be uploaded again.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{context::Context, picture::Unfetched, post::PostFile};

/// A message takes ten files (Discord's documentation, "Uploading Files").
const MOST: usize = 10;
/// Of all files of a message in a server without boosts (the same page).
const ROOM: u64 = 10 * 1024 * 1024;
/// For all files together: a job's lease is longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is uploaded, and what is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    pub(super) fetched: Vec<Fetched>,
    pub(super) left_out: Vec<LeftOut>,
}

#[derive(Debug, Clone)]
pub(super) struct Fetched {
    /// With nothing in it that could end a header.
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) bytes: Vec<u8>,
    /// As its author called it.
    original: PostFile,
}

/// A file that is not shown again.
#[derive(Debug, Clone)]
pub(crate) struct LeftOut {
    pub name: String,
    /// Its size, if that is why.
    pub too_large: Option<u64>,
}

impl Files {
    pub(super) fn has_any(&self) -> bool {
        !self.fetched.is_empty()
    }

    /// All of them as not shown.
    pub(super) fn all_left_out(&self) -> Self {
        let fetched = self.fetched.iter().map(|file| LeftOut {
            name: file.original.name.clone(),
            too_large: None,
        });
        Self {
            left_out: fetched.chain(self.left_out.iter().cloned()).collect(),
            fetched: Vec::new(),
        }
    }
}

/// In their order, as far as there is room.
pub(super) async fn fetch(ctx: &Context, wanted: &[PostFile]) -> Files {
    let until = Instant::now() + PATIENCE;
    let (mut files, mut room) = (Files::default(), ROOM);
    for file in wanted.iter().take(MOST) {
        match timeout_at(until, one(ctx, file, room))
            .await
            .unwrap_or(Err(None))
        {
            Ok(bytes) => {
                room = room.saturating_sub(u64::try_from(bytes.len()).unwrap_or(room));
                files.fetched.push(Fetched {
                    name: plain(&file.name),
                    description: file.description.clone(),
                    bytes,
                    original: file.clone(),
                });
            }
            Err(too_large) => files.left_out.push(LeftOut {
                name: file.name.clone(),
                too_large,
            }),
        }
    }
    files
}

/// Or its size, if it is too large.
async fn one(ctx: &Context, file: &PostFile, room: u64) -> Result<Vec<u8>, Option<u64>> {
    if file.bytes > room {
        return Err(Some(file.bytes));
    }
    let fetched = ctx.downloads.bytes(&ctx.config.cdn, &file.url, room).await;
    fetched.map_err(|why| {
        tracing::warn!(?why, "a file of an awarded post cannot be fetched");
        (why == Unfetched::TooLarge).then_some(file.bytes)
    })
}

/// A file's name as it can stand in a header: letters, digits, and a little more. Its end stays, which says what it is.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let from = plain.len().saturating_sub(80);
    let plain = &plain[from..];
    let kept = plain.trim_start_matches('.');
    if kept.is_empty() {
        "file".into()
    } else {
        kept.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_cannot_end_a_header() {
        let check = |name: &str, expect: &str| assert_eq!(plain(name), expect, "{name:?}");
        check("SPOILER_tea 1.png", "SPOILER_tea_1.png");
        check("a\"\r\nX: y\r\n\r\n.png", "a___X__y____.png");
        check("../../etc/passwd", "_.._etc_passwd");
        check("茶.png", "_.png");
        check("...", "file");
        check("", "file");
        assert_eq!(plain(&format!("{}.webp", "x".repeat(300))).len(), 80);
    }
}
