//! Whatever a currency's history is, there is a picture of it. With `SCRIP_CHARTS` naming a folder, they are written there to look at.

use chart::{Chart, Date, Day};

/// 21 November 2026.
const TODAY: i32 = 20_778;

/// A history from what was minted and burned each day.
fn history(before: i128, moved: &[(i128, i128)]) -> Vec<Day> {
    let mut supply = before;
    let first = TODAY + 1 - i32::try_from(moved.len()).expect("few days");
    let days = (first..).zip(moved).map(|(day, (minted, burned))| {
        supply += minted - burned;
        Day {
            date: Date::of_day(day),
            supply,
            minted: *minted,
            burned: *burned,
        }
    });
    days.collect()
}

fn wave(days: i128, scale: i128) -> Vec<(i128, i128)> {
    let day = |day: i128| {
        let up = (day * 7 % 11 + 2) * scale;
        let down = if day % 4 == 3 { day * 5 % 9 * scale } else { 0 };
        (up, down)
    };
    (0..days).map(day).collect()
}

fn check(what: &str, chart: &Chart<'_>) {
    let png = chart
        .png()
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(png.starts_with(b"\x89PNG"), "{what}");
    // Discord's limit is 10 MiB; a chart is looked at on telephones.
    assert!(png.len() < 200_000, "{what}: {} bytes", png.len());
    if let Ok(folder) = std::env::var("SCRIP_CHARTS") {
        std::fs::write(format!("{folder}/{what}.png"), png).expect("a folder to write to");
    }
}

fn plain<'a>(days: &'a [Day], decimals: u8) -> Chart<'a> {
    Chart {
        name: "gold_leaf",
        decimals,
        days,
        picture: None,
    }
}

#[test]
fn histories_of_all_kinds() {
    let month = history(0, &wave(30, 13));
    check("month", &plain(&month, 0));
    check("month_decimals", &plain(&month, 2));
    check("fine", &plain(&history(0, &wave(30, 1)), 8));
    check("week", &plain(&history(40, &wave(7, 3)), 0));
    check("one_day", &plain(&history(0, &[(120, 20)]), 0));
    check("nothing", &plain(&[], 0));
    check("still", &plain(&history(500, &[(0, 0); 30]), 0));
    check("zero", &plain(&history(0, &[(0, 0); 7]), 2));
    check("high", &plain(&history(1_000_000, &wave(30, 60)), 0));
    let much = 10_i128.pow(17);
    check("huge", &plain(&history(5 * much, &wave(30, much / 60)), 0));
    let all = i128::MAX / 4;
    check("beyond", &plain(&history(all, &[(all, 0), (0, all)]), 0));
    check(
        "first_day",
        &plain(
            &history(0, &[(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (4, 0)]),
            0,
        ),
    );
}

#[test]
fn pictures_of_strangers() {
    let days = history(0, &wave(30, 13));
    fn with<'a>(days: &'a [Day], bytes: &'a [u8]) -> Chart<'a> {
        Chart {
            picture: Some(bytes),
            ..plain(days, 0)
        }
    }
    let without = plain(&days, 0).png().unwrap();
    let coin = png(128, 128);
    check("emoji", &with(&days, &coin));
    assert_ne!(with(&days, &coin).png().unwrap(), without);
    // A few bytes that say they are 60,000 pixels wide; half a picture; none; more than an emoji may have.
    let mut wide = png(1, 1);
    wide[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    let (half, long) = (coin[..coin.len() / 2].to_vec(), vec![0; 300_000]);
    for (what, bytes) in [
        ("wide", wide),
        ("too many pixels", png(1_025, 16)),
        ("half", half),
        ("no picture", b"GIF89a".to_vec()),
        ("long", long),
        ("empty", Vec::new()),
    ] {
        assert_eq!(with(&days, &bytes).png().unwrap(), without, "{what}");
    }
}

#[test]
fn names_are_letters_and_no_drawing() {
    let days = history(0, &[(1, 0)]);
    let chart = Chart {
        name: "<svg & \u{0}\u{202e}\u{1f600}]]>",
        ..plain(&days, 0)
    };
    check("name", &chart);
}

/// A round picture in two colours.
fn png(width: u32, height: u32) -> Vec<u8> {
    let round = |x: u32, y: u32| {
        let (x, y) = (
            x as f32 / width as f32 - 0.5,
            y as f32 / height as f32 - 0.5,
        );
        match x * x + y * y {
            far if far > 0.25 => [0, 0, 0, 0],
            far if far > 0.12 => [40, 120, 80, 255],
            _ => [120, 220, 140, 255],
        }
    };
    let picture = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba(round(x, y)));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}
