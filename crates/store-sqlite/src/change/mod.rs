//! What is written besides transfers, as free functions inside the writer's transaction.

mod effect;
mod holder;

pub(crate) use effect::effect_apply;
pub(crate) use holder::holders_ensure;

/// Gives a new id, later than all before it.
pub(crate) type Ids<'a> = dyn FnMut() -> i64 + 'a;
