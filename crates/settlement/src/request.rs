use ledger::{ItemId, TelegramUserId};

/// What a payment's comment asks for: `<user id>:<item id>`, ASCII digits only, without leading zeros.
pub fn read_request(comment: &str) -> Option<(TelegramUserId, ItemId)> {
    let (player, item) = comment.split_once(':')?;
    Some((player.parse().ok()?, item.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_a_colon_and_digits() {
        let check = |comment: &str, expect: Option<(u64, i64)>| {
            let read = read_request(comment).map(|(player, item)| (player.get(), item.get()));
            assert_eq!(read, expect, "{comment:?}");
        };
        check("42:7", Some((42, 7)));
        check("4503599627370495:1", Some((4_503_599_627_370_495, 1)));
        check("1:9223372036854775807", Some((1, i64::MAX)));
        check("1:9223372036854775808", None);
        check("4503599627370496:1", None);
        for wrong in [
            "", ":", "42", "42:", ":7", " 42:7", "42:7 ", "42 :7", "42:7\n", "042:7", "42:07",
            "0:7", "42:0", "+42:7", "42:+7", "-42:7", "4_2:7", "42:7:1", "42::7", "٤٢:7", "42:７",
            "0x2a:7", "42:7\0", "buy 42:7",
        ] {
            check(wrong, None);
        }
    }
}
