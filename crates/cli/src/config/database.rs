//! The URL of a database: it may have a password, which is never shown.

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
const HIDDEN: &str = "(hidden)";

/// # Errors
/// Why it is none, without repeating it.
pub(super) fn check(url: &str) -> Result<(), String> {
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme));
    match rest {
        None => Err(
            "is empty, for the SQLite file in `data_dir`, or a URL such as postgres://user@host:5432/scrip".into(),
        ),
        Some(rest) if rest.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            Err("has blanks in it; write them as %20".into())
        }
        Some(_) => Ok(()),
    }
}

pub(crate) fn has_password(url: &str) -> bool {
    shown(url) != url
}

/// For people: without the password.
pub(crate) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return String::new();
    };
    let (place, parameters) = match rest.split_once('?') {
        Some((place, parameters)) => (place, Some(parameters)),
        None => (rest, None),
    };
    let mut shown = format!("{scheme}://{}", without_password(place));
    let hide = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}={HIDDEN}"),
        _ => parameter.to_owned(),
    };
    if let Some(parameters) = parameters {
        let parameters: Vec<String> = parameters.split('&').map(hide).collect();
        shown.push('?');
        shown.push_str(&parameters.join("&"));
    }
    shown
}

/// `user:password@host/name`; a password that was not escaped may have an `@` or a `/` in it.
fn without_password(place: &str) -> String {
    let Some((who, host)) = place.rsplit_once('@') else {
        return place.to_owned();
    };
    match who.split_once(':') {
        Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden() {
        let check = |url: &str, expect: &str| {
            assert_eq!(shown(url), expect);
            assert!(!shown(url).contains("secret"), "{url}");
            assert_eq!(has_password(url), url.contains("secret"), "{url}");
        };
        check("postgres://u@a:1,b:2/m", "postgres://u@a:1,b:2/m");
        check(
            "postgres://a/m?sslmode=require",
            "postgres://a/m?sslmode=require",
        );
        check("postgres://u:secret@a/m", "postgres://u:(hidden)@a/m");
        check(
            "postgres://u:se@cret/secret@a/m",
            "postgres://u:(hidden)@a/m",
        );
        check(
            "postgresql://u@a/m?password=secret&sslmode=require",
            "postgresql://u@a/m?password=(hidden)&sslmode=require",
        );
    }
}
