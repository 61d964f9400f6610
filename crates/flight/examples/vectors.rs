//! Writes runs as JSON, for whoever has the simulation a second time: `cargo run -p flight --example vectors -- 200 > crates/flight/vectors.json`.

use std::io::Write as _;

use flight::{CONSTANTS, Outcome, pilot, replay};
use serde::Serialize;

#[derive(Serialize)]
struct Vector {
    seed: u32,
    flaps: Vec<u32>,
    #[serde(flatten)]
    outcome: Outcome,
}

fn main() -> std::io::Result<()> {
    let count = std::env::args().nth(1);
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(200);
    let mut out = std::io::stdout().lock();
    let constants = serde_json::to_string(&CONSTANTS)?;
    writeln!(out, "{{\"constants\":{constants},\n\"runs\":[")?;
    for n in 0..count {
        let vector = serde_json::to_string(&run(n))?;
        let comma = if n + 1 == count { "" } else { "," };
        writeln!(out, "{vector}{comma}")?;
    }
    writeln!(out, "]}}")
}

/// Some play well and let go after some pipes, some flap as it comes; the first seeds are those that a second simulation gets wrong first.
fn run(n: u32) -> Vector {
    let seed = match n {
        0 => 0,
        1 => 1,
        2 => u32::MAX,
        3 => 0x8000_0000,
        n => n.wrapping_mul(2_654_435_761),
    };
    let flaps = if n % 4 == 3 {
        careless(seed)
    } else {
        let score = if n.is_multiple_of(50) { n + 60 } else { n % 23 };
        pilot::flaps(seed, score)
    };
    let outcome = replay(seed, &flaps).expect("the flaps were recorded in a game");
    Vector {
        seed,
        flaps,
        outcome,
    }
}

/// The pilot, but too early every now and then.
fn careless(seed: u32) -> Vec<u32> {
    let mut state = flight::State::new(seed);
    let mut flaps = Vec::new();
    while state.ended().is_none() {
        let tick = state.tick();
        let early = (seed ^ tick.wrapping_mul(0x9E37_79B9)) >> 26 == 0;
        let flap = pilot::flaps_now(&mut state) || early;
        if flap {
            flaps.push(tick);
        }
        state.step(flap);
    }
    flaps
}
