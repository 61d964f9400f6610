//! The Discord bot against a Discord in the same process: a burst of reactions, leaderboards of a hundred thousand, a quarter of a million
//! members. What Discord itself takes is in every figure: both share the processor.

mod burst;
mod members;
mod top;
mod town;

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::Result;

use crate::Rows;

/// What is measured, and where.
#[derive(Debug, Clone)]
pub struct Plan {
    pub folder: PathBuf,
    /// A server on which databases may be made; SQLite in the folder without it.
    pub database: Option<String>,
    /// Only these parts; all when empty.
    pub only: BTreeSet<String>,
    /// In one second.
    pub reactions: usize,
    /// On the leaderboard.
    pub members: usize,
    /// Calls of /top, in each of its parts.
    pub calls: usize,
    /// In the largest guild.
    pub most_members: usize,
}

/// Measures all parts of the plan, one after the other.
///
/// # Errors
/// When something fails that must not.
pub async fn run(plan: &Plan, tell: &mut dyn FnMut(&str)) -> Result<Rows> {
    let mut rows = Rows::new();
    let wants = |part: &str| plan.only.is_empty() || plan.only.contains(part);
    if wants("burst") {
        tell("a burst of reactions");
        burst::measure(plan, &mut rows).await?;
    }
    if wants("top") {
        tell("a leaderboard");
        top::measure(plan, &mut rows).await?;
    }
    if wants("members") {
        tell("all members of a large guild");
        members::measure(plan, &mut rows).await?;
    }
    Ok(rows)
}
