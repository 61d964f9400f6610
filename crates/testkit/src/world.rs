//! Groups, currencies, rates and people in a few words, and any command through the application.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use app::{
    App, Asked, AuditReport, Change, ChangeRefusal, Changed, Clock, CurrencyEdit, NewCurrency,
    NewGroup, RateChange, Receipt, Store, WriteError,
    origin::{Cli, Entry, Gates},
};
use economy::{Command, Mint};
use ledger::{
    AccountKey, Amount, Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, Group,
    GroupKind, GuildId, HolderId, IdempotencyKey, Identity, KeyScope, Platform, Standing,
};

use crate::model::Model;

/// A store with the application over it, an operator who may do everything, and fresh idempotency keys.
#[derive(Debug, Clone)]
pub struct World {
    pub app: App,
    pub gates: Gates,
    pub operator: HolderId,
    entry: Entry,
    keys: Arc<AtomicU64>,
}

impl World {
    pub async fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let (app, gates) = App::new(store, clock);
        Self::over(app, gates).await
    }

    /// Over an application that is there already.
    pub async fn over(app: App, gates: Gates) -> Self {
        let operator = Identity::new(Platform::Operator, "cli").expect("a good identity");
        let operator = app.holder(operator).await.expect("the store answers");
        let entry = entry(&gates.cli);
        let keys = Arc::new(AtomicU64::new(0));
        Self {
            app,
            gates,
            operator,
            entry,
            keys,
        }
    }

    pub fn store(&self) -> &dyn Store {
        self.app.store()
    }

    /// The operator asks, with a key that was never used.
    pub fn asked(&self) -> Asked {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        let run: u64 = u64::from_le_bytes(app::random_bytes::<8>());
        self.asked_with(&format!("{run:x}:{number}"))
    }

    /// The operator asks, with this key.
    pub fn asked_with(&self, key: &str) -> Asked {
        let key = IdempotencyKey::new(KeyScope("testkit"), key);
        Asked::new(&self.entry, self.operator, key)
    }

    // Making things --------------------------------------------------------------------------------------------------

    /// # Panics
    ///
    /// When the change is refused, as all that makes things here does.
    pub async fn change(&self, change: Change) -> Changed {
        let words = format!("{change:?}");
        let changed = self.try_change(change).await;
        changed.unwrap_or_else(|refusal| panic!("{words}: {refusal}"))
    }

    pub async fn try_change(&self, change: Change) -> Result<Changed, ChangeRefusal> {
        self.app.change(self.asked(), change).await
    }

    /// A group of its own.
    pub async fn group(&self, name: &str) -> Group {
        self.group_of(name, GroupKind::Single, None).await
    }

    pub async fn group_of(&self, name: &str, kind: GroupKind, owner: Option<GuildId>) -> Group {
        let name = name.to_owned();
        let new = NewGroup { kind, name, owner };
        match self.change(Change::GroupCreate(new)).await {
            Changed::Group(group) => group,
            other => panic!("a new group gave {other:?}"),
        }
    }

    pub async fn currency(&self, group: &Group, name: &str, decimals: u8) -> Currency {
        let new = NewCurrency {
            group: group.id,
            name: CurrencyName::new(name).expect("a good name"),
            symbol: None,
            decimals: Decimals::new(decimals).expect("at most nine decimals"),
            class: Class::Regular,
        };
        match self.change(Change::CurrencyCreate(new)).await {
            Changed::Currency(currency) => currency,
            other => panic!("a new currency gave {other:?}"),
        }
    }

    /// A rate between minor units.
    pub async fn rate(&self, from: &Currency, to: &Currency, rate: &str) {
        let rate = rate.parse().expect("a good rate");
        let (from, to) = (from.id, to.id);
        let set = Change::RateSet(RateChange { from, to, rate });
        self.change(set).await;
    }

    /// The person whom Discord knows by this id.
    pub async fn person(&self, discord: u64) -> HolderId {
        let holder = self.app.holder(Identity::discord(discord)).await;
        holder.expect("the store answers")
    }

    /// The people whom Discord knows by the ids from 1 on.
    pub async fn people<const N: usize>(&self) -> [HolderId; N] {
        let mut people = [self.operator; N];
        for (place, discord) in people.iter_mut().zip(1..) {
            *place = self.person(discord).await;
        }
        people
    }

    /// Mints to somebody.
    pub async fn give(&self, to: HolderId, currency: &Currency, minor_units: i64) -> Receipt {
        let amount = amount(minor_units);
        let currency = currency.id;
        self.done(Mint {
            to,
            currency,
            amount,
        })
        .await
    }

    pub async fn freeze(&self, holder: HolderId, frozen: bool) {
        let standing = if frozen {
            Standing::Frozen
        } else {
            Standing::Open
        };
        self.change(Change::StandingSet { holder, standing }).await;
    }

    pub async fn freeze_currency(&self, currency: CurrencyId, frozen: bool) {
        let state = if frozen {
            CurrencyState::Frozen
        } else {
            CurrencyState::Active
        };
        let edit = CurrencyEdit {
            currency,
            state: Some(state),
            symbol: None,
        };
        self.change(Change::CurrencyEdit(edit)).await;
    }

    // Doing things ---------------------------------------------------------------------------------------------------

    /// # Panics
    ///
    /// When it is refused.
    pub async fn done(&self, command: impl Into<Command>) -> Receipt {
        let command = command.into();
        let words = format!("{command:?}");
        let answer = self.ask(command).await;
        answer.unwrap_or_else(|error| panic!("{words}: {error:?}"))
    }

    /// The name of the refusal.
    ///
    /// # Panics
    ///
    /// When it is not refused.
    pub async fn refused(&self, command: impl Into<Command>) -> &'static str {
        match self.ask(command).await {
            Err(WriteError::Refused(refusal)) => refusal.name(),
            other => panic!("not refused: {other:?}"),
        }
    }

    pub async fn ask(&self, command: impl Into<Command>) -> Result<Receipt, WriteError> {
        self.ask_as(self.asked(), command).await
    }

    /// Each verb by its own function of the application.
    pub async fn ask_as(
        &self,
        asked: Asked,
        command: impl Into<Command>,
    ) -> Result<Receipt, WriteError> {
        let app = &self.app;
        match command.into() {
            Command::Mint(command) => app.mint(asked, command).await,
            Command::Burn(command) => app.burn(asked, command).await,
            Command::Transfer(command) => app.transfer(asked, command).await,
            Command::Exchange(command) => app.exchange(asked, command).await,
            Command::NoteCreate(command) => app.note_create(asked, command).await,
            Command::NoteRedeem(command) => app.note_redeem(asked, command).await,
            Command::NoteRevoke(command) => app.note_revoke(asked, command).await,
            Command::Purchase(command) => app.purchase(asked, command).await,
            Command::Reward(command) => app.reward(asked, command).await,
            Command::Award(command) => app.award(asked, command).await,
            Command::HoldPlace(command) => app.hold_place(asked, command).await,
            Command::HoldCapture(command) => app.hold_capture(asked, command).await,
            Command::HoldRelease(command) => app.hold_release(asked, command).await,
            Command::Reversal(command) => app.reversal(asked, command).await,
            Command::ReactionMint(command) => app.reaction_mint(asked, command).await,
            Command::ReactionUnmint(command) => app.reaction_unmint(asked, command).await,
            Command::Link(command) => app.link(asked, command).await,
            Command::Play(command) => app.play(asked, command).await,
            Command::WalletBind(command) => app.wallet_bind(asked, command).await,
            Command::RewardSettle(command) => app.reward_settle(asked, command).await,
            Command::RewardRefuse(command) => app.reward_refuse(asked, command).await,
            Command::Deposit(command) => app.deposit(asked, command).await,
            Command::DepositAssign(command) => app.deposit_assign(asked, command).await,
            Command::DepositRefund(command) => app.deposit_refund(asked, command).await,
            Command::StarsPay(command) => app.stars_pay(asked, command).await,
            Command::StarsRefund(command) => app.stars_refund(asked, command).await,
        }
    }

    // Looking --------------------------------------------------------------------------------------------------------

    pub async fn balance(&self, holder: HolderId, currency: &Currency) -> i64 {
        let account = AccountKey::holder(holder, currency.id);
        let balance = self.store().balance(account).await;
        balance.expect("the store answers").get()
    }

    /// The audit's report, in which nothing is wrong.
    ///
    /// # Panics
    ///
    /// When something is.
    pub async fn audited(&self) -> AuditReport {
        let report = self.store().audit(Box::new(|_, _| {})).await;
        let report = report.expect("the store answers");
        assert_eq!(report.findings, [], "the audit is clean");
        report
    }

    /// A model that knows these currencies, rates and people, who have nothing yet.
    pub async fn model(&self, people: &[(Identity, HolderId)]) -> Model {
        let mut model = Model::default();
        let currencies = self.store().currencies().await;
        for currency in currencies.expect("the store answers") {
            model.currencies.insert(currency.id, currency);
        }
        for rate in self.store().rates().await.expect("the store answers") {
            model.rates.insert((rate.from, rate.to), rate.rate);
        }
        for (identity, holder) in people {
            model.identities.insert(identity.clone(), *holder);
            model.holders.insert(*holder, Standing::Open);
        }
        model
    }
}

fn entry(gate: &app::origin::Gate<Cli>) -> Entry {
    gate.entry("test", "testkit")
}

/// An amount of minor units.
///
/// # Panics
///
/// When it is negative.
pub fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).expect("amounts are not negative")
}
