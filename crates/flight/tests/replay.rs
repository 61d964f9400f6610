use flight::{CONSTANTS, Ended, FlapsError, State, pilot, replay};
use proptest::prelude::*;

#[test]
fn a_bird_that_nobody_moves_falls_to_the_ground() {
    let outcome = replay(1, &[]).unwrap();
    assert_eq!(
        (outcome.score, outcome.ended, outcome.ticks),
        (0, Ended::Ground, 44)
    );
}

#[test]
fn a_bird_that_only_rises_ends_at_the_first_pipe() {
    let flaps: Vec<u32> = (0..200).collect();
    let outcome = replay(1, &flaps);
    let ended = match outcome {
        Err(FlapsError::AfterTheEnd { ended, .. }) => ended,
        other => panic!("{other:?}"),
    };
    let outcome = replay(1, &flaps[..ended as usize]).unwrap();
    assert_eq!((outcome.score, outcome.ended), (0, Ended::Pipe));
    assert_eq!(
        outcome.y, CONSTANTS.bird_half_height,
        "the sky is a ceiling"
    );
}

#[test]
fn what_no_game_recorded_is_refused() {
    let check = |flaps: &[u32], expect: FlapsError| assert_eq!(replay(1, flaps), Err(expect));
    check(&[5, 3], FlapsError::OutOfOrder { nth: 1 });
    check(&[0, 3, 3], FlapsError::OutOfOrder { nth: 2 });
    let after = |flap| FlapsError::AfterTheEnd { flap, ended: 44 };
    check(&[44], after(44));
    check(&[u32::MAX], after(u32::MAX));
    let most = CONSTANTS.flaps_most;
    let millions: Vec<u32> = (0..5_000_000).collect();
    check(&millions, FlapsError::TooMany { most });
    check(&vec![0; 5_000_000], FlapsError::TooMany { most });
    assert!(replay(1, &[43]).is_ok(), "the last step may have a flap");
}

#[test]
fn the_pilot_passes_as_many_pipes_as_are_wanted() {
    for seed in 0..300_u32 {
        let seed = seed.wrapping_mul(2_654_435_761);
        for score in [0, 1, 2, 10, seed % 40] {
            let outcome = replay(seed, &pilot::flaps(seed, score)).unwrap();
            assert_eq!(outcome.score, score, "of seed {seed}");
            assert_ne!(outcome.ended, Ended::Time);
        }
    }
}

#[test]
fn no_level_has_a_place_that_nobody_passes() {
    for seed in 0..40_u32 {
        let seed = seed.wrapping_mul(2_654_435_761);
        let flaps = pilot::flaps(seed, u32::MAX);
        let outcome = replay(seed, &flaps).unwrap();
        assert_eq!(outcome.ended, Ended::Time, "seed {seed}: {outcome:?}");
        assert_eq!(outcome.ticks, CONSTANTS.ticks_most);
        assert!(outcome.score > 1_500, "{outcome:?}");
        assert!(flaps.len() < CONSTANTS.flaps_most as usize / 2);
    }
}

#[test]
fn the_screen_shows_the_pipe_that_comes() {
    let mut state = State::new(3);
    while state.ended().is_none() && state.score() < 20 {
        let next = state.next_pipe();
        let near = next.left - state.distance() < i64::from(CONSTANTS.width);
        assert_eq!(state.pipes().contains(&next), near);
        let flap = pilot::flaps_now(&mut state);
        state.step(flap);
    }
    assert_eq!(state.score(), 20);
}

proptest! {
    #[test]
    fn any_flaps_are_a_run_or_refused(seed: u32, mut flaps in proptest::collection::vec(0_u32..400, 0..60), sort: bool) {
        if sort {
            flaps.sort_unstable();
            flaps.dedup();
        }
        if let Ok(outcome) = replay(seed, &flaps) {
            prop_assert!(flaps.last().is_none_or(|last| *last < outcome.ticks));
            prop_assert!(outcome.ticks <= CONSTANTS.ticks_most);
        } else {
            prop_assert!(!sort || flaps.last().is_some_and(|last| *last > 30));
        }
    }

    #[test]
    fn a_replay_is_the_game_that_was_played(seed: u32, early in 0_u32..40) {
        let mut state = State::new(seed);
        let mut flaps = Vec::new();
        while state.ended().is_none() && state.tick() < 3_000 {
            let tick = state.tick();
            let flap = pilot::flaps_now(&mut state) || (early > 0 && tick % 97 == early);
            if flap {
                flaps.push(tick);
            }
            state.step(flap);
        }
        while state.ended().is_none() {
            state.step(false);
        }
        let outcome = replay(seed, &flaps).unwrap();
        prop_assert_eq!(outcome.score, state.score());
        prop_assert_eq!((outcome.ticks, outcome.y, outcome.distance), (state.tick(), state.y(), state.distance()));
    }
}
