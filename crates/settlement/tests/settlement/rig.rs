//! A chain, a ledger and what is deployed, in one call.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use app::{Clock, Fence, RewardFilter, RewardLine, SystemClock};
use economy::{AchievementRule, GameRules, OwedKind, Play, RewardState};
use ledger::{
    AccountKey, AchievementId, Amount, Currency, HolderId, ItemId, RunId, TelegramUserId,
    TonAddress,
};
use settlement::{Config, LEASE, Settlement, Trouble, Turn};
use testkit::{
    ledgers::{TestLedger, ledger_for_tests},
    world::World,
};
use ton::{
    Address, KeyPair, OutMessage,
    highload::{self, HighloadWallet, QueryId},
    jetton::{self, Minter},
    sbt::{self, Collection},
    toncenter::{Client, ClientConfig, Retries, TransactionsQuery},
    wallet_v4::{WALLET_ID, WalletV4},
};
use ton_sandbox::{Handle, Running, Sandbox, Settings};

pub const TON: u64 = 1_000_000_000;
/// How long a signed message can land. Chain time jumps in the tests that wait for it.
pub const TIMEOUT_SECS: u32 = 3_600;
/// Long enough for a loaded machine; nothing waits for it that goes well.
pub const DEADLINE: Duration = Duration::from_secs(100);

pub struct Rig {
    _sandbox: Running,
    pub chain: Handle,
    pub world: World,
    pub token: Currency,
    pub client: Client,
    pub wallet: HighloadWallet,
    pub minter: Minter,
    pub collections: BTreeMap<AchievementId, Collection>,
    // Last: the others use it.
    pub ledger: TestLedger,
}

pub struct Player {
    pub user: TelegramUserId,
    pub keys: KeyPair,
    pub wallet: WalletV4,
}

impl Player {
    pub fn new(user: u64) -> Self {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&user.to_be_bytes());
        let keys = KeyPair::from_seed(&seed);
        Self {
            user: TelegramUserId::new(user).expect("52 bits"),
            wallet: WalletV4::new(keys.public(), WALLET_ID),
            keys,
        }
    }

    pub fn address(&self) -> TonAddress {
        kept(self.wallet.address())
    }
}

pub fn kept(address: &Address) -> TonAddress {
    TonAddress::new(address.workchain, address.address.0)
}

pub fn amount(units: i64) -> Amount {
    Amount::new(units).expect("not below zero")
}

pub fn achievement(id: u8) -> AchievementId {
    AchievementId::new(id).expect("1 to 62")
}

pub fn item(id: i64) -> ItemId {
    ItemId::new(id).expect("above zero")
}

fn keys() -> KeyPair {
    KeyPair::from_seed(&[1; 32])
}

impl Rig {
    pub async fn start() -> Self {
        Self::start_with(Arc::new(SystemClock)).await
    }

    pub async fn start_with(clock: Arc<dyn Clock>) -> Self {
        let ledger = ledger_for_tests(Arc::clone(&clock)).await;
        let world = World::new(Arc::clone(&ledger.store), clock).await;
        let group = world.group("game").await;
        let token = world.currency(&group, "points", 0).await;
        let sandbox = Sandbox::start(Settings::quick()).await.expect("it starts");
        let chain = sandbox.chain();
        let wallet = HighloadWallet::new(keys().public(), highload::SUBWALLET_ID, TIMEOUT_SECS);
        let minter = Minter::new(
            wallet.address(),
            jetton::onchain_content(&[("name", "Points"), ("decimals", "0")]),
        );
        let collection = |id: u8| {
            let own = sbt::offchain(&format!("https://game.example/{id}.json"));
            let content = sbt::collection_content(own, "https://game.example/items/");
            (achievement(id), Collection::new(wallet.address(), content))
        };
        let rig = Self {
            client: client(&sandbox.url()),
            _sandbox: sandbox,
            chain,
            world,
            token,
            minter,
            collections: [collection(1), collection(2)].into(),
            wallet,
            ledger,
        };
        rig.chain
            .give(rig.wallet.address(), 5_000 * TON)
            .await
            .expect("the faucet gives");
        rig.deploy().await;
        rig
    }

    async fn deploy(&self) {
        let deploy = |init: ton::StateInit, address: &Address| OutMessage {
            destination: address.clone(),
            value: 200_000_000,
            body: ton::Cell::default(),
            state_init: Some(init),
            bounce: false,
            mode: 3,
        };
        let mut messages = vec![deploy(self.minter.state_init(), self.minter.address())];
        let collections = self.collections.values();
        messages.extend(collections.map(|one| deploy(one.state_init(), one.address())));
        self.send_as_shop(8_000_000, &messages).await;
    }

    /// From outside of what is tested, with the same keys.
    pub async fn send_as_shop(&self, nth: u64, messages: &[OutMessage]) {
        let created_at = self.chain.now().time_secs.saturating_sub(30);
        let signed = self
            .wallet
            .sign(
                &keys(),
                QueryId::of(nth),
                created_at,
                messages,
                nth == 8_000_000,
            )
            .expect("it is small");
        self.chain.send(&signed.boc).await.expect("it is taken");
        self.chain.quiet().await.expect("the chain goes on");
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(
            self.client.clone(),
            keys(),
            self.wallet.clone(),
            self.minter.address().clone(),
            self.token.id,
        );
        let collections = self.collections.iter();
        config.collections = collections
            .map(|(id, collection)| (*id, collection.address().clone()))
            .collect();
        config.items = [(item(1), amount(50)), (item(2), amount(200))].into();
        config.debounce = Duration::ZERO;
        config.poll = Duration::from_millis(10);
        config.resend = Duration::from_millis(200);
        config
    }

    pub fn settlement(&self) -> Settlement {
        self.settlement_of(self.config())
    }

    pub fn settlement_of(&self, config: Config) -> Settlement {
        Settlement::new(config, self.world.app.clone(), self.world.gates.job.clone())
    }

    /// The right to work, as whoever is called so.
    pub async fn fence(&self, owner: &str) -> Fence {
        let lease = self
            .world
            .store()
            .lease(LEASE.to_owned(), owner.to_owned(), 600_000);
        Fence {
            lease: LEASE.to_owned(),
            number: lease.await.expect("the store answers").expect("it is free"),
        }
    }

    // What people do -------------------------------------------------------------------------------------------------

    pub async fn known(&self, player: &Player) -> HolderId {
        let name = format!("player {}", player.user);
        let made = self.world.store().player_ensure(player.user, name).await;
        made.expect("the store answers").holder
    }

    /// One token for the run, ten for every ten points; achievement 1 at the first, 2 at the second.
    pub async fn play(&self, player: &Player, score: u32) {
        self.known(player).await;
        let wallet = Some(player.address());
        self.play_with(player, score, wallet).await;
    }

    pub async fn play_with(&self, player: &Player, score: u32, wallet: Option<TonAddress>) {
        let holder = self.world.app.holder(player.user.identity()).await;
        let play = Play {
            player: player.user,
            holder: holder.expect("the store answers"),
            run: RunId::from_bytes(app::random_bytes()),
            score,
            token: self.token.id,
            rules: rules(),
            wallet,
        };
        let played = self.world.app.play(self.world.asked(), play).await;
        played.expect("the run pays");
    }

    /// Tokens from a player's jetton wallet to the shop, as a wallet program sends them.
    pub async fn pay(&self, player: &Player, units: u128, comment: Option<&str>) {
        let payload = comment.map(jetton::comment_payload);
        self.pay_with(player, units, payload).await;
    }

    pub async fn pay_with(&self, player: &Player, units: u128, payload: Option<ton::Cell>) {
        let minter = self.minter.address();
        let message = transfer(minter, player, self.wallet.address(), units, payload);
        self.send_as(player, message).await;
    }

    pub async fn send_as(&self, player: &Player, message: OutMessage) {
        let address = player.wallet.address();
        if self.chain.balance(address) < u128::from(TON) {
            self.chain.give(address, 10 * TON).await.expect("it gives");
        }
        let seqno = self.seqno(player).await;
        let valid_until = self.chain.now().time_secs.saturating_add(600);
        let signed = player
            .wallet
            .sign(&player.keys, seqno, valid_until, &[message], seqno == 0)
            .expect("it is small");
        self.chain.send(&signed.boc).await.expect("it is taken");
        self.chain.quiet().await.expect("the chain goes on");
    }

    async fn seqno(&self, player: &Player) -> u32 {
        let answer = self
            .client
            .run_get_method(player.wallet.address(), "seqno", &[])
            .await
            .expect("the chain answers");
        let number = answer.stack.first().and_then(|entry| entry.number());
        let ran = matches!(answer.exit_code, 0 | 1);
        number
            .filter(|_| ran)
            .map_or(0, |number| u32::try_from(number).expect("small"))
    }

    // Work -----------------------------------------------------------------------------------------------------------

    /// Until nothing is owed any more that can be sent, and all that came is recorded.
    pub async fn settle(&self, settlement: &Settlement) {
        let fence = self.fence("rig").await;
        self.settle_as(settlement, &fence).await;
    }

    pub async fn settle_as(&self, settlement: &Settlement, fence: &Fence) {
        let work = async {
            self.send_all(settlement, fence).await;
            self.read_all(settlement, fence).await;
        };
        if tokio::time::timeout(DEADLINE, work).await.is_err() {
            let mut open = self.rewards().await;
            open.retain(|reward| reward.state != RewardState::Settled);
            panic!("not done in time: {:#?}", open.first());
        }
    }

    pub async fn send_all(&self, settlement: &Settlement, fence: &Fence) {
        loop {
            match settlement.reward_turn(fence).await {
                Ok(Turn::Moved) => {}
                Ok(Turn::Idle { until_ms: None }) => break,
                Ok(Turn::Waits | Turn::Idle { .. }) => self.a_block().await,
                Err(trouble) => self.temporary(&trouble).await,
            }
        }
    }

    pub async fn read_all(&self, settlement: &Settlement, fence: &Fence) {
        // More than any test lets readers lag behind.
        self.chain.blocks(8).await.expect("the chain goes on");
        loop {
            match settlement.deposit_turn(fence).await {
                Ok(Turn::Moved) => {}
                Ok(_) => break,
                Err(trouble) => self.temporary(&trouble).await,
            }
        }
    }

    pub async fn a_block(&self) {
        self.chain.blocks(1).await.expect("the chain goes on");
    }

    async fn temporary(&self, trouble: &Trouble) {
        match trouble {
            Trouble::Chain(_) | Trouble::Gap(_) => self.a_block().await,
            other => panic!("{other}"),
        }
    }

    // What is there afterwards ---------------------------------------------------------------------------------------

    pub async fn tokens_on_chain(&self, owner: &Address) -> u128 {
        let balance = self.client.jetton_balance(self.minter.address(), owner);
        balance.await.expect("the chain answers")
    }

    pub async fn tokens_in_ledger(&self, player: &Player) -> i64 {
        let holder = self.world.app.holder(player.user.identity()).await;
        let key = AccountKey::holder(holder.expect("the store answers"), self.token.id);
        let balance = self.world.store().balance(key).await;
        balance.expect("the store answers").get()
    }

    /// The owners of all items of a collection, in the order of their indexes.
    pub async fn owners(&self, id: u8) -> Vec<Address> {
        let collection = self.collections[&achievement(id)].address();
        let next = self.client.collection_next_index(collection).await;
        let mut owners = Vec::new();
        for index in 0..next.expect("the chain answers") {
            let item = sbt::item_address(collection, index);
            let owner = self.client.item_owner(&item).await;
            owners.extend(owner.expect("the chain answers"));
        }
        owners
    }

    pub async fn rewards(&self) -> Vec<RewardLine> {
        let mut rewards: Vec<RewardLine> = Vec::new();
        loop {
            let page = self.world.store().rewards(RewardFilter {
                state: None,
                player: None,
                before: rewards.last().map(|reward| reward.id),
                limit: 1_000,
            });
            let page = page.await.expect("the store answers");
            if page.is_empty() {
                return rewards;
            }
            rewards.extend(page);
        }
    }

    pub async fn all_settled(&self, count: usize) {
        let rewards = self.rewards().await;
        assert_eq!(rewards.len(), count);
        for reward in rewards {
            assert_eq!(reward.state, RewardState::Settled, "{reward:?}");
            assert!(reward.seen.is_some(), "{reward:?}");
        }
    }

    /// What each player has on the chain is what the ledger says, and every achievement arrived once.
    pub async fn mirrors(&self, players: &[Player]) {
        for player in players {
            let on_chain = self.tokens_on_chain(player.wallet.address()).await;
            let in_ledger = self.tokens_in_ledger(player).await;
            assert_eq!(
                on_chain,
                u128::from(in_ledger.unsigned_abs()),
                "{}",
                player.user
            );
        }
        let mut owed: Vec<(AchievementId, TonAddress)> = self
            .rewards()
            .await
            .into_iter()
            .filter_map(|reward| match reward.owed {
                OwedKind::Achievement { achievement } => Some((achievement, reward.to?)),
                _ => None,
            })
            .collect();
        let mut owned = Vec::new();
        for id in self.collections.keys() {
            let owners = self.owners(id.get()).await;
            owned.extend(owners.iter().map(|owner| (*id, kept(owner))));
        }
        owed.sort_unstable();
        owned.sort_unstable();
        assert_eq!(owned, owed);
        self.world.audited().await;
    }

    /// How often the shop's own wallet took a message from outside.
    pub async fn externals(&self) -> usize {
        let query = TransactionsQuery {
            account: self.wallet.address().clone(),
            from_lt: None,
            to_lt: None,
            limit: 1_000,
        };
        let all = self.client.transactions(query).await;
        let all = all.expect("the chain answers");
        all.iter()
            .filter(|one| one.in_msg.as_ref().is_some_and(|it| it.source.is_none()))
            .count()
    }
}

pub fn rules() -> GameRules {
    GameRules {
        per_game: amount(1),
        per_step: amount(10),
        step: 10,
        run_ceiling: amount(100_000),
        day_ceiling: amount(1_000_000),
        achievements: [(1, 1), (2, 2)]
            .map(|(id, plays)| AchievementRule {
                achievement: achievement(id),
                plays,
            })
            .into(),
    }
}

/// A player's jetton wallet pays somebody, with one nanoton for them to be told of it, as wallet programs do.
pub fn transfer(
    minter: &Address,
    player: &Player,
    to: &Address,
    units: u128,
    payload: Option<ton::Cell>,
) -> OutMessage {
    OutMessage {
        destination: jetton::wallet_address(minter, player.wallet.address()),
        value: 100_000_000,
        body: jetton::transfer_body(&jetton::Transfer {
            query_id: 0,
            amount: units,
            destination: to.clone(),
            response: Some(player.wallet.address().clone()),
            forward_value: 1,
            forward_payload: payload,
        }),
        state_init: None,
        bounce: true,
        mode: 3,
    }
}

pub fn client(url: &str) -> Client {
    let config = ClientConfig {
        base_url: url.to_owned(),
        api_key: None,
        requests_per_second: NonZeroU32::new(100_000),
        timeout: Duration::from_secs(20),
    };
    let retries = Retries {
        attempts: 2,
        first_delay: Duration::from_millis(5),
        delay_most: Duration::from_millis(20),
    };
    let client = Client::new(config).expect("a client");
    client.with_retries(retries)
}
