//! The words of the wallet: found, taken over, or made.

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use ton::mnemonic::Mnemonic;
use zeroize::Zeroizing;

use crate::{config::TonConfig, ledger_file::make_private, trouble::Trouble};

/// The words, and the file that has them, where it is ours.
pub(super) struct Words {
    pub(super) mnemonic: Mnemonic,
    pub(super) file: Option<PathBuf>,
    pub(super) made: bool,
}

/// From the configuration, from a file to take over, from an earlier `init`, or new ones.
pub(super) fn words(
    data_dir: &Path,
    ton: &TonConfig,
    import: Option<&Path>,
) -> Result<Words, Trouble> {
    let kept = data_dir.join("ton-mnemonic");
    match (&ton.mnemonic, import) {
        (Some(_), Some(_)) => Err(Trouble::input(
            "--mnemonic-file takes over other words than `ton.mnemonic` has; take that setting out first.",
        )),
        (Some(configured), None) => Ok(Words {
            mnemonic: parse(configured.expose(), "`ton.mnemonic`")?,
            file: None,
            made: false,
        }),
        (None, Some(file)) => {
            let mnemonic = read(file)?;
            if !kept.exists() {
                write(data_dir, &kept, &mnemonic)?;
            } else if read(&kept)? != mnemonic {
                return Err(Trouble::input(format!(
                    "{} has other words. Move it away before others are taken over: whatever its wallet has is lost without them.",
                    kept.display()
                )));
            }
            Ok(Words {
                mnemonic,
                file: Some(kept),
                made: false,
            })
        }
        (None, None) if kept.exists() => Ok(Words {
            mnemonic: read(&kept)?,
            file: Some(kept),
            made: false,
        }),
        (None, None) => {
            let mnemonic = Mnemonic::generate();
            write(data_dir, &kept, &mnemonic)?;
            Ok(Words {
                mnemonic,
                file: Some(kept),
                made: true,
            })
        }
    }
}

fn parse(text: &str, whose: &str) -> Result<Mnemonic, Trouble> {
    Mnemonic::parse(text).map_err(|error| Trouble::input(format!("{whose}: {error}.")))
}

fn read(file: &Path) -> Result<Mnemonic, Trouble> {
    let text = std::fs::read_to_string(file).map(Zeroizing::new);
    let text = text.map_err(|error| Trouble::file("read", file, &error))?;
    parse(&text, &file.display().to_string())
}

/// Readable by its owner only, and never over other words.
fn write(data_dir: &Path, file: &Path, mnemonic: &Mnemonic) -> Result<(), Trouble> {
    make_private(data_dir)?;
    let text = Zeroizing::new(mnemonic.words().collect::<Vec<_>>().join(" ") + "\n");
    let mut options = std::fs::File::options();
    let opened = options.write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut opened| {
        opened.write_all(text.as_bytes())?;
        opened.sync_all()
    });
    written.map_err(|error| Trouble::file("written", file, &error))
}
