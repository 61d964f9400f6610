//! What is drawn, one day after the other.

/// One day of a currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Such as `Nov 21`.
    pub date: Date,
    /// At the day's end.
    pub supply: i128,
    pub minted: i128,
    pub burned: i128,
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i32,
    /// From 1.
    pub month: u8,
    pub day: u8,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Date {
    /// A day by its number since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    pub fn of_day(number: i32) -> Self {
        let shifted = i64::from(number) + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }
}

/// Such as `21 Nov`.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let month = MONTHS.get(usize::from(self.month).wrapping_sub(1));
        write!(f, "{} {}", self.day, month.copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: i32, expect: (i32, &str)) {
        let date = Date::of_day(number);
        assert_eq!((date.year, date.to_string().as_str()), expect, "{number}");
    }

    #[test]
    fn days_of_the_calendar() {
        check(0, (1970, "1 Jan"));
        check(-1, (1969, "31 Dec"));
        check(59, (1970, "1 Mar"));
        check(11_016, (2000, "29 Feb"));
        check(20_778, (2026, "21 Nov"));
    }
}
