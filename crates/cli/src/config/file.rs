//! Reading the TOML file, with the line of every setting.

use std::{ops::Range, path::Path};

use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::{
    ConfigError, Source,
    named::{self, Unknown},
    resolve::Given,
    settings,
};

pub(super) fn read(path: &Path, text: &str) -> (Vec<Given>, Vec<ConfigError>) {
    let mut reader = Reader {
        path: path.display().to_string(),
        text,
        given: Vec::new(),
        errors: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => reader.table("", table.get_ref()),
        Err(error) => {
            let at = reader.at(error.span().unwrap_or_default());
            let what = error.message().to_owned();
            reader.errors.push(ConfigError::Syntax { at, what });
        }
    }
    (reader.given, reader.errors)
}

struct Reader<'a> {
    path: String,
    text: &'a str,
    given: Vec<Given>,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().iter().take(span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn at(&self, span: Range<usize>) -> String {
        format!("{}:{}", self.path, self.line(&span))
    }

    fn table(&mut self, section: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = match section {
                "" => name.get_ref().to_string(),
                section => format!("{section}.{}", name.get_ref()),
            };
            let at = self.at(name.span());
            match value.get_ref() {
                DeValue::Table(inner) if section.is_empty() && is_section(&key) => {
                    self.table(&key, inner);
                }
                DeValue::Table(inner) if section.is_empty() && !is_key(&key) => {
                    self.unknown_section(
                        at,
                        key,
                        inner.keys().next().map(|name| &**name.get_ref()),
                    );
                }
                value => self.setting(key, at, self.line(&name.span()), value),
            }
        }
    }

    fn unknown_section(&mut self, at: String, section: String, first: Option<&str>) {
        let sections = settings().map(|setting| setting.parts().0);
        let sections = sections.filter(|section| !section.is_empty());
        let unknown = Unknown::among(&section, sections.map(str::to_owned));
        let key = first.map_or(section.clone(), |_| format!("[{section}]"));
        self.errors
            .push(ConfigError::UnknownKey { at, key, unknown });
    }

    fn setting(&mut self, key: String, at: String, line: usize, value: &DeValue<'_>) {
        let named = match named::by_key(&key) {
            Ok(named) => named,
            Err(unknown) => {
                self.errors
                    .push(ConfigError::UnknownKey { at, key, unknown });
                return;
            }
        };
        match text_of(value) {
            Some(text) => self.given.push(Given {
                setting: named.setting,
                in_file: named.in_file,
                text: Zeroizing::new(text),
                source: Source::File {
                    path: self.path.clone(),
                    line,
                },
            }),
            None => {
                let what = format!("is a text, a number or a switch, not {}", article(value));
                self.errors.push(ConfigError::Value { at, key, what });
            }
        }
    }
}

fn is_section(name: &str) -> bool {
    settings().any(|setting| setting.parts().0 == name)
}

fn is_key(name: &str) -> bool {
    named::by_key(name).is_ok()
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Boolean(on) => Some(on.to_string()),
        _ => None,
    }
}

fn article(value: &DeValue<'_>) -> String {
    let kind = value.type_str();
    match kind {
        "array" | "integer" | "offset-datetime" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
