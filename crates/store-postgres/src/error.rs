//! What can go wrong between us and the server, and what each of it means: one table for all of it.

use app::StoreError;
use tokio_postgres::error::SqlState;

pub(crate) type Sql<T> = Result<T, SqlError>;

/// Why a statement has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SqlError {
    #[error("PostgreSQL answered with an error")]
    Postgres(#[from] tokio_postgres::Error),
    #[error("no host of the database could be reached: {0}")]
    Unreachable(String),
    /// All connections were busy for as long as somebody may wait.
    #[error("all connections to the database are busy")]
    Busy,
    /// The server took longer than a whole transaction may take.
    #[error("the database did not answer in time")]
    Late,
    /// The connection broke in the commit: it may or may not have been written.
    #[error("the outcome of the commit is not known")]
    Unknown,
    #[error("the store is closed")]
    Closed,
    /// A file of ours, not of the server's.
    #[error("a file could not be written: {0}")]
    File(std::io::Error),
    /// Another process has written between a decision and its commit.
    #[error("the journal has moved on")]
    Moved,
    /// What is stored is not what the program wrote.
    #[error("the stored data is damaged: {0}")]
    Damaged(String),
}

/// What an error means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Nothing was written, and doing the same again may go well: a deadlock, a serialization failure, a lock that took too long.
    Retry,
    /// This server does not take writes: a standby, or a primary that is one no more.
    WrongNode,
    /// The connection or the server is gone. In a commit nobody knows what became of it.
    Gone,
    /// No room for more: on disk.
    Full,
    /// A unique constraint, a foreign key or a check stopped it: another process was faster, or a plan was wrong.
    Conflict,
    /// Our own statement was wrong.
    Wrong,
}

impl Class {
    /// SQLSTATE codes as <https://www.postgresql.org/docs/15/errcodes-appendix.html> lists them.
    pub(crate) fn of_code(code: &str) -> Class {
        match code {
            "40001" | "40P01" | "40003" | "55P03" | "57014" => Class::Retry,
            "25006" => Class::WrongNode,
            "53100" => Class::Full,
            // Too many connections, out of memory; the server starts, stops, or ended this session.
            "53300" | "53200" | "53000" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05"
            | "25P03" | "58000" | "58030" => Class::Gone,
            code if code.starts_with("08") => Class::Gone,
            code if code.starts_with("23") => Class::Conflict,
            _ => Class::Wrong,
        }
    }

    pub(crate) fn of(error: &tokio_postgres::Error) -> Class {
        match error.code() {
            Some(code) => Class::of_code(code.code()),
            // Without a code the socket failed, or was closed under us.
            None => Class::Gone,
        }
    }
}

impl SqlError {
    pub(crate) fn class(&self) -> Class {
        match self {
            SqlError::Postgres(error) => Class::of(error),
            SqlError::Unreachable(_) | SqlError::Busy | SqlError::Late | SqlError::Unknown => {
                Class::Gone
            }
            SqlError::Moved => Class::Retry,
            SqlError::File(error) if is_full(error) => Class::Full,
            SqlError::File(_) | SqlError::Closed | SqlError::Damaged(_) => Class::Wrong,
        }
    }

    /// Whether a unique constraint was the reason.
    pub(crate) fn is_unique(&self) -> bool {
        matches!(self, SqlError::Postgres(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION))
    }

    /// The cause in one line, for logs and for [`StoreError::Failed`].
    pub(crate) fn words(&self) -> String {
        match self {
            SqlError::Postgres(error) => match error.as_db_error() {
                Some(db) => format!("{} ({})", db.message(), db.code().code()),
                // Its own words only say what was being done.
                None => match std::error::Error::source(error) {
                    Some(cause) => format!("{error}: {cause}"),
                    None => error.to_string(),
                },
            },
            SqlError::Unreachable(said) => said.clone(),
            other => other.to_string(),
        }
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

/// Nothing was written, or nothing was asked to be: what the caller hears. A commit's own failures are judged where it is made.
impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        const SOON_SECS: u32 = 1;
        /// A new primary is found within this time; see the measurements in the specification.
        const FAILOVER_SECS: u32 = 5;
        let retry_after_secs = match error.class() {
            Class::Retry => SOON_SECS,
            Class::Gone if matches!(error, SqlError::Busy) => SOON_SECS,
            Class::Gone if matches!(error, SqlError::Unknown) => return StoreError::Unknown,
            Class::Gone | Class::WrongNode => FAILOVER_SECS,
            Class::Full => return StoreError::Full,
            Class::Conflict | Class::Wrong => {
                return match error {
                    SqlError::Damaged(what) => StoreError::Damaged(what),
                    SqlError::Closed => StoreError::Closed,
                    SqlError::File(error) => StoreError::Failed {
                        doing: "writing a file",
                        cause: error.to_string(),
                    },
                    error => StoreError::Failed {
                        doing: "asking the database",
                        cause: error.words(),
                    },
                };
            }
        };
        tracing::warn!(error = %error.words(), retry_after_secs, "the database does not answer");
        StoreError::Unavailable { retry_after_secs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, class: Class) {
        assert_eq!(Class::of_code(code), class, "{code}");
    }

    #[test]
    fn each_code_has_its_class() {
        for code in ["40001", "40P01", "40003", "55P03", "57014"] {
            check(code, Class::Retry);
        }
        check("25006", Class::WrongNode);
        check("53100", Class::Full);
        for code in [
            "08000", "08003", "08006", "08P01", "53300", "57P01", "57P02", "57P03", "57P05",
            "25P03", "58030",
        ] {
            check(code, Class::Gone);
        }
        for code in ["23505", "23503", "23514", "23502", "23P01"] {
            check(code, Class::Conflict);
        }
        for code in ["42601", "42P01", "22003", "XX000", "P0001", "25P02"] {
            check(code, Class::Wrong);
        }
    }

    #[test]
    fn callers_hear_when_to_come_back() {
        assert!(matches!(
            SqlError::Busy.into(),
            StoreError::Unavailable {
                retry_after_secs: 1
            }
        ));
        assert!(matches!(
            SqlError::Late.into(),
            StoreError::Unavailable {
                retry_after_secs: 5
            }
        ));
        assert!(matches!(SqlError::Unknown.into(), StoreError::Unknown));
        assert!(matches!(SqlError::Closed.into(), StoreError::Closed));
        assert!(matches!(
            SqlError::Damaged("x".into()).into(),
            StoreError::Damaged(_)
        ));
    }
}
