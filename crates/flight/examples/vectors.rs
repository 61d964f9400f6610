//! Writes the runs that hold this simulation and the game's own together: `cargo run -p flight --example vectors > crates/flight/vectors.txt`.
//! The README says how they are written.

use std::io::Write as _;

use flight::{CONSTANTS, Ended, Outcome, State, pilot, replay};

const RUNS: u32 = 10_000;

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", serde_json::to_string(&CONSTANTS)?)?;
    for n in 0..RUNS {
        let (seed, flaps) = run(n);
        let outcome = replay(seed, &flaps).expect("the flaps were recorded in a game");
        writeln!(out, "{}", line(seed, &outcome, &flaps))?;
    }
    out.flush()
}

/// The first seeds are those that a second simulation gets wrong first. Most players flap as it comes; one in ten plays well, or nearly so, and lets
/// go after some pipes, a few after hundreds; one never does.
fn run(n: u32) -> (u32, Vec<u32>) {
    let mut chance = Chance(n);
    let seed = match n {
        0 => 0,
        1 => 1,
        2 => u32::MAX,
        3 => 0x8000_0000,
        _ => chance.next(),
    };
    let flaps = match n {
        5_000 => pilot::flaps(seed, u32::MAX),
        n if n % 1_000 == 7 => pilot::flaps(seed, 120 + n / 50),
        n if n % 10 == 0 => pilot::flaps(seed, chance.below(24)),
        n if n % 10 == 5 => careless(seed, &mut chance),
        _ => by_chance(seed, &mut chance),
    };
    (seed, flaps)
}

/// The pilot, but too early every now and then.
fn careless(seed: u32, chance: &mut Chance) -> Vec<u32> {
    record(seed, |state| {
        pilot::flaps_now(state) || chance.below(64) == 0
    })
}

/// Flaps with a pause of this player's own between them, more or less: some hover and come far, some fall, some rise.
fn by_chance(seed: u32, chance: &mut Chance) -> Vec<u32> {
    let pause = 2 + chance.below(60);
    let mut next = chance.below(pause);
    record(seed, |state| {
        let flap = state.tick() >= next;
        if flap {
            next = state.tick() + 1 + pause / 2 + chance.below(pause);
        }
        flap
    })
}

fn record(seed: u32, mut flaps_now: impl FnMut(&mut State) -> bool) -> Vec<u32> {
    let mut state = State::new(seed);
    let mut flaps = Vec::new();
    while state.ended().is_none() {
        let tick = state.tick();
        let flap = flaps_now(&mut state);
        if flap {
            flaps.push(tick);
        }
        state.step(flap);
    }
    flaps
}

fn line(seed: u32, outcome: &Outcome, flaps: &[u32]) -> String {
    let ended = match outcome.ended {
        Ended::Ground => "g",
        Ended::Pipe => "p",
        Ended::Time => "t",
    };
    let mut last = 0;
    let more: Vec<String> = flaps
        .iter()
        .map(|flap| base_36(i64::from(flap - std::mem::replace(&mut last, *flap))))
        .collect();
    [
        base_36(seed.into()),
        base_36(outcome.score.into()),
        base_36(outcome.ticks.into()),
        ended.to_owned(),
        base_36(outcome.y.into()),
        base_36(outcome.distance),
        more.join(","),
    ]
    .join(" ")
}

fn base_36(number: i64) -> String {
    let mut digits = Vec::new();
    let mut left = u64::try_from(number).expect("no number of a run is negative");
    while left > 0 || digits.is_empty() {
        let digit = u32::try_from(left % 36).expect("a remainder of 36 is small");
        digits.push(char::from_digit(digit, 36).expect("a digit of base 36"));
        left /= 36;
    }
    digits.iter().rev().collect()
}

/// Numbers that are the same whenever the vectors are written (PCG's multiplier, Knuth's increment).
struct Chance(u32);

impl Chance {
    const fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        let word = ((self.0 >> ((self.0 >> 28) + 4)) ^ self.0).wrapping_mul(277_803_737);
        (word >> 22) ^ word
    }

    const fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }
}
