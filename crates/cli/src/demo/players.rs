//! Who plays the game of a demonstration, each with a wallet.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ledger::TelegramUserId;
use sha2::{Digest as _, Sha256};
use ton::{
    KeyPair,
    wallet_v4::{WALLET_ID, WalletV4},
};

/// Some who have played for weeks, and how many pipes each passes at best.
pub(super) const OLD_HANDS: [(&str, u32); 6] = [
    ("Amaya", 57),
    ("Emrys", 44),
    ("Lindiwe", 31),
    ("Quentin", 22),
    ("Tove", 12),
    ("Noor", 6),
];

/// Those who sign in, in this order.
const NEWCOMERS: [&str; 12] = [
    "Robin", "Sasha", "Kim", "Ariel", "Jules", "Nima", "Charlie", "Remy", "Yuki", "Sky", "Alexis",
    "Toni",
];

/// As large as Telegram's ids are today.
const FIRST_ID: u64 = 7_000_000_001;

#[derive(Debug, Clone)]
pub(super) struct Player {
    pub(super) user: TelegramUserId,
    pub(super) name: String,
}

/// A wallet program: the seed of the demonstration and the player give its key.
#[derive(Debug)]
pub(super) struct Wallet {
    pub(super) keys: KeyPair,
    pub(super) contract: WalletV4,
}

#[derive(Debug)]
pub(super) struct Players {
    seed: u64,
    known: Mutex<Vec<Player>>,
}

impl Players {
    pub(super) fn new(seed: u64) -> Self {
        let players = Self {
            seed,
            known: Mutex::default(),
        };
        for (name, _) in OLD_HANDS {
            players.add(name.to_owned());
        }
        players
    }

    /// In the order in which they came.
    pub(super) fn all(&self) -> Vec<Player> {
        self.known().clone()
    }

    /// By an id in digits.
    pub(super) fn by_id(&self, id: &str) -> Option<Player> {
        let known = self.known();
        let found = known.iter().find(|player| player.user.to_string() == id);
        found.cloned()
    }

    pub(super) fn somebody_new(&self) -> Player {
        let nth = self.known().len().saturating_sub(OLD_HANDS.len());
        let name = NEWCOMERS.get(nth).map(|name| (*name).to_owned());
        self.add(name.unwrap_or_else(|| format!("Player {}", nth + 1)))
    }

    pub(super) fn wallet(&self, player: TelegramUserId) -> Wallet {
        let seed = Sha256::new()
            .chain_update(b"scrip demo: a player's wallet")
            .chain_update(self.seed.to_be_bytes())
            .chain_update(player.get().to_be_bytes())
            .finalize();
        let keys = KeyPair::from_seed(&seed.into());
        Wallet {
            contract: WalletV4::new(keys.public(), WALLET_ID),
            keys,
        }
    }

    fn add(&self, name: String) -> Player {
        let mut known = self.known();
        let nth = u64::try_from(known.len()).unwrap_or_default();
        let user = TelegramUserId::new(FIRST_ID + nth).expect("an id of few bits");
        let player = Player { user, name };
        known.push(player.clone());
        player
    }

    fn known(&self) -> MutexGuard<'_, Vec<Player>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
