use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use tokio_util::sync::CancellationToken;
use ton_sandbox::{Sandbox, Settings};

use super::End;
use crate::{commands::serve::server_runtime, screen, trouble::Trouble, wiring};

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Where it answers; only this machine should reach it
    #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Milliseconds from one block to the next
    #[arg(long, default_value_t = 400, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    block_ms: u64,
    /// Keep the chain in this file, and go on with it the next time
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn run(args: &SandboxArgs) -> Result<End, Trouble> {
    server_runtime()?.block_on(sandbox(args))
}

async fn sandbox(args: &SandboxArgs) -> Result<End, Trouble> {
    let stop = CancellationToken::new();
    let told = wiring::stop_on_signal(stop.clone())?;
    let settings = Settings {
        listen: args.listen,
        block: Duration::from_millis(args.block_ms),
        file: args.file.clone(),
        ..Settings::default()
    };
    let running = Sandbox::start(settings).await;
    let running = running
        .map_err(|error| Trouble::failed(format!("The sandbox chain does not start: {error}.")))?;
    screen::print(&format!(
        "The sandbox chain answers at {}. Ctrl-C ends it. Next: scrip ton init --network sandbox --api-url {}",
        running.url(),
        running.url()
    ))?;
    stop.cancelled().await;
    running.stop().await;
    drop(told);
    Ok(End::Done)
}
