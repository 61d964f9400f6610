//! Settings that are lists: what is between two commas says one thing, with colons in it.

use std::collections::BTreeSet;

use ledger::{AchievementId, Amount, Decimals, ItemId};

/// A bound against a slip of the finger; Telegram has its own.
const STARS_MOST: u32 = 100_000;

/// An achievement and when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AchievementSetting {
    pub(crate) id: AchievementId,
    pub(crate) plays: u32,
    pub(crate) name: String,
}

/// Something that the shop sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemSetting {
    pub(crate) id: ItemId,
    /// In tokens, as decimal text: only the ledger knows the token's decimals.
    pub(crate) price: String,
    pub(crate) name: String,
}

/// `1:1:First flight, 2:5`
///
/// # Errors
/// Why it is none, to be read after the setting's name.
pub(super) fn achievements(text: &str) -> Result<Vec<AchievementSetting>, String> {
    let like = "\"1:1:First flight, 2:5:Fifth flight\", which is number, plays, name";
    let read = |part: &str| {
        let (number, rest) = pair(part, like)?;
        let id = achievement(number)?;
        let (plays, name) = named(rest, || format!("Achievement {id}"))?;
        match number_of(plays) {
            Some(plays) if plays > 0 => Ok(AchievementSetting { id, plays, name }),
            _ => Err(format!(
                "lets achievement {id} come after {plays:?} plays; it is a number from 1 on"
            )),
        }
    };
    let all = parts(text).map(read).collect::<Result<Vec<_>, _>>()?;
    once("achievement", all.iter().map(|one| one.id.get().into()))?;
    Ok(all)
}

/// `1:50:Red pipe`
///
/// # Errors
/// As above.
pub(super) fn items(text: &str) -> Result<Vec<ItemSetting>, String> {
    let like = "\"1:50:Red pipe, 2:80:Blue pipe\", which is number, price, name";
    let read = |part: &str| {
        let (number, rest) = pair(part, like)?;
        let id = item(number)?;
        let (price, name) = named(rest, || format!("Item {id}"))?;
        tokens(price, false).map_err(|_| {
            format!("gives item {id} the price {price:?}; a price is an amount above zero")
        })?;
        let price = price.to_owned();
        Ok(ItemSetting { id, price, name })
    };
    let all = parts(text).map(read).collect::<Result<Vec<_>, String>>()?;
    once("item", all.iter().map(|one| one.id.get()))?;
    Ok(all)
}

/// `1:25`
///
/// # Errors
/// As above.
pub(super) fn stars(text: &str) -> Result<Vec<(ItemId, u32)>, String> {
    let read = |part: &str| {
        let (number, price) = pair(part, "\"1:25, 2:40\", which is item and price in Stars")?;
        let id = item(number)?;
        match number_of(price) {
            Some(stars) if (1..=STARS_MOST).contains(&stars) => Ok((id, stars)),
            _ => Err(format!(
                "gives item {id} the price {price:?}; Stars are a number from 1 to {STARS_MOST}"
            )),
        }
    };
    let all = parts(text).map(read).collect::<Result<Vec<_>, _>>()?;
    once("item", all.iter().map(|(id, _)| id.get()))?;
    Ok(all)
}

/// `1:EQ…, 2:EQ…`
///
/// # Errors
/// As above.
pub(super) fn collections(
    text: &str,
) -> Result<Vec<(AchievementId, ton::address::Parsed)>, String> {
    let read = |part: &str| {
        let (number, address) = pair(part, "\"1:EQ…, 2:EQ…\", which is achievement and address")?;
        let id = achievement(number)?;
        let parsed = self::address(address)
            .map_err(|what| format!("gives achievement {id} a collection that {what}"))?;
        Ok((id, parsed))
    };
    let all = parts(text).map(read).collect::<Result<Vec<_>, String>>()?;
    once("achievement", all.iter().map(|(id, _)| id.get().into()))?;
    Ok(all)
}

/// # Errors
/// As above.
pub(super) fn address(text: &str) -> Result<ton::address::Parsed, String> {
    ton::address::parse(text)
        .map_err(|error| format!("is an address on TON, such as EQ… or 0:…, not {text:?}: {error}"))
}

/// Decimal text of at most nine decimals.
///
/// # Errors
/// As above.
pub(super) fn tokens(text: &str, may_be_zero: bool) -> Result<Amount, String> {
    let finest = Decimals::new(9).expect("nine decimals are allowed");
    match Amount::parse(text, finest) {
        Ok(amount) if may_be_zero || !amount.is_zero() => Ok(amount),
        Ok(_) => Err("is an amount above zero, not 0".into()),
        Err(error) => Err(format!(
            "is an amount, such as 10 or 0.5, not {text:?}: {error}"
        )),
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = (!text.trim().is_empty()).then(|| text.split(',').map(str::trim));
    parts.into_iter().flatten()
}

fn pair<'a>(part: &'a str, like: &str) -> Result<(&'a str, &'a str), String> {
    let pair = part.split_once(':');
    let pair = pair.map(|(first, rest)| (first.trim(), rest.trim()));
    pair.ok_or_else(|| format!("is a list such as {like}; {part:?} is none of it"))
}

/// What is before the name, and the name.
fn named(text: &str, otherwise: impl Fn() -> String) -> Result<(&str, String), String> {
    let Some((value, name)) = text.split_once(':') else {
        return Ok((text, otherwise()));
    };
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 32 || name.chars().any(char::is_control) {
        return Err(format!("has the name {name:?}; one has 1 to 32 characters"));
    }
    Ok((value.trim(), name.to_owned()))
}

/// Digits only: no sign.
fn number_of(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn achievement(text: &str) -> Result<AchievementId, String> {
    let number = number_of(text).and_then(|number| u8::try_from(number).ok());
    let id = number.and_then(|number| AchievementId::new(number).ok());
    id.ok_or_else(|| format!("has an achievement {text:?}; they are numbered 1 to 62"))
}

fn item(text: &str) -> Result<ItemId, String> {
    text.parse()
        .map_err(|_| format!("has an item {text:?}; items are numbered from 1 on"))
}

fn once(what: &str, mut numbers: impl Iterator<Item = i64>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    match numbers.find(|number| !seen.insert(*number)) {
        Some(number) => Err(format!("has {what} {number} twice")),
        None => Ok(()),
    }
}
