//! What is printed, and where.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::trouble::Trouble;

/// Something that is shown as a table or sentence, or as JSON.
pub(crate) trait Show: Serialize {
    fn show(&self) -> String;
}

/// Whether a command's result is for people or for programs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    Text,
    Json,
}

impl Output {
    /// # Errors
    /// When standard output cannot be written.
    pub(crate) fn print(self, report: &impl Show) -> Result<(), Trouble> {
        match self {
            Output::Text => print(&report.show()),
            Output::Json => {
                let json = serde_json::to_string_pretty(report);
                print(&json.map_err(|error| Trouble::failed(error.to_string()))?)
            }
        }
    }

    pub(crate) fn complain(self, trouble: &Trouble) {
        let text = match self {
            Output::Text => format!("scrip: {}", trouble.text),
            Output::Json => serde_json::json!({ "error": trouble }).to_string(),
        };
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// # Errors
/// When standard output cannot be written. Whoever closes it early has seen enough.
pub(crate) fn print(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    let newline = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    let written = write!(out, "{text}{newline}").and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Trouble::failed(format!(
            "Standard output cannot be written: {error}."
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A bar on a terminal, nothing elsewhere.
pub(crate) fn progress_bar(doing: &'static str) -> ProgressBar {
    let target = if is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {human_pos}/{human_len} {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), target)
        .with_style(style.progress_chars("=> "))
        .with_message(doing)
}
