//! What a player pays and proves with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use ton::{
    KeyPair,
    proof::{TonProof, sign},
    wallet_v4::{WALLET_ID, WalletV4},
};
use tycho_types::cell::CellBuilder;

use crate::world::World;

/// A wallet program.
pub struct Wallet {
    pub keys: KeyPair,
    pub wallet: WalletV4,
}

impl Wallet {
    pub fn new(seed: u8) -> Self {
        let keys = KeyPair::from_seed(&[seed; 32]);
        let wallet = WalletV4::new(keys.public(), WALLET_ID);
        Self { keys, wallet }
    }

    pub fn address(&self) -> String {
        ton::address::raw(self.wallet.address())
    }

    /// What it sends when it is connected and asked to sign this.
    pub fn claim(&self, domain: &str, payload: &str, now_secs: i64) -> Value {
        let init = CellBuilder::build_from(self.wallet.state_init()).unwrap();
        let unsigned = TonProof {
            timestamp_secs: u64::try_from(now_secs).unwrap(),
            domain: domain.into(),
            payload: payload.into(),
            signature: [0; 64],
            state_init: Some(init.clone()),
            public_key: None,
        };
        let signed = sign(&self.keys, self.wallet.address(), unsigned);
        json!({
            "address": self.address(),
            "proof": {
                "timestamp": now_secs,
                "domain": {"lengthBytes": domain.len(), "value": domain},
                "payload": payload,
                "signature": STANDARD.encode(signed.signature),
                "state_init": ton::boc::to_base64(&init),
            },
        })
    }

    pub async fn proved(&self, world: &World, player: u64) -> Value {
        let asked = world.done(player, "/ton-proof", json!({})).await;
        let payload = asked["payload"].as_str().unwrap();
        let domain = asked["domain"].as_str().unwrap();
        self.claim(domain, payload, world.now_secs())
    }
}
