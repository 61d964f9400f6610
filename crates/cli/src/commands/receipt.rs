use std::fmt::Write as _;

use ledger::SystemRole;

use crate::{operator::ReceiptReport, screen::Show};

impl Show for ReceiptReport {
    fn show(&self) -> String {
        let mut out = String::new();
        for moved in &self.moves {
            let _ = write!(
                out,
                "{} {} moved from {} to {}.",
                moved.amount, moved.currency, moved.from, moved.to
            );
            for (who, after) in [
                (&moved.from, &moved.from_after),
                (&moved.to, &moved.to_after),
            ] {
                if is_somebody(who) {
                    let _ = write!(out, " {who} has {after} now.");
                }
            }
            out.push('\n');
        }
        if self.replayed {
            out.push_str("This was done before with the same key; it is shown again, and nothing moved now.\n");
        }
        let transaction = self.transaction.as_deref().unwrap_or("none");
        let _ = writeln!(
            out,
            "Transaction {transaction} ({}), key {}",
            self.kind, self.key
        );
        out
    }
}

/// A currency's own account means nothing to most people.
fn is_somebody(name: &str) -> bool {
    !SystemRole::ALL.iter().any(|role| role.as_str() == name)
}
