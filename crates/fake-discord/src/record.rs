//! What the bot has sent: every request as it came in, and how it was answered.

use std::fmt;

use serde_json::Value;

/// One request to the REST API.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// Without `/api/v10`, still percent-encoded.
    pub path: String,
    /// Decoded, in the order of the URL.
    pub query: Vec<(String, String)>,
    /// Names in lower case; `authorization` is left out.
    pub headers: Vec<(String, String)>,
    /// The JSON body, or the part `payload_json` of a multipart body.
    pub json: Option<Value>,
    /// The other parts of a multipart body.
    pub parts: Vec<Part>,
    pub status: u16,
    /// False when no route of this API has that method and path.
    pub known_route: bool,
    /// What the response said, if it had a JSON body.
    pub response: Option<Value>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Vec<u8>,
}

impl RecordedRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// `allowed_mentions` of the message that this request sends, if it sends one and says.
    pub fn allowed_mentions(&self) -> Option<&Value> {
        let body = self.json.as_ref()?;
        body.get("allowed_mentions")
            .or_else(|| body.get("data")?.get("allowed_mentions"))
    }

    /// Whether method and path fit; `*` stands for one path segment, `**` for any number.
    pub fn matches(&self, method: &str, path_glob: &str) -> bool {
        self.method == method && glob_matches(path_glob, &self.path)
    }
}

/// One line for a failing test: `POST /channels/1/messages -> 403`.
impl fmt::Display for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} -> {}", self.method, self.path, self.status)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// Compares segment by segment: `*` is one segment, `**` is any number of them.
pub fn glob_matches(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = segments(glob).collect();
    let path: Vec<&str> = segments(path).collect();
    segments_match(&glob, &path)
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn segments_match(glob: &[&str], path: &[&str]) -> bool {
    match (glob, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skip| segments_match(rest, &path[skip..])),
        (["*", glob @ ..], [_, path @ ..]) => segments_match(glob, path),
        ([wanted, glob @ ..], [is, path @ ..]) => wanted == is && segments_match(glob, path),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn globs() {
        let check = |glob, path, expect| assert_eq!(glob_matches(glob, path), expect, "{glob}");
        check("/channels/*/messages", "/channels/1/messages", true);
        check("/channels/*/messages", "/channels/1/messages/2", false);
        check("/channels/**", "/channels/1/messages/2", true);
        check("/**/roles/*", "/guilds/1/members/2/roles/3", true);
        check("**", "/users/@me", true);
        check("/users/*", "/guilds/1", false);
    }
}
