use std::collections::HashMap;

use super::frame::Frame;

/// Which of a session's prepared statements and portals would commit.
#[derive(Default)]
pub(super) struct Statements {
    prepared: HashMap<Vec<u8>, bool>,
    portals: HashMap<Vec<u8>, bool>,
}

impl Statements {
    /// Whether the server commits when it gets this message of the client.
    pub(super) fn commits(&mut self, frame: &Frame) -> bool {
        let mut words = frame.body().split(|byte| *byte == 0);
        let mut word = || words.next().unwrap_or_default();
        match frame.kind() {
            // Query.
            b'Q' => is_commit(word()),
            // Parse: a statement's name and text.
            b'P' => {
                let name = word().to_vec();
                self.prepared.insert(name, is_commit(word()));
                false
            }
            // Bind: a portal's name and its statement's.
            b'B' => {
                let portal = word().to_vec();
                let commits = self.prepared.get(word()).copied();
                self.portals.insert(portal, commits.unwrap_or(false));
                false
            }
            // Execute: a portal's name.
            b'E' => self.portals.get(word()).copied().unwrap_or(false),
            _ => false,
        }
    }
}

/// Several statements of one query commit if the last one does.
fn is_commit(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_uppercase();
    let mut statements = text.rsplit(';').map(str::trim);
    let last = statements.find(|statement| !statement.is_empty());
    let mut words = last.unwrap_or_default().split_ascii_whitespace();
    matches!(words.next(), Some("COMMIT" | "END")) && words.next() != Some("PREPARED")
}

#[cfg(test)]
mod tests {
    #[test]
    fn commits_are_told_from_other_statements() {
        let check =
            |text: &str, expect| assert_eq!(super::is_commit(text.as_bytes()), expect, "{text}");
        check("COMMIT", true);
        check(" commit work ; ", true);
        check("INSERT INTO a VALUES (1); END", true);
        check("COMMIT; SELECT 1", false);
        check("COMMIT PREPARED 'a'", false);
        check("ROLLBACK", false);
        check("", false);
    }
}
