//! How many transactions a second the sandbox executes: batches of 250 mints to as many new owners.
//!
//! `cargo run --release -p ton-sandbox --example throughput -- 40`

use std::time::{Duration, Instant};

use ton::{
    Address, Cell, Hash, KeyPair, OutMessage,
    highload::{HighloadWallet, QueryId, SUBWALLET_ID, TIMEOUT_SECS},
    jetton::{self, Mint, Minter},
};
use ton_sandbox::{Sandbox, Settings};

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a measurement")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let batches: u64 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 40,
    };
    let running = Sandbox::start(Settings {
        block: Duration::from_millis(5),
        ..Settings::default()
    })
    .await?;
    let chain = running.chain();
    let keys = KeyPair::from_seed(&[1; 32]);
    let wallet = HighloadWallet::new(keys.public(), SUBWALLET_ID, TIMEOUT_SECS);
    let minter = Minter::new(wallet.address(), ton::content::onchain(&[("name", "Flap")]));
    chain.give(wallet.address(), u64::MAX / 2).await?;
    let created_at = chain.now().time_secs - 60;
    let deploy = OutMessage {
        destination: minter.address().clone(),
        value: jetton::DEPLOY_VALUE,
        body: Cell::default(),
        state_init: Some(minter.state_init()),
        bounce: false,
        mode: 3,
    };
    let signed = wallet.sign(&keys, QueryId::of(0), created_at, &[deploy], true)?;
    chain.send(&signed.boc).await?;
    chain.quiet().await?;

    let mut signed = Vec::new();
    for batch in 1..=batches {
        let mints: Vec<OutMessage> = (0..250).map(|at| mint(&minter, batch * 250 + at)).collect();
        signed.push(wallet.sign(&keys, QueryId::of(batch), created_at, &mints, false)?);
    }
    let before = chain.transactions();
    let started = Instant::now();
    for external in signed {
        chain.send(&external.boc).await?;
    }
    chain.quiet().await?;
    let took = started.elapsed();
    let done = chain.transactions() - before;
    println!(
        "{done} transactions in {took:.2?}: {:.0} a second",
        f64::from(done) / took.as_secs_f64()
    );
    running.stop().await;
    Ok(())
}

fn mint(minter: &Minter, nth: u64) -> OutMessage {
    let mut owner = [3; 32];
    owner[..8].copy_from_slice(&nth.to_be_bytes());
    let mint = Mint {
        query_id: nth,
        to: Address::new(0, Hash::from(owner)),
        amount: 10,
        wallet_value: jetton::MINT_WALLET_VALUE,
    };
    OutMessage {
        destination: minter.address().clone(),
        value: jetton::MINT_VALUE,
        body: jetton::mint_body(&mint),
        state_init: None,
        bounce: true,
        mode: 3,
    }
}
