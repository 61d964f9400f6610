use clap::Args;

use super::{End, Global};
use crate::{config::Config, trouble::Trouble, wiring};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where the HTTP API listens
    #[arg(long, value_name = "ADDRESS")]
    http_listen: Option<String>,
    /// Where health and metrics are served
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<String>,
    /// error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
}

pub(super) fn run(global: &Global, args: ServeArgs) -> Result<End, Trouble> {
    let own = [
        ("--http-listen", "http.listen", args.http_listen),
        ("--admin-listen", "admin.listen", args.admin_listen),
        ("--log-level", "log.level", args.log_level),
    ];
    let own = own
        .into_iter()
        .filter_map(|(flag, key, text)| Some((flag.to_owned(), key.to_owned(), text?)));
    let resolved = global.resolved_with(own.collect())?;
    super::config::finished(&resolved)?;
    let config = Config::new(&resolved);
    wiring::start_logging(&config.log);
    server_runtime()?.block_on(wiring::serve(&config))?;
    Ok(End::Done)
}

/// On all cores.
pub(super) fn server_runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Trouble::failed(format!("The program cannot start: {error}.")))
}
