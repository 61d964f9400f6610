/// A server's URL in the parts that a test changes. `postgres://scrip@127.0.0.1:5432/postgres?sslmode=disable`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// With its `@`, if there is any.
    user: String,
    pub(super) address: String,
    database: String,
    /// With their `?`, if there are any.
    parameters: String,
}

impl Url {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let at = authority.rfind('@').map_or(0, |at| at + 1);
        let (user, address) = authority.split_at(at);
        let question = path.find('?').unwrap_or(path.len());
        let (database, parameters) = path.split_at(question);
        (!address.is_empty()).then(|| Self {
            user: user.into(),
            address: address.into(),
            database: if database.is_empty() {
                "postgres"
            } else {
                database
            }
            .into(),
            parameters: parameters.into(),
        })
    }

    pub(super) fn database(&self, name: &str) -> Self {
        Self {
            database: name.into(),
            ..self.clone()
        }
    }

    /// The same through something that stands in between.
    pub(super) fn by(&self, address: &str) -> Self {
        Self {
            address: address.into(),
            ..self.clone()
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            user,
            address,
            database,
            parameters,
        } = self;
        write!(f, "postgres://{user}{address}/{database}{parameters}")
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn parts_are_changed() {
        let check = |text: &str, expect: Option<&str>| {
            let changed = Url::parse(text).map(|url| url.database("d").by("x:1").to_string());
            assert_eq!(changed.as_deref(), expect, "{text}");
        };
        check("postgres://u@h:5432/money", Some("postgres://u@x:1/d"));
        check("postgresql://u:p%40@h", Some("postgres://u:p%40@x:1/d"));
        check(
            "postgres://h:1/?sslmode=disable",
            Some("postgres://x:1/d?sslmode=disable"),
        );
        check("host=localhost", None);
        check("postgres:///money", None);
    }
}
