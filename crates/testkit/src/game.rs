//! A game over a ledger in a few words: players, runs, what is sent to a chain, and what comes from there.

use app::{
    BatchMessage, BatchSigned, BatchState, BatchWork, Fence, LandedAt, NewBatch, PlayerRecord,
    RewardFilter, RewardLine,
};
use economy::{
    AchievementRule, Deposit, GameRules, Play, PurchaseAsked, RewardSettle, RewardState, StarsPay,
};
use ledger::{
    AchievementId, CurrencyId, HolderId, Identity, ItemId, Platform, RunId, StarsCharge,
    TelegramUserId, TonAddress, TonHash,
};

use crate::world::{World, amount};

/// What an item costs here.
pub const PRICE: i64 = 50;

/// A game that pays in one token.
#[derive(Debug, Clone)]
pub struct Game {
    pub world: World,
    pub token: CurrencyId,
    pub shop: HolderId,
    pub fence: Fence,
}

impl Game {
    /// # Panics
    ///
    /// When the store does not answer, or another process settles.
    pub async fn open(world: &World, token: CurrencyId) -> Self {
        let shop = Identity::new(Platform::Operator, "shop").expect("a good identity");
        let shop = world.app.holder(shop).await.expect("the store answers");
        Self {
            world: world.clone(),
            token,
            shop,
            fence: fence(world, "one").await.expect("nobody else settles"),
        }
    }

    pub async fn player(&self, user: u64) -> PlayerRecord {
        let name = format!("player {user}");
        let player = self.world.store().player_ensure(telegram(user), name).await;
        player.expect("the store answers")
    }

    /// A run; the score is what it says, and whoever names a wallet has proved to own it.
    pub fn play(&self, player: &PlayerRecord, run: u64, score: u32) -> Play {
        Play {
            player: player.user,
            holder: player.holder,
            run: run_id(run),
            score,
            token: self.token,
            rules: rules(),
            wallet: None,
        }
    }

    /// Tokens that arrived, with `<user>:<item>` as their comment or with another one.
    pub fn deposit(&self, number: u8, minor_units: i64, asked: Option<(u64, i64)>) -> Deposit {
        Deposit {
            account: address(0xee),
            transaction: hash(number),
            lt: u64::from(number) * 10,
            sender: address(0xbb),
            token: self.token,
            amount: amount(minor_units),
            comment: Some(asked.map_or("hello".into(), |(user, item)| format!("{user}:{item}"))),
            asked: asked.map(|(user, item)| PurchaseAsked {
                player: telegram(user),
                item: ItemId::new(item).expect("an item"),
                price: (item < 100).then(|| amount(PRICE)),
            }),
            payer: None,
            shop: self.shop,
        }
    }

    pub fn stars(&self, charge: &str, user: u64, item: i64) -> StarsPay {
        StarsPay {
            charge: StarsCharge::of(charge),
            charge_id: charge.into(),
            player: telegram(user),
            item: ItemId::new(item).expect("an item"),
            item_known: item < 100,
            stars: 25,
        }
    }

    /// Takes what can be sent into a batch; none when nothing can.
    pub async fn form(&self) -> Option<BatchWork> {
        let new = NewBatch {
            most: 100,
            most_achievements: 50,
            most_refunds: 50,
        };
        let store = self.world.store();
        let formed = store.batch_form(self.fence.clone(), new).await;
        let id = formed.expect("the store answers")?;
        store.batch(id).await.expect("the store answers")
    }

    pub fn signed(&self, work: &BatchWork) -> BatchSigned {
        let achievements = work.rewards.iter();
        let achievements = achievements.filter(|line| line.owed.money().is_none());
        let indexes: Vec<_> = achievements.map(|line| line.id).zip(0..).collect();
        let byte = u8::try_from(work.batch.id.get()).expect("a few batches");
        let next = u64::try_from(indexes.len()).expect("a few");
        BatchSigned {
            message: BatchMessage {
                query_id: u32::from(byte),
                created_at: 1_767_225_600,
                expires_at: 1_767_225_900,
                boc: vec![byte; 9],
                hash: hash(byte),
            },
            indexes,
            next: vec![(achievement(1), next)],
        }
    }

    /// A batch on its way: signed, sent, landed.
    ///
    /// # Panics
    ///
    /// When nothing can be sent, or a step is refused.
    pub async fn send(&self) -> BatchWork {
        let work = self.form().await.expect("something waits");
        let (store, id, fence) = (self.world.store(), work.batch.id, || self.fence.clone());
        let signed = store.batch_signed(fence(), id, self.signed(&work)).await;
        assert_eq!(signed.ok(), Some(true));
        assert_eq!(store.batch_sent(fence(), id).await.ok(), Some(true));
        let at = LandedAt {
            transaction: hash(0xaa),
            lt: 77,
        };
        assert_eq!(store.batch_landed(fence(), id, at).await.ok(), Some(true));
        let work = store.batch(id).await.expect("the store answers");
        work.expect("it was formed")
    }

    pub fn settle(&self, line: &RewardLine, to: Option<HolderId>) -> RewardSettle {
        RewardSettle {
            reward: line.id,
            to,
            seen: hash(0xcc),
            lt: 78,
        }
    }

    /// Each reward of a landed batch is seen on the chain, and the batch is done.
    pub async fn settle_all(&self, work: &BatchWork) {
        for line in &work.rewards {
            let to = match line.player {
                Some(player) => self.world.store().player(player).await,
                None => Ok(None),
            };
            let to = to.expect("the store answers").map(|player| player.holder);
            self.world.done(self.settle(line, to)).await;
        }
        self.end(work, BatchState::Done).await;
    }

    /// # Panics
    ///
    /// When it has ended.
    pub async fn end(&self, work: &BatchWork, end: BatchState) {
        let why = Some("it did not arrive".to_owned());
        let (fence, id) = (self.fence.clone(), work.batch.id);
        let ended = self.world.store().batch_end(fence, id, end, why).await;
        assert_eq!(ended.ok(), Some(true));
    }

    /// All rewards in a state, oldest first.
    pub async fn rewards(&self, state: RewardState) -> Vec<RewardLine> {
        let filter = RewardFilter {
            state: Some(state),
            player: None,
            before: None,
            limit: 1_000,
        };
        let found = self.world.store().rewards(filter).await;
        let mut found = found.expect("the store answers");
        found.reverse();
        found
    }
}

/// The lease that settles, taken by somebody.
pub async fn fence(world: &World, owner: &str) -> Option<Fence> {
    let name = "settlement".to_owned();
    let lease = world.store().lease(name.clone(), owner.into(), 3_600_000);
    let number = lease.await.expect("the store answers")?;
    Some(Fence {
        lease: name,
        number,
    })
}

/// One token for a game, ten for every ten points; achievement 1 with the first play, 2 with the third.
pub fn rules() -> GameRules {
    let rule = |id, plays| AchievementRule {
        achievement: achievement(id),
        plays,
    };
    GameRules {
        per_game: amount(1),
        per_step: amount(10),
        step: 10,
        run_ceiling: amount(1_000),
        day_ceiling: amount(5_000),
        achievements: vec![rule(1, 1), rule(2, 3)],
    }
}

pub fn achievement(id: u8) -> AchievementId {
    AchievementId::new(id).expect("1 to 62")
}

pub fn telegram(user: u64) -> TelegramUserId {
    TelegramUserId::new(user).expect("a good id")
}

pub fn run_id(run: u64) -> RunId {
    RunId::from_bytes(u128::from(run).to_be_bytes())
}

pub fn address(byte: u8) -> TonAddress {
    TonAddress::new(0, [byte; 32])
}

pub fn hash(byte: u8) -> TonHash {
    TonHash::from_bytes([byte; 32])
}
