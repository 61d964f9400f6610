//! A sandbox chain to try things on, until Ctrl-C.
//!
//! `cargo run -p ton-sandbox --example serve -- 127.0.0.1:8081`

use ton_sandbox::{Sandbox, Settings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut settings = Settings::default();
    if let Some(listen) = std::env::args().nth(1) {
        settings.listen = listen.parse()?;
    }
    let running = Sandbox::start(settings).await?;
    println!("{}", running.url());
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
