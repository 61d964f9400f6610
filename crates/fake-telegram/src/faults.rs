//! What can go wrong, on demand.

/// What happens to a call of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429, with the seconds to wait.
    TooMany { retry_after_secs: u32 },
    /// 500, and nothing was done.
    ServerError,
    /// The work is done, and the connection breaks before the answer.
    LostAnswer,
    /// The connection breaks and nothing was done.
    LostRequest,
    /// The bot was blocked by the person (403).
    Blocked,
}

/// The faults that are armed now.
#[derive(Debug, Default)]
pub struct Armed(Vec<(String, u32, Fault)>);

impl Armed {
    pub fn arm(&mut self, method: &str, count: u32, fault: Fault) {
        self.0.push((method.to_owned(), count, fault));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn take(&mut self, method: &str) -> Option<Fault> {
        let fits = |armed: &&mut (String, u32, Fault)| armed.0 == method && armed.1 > 0;
        let (_, left, fault) = self.0.iter_mut().find(fits)?;
        *left -= 1;
        Some(*fault)
    }
}
