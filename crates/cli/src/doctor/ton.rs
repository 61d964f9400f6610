use std::error::Error;

use settlement::init::{InitError, verify_deployed, wallet};

use super::Check;
use crate::{config::Config, game, operator::coins};

pub(super) async fn ton(config: &Config) -> Vec<Check> {
    let ton = &config.ton;
    let (Some(mnemonic), Some(minter)) = (&ton.mnemonic, &ton.minter) else {
        return vec![Check::ok("ton", "not configured")];
    };
    let (client, keys) = match (game::client(ton), game::keys(mnemonic)) {
        (Ok(client), Ok(keys)) => (client, keys),
        (Err(trouble), _) | (_, Err(trouble)) => {
            return vec![Check::fail(
                "ton",
                trouble.text,
                "See [ton] in the configuration.",
            )];
        }
    };
    let wallet = wallet(&keys);
    let time = match client.chain_time().await {
        Ok(time) => time,
        Err(error) => {
            return vec![Check::warn(
                "ton",
                format!("{} does not answer: {}", ton.api_url, full(&error)),
                "Look whether this machine reaches it, and at `ton.api_key`.",
            )];
        }
    };
    if !ton.network.is(time.global_id) {
        return vec![Check::fail(
            "ton",
            format!("{} is of another network than {}", ton.api_url, ton.network),
            "See `ton.network` and `ton.api_url`.",
        )];
    }
    let mut checks = vec![Check::ok(
        "ton",
        format!("{} at block {}", ton.network, time.seqno),
    )];
    checks.push(match client.account(wallet.address()).await {
        Ok(account) if account.balance < ton.low_balance => Check::warn(
            "ton wallet",
            format!("{} {}", coins(account.balance), ton.coin_symbol),
            format!(
                "Send {} to {}: below `ton.low_balance` rewards wait.",
                ton.coin_symbol,
                ton.network.friendly(wallet.address(), false)
            ),
        ),
        Ok(account) => Check::ok(
            "ton wallet",
            format!("{} {}", coins(account.balance), ton.coin_symbol),
        ),
        Err(error) => Check::warn("ton wallet", full(&error), "Try again later."),
    });
    checks.push(
        match verify_deployed(&client, &wallet, minter, &ton.collections).await {
            Ok(()) => Check::ok("ton contracts", "ours, with the code they should have"),
            Err(error @ InitError::Chain(_)) => {
                Check::warn("ton contracts", full(&error), "Try again later.")
            }
            Err(error) => Check::fail(
                "ton contracts",
                error.to_string(),
                "Look whether [ton] has the mnemonic and the addresses that `scrip ton init` printed together.",
            ),
        },
    );
    checks
}

fn full(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", full(cause)),
        None => error.to_string(),
    }
}
