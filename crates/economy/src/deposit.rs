use ledger::{
    AccountKey, Amount, CurrencyId, Detail, HolderId, ItemId, Kind, Standing, TelegramUserId,
    TonAddress, TonHash,
};
use serde::{Deserialize, Serialize};

use crate::{
    DepositFact, DepositState, FactKey, Facts, GameEffect, GameRefusal, Leg, Plan, Refusal, checks,
    play::promised,
};

/// Tokens that arrived at the shop's address on the chain. They are there whatever is decided, so nothing refuses them but having been
/// recorded before: what buys nothing is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deposit {
    /// The shop's address, whose transactions are read.
    pub account: TonAddress,
    /// The transaction at that address which tells of the tokens: with `lt` where its reading goes on.
    pub transaction: TonHash,
    pub lt: u64,
    /// Who sent them: the owner of the jetton wallet.
    pub sender: TonAddress,
    pub token: CurrencyId,
    pub amount: Amount,
    /// At most [`Deposit::COMMENT_MOST`] characters of it; attackers' text.
    pub comment: Option<String>,
    /// What the comment asks for, if it has the form of a request.
    pub asked: Option<PurchaseAsked>,
    /// The holder whose bound wallet the sender is.
    pub payer: Option<HolderId>,
    /// Who is paid for what is bought.
    pub shop: HolderId,
}

/// `<user id>:<item id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PurchaseAsked {
    pub player: TelegramUserId,
    pub item: ItemId,
    /// None when there is no such item.
    pub price: Option<Amount>,
}

/// Why a deposit bought nothing. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldWhy {
    NoComment,
    /// The comment is not `<user id>:<item id>`.
    OtherComment,
    /// Nobody by this id was ever seen.
    UnknownPlayer,
    UnknownItem,
    OwnedAlready,
    Underpaid,
}

impl HeldWhy {
    pub const ALL: [HeldWhy; 6] = [
        HeldWhy::NoComment,
        HeldWhy::OtherComment,
        HeldWhy::UnknownPlayer,
        HeldWhy::UnknownItem,
        HeldWhy::OwnedAlready,
        HeldWhy::Underpaid,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            HeldWhy::NoComment => "no_comment",
            HeldWhy::OtherComment => "other_comment",
            HeldWhy::UnknownPlayer => "unknown_player",
            HeldWhy::UnknownItem => "unknown_item",
            HeldWhy::OwnedAlready => "owned_already",
            HeldWhy::Underpaid => "underpaid",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == text)
    }
}

/// What a deposit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositOutcome {
    /// `over` is what was more than the price.
    Bought {
        price: Amount,
        over: Amount,
    },
    Held(HeldWhy),
}

impl Deposit {
    pub const COMMENT_MOST: usize = 200;

    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Currency(self.token));
        name(FactKey::Deposit(self.transaction));
        for account in [
            AccountKey::issuance(self.token),
            promised(self.token),
            AccountKey::holder(self.shop, self.token),
        ] {
            name(FactKey::Account(account));
        }
        if let Some(payer) = self.payer {
            name(FactKey::Account(AccountKey::holder(payer, self.token)));
        }
        if let Some(asked) = self.asked {
            name(FactKey::Player(asked.player));
            name(FactKey::Owned(asked.player, asked.item));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        checks::known(facts, &[self.token], &[self.shop])?;
        checks::not_merged(facts, &[self.shop], self.token)?;
        if facts.deposit(self.transaction).is_some() {
            return Err(GameRefusal::DepositSeen.into());
        }
        let outcome = self.outcome(facts);
        let (kind, to) = match outcome {
            DepositOutcome::Bought { .. } => {
                (Kind::Purchase, AccountKey::holder(self.shop, self.token))
            }
            DepositOutcome::Held(_) => (Kind::Deposit, promised(self.token)),
        };
        let mut plan = Plan::of(facts, kind, self.legs(facts, to))?;
        if let (DepositOutcome::Bought { .. }, Some(asked)) = (outcome, self.asked) {
            plan.detail = Detail {
                item: Some(asked.item),
                item_owner: Some(self.shop),
                ..plan.detail
            };
        }
        let about = format!("deposit:{} from {}", self.transaction, self.sender);
        Ok(plan.about(about).with(GameEffect::Deposited {
            deposit: Box::new(self.clone()),
            outcome,
        }))
    }

    fn outcome(&self, facts: &impl Facts) -> DepositOutcome {
        let Some(asked) = self.asked else {
            return DepositOutcome::Held(match self.comment {
                None => HeldWhy::NoComment,
                Some(_) => HeldWhy::OtherComment,
            });
        };
        if facts.player(asked.player).is_none() {
            return DepositOutcome::Held(HeldWhy::UnknownPlayer);
        }
        let Some(price) = asked.price else {
            return DepositOutcome::Held(HeldWhy::UnknownItem);
        };
        if facts.owned(asked.player, asked.item) {
            return DepositOutcome::Held(HeldWhy::OwnedAlready);
        }
        match self.amount.checked_sub(price) {
            Some(over) => DepositOutcome::Bought { price, over },
            None => DepositOutcome::Held(HeldWhy::Underpaid),
        }
    }

    /// From the payer as far as the ledger knows their tokens. What it does not know of changed hands on the chain, and is issued.
    fn legs(&self, facts: &impl Facts, to: AccountKey) -> Vec<Leg> {
        let known = self.payer.and_then(|payer| {
            let key = AccountKey::holder(payer, self.token);
            let account = facts.account(key)?;
            let open = account.standing == Standing::Open && key != to;
            open.then(|| (key, account.balance.positive().min(self.amount)))
        });
        let from_payer = known.map(|(_, amount)| amount).unwrap_or(Amount::ZERO);
        let rest = self.amount.checked_sub(from_payer).unwrap_or(Amount::ZERO);
        let from_payer = known.map(|(debit, amount)| Leg {
            debit,
            credit: to,
            amount,
        });
        let issued = Leg {
            debit: AccountKey::issuance(self.token),
            credit: to,
            amount: rest,
        };
        from_payer
            .into_iter()
            .chain([issued])
            .filter(|leg| !leg.amount.is_zero())
            .collect()
    }
}

pub(crate) fn known_deposit(facts: &impl Facts, deposit: TonHash) -> Result<&DepositFact, Refusal> {
    facts
        .deposit(deposit)
        .ok_or(GameRefusal::UnknownDeposit { deposit }.into())
}

pub(crate) fn held(fact: &DepositFact) -> Result<(), Refusal> {
    match fact.state {
        DepositState::Held => Ok(()),
        state => Err(GameRefusal::DepositEnded { state }.into()),
    }
}
