use ledger::{
    AccountKey, AchievementId, Achievements, Amount, CurrencyId, HolderId, Kind, RunId, SystemRole,
    TelegramUserId, TonAddress,
};
use serde::Serialize;

use crate::{FactKey, Facts, GameEffect, GameRefusal, Leg, Plan, PlayerFact, Refusal, checks};

const DAY_MS: i64 = 86_400_000;

/// A player has ended a run of the game. The tokens that it earns are promised: they are the player's when they are seen on the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Play {
    pub player: TelegramUserId,
    pub holder: HolderId,
    pub run: RunId,
    /// What the run gives, or what the client says where runs are not replayed.
    pub score: u32,
    pub token: CurrencyId,
    pub rules: GameRules,
    /// A wallet that the player has proved to own; bound if the player has none yet.
    pub wallet: Option<TonAddress>,
}

/// What a game earns. Amounts are in the token's minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GameRules {
    pub per_game: Amount,
    /// For every full [`GameRules::step`] points by which the player's high score is passed.
    pub per_step: Amount,
    pub step: u32,
    /// The most that one run earns.
    pub run_ceiling: Amount,
    /// The most that one player earns on one day (UTC).
    pub day_ceiling: Amount,
    pub achievements: Vec<AchievementRule>,
}

/// An achievement that comes with a number of plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AchievementRule {
    pub achievement: AchievementId,
    pub plays: u32,
}

impl GameRules {
    /// What a game earns after an earlier high score; never anything negative for a game below it.
    pub fn tokens(&self, high_score: u32, score: u32) -> Amount {
        let steps = score
            .saturating_sub(high_score)
            .checked_div(self.step)
            .unwrap_or_default();
        let for_steps = self.per_step.get().saturating_mul(i64::from(steps));
        let earned = self.per_game.get().saturating_add(for_steps);
        let kept = earned.min(self.run_ceiling.get());
        Amount::new(kept).unwrap_or(Amount::ZERO)
    }

    fn achieved(&self, plays: u32, had: Achievements) -> Achievements {
        let new = self.achievements.iter();
        let new = new.filter(|rule| rule.plays <= plays && !had.has(rule.achievement));
        new.fold(Achievements::NONE, |all, rule| all.with(rule.achievement))
    }
}

impl Play {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Currency(self.token));
        name(FactKey::Account(AccountKey::issuance(self.token)));
        name(FactKey::Account(promised(self.token)));
        name(FactKey::Account(AccountKey::holder(
            self.holder,
            self.token,
        )));
        name(FactKey::Player(self.player));
        name(FactKey::Run(self.run));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, now_ms: i64) -> Result<Plan, Refusal> {
        let player = known_player(facts, self.player)?;
        checks::known(facts, &[self.token], &[self.holder])?;
        checks::active(facts, &[self.token])?;
        checks::open(facts, &[self.holder], self.token)?;
        if facts.run(self.run).is_some() {
            return Err(GameRefusal::RunPlayed { run: self.run }.into());
        }
        let today = now_ms.div_euclid(DAY_MS);
        let before = if player.day == today {
            player.day_tokens
        } else {
            Amount::ZERO
        };
        let earned = self.rules.tokens(player.high_score, self.score);
        let left = self.rules.day_ceiling.checked_sub(before);
        let tokens = earned.min(left.unwrap_or(Amount::ZERO));
        let plays = player.plays.saturating_add(1);
        let achieved = self.rules.achieved(plays, player.achievements);
        let after = PlayerFact {
            plays,
            high_score: player.high_score.max(self.score),
            wallet: player.wallet.or(self.wallet),
            achievements: achieved
                .iter()
                .fold(player.achievements, Achievements::with),
            day: today,
            day_tokens: before.checked_add(tokens).unwrap_or(before),
        };
        let legs = Leg {
            debit: AccountKey::issuance(self.token),
            credit: promised(self.token),
            amount: tokens,
        };
        let legs = (!tokens.is_zero()).then_some(legs).into_iter().collect();
        let plan = Plan::of(facts, Kind::Reward, legs)?;
        let about = format!("run:{} by telegram:{}", self.run, self.player);
        Ok(plan.about(about).with(GameEffect::Played {
            run: self.run,
            player: self.player,
            score: self.score,
            token: self.token,
            tokens,
            achieved,
            after,
        }))
    }
}

pub(crate) fn known_player(
    facts: &impl Facts,
    player: TelegramUserId,
) -> Result<&PlayerFact, Refusal> {
    facts
        .player(player)
        .ok_or(GameRefusal::UnknownPlayer { player }.into())
}

/// What was promised on a chain and is not settled there.
pub(crate) const fn promised(currency: CurrencyId) -> AccountKey {
    AccountKey::system(SystemRole::Settlement, currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor_units: i64) -> Amount {
        Amount::new(minor_units).expect("not negative")
    }

    #[test]
    fn old_score_new_score_tokens() {
        let rules = GameRules {
            per_game: amount(1),
            per_step: amount(10),
            step: 10,
            run_ceiling: amount(1_000),
            day_ceiling: amount(5_000),
            achievements: Vec::new(),
        };
        let check = |old: u32, new: u32, expect: i64| {
            assert_eq!(rules.tokens(old, new), amount(expect), "{new} after {old}");
        };
        check(0, 0, 1);
        check(0, 9, 1);
        check(0, 10, 11);
        check(0, 49, 41);
        check(50, 49, 1);
        check(50, 0, 1);
        check(50, 59, 1);
        check(50, 60, 11);
        check(49, 59, 11);
        check(49, 68, 11);
        check(0, 989, 981);
        check(0, 1_000, 1_000);
        check(0, u32::MAX, 1_000);
        check(u32::MAX, u32::MAX, 1);
        let without_steps = GameRules { step: 0, ..rules };
        assert_eq!(without_steps.tokens(0, 500), amount(1));
    }
}
