//! Finding the setting that a name means, and what somebody meant who wrote another one.

use super::{Setting, settings};

/// A setting as it was named: itself, or the file that holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) setting: &'static Setting,
    pub(super) in_file: bool,
}

/// A name that is no setting, and the nearest that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    nearest: Option<String>,
}

impl Unknown {
    pub(super) fn suggestion(&self) -> String {
        match &self.nearest {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None => "; `scrip config show` lists them all".into(),
        }
    }

    /// Among names such as those of all variables.
    pub(super) fn among(name: &str, known: impl Iterator<Item = String>) -> Self {
        let scored = known.map(|known| (strsim::damerau_levenshtein(name, &known), known));
        let near = scored.filter(|(distance, known)| *distance * 3 <= known.len().max(name.len()));
        Self {
            nearest: near.min().map(|(_, known)| known),
        }
    }
}

pub(super) fn by_key(key: &str) -> Result<Named, Unknown> {
    if let Some(setting) = Setting::find(key) {
        return Ok(Named {
            setting,
            in_file: false,
        });
    }
    let secret = key
        .strip_suffix("_file")
        .and_then(Setting::find)
        .filter(|setting| setting.may_be_in_file());
    match secret {
        Some(setting) => Ok(Named {
            setting,
            in_file: true,
        }),
        None => Err(unknown_key(key)),
    }
}

fn unknown_key(key: &str) -> Unknown {
    // A right name in the wrong section is nearer than any spelling.
    let last = key.rsplit('.').next().unwrap_or(key);
    let elsewhere = settings().find(|setting| setting.parts().1 == last);
    match elsewhere {
        Some(setting) => Unknown {
            nearest: Some(setting.key.into()),
        },
        None => Unknown::among(key, keys()),
    }
}

fn keys() -> impl Iterator<Item = String> {
    settings().flat_map(|setting| {
        let file = setting
            .may_be_in_file()
            .then(|| format!("{}_file", setting.key));
        std::iter::once(setting.key.to_owned()).chain(file)
    })
}
