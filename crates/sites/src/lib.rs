#![doc = include_str!("../README.md")]

mod lookup;
mod module_path;
mod names;
mod workspace;

pub use lookup::{FileSites, SiteSpan, lookup};
pub use workspace::{SitesError, Table, Workspace};
