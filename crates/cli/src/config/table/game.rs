//! What the game pays and sells. Amounts are in the token's decimals.

use super::{Kind, Setting, optional, setting};

const AMOUNT: Kind = Kind::Tokens { may_be_zero: true };
const CEILING: Kind = Kind::Tokens { may_be_zero: false };

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "game.per_game",
        AMOUNT,
        "1",
        &["Tokens for every game that is played to its end."],
    ),
    setting(
        "game.per_step",
        AMOUNT,
        "10",
        &["Tokens for every full `step` points by which a player's high score is passed."],
    ),
    setting(
        "game.step",
        Kind::Number {
            least: 1,
            most: 1_000_000,
        },
        "10",
        &["The points of one step."],
    ),
    setting(
        "game.run_ceiling",
        CEILING,
        "1000",
        &["The most tokens that one run earns."],
    ),
    setting(
        "game.day_ceiling",
        CEILING,
        "5000",
        &["The most tokens that one player earns on one day (UTC)."],
    ),
    setting(
        "game.achievements",
        Kind::Achievements,
        "1:1:First flight, 2:5:Fifth flight",
        &[
            "Each achievement's number, the count of plays that it comes with, and its name: \"1:1:First flight\". Numbers are 1 to 62 and never change.",
        ],
    ),
    setting(
        "game.items",
        Kind::Items,
        "1:50:Red pipe",
        &[
            "What the shop sells: each item's number, its price in tokens, and its name: \"1:50:Red pipe, 2:80:Blue pipe\".",
        ],
    ),
    setting(
        "game.rail",
        Kind::Choice(&["jetton", "stars", "off"]),
        "jetton",
        &[
            "How the shop is paid: `jetton` with tokens on TON, `stars` with Telegram Stars, `off` for no shop. Telegram's terms ask for Stars",
            "where digital goods are sold: you decide.",
        ],
    ),
    optional(
        "game.stars",
        Kind::StarsPrices,
        "1:25",
        &[
            "Prices of items in Telegram Stars, for `rail = \"stars\"`: \"1:25\". Items that are not named here cannot be bought with Stars.",
        ],
    ),
];
