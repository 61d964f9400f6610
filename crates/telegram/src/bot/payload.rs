//! What an invoice says about itself: for whom it is and what it buys. Telegram gives it back with the payment.

use ledger::{ItemId, TelegramUserId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Payload {
    pub player: TelegramUserId,
    pub item: ItemId,
}

impl Payload {
    pub(super) fn text(self) -> String {
        format!("item:{}:{}", self.player, self.item)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (player, item) = text.strip_prefix("item:")?.split_once(':')?;
        Some(Self {
            player: player.parse().ok()?,
            item: item.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_read_back() {
        let payload = Payload {
            player: TelegramUserId::new(42).unwrap(),
            item: "7".parse().unwrap(),
        };
        assert_eq!(payload.text(), "item:42:7");
        assert_eq!(Payload::read("item:42:7"), Some(payload));
        for other in [
            "",
            "item:",
            "item:42",
            "item:42:0",
            "item:042:7",
            "42:7",
            "item:42:7:1",
        ] {
            assert_eq!(Payload::read(other), None, "{other:?}");
        }
    }
}
