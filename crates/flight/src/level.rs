use crate::CONSTANTS;

/// The pipes of a seed, made as far as they are asked for.
#[derive(Debug, Clone)]
pub struct Level {
    seed: u32,
    centres: Vec<i32>,
}

/// A pair of pipes with a gap between them. Places are those of the level: the bird is at `bird_x` and the distance that it has flown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipe {
    pub left: i64,
    pub right: i64,
    /// The gap's upper edge.
    pub top: i32,
    /// The gap's lower edge.
    pub bottom: i32,
}

impl Level {
    pub const fn new(seed: u32) -> Self {
        Self {
            seed,
            centres: Vec::new(),
        }
    }

    pub const fn seed(&self) -> u32 {
        self.seed
    }

    /// Pipe number `n`, from 0.
    pub fn pipe(&mut self, n: u32) -> Pipe {
        let left = i64::from(CONSTANTS.first_pipe) + i64::from(n) * i64::from(CONSTANTS.pipe_every);
        let half = gap(n) / 2;
        let centre = self.centre(n);
        Pipe {
            left,
            right: left + i64::from(CONSTANTS.pipe_width),
            top: centre - half,
            bottom: centre + half,
        }
    }

    fn centre(&mut self, n: u32) -> i32 {
        let at = usize::try_from(n).unwrap_or(usize::MAX);
        while self.centres.len() <= at {
            let next = u32::try_from(self.centres.len()).unwrap_or(u32::MAX);
            let wanted = wanted(self.seed, next);
            let reach = CONSTANTS.centre_reach;
            let last = self.centres.last();
            let centre = last.map_or(wanted, |last| wanted.clamp(last - reach, last + reach));
            self.centres.push(centre);
        }
        self.centres[at]
    }
}

fn gap(n: u32) -> i32 {
    let less = i64::from(n) * i64::from(CONSTANTS.gap_less);
    let gap = i64::from(CONSTANTS.gap_first) - less;
    i32::try_from(gap).map_or(CONSTANTS.gap_least, |gap| gap.max(CONSTANTS.gap_least))
}

fn wanted(seed: u32, n: u32) -> i32 {
    let range = CONSTANTS.centre_top.abs_diff(CONSTANTS.centre_bottom) + 1;
    CONSTANTS
        .centre_top
        .saturating_add_unsigned(random(seed, n) % range)
}

/// A number of its own for each pipe: splitmix32, with the constants of <https://github.com/skeeto/hash-prospector>.
const fn random(seed: u32, n: u32) -> u32 {
    let z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9E37_79B9));
    let z = (z ^ (z >> 16)).wrapping_mul(0x21F0_AAAD);
    let z = (z ^ (z >> 15)).wrapping_mul(0x735A_2D97);
    z ^ (z >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_on_the_screen_and_within_reach_of_each_other() {
        for seed in [0, 1, 42, u32::MAX, 0xDEAD_BEEF] {
            let mut level = Level::new(seed);
            let mut last: Option<i32> = None;
            for n in 0..500 {
                let pipe = level.pipe(n);
                let centre = i32::midpoint(pipe.top, pipe.bottom);
                assert!(pipe.top > 0 && pipe.bottom < CONSTANTS.ground, "{pipe:?}");
                assert!(pipe.bottom - pipe.top >= CONSTANTS.gap_least);
                assert!(last.is_none_or(
                    |last| last.abs_diff(centre) <= CONSTANTS.centre_reach.unsigned_abs()
                ));
                last = Some(centre);
            }
        }
    }

    #[test]
    fn a_pipe_is_the_same_whenever_it_is_asked_for() {
        let (mut one, mut other) = (Level::new(7), Level::new(7));
        let far = one.pipe(99);
        (0..99).for_each(|n| assert_eq!(one.pipe(n), other.pipe(n)));
        assert_eq!(far, other.pipe(99));
        assert_ne!(far, Level::new(8).pipe(99));
    }

    #[test]
    fn gaps_shrink_to_the_least() {
        assert_eq!(gap(0), CONSTANTS.gap_first);
        assert_eq!(gap(2), CONSTANTS.gap_first - CONSTANTS.pixel);
        assert_eq!(gap(80), CONSTANTS.gap_least);
        assert_eq!(gap(u32::MAX), CONSTANTS.gap_least);
    }
}
