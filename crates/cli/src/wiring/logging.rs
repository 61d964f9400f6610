use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::{LogConfig, LogFormat};

/// Logs to standard error: pretty on a terminal, JSON otherwise.
pub(crate) fn start_logging(config: &LogConfig) {
    // Libraries say only what is wrong, unless everything is asked for.
    let filter = match config.level.as_str() {
        level @ ("debug" | "trace") => {
            EnvFilter::new(format!("{level},hyper=info,h2=info,rustls=info"))
        }
        level => EnvFilter::new(format!(
            "warn,scrip={level},app={level},web={level},discord={level},telegram={level},settlement={level},ton={level},store_sqlite={level},store_postgres={level}"
        )),
    };
    let json = match config.format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let registry = tracing_subscriber::registry().with(filter);
    let started = if json {
        let layer = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false);
        registry.with(layer.with_writer(std::io::stderr)).try_init()
    } else {
        let ansi = std::io::stderr().is_terminal();
        let layer = fmt::layer().with_ansi(ansi).with_target(false);
        registry.with(layer.with_writer(std::io::stderr)).try_init()
    };
    // Somebody else's logging was started before; theirs is as good.
    let _ = started;
}
