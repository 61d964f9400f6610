use std::borrow::Cow;

use super::InitDataError;

/// Telegram's is around one kilobyte, of which most is the address of a picture.
const MOST: usize = 8 * 1024;

/// Names and texts of init data, decoded once, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }

    /// The lines that are signed, without these fields.
    pub(super) fn lines(&self, without: &[&str]) -> String {
        let lines = self.0.iter();
        let lines = lines.filter(|(name, _)| !without.contains(&name.as_str()));
        let lines: Vec<String> = lines.map(|(name, text)| format!("{name}={text}")).collect();
        lines.join("\n")
    }
}

/// Reads init data without checking who wrote it.
///
/// # Errors
/// When it is too long, cannot be decoded, or names a field twice.
pub fn parse(raw: &str) -> Result<Fields, InitDataError> {
    if raw.len() > MOST {
        return Err(InitDataError::TooLong { most: MOST });
    }
    let mut fields = Vec::new();
    for pair in raw.split('&') {
        let (name, text) = pair.split_once('=').ok_or(InitDataError::NotDecodable)?;
        let (name, text) = (decoded(name), decoded(text));
        let (Some(name), Some(text)) = (name, text) else {
            return Err(InitDataError::NotDecodable);
        };
        // What is signed are lines `name=text`. A name or a line break from outside could move the borders between them.
        if !is_name(&name) || text.contains(|c: char| c.is_ascii_control()) {
            return Err(InitDataError::NotDecodable);
        }
        fields.push((name, text));
    }
    fields.sort_unstable();
    let twice = fields.windows(2).any(|pair| pair[0].0 == pair[1].0);
    if twice {
        return Err(InitDataError::DuplicateKey);
    }
    Ok(Fields(fields))
}

/// The text with one layer of encoding taken off.
pub(super) fn decoded_again(raw: &str) -> Option<String> {
    (raw.len() <= MOST).then(|| decoded(raw))?
}

fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && name.len() <= 64 && name.bytes().all(good)
}

/// `application/x-www-form-urlencoded`: `+` is a space.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let digit = char::from(digit).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Decodes the value of a query's parameter.
pub(crate) fn query_value<'a>(query: &'a str, names: &[&str]) -> Option<Cow<'a, str>> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| names.contains(name));
    let (_, text) = found.next()?;
    Some(decoded(text).map_or(Cow::Borrowed(text), Cow::Owned))
}
