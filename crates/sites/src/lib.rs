#![doc = include_str!("../README.md")]

mod module_path;
mod names;
mod workspace;

pub use workspace::{SitesError, Table, Workspace};
