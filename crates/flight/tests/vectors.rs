//! The runs that the game's own simulation is asked about as well.

use flight::{CONSTANTS, Ended, Outcome, replay};

const VECTORS: &str = include_str!("../vectors.txt");

#[test]
fn the_vectors_are_of_these_constants() {
    let (constants, _) = VECTORS.split_once('\n').unwrap();
    let constants: serde_json::Value = serde_json::from_str(constants).unwrap();
    assert_eq!(constants, serde_json::to_value(CONSTANTS).unwrap());
}

#[test]
fn what_the_vectors_say_is_what_a_replay_gives() {
    let mut runs = 0;
    for line in VECTORS.lines().skip(1) {
        let (seed, flaps, outcome) = read(line).unwrap_or_else(|| panic!("no run: {line}"));
        assert_eq!(replay(seed, &flaps), Ok(outcome), "{line}");
        runs += 1;
    }
    assert_eq!(runs, 10_000);
}

fn read(line: &str) -> Option<(u32, Vec<u32>, Outcome)> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [seed, score, ticks, ended, y, distance, flaps] = fields[..] else {
        return None;
    };
    let outcome = Outcome {
        score: number(score)?,
        ticks: number(ticks)?,
        ended: match ended {
            "g" => Ended::Ground,
            "p" => Ended::Pipe,
            "t" => Ended::Time,
            _ => return None,
        },
        y: i32::from_str_radix(y, 36).ok()?,
        distance: i64::from_str_radix(distance, 36).ok()?,
    };
    let mut at = 0;
    let flaps: Option<Vec<u32>> = flaps
        .split(',')
        .filter(|more| !more.is_empty())
        .map(|more| {
            at += number(more)?;
            Some(at)
        })
        .collect();
    Some((number(seed)?, flaps?, outcome))
}

fn number(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 36).ok()
}
