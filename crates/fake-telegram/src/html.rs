//! `parse_mode` HTML (<https://core.telegram.org/bots/api#html-style>): which texts Telegram takes, and how long they are for it.

use crate::answer::Refused;

const TAGS: [&str; 12] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "code",
    "pre",
    "a",
    "blockquote",
];
const ENTITIES: [(&str, char); 4] = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')];

/// The text without its markup.
pub fn plain(html: &str) -> Result<String, Refused> {
    let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = if rest[at..].starts_with('&') {
            let (c, after) = entity(&rest[at + 1..]);
            text.push(c);
            after
        } else {
            tag(&rest[at + 1..], &mut open)?
        };
    }
    text.push_str(rest);
    match open.last() {
        Some(tag) => Err(wrong(format!(
            "Can't find end tag corresponding to start tag \"{tag}\""
        ))),
        None => Ok(text),
    }
}

fn wrong(what: impl std::fmt::Display) -> Refused {
    Refused::bad(format!("can't parse entities: {what}"))
}

/// An ampersand that begins no entity stands for itself.
fn entity(rest: &str) -> (char, &str) {
    let found = ENTITIES
        .iter()
        .find_map(|(name, c)| Some((*c, rest.strip_prefix(name)?.strip_prefix(';')?)));
    found.unwrap_or(('&', rest))
}

fn tag<'a>(rest: &'a str, open: &mut Vec<String>) -> Result<&'a str, Refused> {
    let (tag, after) = rest
        .split_once('>')
        .ok_or_else(|| wrong("Unclosed start tag"))?;
    if let Some(name) = tag.strip_prefix('/') {
        return match open.pop() {
            Some(opened) if opened == name => Ok(after),
            _ => Err(wrong(format!("Unmatched end tag \"{name}\""))),
        };
    }
    let name = tag.split(' ').next().unwrap_or_default();
    if !TAGS.contains(&name) {
        return Err(wrong(format!("Unsupported start tag \"{name}\"")));
    }
    open.push(name.to_owned());
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_read_as_telegram_reads_it() {
        let check = |html: &str, expect: Option<&str>| {
            assert_eq!(plain(html).ok().as_deref(), expect, "{html}");
        };
        check(
            "a <b>bold</b> &lt;b&gt; &amp;amp;",
            Some("a bold <b> &amp;"),
        );
        check("R&D", Some("R&D"));
        check("<a href=\"x\">y</a>", Some("y"));
        check("1 < 2", None);
        check("<b>open", None);
        check("<b><i>crossed</b></i>", None);
        check("<script>x</script>", None);
    }
}
