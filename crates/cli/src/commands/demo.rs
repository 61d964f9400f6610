use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

use super::{End, Global, serve::server_runtime};
use crate::{demo, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The same seed gives the same history
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Where the HTTP API listens; without it 127.0.0.1:8080, or any free port
    #[arg(long, value_name = "ADDRESS")]
    http_listen: Option<SocketAddr>,
    /// End by itself after so many seconds
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

pub(super) fn run(global: &Global, args: &DemoArgs) -> Result<End, Trouble> {
    let demo = demo::Demo {
        data_dir: global.data_dir.as_ref().map(PathBuf::from),
        seed: args.seed,
        http_listen: args.http_listen,
        duration: args.seconds.map(Duration::from_secs),
    };
    server_runtime()?.block_on(demo::run(demo))?;
    Ok(End::Done)
}
