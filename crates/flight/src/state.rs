use serde::Serialize;

use crate::{CONSTANTS, Level, Pipe};

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Ground,
    Pipe,
    /// It was as long as a run can be.
    Time,
}

/// A game that goes on. Lengths are those of [`CONSTANTS`].
#[derive(Debug, Clone)]
pub struct State {
    level: Level,
    tick: u32,
    y: i32,
    velocity: i32,
    distance: i64,
    score: u32,
    ended: Option<Ended>,
}

impl State {
    pub const fn new(seed: u32) -> Self {
        Self {
            level: Level::new(seed),
            tick: 0,
            y: CONSTANTS.start_y,
            velocity: 0,
            distance: 0,
            score: 0,
            ended: None,
        }
    }

    /// Steps that were made: the number of the one that comes next.
    pub const fn tick(&self) -> u32 {
        self.tick
    }

    /// The bird's middle, from above.
    pub const fn y(&self) -> i32 {
        self.y
    }

    /// Positive is down.
    pub const fn velocity(&self) -> i32 {
        self.velocity
    }

    /// How far the bird has flown: what is at `x` of the level is drawn at `x - distance`.
    pub const fn distance(&self) -> i64 {
        self.distance
    }

    /// Pipes that were passed.
    pub const fn score(&self) -> u32 {
        self.score
    }

    pub const fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// The pipe that is passed next: the only one that the bird can hit.
    pub fn next_pipe(&mut self) -> Pipe {
        self.level.pipe(self.score)
    }

    /// The pipes on the screen, from left to right.
    pub fn pipes(&mut self) -> Vec<Pipe> {
        let (left, right) = (
            self.distance,
            self.distance.saturating_add(i64::from(CONSTANTS.width)),
        );
        let first = self.score.saturating_sub(1);
        (first..first.saturating_add(8))
            .map(|n| self.level.pipe(n))
            .filter(|pipe| pipe.right > left && pipe.left < right)
            .collect()
    }

    /// One sixtieth of a second; nothing once the run has ended.
    pub fn step(&mut self, flap: bool) -> Option<Ended> {
        if self.ended.is_none() {
            self.fall(flap);
            self.distance = self.distance.saturating_add(speed(self.score));
            self.tick = self.tick.saturating_add(1);
            self.ended = self.hit();
            if self.ended.is_none() {
                self.pass();
            }
        }
        self.ended
    }

    fn fall(&mut self, flap: bool) {
        self.velocity = velocity_after(self.velocity, flap);
        self.y += self.velocity;
        if self.y < CONSTANTS.bird_half_height {
            self.y = CONSTANTS.bird_half_height;
            self.velocity = 0;
        }
    }

    fn hit(&mut self) -> Option<Ended> {
        let (top, bottom) = (
            self.y - CONSTANTS.bird_half_height,
            self.y + CONSTANTS.bird_half_height,
        );
        if bottom >= CONSTANTS.ground {
            return Some(Ended::Ground);
        }
        let pipe = self.next_pipe();
        let beak = self.x() + i64::from(CONSTANTS.bird_half_width);
        let beside = beak > pipe.left;
        (beside && (top < pipe.top || bottom > pipe.bottom)).then_some(Ended::Pipe)
    }

    fn pass(&mut self) {
        let tail = self.x() - i64::from(CONSTANTS.bird_half_width);
        if tail >= self.next_pipe().right {
            self.score = self.score.saturating_add(1);
        }
        if self.tick >= CONSTANTS.ticks_most {
            self.ended = Some(Ended::Time);
        }
    }

    const fn x(&self) -> i64 {
        self.distance.saturating_add(CONSTANTS.bird_x as i64)
    }
}

pub(crate) fn velocity_after(velocity: i32, flap: bool) -> i32 {
    if flap {
        CONSTANTS.flap
    } else {
        (velocity + CONSTANTS.gravity).min(CONSTANTS.fall_most)
    }
}

fn speed(score: u32) -> i64 {
    let more = i64::from(score) * i64::from(CONSTANTS.speed_more);
    (i64::from(CONSTANTS.speed_first) + more).min(i64::from(CONSTANTS.speed_most))
}
