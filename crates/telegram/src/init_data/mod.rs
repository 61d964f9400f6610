//! Who opened the Mini App, as Telegram signed it
//! (<https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>).

mod fields;
mod signed;
mod user;

use ledger::TelegramUserId;

pub(crate) use fields::query_value;
pub use fields::{Fields, parse};
pub use signed::{InitDataKey, TelegramKey};
pub use user::InitUser;

/// What Telegram says of whoever opened the Mini App, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitData {
    pub user: InitUser,
    /// When it was signed, in seconds since the Unix epoch.
    pub auth_date_secs: i64,
    /// What stood in the link behind `startapp=`; attackers' text.
    pub start_param: Option<String>,
    pub query_id: Option<String>,
}

/// How old init data may be, and what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    pub now_secs: i64,
    pub max_age_secs: u32,
}

/// A phone's clock does not matter, Telegram's and this machine's may differ by so much.
const AHEAD_SECS: i64 = 60;

/// Why init data is not taken. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InitDataError {
    #[error("init data has at most {most} bytes")]
    TooLong { most: usize },
    #[error(
        "init data is a query string of names, as Telegram writes them, and percent-encoded texts"
    )]
    NotDecodable,
    #[error("init data names one of its fields twice")]
    DuplicateKey,
    #[error("init data has no hash")]
    MissingHash,
    #[error("init data has no signature")]
    MissingSignature,
    #[error("init data was percent-encoded once more than Telegram does: send it as it is")]
    DoublyEncoded,
    /// Changed by somebody, or meant for another bot: the two look the same.
    #[error("init data was not signed for this bot, or was changed")]
    Forged,
    #[error("init data does not say when it was signed")]
    NoDate,
    #[error("init data is from the future")]
    Future,
    #[error("init data is too old: open the game again")]
    Stale,
    #[error("init data names no user")]
    NoUser,
}

impl InitDataError {
    /// A stable name, for problem documents and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::NotDecodable => "not-decodable",
            Self::DuplicateKey => "duplicate-key",
            Self::MissingHash => "missing-hash",
            Self::MissingSignature => "missing-signature",
            Self::DoublyEncoded => "doubly-encoded",
            Self::Forged => "forged",
            Self::NoDate => "no-date",
            Self::Future => "future",
            Self::Stale => "stale",
            Self::NoUser => "no-user",
        }
    }
}

/// Checks init data with the key that follows from a bot's token.
///
/// # Errors
/// [`InitDataError`] with the first thing that is wrong.
pub fn check(
    raw: &str,
    key: &InitDataKey,
    freshness: Freshness,
) -> Result<InitData, InitDataError> {
    let signed = |fields: &Fields| match fields.get("hash") {
        None => Err(InitDataError::MissingHash),
        Some(_) if key.signed(fields) => Ok(()),
        Some(_) => Err(InitDataError::Forged),
    };
    read(&genuine(raw, signed)?, freshness)
}

/// Checks init data with Telegram's own public key: for whoever knows the bot's number only
/// (<https://core.telegram.org/bots/webapps#validating-data-for-third-party-use>).
///
/// # Errors
/// [`InitDataError`] with the first thing that is wrong.
pub fn check_third_party(
    raw: &str,
    bot_id: u64,
    key: TelegramKey,
    freshness: Freshness,
) -> Result<InitData, InitDataError> {
    let signed = |fields: &Fields| match fields.get("signature") {
        None => Err(InitDataError::MissingSignature),
        Some(_) if key.signed(bot_id, fields) => Ok(()),
        Some(_) => Err(InitDataError::Forged),
    };
    read(&genuine(raw, signed)?, freshness)
}

/// A client that encodes twice is told so: it is the most common mistake, and looks like a forgery.
fn genuine(
    raw: &str,
    signed: impl Fn(&Fields) -> Result<(), InitDataError>,
) -> Result<Fields, InitDataError> {
    let checked = |raw: &str| {
        let fields = parse(raw)?;
        signed(&fields)?;
        Ok(fields)
    };
    checked(raw).map_err(|error| {
        let again = fields::decoded_again(raw);
        match again {
            Some(again) if again != raw && checked(&again).is_ok() => InitDataError::DoublyEncoded,
            _ => error,
        }
    })
}

fn read(fields: &Fields, freshness: Freshness) -> Result<InitData, InitDataError> {
    let date = fields.get("auth_date").ok_or(InitDataError::NoDate)?;
    let date: u32 = date.parse().map_err(|_| InitDataError::NoDate)?;
    let auth_date_secs = i64::from(date);
    let age_secs = freshness.now_secs.saturating_sub(auth_date_secs);
    if age_secs < -AHEAD_SECS {
        return Err(InitDataError::Future);
    }
    if age_secs > i64::from(freshness.max_age_secs) {
        return Err(InitDataError::Stale);
    }
    let user = fields.get("user").and_then(InitUser::parse);
    let text = |name| fields.get(name).map(str::to_owned);
    Ok(InitData {
        user: user.ok_or(InitDataError::NoUser)?,
        auth_date_secs,
        start_param: text("start_param"),
        query_id: text("query_id"),
    })
}

impl InitData {
    pub const fn user_id(&self) -> TelegramUserId {
        self.user.id
    }
}
