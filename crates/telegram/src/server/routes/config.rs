use axum::{Json, extract::State};
use economy::AchievementRule;
use ledger::Currency;
use serde_json::{Value, json};

use super::Answer;
use crate::server::{
    addresses,
    config::{Chain, Config},
    state::Shared,
    token,
};

/// What the client must know before anything else. It is the same for everybody, and has no secrets.
pub(in crate::server) async fn config(State(server): State<Shared>) -> Answer {
    let token = server.token().await?;
    let config = &server.config;
    let items: Vec<Value> = config.items.iter().map(|item| {
        let price = item.price.map(|price| token::text(&token, price));
        let units = item.price.map(|price| price.get().to_string());
        json!({"id": item.id.to_string(), "name": item.name, "price": price, "price_units": units, "stars": item.stars})
    }).collect();
    Ok(Json(json!({
        "ok": true,
        "bot": config.bot_name.get(),
        "token": shown_token(&token),
        "chain": config.chain.as_ref().map(shown_chain),
        "proof_domain": config.proof_domain,
        "items": items,
        "rules": rules(config, &token),
        "run": {
            "proved": config.prove_runs,
            "max_age_secs": config.run_max_age_secs,
            "flight": flight::CONSTANTS,
        },
    })))
}

fn shown_token(token: &Currency) -> Value {
    json!({
        "currency": token.id.to_string(),
        "name": token.name.as_str(),
        "symbol": token.symbol,
        "decimals": token.decimals.get(),
    })
}

fn shown_chain(chain: &Chain) -> Value {
    json!({
        "network": chain.network.as_str(),
        "connect": chain.network.connect_id(),
        "coin_symbol": chain.coin_symbol,
        "minter": addresses::contract(chain.minter, chain.network),
        "shop": addresses::contract(chain.shop, chain.network),
    })
}

fn achievement(config: &Config, rule: &AchievementRule) -> Value {
    let id = rule.achievement;
    let name = config.achievement_names.get(&id).cloned();
    let name = name.unwrap_or_else(|| format!("Achievement {id}"));
    json!({"id": id.to_string(), "name": name, "plays": rule.plays})
}

fn rules(config: &Config, token: &Currency) -> Value {
    let rules = &config.rules;
    let achievements: Vec<Value> = rules
        .achievements
        .iter()
        .map(|rule| achievement(config, rule))
        .collect();
    json!({
        "per_game": token::text(token, rules.per_game),
        "per_step": token::text(token, rules.per_step),
        "step": rules.step,
        "run_ceiling": token::text(token, rules.run_ceiling),
        "day_ceiling": token::text(token, rules.day_ceiling),
        "achievements": achievements,
    })
}
