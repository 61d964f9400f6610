//! The pixels.

use std::sync::{Arc, OnceLock};

use resvg::{
    tiny_skia::{FillRule, Mask, Paint, PathBuilder, Pixmap, PixmapPaint, Transform},
    usvg::{Options, Tree, fontdb},
};

use crate::{
    Chart, DrawError, emoji,
    svg::{self, EMOJI, HEIGHT, WIDTH},
};

/// A PNG of it. Takes tens of milliseconds.
///
/// # Errors
/// When there is no memory for it, or what is drawn was made wrongly.
pub(crate) fn png(chart: &Chart<'_>) -> Result<Vec<u8>, DrawError> {
    let options = Options {
        fontdb: letters(),
        font_family: "DejaVu Sans".into(),
        ..Options::default()
    };
    let tree = Tree::from_str(&svg::drawing(chart), &options)?;
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT).ok_or(DrawError::Memory)?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    mark(&mut pixmap, chart);
    pixmap.encode_png().map_err(|_| DrawError::Memory)
}

/// The currency's own emoji; a plain coin where there is none that can be shown.
fn mark(pixmap: &mut Pixmap, chart: &Chart<'_>) {
    let (left, top, side) = EMOJI;
    let picture = chart.picture.and_then(|bytes| emoji::fitted(bytes, side));
    match picture {
        Some(picture) => {
            let centred = |size: u32, from: u32| {
                i32::try_from(from + (side - size.min(side)) / 2).unwrap_or_default()
            };
            let (x, y) = (
                centred(picture.width(), left),
                centred(picture.height(), top),
            );
            let (paint, here) = (PixmapPaint::default(), Transform::identity());
            pixmap.draw_pixmap(x, y, picture.as_ref(), &paint, here, None::<&Mask>);
        }
        None => coin(pixmap),
    }
}

fn coin(pixmap: &mut Pixmap) {
    let (left, top, side) = EMOJI;
    let radius = side as f32 / 2.0;
    let (x, y) = (left as f32 + radius, top as f32 + radius);
    for (size, shade) in [(0.95, (0xc9, 0x97, 0x2f)), (0.78, (0xf2, 0xc1, 0x4e))] {
        if let Some(circle) = PathBuilder::from_circle(x, y, radius * size) {
            let mut paint = Paint {
                anti_alias: true,
                ..Paint::default()
            };
            let (red, green, blue) = shade;
            paint.set_color_rgba8(red, green, blue, 255);
            let here = Transform::identity();
            pixmap.fill_path(&circle, &paint, FillRule::Winding, here, None);
        }
    }
}

/// The fonts of this crate, read once.
fn letters() -> Arc<fontdb::Database> {
    static LETTERS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let read = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(include_bytes!("../font/DejaVuSans.ttf").to_vec());
        fonts.load_font_data(include_bytes!("../font/DejaVuSans-Bold.ttf").to_vec());
        Arc::new(fonts)
    };
    Arc::clone(LETTERS.get_or_init(read))
}
