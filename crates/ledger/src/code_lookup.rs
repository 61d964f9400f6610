//! The interned name of the place in the code that asked for a change of money.
//!
//! A place is known by the JSON text of `[entry, class, function]`, and by a 64-bit id made from that text. Both are the same as
//! in the systems that this design comes from, which were written in PHP, so that their ids stay valid.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use md5::{Digest, Md5};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Which function asked, and through which entry the request had come in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteName<'a> {
    /// How the request came in: `discord:/transfer`, `http:POST /v1/transfers`, `cli:mint`, `job:…`.
    pub entry: Cow<'a, str>,
    /// `crate::module::Type`
    pub class: Cow<'a, str>,
    /// The function's name, without module or type.
    pub function: Cow<'a, str>,
}

/// Why a text is not a [`SiteName`]. `at` is a byte offset in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiteNameError {
    #[error("expected `{expected}` at byte {at}")]
    Expected { expected: char, at: usize },
    /// The text ends within a string.
    #[error("the string that begins at byte {at} does not end")]
    Unterminated { at: usize },
    /// RFC 8259, section 7: characters below U+0020 stand only as escapes.
    #[error("a control character stands unescaped at byte {at}")]
    ControlCharacter { at: usize },
    /// A backslash is followed by something that JSON does not know.
    #[error("unknown escape at byte {at}")]
    Escape { at: usize },
    /// One half of a surrogate pair stands alone; it is no character.
    #[error("half a surrogate pair at byte {at}")]
    LoneSurrogate { at: usize },
    #[error("something follows the array at byte {at}")]
    Trailing { at: usize },
}

impl<'a> SiteName<'a> {
    pub fn new(
        entry: impl Into<Cow<'a, str>>,
        class: impl Into<Cow<'a, str>>,
        function: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self {
            entry: entry.into(),
            class: class.into(),
            function: function.into(),
        }
    }

    /// `["entry","class","function"]`, byte for byte as PHP's `json_encode` prints it without flags.
    ///
    /// Source: <https://www.php.net/manual/en/function.json-encode.php>; compared with PHP 8.2.
    pub fn json(&self) -> String {
        let mut out = String::from("[");
        push_string(&mut out, &self.entry);
        out.push(',');
        push_string(&mut out, &self.class);
        out.push(',');
        push_string(&mut out, &self.function);
        out.push(']');
        out
    }
}

impl SiteName<'static> {
    /// Reads a JSON array of exactly three strings (RFC 8259), with any escapes and with whitespace between the parts.
    ///
    /// # Errors
    ///
    /// Everything else.
    pub fn parse_json(json: &str) -> Result<Self, SiteNameError> {
        let mut reader = Reader { json, at: 0 };
        reader.token('[')?;
        let entry = reader.string()?;
        reader.token(',')?;
        let class = reader.string()?;
        reader.token(',')?;
        let function = reader.string()?;
        reader.token(']')?;
        reader.end()?;
        Ok(Self::new(entry, class, function))
    }
}

/// The interned id of a place in the code.
///
/// It often exceeds `i64::MAX`: databases keep it bit-cast to a signed integer, and people and JSON see it as unsigned decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeSiteId(u64);

/// Why a text is not a [`CodeSiteId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeSiteIdError {
    #[error("a code site id is written in the digits 0 to 9, without a leading zero")]
    NotDecimal,
    #[error("a code site id is at most 18446744073709551615")]
    TooLarge,
}

impl CodeSiteId {
    /// Stands where interning failed: the change of money went on without the name of its place.
    pub const UNKNOWN: Self = Self(0);

    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    pub const fn get(self) -> u64 {
        self.0
    }

    /// The same 64 bits as a signed integer, as the database keeps them.
    pub const fn to_bits_i64(self) -> i64 {
        self.0.cast_signed()
    }

    pub const fn from_bits_i64(bits: i64) -> Self {
        Self(bits.cast_unsigned())
    }
}

impl fmt::Display for CodeSiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CodeSiteId {
    type Err = CodeSiteIdError;

    /// Reads only what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, CodeSiteIdError> {
        let has_leading_zero = text.len() > 1 && text.starts_with('0');
        let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if has_leading_zero || !is_decimal {
            return Err(CodeSiteIdError::NotDecimal);
        }
        text.parse()
            .map(Self)
            .map_err(|_| CodeSiteIdError::TooLarge)
    }
}

impl Serialize for CodeSiteId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CodeSiteId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The id of a place: the first eight bytes of the text's MD5, big-endian.
///
/// Two texts may have one id. Then the later one takes the next `salt` that gives a free id: with a salt *n* above zero the
/// MD5 is that of the text followed by `#n`. An id of zero counts as taken, see [`CodeSiteId::UNKNOWN`].
pub fn code_site_id(json: &str, salt: u32) -> CodeSiteId {
    let mut hash = Md5::new_with_prefix(json);
    if salt > 0 {
        hash.update(format!("#{salt}"));
    }
    let digest: [u8; 16] = hash.finalize().into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    CodeSiteId(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        push_character(out, character);
    }
    out.push('"');
}

fn push_character(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '/' => out.push_str("\\/"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        ' '..='\u{7f}' => out.push(character),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("a String takes all that is written");
            }
        }
    }
}

/// Walks through a JSON text. `at` is always at the beginning of a character.
struct Reader<'a> {
    json: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.json.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.at = self.at.saturating_add(character.len_utf8());
        Some(character)
    }

    fn whitespace(&mut self) {
        let rest = self.rest();
        let meaningful = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.at = self.json.len().saturating_sub(meaningful.len());
    }

    fn token(&mut self, expected: char) -> Result<(), SiteNameError> {
        self.whitespace();
        let at = self.at;
        if self.next() == Some(expected) {
            Ok(())
        } else {
            Err(SiteNameError::Expected { expected, at })
        }
    }

    fn end(&mut self) -> Result<(), SiteNameError> {
        self.whitespace();
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(SiteNameError::Trailing { at: self.at })
        }
    }

    fn string(&mut self) -> Result<String, SiteNameError> {
        self.token('"')?;
        let begin = self.at.saturating_sub(1);
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.next() {
                None => return Err(SiteNameError::Unterminated { at: begin }),
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(at)?),
                Some('\0'..='\u{1f}') => return Err(SiteNameError::ControlCharacter { at }),
                Some(character) => text.push(character),
            }
        }
    }

    /// What the escape means whose backslash stands at `at` and is read already.
    fn escape(&mut self, at: usize) -> Result<char, SiteNameError> {
        match self.next() {
            Some(character @ ('"' | '\\' | '/')) => Ok(character),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(at),
            _ => Err(SiteNameError::Escape { at }),
        }
    }

    fn unicode(&mut self, at: usize) -> Result<char, SiteNameError> {
        let first = self.hex(at)?;
        let is_high = matches!(first, 0xd800..=0xdbff);
        let second = if is_high && self.rest().starts_with("\\u") {
            let low_at = self.at;
            self.at = self.at.saturating_add(2);
            Some(self.hex(low_at)?)
        } else {
            None
        };
        let units = [Some(first), second].into_iter().flatten();
        let mut characters = char::decode_utf16(units);
        match (characters.next(), characters.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => Err(SiteNameError::LoneSurrogate { at }),
        }
    }

    /// Four hexadecimal digits of either case, of the escape at `at`.
    fn hex(&mut self, at: usize) -> Result<u16, SiteNameError> {
        let failed = SiteNameError::Escape { at };
        let end = self.at.checked_add(4).ok_or(failed)?;
        let digits = self.json.get(self.at..end).ok_or(failed)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(failed);
        }
        self.at = end;
        u16::from_str_radix(digits, 16).map_err(|_| failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and ids as PHP 8.2.31 gives them: `json_encode`, then `md5`, without a salt and with `#1`.
    #[test]
    fn json_and_ids_are_those_of_php() {
        #[track_caller]
        fn check(name: [&str; 3], json: &str, id: u64, salted: u64) {
            let [entry, class, function] = name;
            let name = SiteName::new(entry, class, function);
            assert_eq!(name.json(), json);
            assert_eq!(SiteName::parse_json(json), Ok(name));
            assert_eq!(code_site_id(json, 0).get(), id, "{json}");
            assert_eq!(code_site_id(json, 1).get(), salted, "{json}");
        }
        check(
            [
                "test/dathan/test_CheckBonus.php",
                "CheckBonus",
                "CheckBonus_give()",
            ],
            r#"["test\/dathan\/test_CheckBonus.php","CheckBonus","CheckBonus_give()"]"#,
            17113479085265723743,
            12514290466557800000,
        );
        check(
            [
                "discord:/transfer",
                "discord::commands::transfer::Transfer",
                "run",
            ],
            r#"["discord:\/transfer","discord::commands::transfer::Transfer","run"]"#,
            6211750832593479847,
            4067516768501699362,
        );
        check(
            ["", "", ""],
            r#"["","",""]"#,
            13309071599236593434,
            12320807068340167474,
        );
        check(
            ["a\"b", "c\\d", "e/f"],
            r#"["a\"b","c\\d","e\/f"]"#,
            10939577480548638263,
            2912901054884870017,
        );
        check(
            ["\u{8}\u{c}\n\r\t", "\0\u{1}\u{b}\u{e}\u{1f}", "\u{7f}"],
            "[\"\\b\\f\\n\\r\\t\",\"\\u0000\\u0001\\u000b\\u000e\\u001f\",\"\u{7f}\"]",
            3259368262677085418,
            16114927365648625808,
        );
        check(
            ["café", "ßÜ", "\u{80}\u{9f}\u{a0}"],
            r#"["caf\u00e9","\u00df\u00dc","\u0080\u009f\u00a0"]"#,
            12352161549229569787,
            16660585168241312468,
        );
        check(
            ["😀", "\u{10ffff}", "\u{10000}"],
            r#"["\ud83d\ude00","\udbff\udfff","\ud800\udc00"]"#,
            8398349288701679326,
            467578481923882156,
        );
        check(
            ["\u{2028}\u{2029}", "\u{feff}", "\u{ffff}\u{d7ff}\u{e000}"],
            r#"["\u2028\u2029","\ufeff","\uffff\ud7ff\ue000"]"#,
            4447651563344256359,
            260348051865573996,
        );
        check(
            ["東京", "של", "ก"],
            r#"["\u6771\u4eac","\u05e9\u05dc","\u0e01"]"#,
            843608541442773116,
            17214939997140343064,
        );
        check(
            [
                "<a href='x'>&amp;</a>",
                "impl<T> Trait for Vec<T>",
                "{closure#0}",
            ],
            r#"["<a href='x'>&amp;<\/a>","impl<T> Trait for Vec<T>","{closure#0}"]"#,
            12187651391834058128,
            78953695303097588,
        );
        check(
            ["</script>", "//", "\\/\\\\/"],
            r#"["<\/script>","\/\/","\\\/\\\\\/"]"#,
            16088497382004224848,
            16691666312662085407,
        );
        check(
            ["🇩🇪", "e\u{301}", "\u{200d}\u{fe0f}"],
            r#"["\ud83c\udde9\ud83c\uddea","e\u0301","\u200d\ufe0f"]"#,
            16446111721550823375,
            3947966198710284941,
        );
        check(
            [" spaced ", "~!@#$%^*()_+`-=[]{}|;:,.?", "0123456789"],
            r#"[" spaced ","~!@#$%^*()_+`-=[]{}|;:,.?","0123456789"]"#,
            12270866413304806546,
            16378914783220401321,
        );
    }

    #[test]
    fn every_salt_gives_another_id() {
        let json = r#"["","",""]"#;
        let ids: std::collections::HashSet<_> =
            (0..100).map(|salt| code_site_id(json, salt)).collect();
        assert_eq!(ids.len(), 100);
        assert_eq!(code_site_id(json, 12), code_site_id(r#"["","",""]#12"#, 0));
    }

    #[test]
    fn other_spellings_of_the_same_array_are_read() {
        let check = |json: &str, expect: [&str; 3]| {
            let [entry, class, function] = expect;
            let name = SiteName::new(entry, class, function);
            assert_eq!(SiteName::parse_json(json), Ok(name), "{json}");
        };
        check(" [ \"a\" ,\t\"b\"\r\n, \"c\" ] ", ["a", "b", "c"]);
        check(r#"["a/b","café","😀"]"#, ["a/b", "café", "😀"]);
        check(
            r#"["\u0061\u002F","\u00E9","\uD83D\uDE00"]"#,
            ["a/", "é", "😀"],
        );
        check(
            r#"["\ud7ff\ue000","\uffff","\\u0061"]"#,
            ["\u{d7ff}\u{e000}", "\u{ffff}", "\\u0061"],
        );
        check("[\"\u{7f}\",\"\",\"\u{2028}\"]", ["\u{7f}", "", "\u{2028}"]);
    }

    #[test]
    fn what_is_not_an_array_of_three_strings_is_refused() {
        use SiteNameError::*;
        let check = |json: &str, error: SiteNameError| {
            assert_eq!(SiteName::parse_json(json), Err(error), "{json}");
        };
        let expected = |expected, at| Expected { expected, at };
        check("", expected('[', 0));
        check("  null", expected('[', 2));
        check(r#"{"a":"b"}"#, expected('[', 0));
        check("\u{feff}[\"a\",\"b\",\"c\"]", expected('[', 0));
        check("\u{a0}[\"a\",\"b\",\"c\"]", expected('[', 0));
        check("[]", expected('"', 1));
        check("[1,2,3]", expected('"', 1));
        check("['a','b','c']", expected('"', 1));
        check(r#"["a","b"]"#, expected(',', 8));
        check(r#"["a","b",]"#, expected('"', 9));
        check(r#"["a" "b","c"]"#, expected(',', 5));
        check(r#"["é","b","c","d"]"#, expected(']', 13));
        check(r#"["a","b","c",]"#, expected(']', 12));
        check(r#"["a","b",["c"]]"#, expected('"', 9));
        check(r#"["a","b","c""#, expected(']', 12));
        check(r#"["a","b","c"#, Unterminated { at: 9 });
        check(r#"["a","b","c\""#, Unterminated { at: 9 });
        check("[\"a\nb\",\"\",\"\"]", ControlCharacter { at: 3 });
        check("[\"\0\",\"\",\"\"]", ControlCharacter { at: 2 });
        check(r#"["\x41","",""]"#, Escape { at: 2 });
        check(r#"["\'","",""]"#, Escape { at: 2 });
        check(r#"["\u12","",""]"#, Escape { at: 2 });
        check(r#"["\u+123","",""]"#, Escape { at: 2 });
        check(r#"["\u00é","",""]"#, Escape { at: 2 });
        check(r#"["a\u00"#, Escape { at: 3 });
        check(r#"["\ud83d","",""]"#, LoneSurrogate { at: 2 });
        check(r#"["\ude00","",""]"#, LoneSurrogate { at: 2 });
        check(r#"["\ude00\ud83d","",""]"#, LoneSurrogate { at: 2 });
        check(r#"["\ud83d\ud83d","",""]"#, LoneSurrogate { at: 2 });
        check(r#"["\ud83d\u0041","",""]"#, LoneSurrogate { at: 2 });
        check(r#"["\ud83d\u00g0","",""]"#, Escape { at: 8 });
        check(r#"["a","b","c"] x"#, Trailing { at: 14 });
        check(r#"["a","b","c"]["#, Trailing { at: 13 });
    }

    #[test]
    fn ids_survive_the_database_and_text() {
        for (id, bits, text) in [
            (0, 0, "0"),
            (1, 1, "1"),
            (
                17113479085265723743,
                -1333264988443827873,
                "17113479085265723743",
            ),
            (i64::MAX.cast_unsigned(), i64::MAX, "9223372036854775807"),
            (1 << 63, i64::MIN, "9223372036854775808"),
            (u64::MAX, -1, "18446744073709551615"),
        ] {
            let id = CodeSiteId::new(id);
            assert_eq!(id.to_bits_i64(), bits);
            assert_eq!(CodeSiteId::from_bits_i64(bits), id);
            assert_eq!(id.to_string(), text);
            assert_eq!(text.parse(), Ok(id));
        }
    }

    #[test]
    fn other_texts_are_no_ids() {
        let check = |text: &str, error: CodeSiteIdError| {
            assert_eq!(text.parse::<CodeSiteId>(), Err(error), "{text:?}");
        };
        for text in [
            "", "+1", "-1", "01", "00", " 1", "1 ", "1e3", "0x1", "1.0", "1_0", "１",
        ] {
            check(text, CodeSiteIdError::NotDecimal);
        }
        check("18446744073709551616", CodeSiteIdError::TooLarge);
        check("99999999999999999999999", CodeSiteIdError::TooLarge);
    }
}
