//! The chain on which rewards arrive and purchases are paid. `scrip ton init` writes most of it.

use super::{Kind, Setting, optional, setting};

pub(super) const SETTINGS: &[Setting] = &[
    optional(
        "ton.enabled",
        Kind::Switch,
        "true",
        &[
            "Whether rewards are sent and purchases looked for. Without this line they are when there is a mnemonic. `false` lets rewards wait.",
        ],
    ),
    setting(
        "ton.network",
        Kind::Choice(&["testnet", "mainnet", "sandbox"]),
        "testnet",
        &["testnet, mainnet, or sandbox: the chain that `scrip ton sandbox` runs on this machine."],
    ),
    optional(
        "ton.token",
        Kind::Text,
        "flap",
        &[
            "The currency of the ledger that the jetton stands for, by name or id. Its decimals are the jetton's.",
        ],
    ),
    optional(
        "ton.mnemonic",
        Kind::Mnemonic,
        "",
        &[
            "The 24 words of the wallet that sends rewards and takes payments. Whoever has them has all its money: keep them in a file of their own.",
        ],
    ),
    optional(
        "ton.minter",
        Kind::TonAddress,
        "0:0571976c63ec1b750571976c63ec1b750571976c63ec1b750571976c63ec1b75",
        &["The jetton's minter. Its admin is the wallet."],
    ),
    optional(
        "ton.collections",
        Kind::Collections,
        "1:0:64bb2d4661b5f2dc64bb2d4661b5f2dc64bb2d4661b5f2dc64bb2d4661b5f2dc, 2:0:64bb2d4661b5f2dd64bb2d4661b5f2dd64bb2d4661b5f2dd64bb2d4661b5f2dd",
        &[
            "The collection of soulbound tokens of each achievement: \"1:EQ…, 2:EQ…\". Its owner is the wallet.",
        ],
    ),
    optional(
        "ton.api_url",
        Kind::Url(&["https://", "http://"]),
        "https://testnet.toncenter.com",
        &[
            "A toncenter server (v2 and v3). Without this line toncenter.com's for the network, and http://127.0.0.1:8081 for the sandbox.",
        ],
    ),
    optional(
        "ton.api_key",
        Kind::Secret,
        "",
        &[
            "The key for it, from @toncenter. Without one toncenter.com answers one request a second, which is slow.",
        ],
    ),
    optional(
        "ton.api_rate",
        Kind::Number {
            least: 1,
            most: 10_000,
        },
        "10",
        &[
            "Requests that are made in a second. Without this line 10 with a key, 1 without, and 1000 on the sandbox.",
        ],
    ),
    setting(
        "ton.coin_symbol",
        Kind::Text,
        "TON",
        &["What the chain's coin is called, in the game and in reports."],
    ),
    setting(
        "ton.debounce_secs",
        Kind::Number {
            least: 0,
            most: 3_600,
        },
        "5",
        &["A batch of rewards is closed so many seconds after the last one came."],
    ),
    setting(
        "ton.batch_actions",
        Kind::Number {
            least: 1,
            most: 250,
        },
        "100",
        &["Or at so many rewards. A message to the chain holds 250 at most."],
    ),
    setting(
        "ton.max_age_secs",
        Kind::Number {
            least: 1,
            most: 86_400,
        },
        "30",
        &["Or when the oldest of them has waited for so many seconds."],
    ),
    setting(
        "ton.in_flight",
        Kind::Number { least: 1, most: 16 },
        "1",
        &["How many batches may be on their way at once."],
    ),
    setting(
        "ton.poll_ms",
        Kind::Number {
            least: 100,
            most: 10_000,
        },
        "1000",
        &["How often the chain is asked for new payments and for batches on their way."],
    ),
    setting(
        "ton.low_balance",
        Kind::Coins,
        "1",
        &[
            "Below so many coins the wallet is low on funds: that is logged and shown. Rewards wait, and none is dropped.",
        ],
    ),
];
