//! Reading `SCRIP_*` variables.

use zeroize::Zeroizing;

use super::{
    ConfigError, Source,
    named::{Named, Unknown},
    resolve::Given,
    settings,
};

const PREFIX: &str = "SCRIP_";

/// Names the configuration file itself; read by clap.
const FILE_VARIABLE: &str = "SCRIP_CONFIG";

pub(super) fn read(
    variables: impl IntoIterator<Item = (String, String)>,
) -> (Vec<Given>, Vec<ConfigError>) {
    let (mut given, mut errors) = (Vec::new(), Vec::new());
    let ours = variables
        .into_iter()
        .filter(|(name, _)| name.starts_with(PREFIX) && !is_foreign(name));
    for (name, text) in ours {
        match by_variable(&name) {
            Ok(named) => given.push(Given {
                setting: named.setting,
                in_file: named.in_file,
                text: Zeroizing::new(text),
                source: Source::Environment { name },
            }),
            Err(unknown) => errors.push(ConfigError::UnknownKey {
                at: "environment".into(),
                key: name,
                unknown,
            }),
        }
    }
    (given, errors)
}

/// Kubernetes gives every container such variables for a service that is called `scrip`
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>).
fn is_foreign(name: &str) -> bool {
    name == FILE_VARIABLE
        || name == "SCRIP_PORT"
        || name.starts_with("SCRIP_PORT_")
        || name.starts_with("SCRIP_SERVICE_")
}

fn by_variable(name: &str) -> Result<Named, Unknown> {
    let find = |name: &str| settings().find(|setting| setting.variable() == name);
    if let Some(setting) = find(name) {
        return Ok(Named {
            setting,
            in_file: false,
        });
    }
    let secret = name.strip_suffix("_FILE").and_then(find);
    match secret.filter(|setting| setting.may_be_in_file()) {
        Some(setting) => Ok(Named {
            setting,
            in_file: true,
        }),
        None => Err(Unknown::among(name, variables())),
    }
}

fn variables() -> impl Iterator<Item = String> {
    settings().flat_map(|setting| {
        let file = setting
            .may_be_in_file()
            .then(|| format!("{}_FILE", setting.variable()));
        std::iter::once(setting.variable()).chain(file)
    })
}
