//! Aligned tables for terminals.

/// Rows under their headings; columns whose name is in `numbers` are aligned to the right.
pub(crate) struct Table {
    headings: Vec<&'static str>,
    numbers: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(
        headings: impl Into<Vec<&'static str>>,
        numbers: &'static [&'static str],
    ) -> Self {
        Self {
            headings: headings.into(),
            numbers,
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(plain).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn widths(&self) -> Vec<usize> {
        let width = |(at, heading): (usize, &&str)| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            longest.max(heading.chars().count())
        };
        self.headings.iter().enumerate().map(width).collect()
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let padded = cells.iter().zip(widths).zip(&self.headings);
        let padded = padded.map(|((cell, width), heading)| {
            if self.numbers.contains(heading) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let line = padded.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let widths = self.widths();
        let headings: Vec<String> = self.headings.iter().map(ToString::to_string).collect();
        f.write_str(&self.line(&headings, &widths))?;
        for row in &self.rows {
            f.write_str(&self.line(row, &widths))?;
        }
        Ok(())
    }
}

/// Names and reasons are other people's text: nothing in them may move a terminal's cursor.
fn plain(cell: String) -> String {
    if cell.chars().any(is_harmful) {
        cell.chars()
            .map(|c| if is_harmful(c) { '\u{fffd}' } else { c })
            .collect()
    } else {
        cell
    }
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_harmless() {
        let mut table = Table::new(["NAME", "AMOUNT"], &["AMOUNT"]);
        table.row(["tea".into(), "5".into()]);
        table.row(["a\u{1b}[2Jb".into(), "12.50".into()]);
        assert_eq!(
            table.to_string(),
            "NAME    AMOUNT\ntea          5\na\u{fffd}[2Jb   12.50\n"
        );
    }
}
