//! A picture from strangers, decoded within limits.

use std::io::Cursor;

use image::{ImageReader, Limits, imageops::FilterType};
use resvg::tiny_skia::{ColorU8, Pixmap};

/// Discord's own limit for an emoji (its documentation, "Create Guild Emoji").
const MOST_BYTES: usize = 256 * 1024;
const MOST_PIXELS_A_SIDE: u32 = 1_024;
/// Room for a decoder: some keep a picture twice.
const MOST_MEMORY: u64 = 24 * 1024 * 1024;

/// The picture in a square of so many pixels; nothing when it is too large, or none that can be read.
pub(crate) fn fitted(bytes: &[u8], side: u32) -> Option<Pixmap> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader.with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let decoded = reader.decode().ok()?;
    let small = decoded
        .resize(side, side, FilterType::Triangle)
        .into_rgba8();
    let mut pixmap = Pixmap::new(small.width(), small.height())?;
    for (to, from) in pixmap.pixels_mut().iter_mut().zip(small.pixels()) {
        let [red, green, blue, alpha] = from.0;
        *to = ColorU8::from_rgba(red, green, blue, alpha).premultiply();
    }
    Some(pixmap)
}
