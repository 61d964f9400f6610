//! Numbers in a button's id, which has room for a hundred characters.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Each number in at most eleven characters, with dots between them.
pub(crate) fn write(numbers: &[u64]) -> String {
    let texts: Vec<String> = numbers.iter().map(|number| text(*number)).collect();
    texts.join(".")
}

/// As many numbers as are wanted, or nothing.
pub(crate) fn read<const N: usize>(text: &str) -> Option<[u64; N]> {
    let numbers: Option<Vec<u64>> = text.split('.').map(number).collect();
    numbers?.try_into().ok()
}

fn text(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        digits.push(char::from(DIGITS[digit]));
        number /= 62;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u64, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number
            .checked_mul(62)?
            .checked_add(u64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let check = |numbers: [u64; 3], expect: &str| {
            assert_eq!(write(&numbers), expect);
            assert_eq!(read(expect), Some(numbers));
        };
        check([0, 61, 62], "0.z.10");
        check([1, u64::MAX, 7], "1.LygHa16AHYF.7");
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in ["", "1", "1.2.3", "1.", ".1", "1.-", "1.LygHa16AHYG", "1.é"] {
            assert_eq!(read::<2>(text), None, "{text:?}");
        }
    }
}
