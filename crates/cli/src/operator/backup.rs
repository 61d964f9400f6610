use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Operator, Tell};
use crate::{money, replies, trouble::Trouble};

/// Copy the whole ledger into one file, while it is in use.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BackupOrder {
    /// Absolute; without one, a new file in the data folder.
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BackedUp {
    pub(crate) file: PathBuf,
    pub(crate) bytes: u64,
}

pub(super) async fn backup(
    operator: &Operator,
    order: BackupOrder,
    _: &Tell,
) -> Result<BackedUp, Trouble> {
    let file = order.to.unwrap_or_else(|| {
        let now = money::rfc3339(operator.app.clock().now_ms()).replace([':', '.'], "-");
        operator
            .config
            .data_dir
            .join("backups")
            .join(format!("scrip-{now}.{}", operator.backups))
    });
    if file.exists() {
        return Err(Trouble::input(format!(
            "{} is there already; a backup overwrites nothing.",
            file.display()
        )));
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Trouble::file("made", folder, &error))?;
    }
    let done = operator.app.store().backup(file.clone()).await;
    done.map_err(|error| replies::store_error(&error))?;
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    let kept = std::fs::set_permissions(&file, owner_only);
    kept.map_err(|error| Trouble::file("made private", &file, &error))?;
    let about = std::fs::metadata(&file).map_err(|error| Trouble::file("read", &file, &error))?;
    Ok(BackedUp {
        file,
        bytes: about.len(),
    })
}
