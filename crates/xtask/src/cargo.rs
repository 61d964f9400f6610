//! Calls of cargo and of the programs that it builds.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use cargo_metadata::MetadataCommand;

use crate::game;

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate stands two folders below the root")
        .to_owned()
}

/// Cargo, called in the root as if from a shell.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        // `cargo run` describes this crate by them. Build scripts as ring's watch some and would run again each time.
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether `cargo <subcommand>` is there.
pub(crate) fn has_subcommand(subcommand: &str) -> bool {
    answers(cargo().args([subcommand, "--version"]))
}

/// Whether the command runs and succeeds. What it says is not shown.
pub(crate) fn answers(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs to the end and says whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    Ok(status.success())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_stem().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Which profile a program is built with.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// The one of the tests, so that nothing is compiled twice.
    Dev,
    Release,
}

/// Builds programs of the crate `cli`, and the game before them, and gives the path of the first.
pub(crate) fn build(profile: Profile, programs: &[&str]) -> anyhow::Result<PathBuf> {
    game::build()?;
    let mut command = cargo();
    command.arg("build");
    let folder = match profile {
        // The whole workspace selects the same features of other people's crates as the tests do.
        Profile::Dev => {
            command.arg("--workspace");
            "debug"
        }
        Profile::Release => {
            command.args(["--release", "--package", "cli"]);
            "release"
        }
    };
    for program in programs {
        command.args(["--bin", program]);
    }
    if !succeeds(&mut command)? {
        bail!("{} failed", shown(&command));
    }
    let program = programs.first().context("no program to build")?;
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(target_folder()?.join(folder).join(file))
}

pub(crate) fn target_folder() -> anyhow::Result<PathBuf> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("cannot ask cargo for its target folder")?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// Becomes the command, so that signals from the terminal reach it alone.
#[cfg(unix)]
pub(crate) fn become_command(command: &mut Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot run {}", shown(command)))
}

#[cfg(not(unix))]
pub(crate) fn become_command(command: &mut Command) -> anyhow::Result<ExitCode> {
    Ok(if succeeds(command)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
