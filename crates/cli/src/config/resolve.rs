//! From what was given where to what holds.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use zeroize::Zeroizing;

use super::{ConfigError, Setting, environment, file, named, settings, together, value};

/// Where a value came from, in rising order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    File { path: String, line: usize },
    Environment { name: String },
    Flag { flag: String },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File { path, line } => write!(f, "{path}:{line}"),
            Source::Environment { name } => write!(f, "environment {name}"),
            Source::Flag { flag } => write!(f, "flag {flag}"),
        }
    }
}

/// A setting as one source gives it.
pub(super) struct Given {
    pub(super) setting: &'static Setting,
    /// The text names a file that holds the value.
    pub(super) in_file: bool,
    pub(super) text: Zeroizing<String>,
    pub(super) source: Source,
}

/// All that a configuration is made of, so that nothing here reads the process.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The file and its text.
    pub(crate) file: Option<(PathBuf, String)>,
    pub(crate) environment: Vec<(String, String)>,
    /// The flag as it was written, the setting's key, and its text.
    pub(crate) flags: Vec<(String, String, String)>,
}

/// Every setting's value with its source.
pub(crate) struct Resolved(BTreeMap<&'static str, Value>);

struct Value {
    text: Zeroizing<String>,
    source: Source,
}

impl Resolved {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |value| value.text.as_str())
    }

    pub(crate) fn source(&self, key: &str) -> &Source {
        self.0
            .get(key)
            .map_or(&Source::Default, |value| &value.source)
    }

    /// How many settings somebody gave.
    pub(crate) fn given(&self) -> usize {
        let given = self.0.values();
        given
            .filter(|value| value.source != Source::Default)
            .count()
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// # Errors
/// All that is wrong, not only the first.
pub(crate) fn resolve(inputs: Inputs) -> Result<Resolved, Vec<ConfigError>> {
    let (mut given, mut errors) = match &inputs.file {
        Some((path, text)) => file::read(path, text),
        None => (Vec::new(), Vec::new()),
    };
    let (from_environment, wrong) = environment::read(inputs.environment);
    given.extend(from_environment);
    errors.extend(wrong);
    let (from_flags, wrong) = flags(inputs.flags);
    given.extend(from_flags);
    errors.extend(wrong);
    errors.extend(twice(&given));

    let mut values = defaults();
    for one in given {
        match settled(&one) {
            Ok(text) => {
                let source = one.source;
                values.insert(one.setting.key, Value { text, source });
            }
            Err(error) => errors.push(error),
        }
    }
    let resolved = Resolved(values);
    if errors.is_empty() {
        errors = together::contradictions(&resolved);
    }
    if errors.is_empty() {
        Ok(resolved)
    } else {
        Err(errors)
    }
}

fn defaults() -> BTreeMap<&'static str, Value> {
    let default = |setting: &'static Setting| {
        let text = Zeroizing::new(setting.default.to_owned());
        (
            setting.key,
            Value {
                text,
                source: Source::Default,
            },
        )
    };
    settings().map(default).collect()
}

/// The value itself, checked.
fn settled(given: &Given) -> Result<Zeroizing<String>, ConfigError> {
    let (at, key) = (given.source.to_string(), given.setting.key.to_owned());
    let text = if given.in_file {
        match std::fs::read_to_string(given.text.as_str()) {
            Ok(content) => Zeroizing::new(content.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                let cause = format!("{} ({error})", given.text.as_str());
                return Err(ConfigError::SecretFile { at, key, cause });
            }
        }
    } else {
        given.text.clone()
    };
    // An empty text takes back what a lower source gave, where there may be nothing.
    if text.is_empty() && given.setting.default.is_empty() && !given.in_file {
        return Ok(text);
    }
    match value::check(given.setting.kind, &text) {
        Ok(()) => Ok(text),
        Err(what) => Err(ConfigError::Value { at, key, what }),
    }
}

fn twice(given: &[Given]) -> Vec<ConfigError> {
    let level = |source: &Source| std::mem::discriminant(source);
    let files = given.iter().filter(|one| one.in_file);
    let both = files.filter(|one| {
        let same = given.iter().filter(|other| {
            !other.in_file
                && other.setting.key == one.setting.key
                && level(&other.source) == level(&one.source)
        });
        same.count() > 0
    });
    both.map(|one| ConfigError::Twice {
        at: one.source.to_string(),
        key: one.setting.key.into(),
    })
    .collect()
}

fn flags(flags: Vec<(String, String, String)>) -> (Vec<Given>, Vec<ConfigError>) {
    let (mut given, mut errors) = (Vec::new(), Vec::new());
    for (flag, key, text) in flags {
        let at = format!("flag {flag}");
        match named::by_key(&key) {
            Ok(named) if named.setting.is_secret() && !named.in_file => {
                errors.push(ConfigError::SecretInFlag { at, key });
            }
            Ok(named) if !named.in_file && named.setting.hides(&text) => {
                errors.push(ConfigError::PasswordInFlag { at, key });
            }
            Ok(named) => given.push(Given {
                setting: named.setting,
                in_file: named.in_file,
                text: Zeroizing::new(text),
                source: Source::Flag { flag },
            }),
            Err(unknown) => errors.push(ConfigError::UnknownKey { at, key, unknown }),
        }
    }
    (given, errors)
}
