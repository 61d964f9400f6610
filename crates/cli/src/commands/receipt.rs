use std::fmt::Write as _;

use crate::{operator::ReceiptReport, screen::Show};

impl Show for ReceiptReport {
    fn show(&self) -> String {
        let mut out = String::new();
        for moved in &self.moves {
            let _ = writeln!(
                out,
                "{} {} moved from {} to {}. Now {} and {}.",
                moved.amount,
                moved.currency,
                moved.from,
                moved.to,
                moved.from_after,
                moved.to_after,
            );
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
