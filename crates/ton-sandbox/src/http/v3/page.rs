use crate::{
    http::given::{Given, Unreadable},
    index::Range,
};

const LIMIT_MOST: u64 = 1000;
const LIMIT_USUAL: u64 = 10;

/// The limits that every list takes: both logical times belong to it, the newest comes first unless asked otherwise.
pub(super) fn range(given: &Given) -> Result<Range, Unreadable> {
    Ok(Range {
        from_lt: given.number("start_lt")?.unwrap_or(0),
        to_lt: given.number("end_lt")?.unwrap_or(u64::MAX),
        offset: offset(given)?,
        limit: limit(given)?,
        oldest_first: given.text("sort").as_deref() == Some("asc"),
    })
}

pub(super) fn offset(given: &Given) -> Result<usize, Unreadable> {
    let offset = given.number("offset")?.unwrap_or(0);
    Ok(usize::try_from(offset).unwrap_or(usize::MAX))
}

pub(super) fn limit(given: &Given) -> Result<usize, Unreadable> {
    let limit = given.number("limit")?.unwrap_or(LIMIT_USUAL);
    if limit > LIMIT_MOST {
        return Err(Unreadable(format!(
            "limit is not allowed: {limit} > {LIMIT_MOST}"
        )));
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}
