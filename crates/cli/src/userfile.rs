//! Reading users and balances from files of other bots.

use std::path::Path;

use serde_json::{Map, Number, Value};

use crate::operator::ImportRow;

/// Why a file of users is not taken, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UserFileError {
    #[error("line {line}: {what}")]
    Syntax { line: usize, what: String },
    #[error("it is no JSON array, CSV with `id,balance` or JSON lines")]
    Format,
    #[error("it has no users")]
    Empty,
    #[error("{at}: `{field}` is missing")]
    Missing { at: String, field: &'static str },
    #[error(
        "{at}: the id {id} is no Discord user's id, which is a number such as 563437347899965455"
    )]
    Id { at: String, id: String },
    #[error("{at}: the user {id} stands in {before} already")]
    Twice { at: String, id: u64, before: String },
    #[error("{at}: the balance {balance} is negative")]
    Negative { at: String, balance: String },
    #[error("{at}: the balance {balance} is not a whole number")]
    Fractional { at: String, balance: String },
    #[error("{at}: the balance {balance} is too large")]
    TooLarge { at: String, balance: String },
    #[error("{at}: the balance {balance} is not a number")]
    NotANumber { at: String, balance: String },
}

/// Every user with their whole balance, or the first thing that is wrong.
pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Vec<ImportRow>, UserFileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UserFileError::Format)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let extension = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    let rows = match (extension, text.trim_start().chars().next()) {
        (_, None) => return Err(UserFileError::Empty),
        (_, Some('[')) => array(text)?,
        (_, Some('{')) => lines(text)?,
        ("json" | "jsonl" | "ndjson", _) => return Err(UserFileError::Format),
        _ => csv(text)?,
    };
    if rows.is_empty() {
        return Err(UserFileError::Empty);
    }
    twice(&rows)?;
    Ok(rows)
}

fn twice(rows: &[ImportRow]) -> Result<(), UserFileError> {
    let mut seen = std::collections::HashMap::new();
    for row in rows {
        if let Some(before) = seen.insert(row.user, &row.at) {
            return Err(UserFileError::Twice {
                at: row.at.clone(),
                id: row.user,
                before: before.clone(),
            });
        }
    }
    Ok(())
}

fn array(text: &str) -> Result<Vec<ImportRow>, UserFileError> {
    let values: Vec<Map<String, Value>> =
        serde_json::from_str(text).map_err(|error| syntax(&error, 0))?;
    let rows = values.iter().enumerate();
    rows.map(|(index, user)| object(format!("user {index} (counted from 0)"), user))
        .collect()
}

fn lines(text: &str) -> Result<Vec<ImportRow>, UserFileError> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let user: Map<String, Value> =
                serde_json::from_str(line).map_err(|error| syntax(&error, index))?;
            object(format!("line {}", index + 1), &user)
        })
        .collect()
}

fn syntax(error: &serde_json::Error, lines_before: usize) -> UserFileError {
    let what = error.to_string();
    let what = what
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    UserFileError::Syntax {
        line: error.line() + lines_before,
        what,
    }
}

fn object(at: String, user: &Map<String, Value>) -> Result<ImportRow, UserFileError> {
    let missing = |field| UserFileError::Missing {
        at: at.clone(),
        field,
    };
    let (id, balance) = (
        user.get("id").ok_or_else(|| missing("id"))?,
        user.get("balance").ok_or_else(|| missing("balance"))?,
    );
    // A number would have lost its last digits in whatever wrote it: Discord's ids pass 2^53.
    let user = match id {
        Value::String(text) => user_id(&at, text)?,
        other => {
            return Err(UserFileError::Id {
                at,
                id: other.to_string(),
            });
        }
    };
    let balance = match balance {
        Value::Number(number) => whole(&at, number)?,
        Value::String(text) => decimal(&at, text)?,
        other => {
            let balance = other.to_string();
            return Err(UserFileError::NotANumber { at, balance });
        }
    };
    Ok(ImportRow { at, user, balance })
}

fn csv(text: &str) -> Result<Vec<ImportRow>, UserFileError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| UserFileError::Format)?.clone();
    let column = |name: &str| {
        headings
            .iter()
            .position(|heading| heading.eq_ignore_ascii_case(name))
    };
    let (Some(id), Some(balance)) = (column("id"), column("balance")) else {
        return Err(UserFileError::Format);
    };
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| UserFileError::Syntax {
                line: error
                    .position()
                    .map_or(0, |at| usize::try_from(at.line()).unwrap_or(0)),
                what: "not as many cells as there are headings".into(),
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let at = format!("line {line}");
            Ok(ImportRow {
                user: user_id(&at, record.get(id).unwrap_or_default())?,
                balance: decimal(&at, record.get(balance).unwrap_or_default())?,
                at,
            })
        })
        .collect()
}

fn user_id(at: &str, text: &str) -> Result<u64, UserFileError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let id = text.parse::<u64>().ok().filter(|id| plain && *id > 0);
    id.ok_or_else(|| UserFileError::Id {
        at: at.to_owned(),
        id: format!("{text:?}"),
    })
}

fn whole(at: &str, number: &Number) -> Result<u64, UserFileError> {
    if let Some(balance) = number.as_u64() {
        return Ok(balance);
    }
    let (at, balance) = (at.to_owned(), number.to_string());
    match number.as_f64() {
        Some(value) if value < 0.0 => Err(UserFileError::Negative { at, balance }),
        // Beyond this serde_json reads digits as a float.
        Some(value) if value >= 18_446_744_073_709_551_615.0 => {
            Err(UserFileError::TooLarge { at, balance })
        }
        _ => Err(UserFileError::Fractional { at, balance }),
    }
}

fn decimal(at: &str, text: &str) -> Result<u64, UserFileError> {
    let (at, balance) = (at.to_owned(), format!("{text:?}"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        return text
            .parse()
            .map_err(|_| UserFileError::TooLarge { at, balance });
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = unsigned
        .split_once('.')
        .is_some_and(|(whole, part)| digits(whole) && digits(part));
    if unsigned.len() < text.len() && (digits(unsigned) || is_decimal) {
        Err(UserFileError::Negative { at, balance })
    } else if is_decimal {
        Err(UserFileError::Fractional { at, balance })
    } else {
        Err(UserFileError::NotANumber { at, balance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expect: Result<&[(u64, u64)], &str>) {
        let found = read(Path::new(name), text.as_bytes());
        match (found, expect) {
            (Ok(rows), Ok(expect)) => {
                let pairs: Vec<(u64, u64)> =
                    rows.iter().map(|row| (row.user, row.balance)).collect();
                assert_eq!(pairs, expect, "{text}");
            }
            (Err(error), Err(expect)) => assert_eq!(error.to_string(), expect, "{text}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn users_of_the_single_server_bot() {
        check(
            "users.json",
            r#"[{"id": "563437347899965455", "balance": 50}, {"id": "7", "balance": 0}]"#,
            Ok(&[(563_437_347_899_965_455, 50), (7, 0)]),
        );
        check(
            "users.json",
            r#"[{"id":"1","balance":9007199254740993}]"#,
            Ok(&[(1, 9_007_199_254_740_993)]),
        );
        check(
            "users.csv",
            "id,balance\r\n12,5\r\n\"13\", 6\r\n",
            Ok(&[(12, 5), (13, 6)]),
        );
        check("users.csv", "balance,name,ID\n5,ann,12\n", Ok(&[(12, 5)]));
        check(
            "u.jsonl",
            "{\"id\":\"1\",\"balance\":2}\n\n{\"id\":\"2\",\"balance\":\"3\"}\n",
            Ok(&[(1, 2), (2, 3)]),
        );
    }

    #[test]
    fn the_first_wrong_row_is_named() {
        let json = |text: &str, expect: &str| check("users.json", text, Err(expect));
        json("", "it has no users");
        json("[]", "it has no users");
        json(
            "hello",
            "it is no JSON array, CSV with `id,balance` or JSON lines",
        );
        json("[\n{\"id\":\"1\"\n", "line 3: EOF while parsing an object");
        json(
            r#"[{"id":"1"}]"#,
            "user 0 (counted from 0): `balance` is missing",
        );
        json(
            r#"[{"id":"00","balance":1}]"#,
            "user 0 (counted from 0): the id \"00\" is no Discord user's id, which is a number such as 563437347899965455",
        );
        json(
            r#"[{"id":563437347899965455,"balance":1}]"#,
            "user 0 (counted from 0): the id 563437347899965455 is no Discord user's id, which is a number such as 563437347899965455",
        );
        json(
            r#"[{"id":"1","balance":1},{"id":"2","balance":1},{"id":"1","balance":2}]"#,
            "user 2 (counted from 0): the user 1 stands in user 0 (counted from 0) already",
        );
        json(
            r#"[{"id":"1","balance":-1}]"#,
            "user 0 (counted from 0): the balance -1 is negative",
        );
        json(
            r#"[{"id":"1","balance":1.5}]"#,
            "user 0 (counted from 0): the balance 1.5 is not a whole number",
        );
        json(
            r#"[{"id":"1","balance":1e3}]"#,
            "user 0 (counted from 0): the balance 1000.0 is not a whole number",
        );
        json(
            r#"[{"id":"1","balance":100000000000000000000}]"#,
            "user 0 (counted from 0): the balance 1e+20 is too large",
        );
        json(
            r#"[{"id":"1","balance":null}]"#,
            "user 0 (counted from 0): the balance null is not a number",
        );

        let csv = |text: &str, expect: &str| check("users.csv", text, Err(expect));
        csv(
            "user,balance\n1,2\n",
            "it is no JSON array, CSV with `id,balance` or JSON lines",
        );
        csv(
            "id,balance\n1,2\nx,3\n",
            "line 3: the id \"x\" is no Discord user's id, which is a number such as 563437347899965455",
        );
        csv(
            "id,balance\n1,-2\n",
            "line 2: the balance \"-2\" is negative",
        );
        csv(
            "id,balance\n1,２\n",
            "line 2: the balance \"２\" is not a number",
        );
        csv(
            "id,balance\n1,2\n1,2\n",
            "line 3: the user 1 stands in line 2 already",
        );
        csv(
            "id,balance\n1,2\n1\n",
            "line 3: not as many cells as there are headings",
        );
    }
}
