#![doc = include_str!("../README.md")]

mod axis;
mod days;
mod draw;
mod emoji;
mod svg;

pub use days::{Date, Day};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    /// The currency's name.
    pub name: &'a str,
    /// How many decimals its amounts have.
    pub decimals: u8,
    /// Without gaps, oldest first.
    pub days: &'a [Day],
    /// Its emoji as somebody uploaded it: PNG, JPEG, GIF or WebP.
    pub picture: Option<&'a [u8]>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    #[error("cannot read the drawing")]
    Drawing(#[from] resvg::usvg::Error),
    #[error("there is no memory for the picture")]
    Memory,
}

impl Chart<'_> {
    /// As a PNG of 1,000 by 700 pixels. Takes tens of milliseconds of a processor.
    ///
    /// # Errors
    /// [`DrawError`], for which nothing that people enter is a cause.
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        draw::png(self)
    }

    /// At the end of the last day.
    pub fn supply(&self) -> i128 {
        self.days.last().map_or(0, |day| day.supply)
    }
}
