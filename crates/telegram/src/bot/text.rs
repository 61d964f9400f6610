//! Text for `parse_mode` HTML (<https://core.telegram.org/bots/api#html-style>).

use std::fmt;

/// Others' text: without markup, without what turns lines around or hides, and short.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted<'a>(pub &'a str);

const MOST: usize = 64;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.chars().filter(|c| !hides(*c)).peekable();
        if shown.peek().is_none() {
            return f.write_str("somebody");
        }
        for c in shown.by_ref().take(MOST) {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                c if c.is_whitespace() => f.write_str(" ")?,
                // An address or a name with @ would become a link.
                '@' => f.write_str("\u{ff20}")?,
                c => write!(f, "{c}")?,
            }
        }
        match shown.peek() {
            Some(_) => f.write_str("\u{2026}"),
            None => Ok(()),
        }
    }
}

/// Control characters, and the invisible ones that change the direction of a line or stand for nothing.
fn hides(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_attackers_text() {
        let check = |name: &str, expect: &str| assert_eq!(Quoted(name).to_string(), expect);
        check("Ann", "Ann");
        check(
            "<b>Ann</b> & \"Co\"",
            "&lt;b&gt;Ann&lt;/b&gt; &amp; &quot;Co&quot;",
        );
        check("a\nb\u{202e}c\u{0}", "a bc");
        check("@admin", "\u{ff20}admin");
        check("\u{200b}", "somebody");
        check(&"x".repeat(70), &format!("{}\u{2026}", "x".repeat(64)));
    }
}
