//! Everything that others write, broken in every way we know: an error each time, never a panic.

use proptest::prelude::*;
use ton::{
    Address, Cell, Hash, ParseError, address,
    boc::{self, BocError},
    comment, content,
    jetton::{InternalTransfer, TransferNotification, read_comment},
};
use tycho_types::{boc::Boc, cell::CellBuilder, num::Tokens, prelude::CellFamily as _};

const RAW: &str = "0:2a6ee6b7ff41bfecafe383386325c7a895f4fe4ce346b18eb9c14a0152d6629c";

fn sender() -> Address {
    address::parse(RAW).expect("it is one").address
}

fn chain(depth: usize) -> Cell {
    (0..depth).fold(Cell::default(), |child, _| {
        let mut builder = CellBuilder::new();
        builder.store_reference(child).expect("there is room");
        builder.build().expect("there is room")
    })
}

#[test]
fn a_bag_of_cells_within_the_limits_comes_back_as_it_was() {
    for depth in [0, 1, 250, 1024] {
        let cell = chain(depth);
        assert_eq!(
            boc::parse(&boc::encode(&cell)).expect("it is one"),
            cell,
            "{depth}"
        );
    }
}

#[test]
fn a_bag_of_cells_that_is_too_deep_is_refused_before_it_is_built() {
    // Deeper than a stack would bear; written by hand, since building it would already be the accident.
    let deep = handmade_chain(30_000);
    assert!(matches!(boc::parse(&deep), Err(BocError::Deep)));
    assert!(matches!(
        boc::parse(&handmade_chain(1_026)),
        Err(BocError::Deep)
    ));
    assert!(
        boc::parse(&handmade_chain(1_025)).is_ok(),
        "1,025 cells are 1,024 deep"
    );
    assert!(boc::parse(&handmade_chain(3)).is_ok());
}

/// A generic bag of that many cells, each with one reference to the next, the last with none.
fn handmade_chain(cells: u16) -> Vec<u8> {
    let size = u32::from(cells) * 4 - 2;
    let mut bytes = vec![0xb5, 0xee, 0x9c, 0x72, 2, 4];
    bytes.extend(cells.to_be_bytes());
    bytes.extend([0, 1, 0, 0]);
    bytes.extend(size.to_be_bytes());
    bytes.extend([0, 0]);
    for next in 1..cells {
        bytes.extend([1, 0]);
        bytes.extend(next.to_be_bytes());
    }
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn a_broken_bag_of_cells_is_refused() {
    let whole = boc::encode(&comment::cell("42:7"));
    for end in 0..whole.len() {
        assert!(boc::parse(&whole[..end]).is_err(), "cut at {end}");
    }
    assert!(matches!(
        boc::parse(&vec![0; boc::BYTES_MOST + 1]),
        Err(BocError::Large)
    ));
    assert!(matches!(
        boc::parse_base64("not base64!"),
        Err(BocError::Base64)
    ));
    assert!(matches!(
        boc::parse_base64(&"A".repeat(boc::BYTES_MOST * 2)),
        Err(BocError::Large)
    ));
    let mut two_roots = whole.clone();
    two_roots[7] = 2;
    assert!(boc::parse(&two_roots).is_err());
}

fn notification(
    store: impl FnOnce(&mut CellBuilder) -> Result<(), tycho_types::error::Error>,
) -> Cell {
    let mut builder = CellBuilder::new();
    builder.store_u32(0x7362_d09c).expect("there is room");
    builder.store_u64(5).expect("there is room");
    store(&mut builder).expect("there is room");
    builder.build().expect("there is room")
}

fn store<T: tycho_types::cell::Store>(
    builder: &mut CellBuilder,
    value: T,
) -> Result<(), tycho_types::error::Error> {
    value.store_into(builder, Cell::empty_context())
}

#[test]
fn notifications_are_read_with_their_comment_wherever_it_stands() {
    // Made by @ton-community/assets-sdk 0.0.5 (in a reference) and @ton/core 0.63.1 (inline).
    let check = |text: &str| {
        let body = boc::parse_base64(text).expect("it is one");
        let found = TransferNotification::parse(&body).expect("it is one");
        assert_eq!((found.query_id, found.amount), (5, 50));
        assert_eq!(found.sender, sender());
        assert_eq!(found.comment().as_deref(), Some("42:7"));
    };
    check(
        "te6cckEBAgEAPAABXnNi0JwAAAAAAAAABRMoAFTdzW/+g3/ZX8cGcMZLj1Er6fyZxo1jHXOClAKlrMU5AQAQAAAAADQyOjcGCHeg",
    );
    check(
        "te6cckEBAQEAOQAAbnNi0JwAAAAAAAAABRMoAFTdzW/+g3/ZX8cGcMZLj1Er6fyZxo1jHXOClAKlrMU4AAAAADQyOjf9Oz2s",
    );
}

#[test]
fn a_notification_without_a_payload_is_one_all_the_same() {
    let with_bit = notification(|b| {
        store(b, Tokens::new(50))?;
        store(b, sender())?;
        b.store_bit_zero()
    });
    let without_bit = notification(|b| {
        store(b, Tokens::new(50))?;
        store(b, sender())
    });
    // A jetton wallet passes on what its owner wrote, unread; the jettons are there all the same.
    let missing_reference = notification(|b| {
        store(b, Tokens::new(50))?;
        store(b, sender())?;
        b.store_bit_one()
    });
    for body in [with_bit, without_bit, missing_reference] {
        let found = TransferNotification::parse(&body).expect("it is one");
        assert_eq!((found.amount, found.comment()), (50, None));
    }
}

#[test]
fn what_is_no_notification_is_refused() {
    let check = |name: &str, body: Cell| {
        assert!(TransferNotification::parse(&body).is_err(), "{name}");
    };
    check("nothing", Cell::default());
    check("a comment", comment::cell("42:7"));
    check("no sender", notification(|b| store(b, Tokens::new(50))));
    check(
        "an empty sender",
        notification(|b| {
            store(b, Tokens::new(50))?;
            b.store_zeros(3)
        }),
    );
    check(
        "an external sender",
        notification(|b| {
            store(b, Tokens::new(50))?;
            b.store_small_uint(0b01, 2)?;
            b.store_zeros(300)
        }),
    );
    check(
        "an amount that ends early",
        notification(|b| {
            b.store_small_uint(15, 4)?;
            b.store_zeros(64)
        }),
    );
    let library = CellBuilder::build_library(&Hash::from([1; 32]));
    check("a library instead of a body", library.clone());
    let body = notification(|b| {
        store(b, Tokens::new(50))?;
        store(b, sender())?;
        b.store_bit_one()?;
        b.store_reference(library)
    });
    let found = TransferNotification::parse(&body).expect("it is one, with an odd payload");
    assert_eq!(
        found.comment(),
        None,
        "a payload that is a library is no comment"
    );
    assert_eq!(
        InternalTransfer::parse(&body),
        Err(ParseError::Operation(0x7362_d09c))
    );
}

#[test]
fn the_largest_amount_there_is_is_read() {
    let most = (1 << 120) - 1;
    let body = notification(|b| {
        store(b, Tokens::new(most))?;
        store(b, sender())
    });
    assert_eq!(
        TransferNotification::parse(&body)
            .expect("it is one")
            .amount,
        most
    );
}

#[test]
fn comments_are_text_or_nothing() {
    let check = |payload: &Cell, expect: Option<&str>| {
        assert_eq!(read_comment(payload).as_deref(), expect);
    };
    let text = "ж".repeat(1_000);
    check(&comment::cell(&text), Some(&text));
    check(&comment::cell(""), Some(""));
    check(&Cell::default(), None);
    check(
        &comment::cell(&"x".repeat(comment::BYTES_MOST)),
        Some(&"x".repeat(comment::BYTES_MOST)),
    );
    check(&comment::cell(&"x".repeat(comment::BYTES_MOST + 1)), None);
    let of = |store: &dyn Fn(&mut CellBuilder) -> Result<(), tycho_types::error::Error>| {
        let mut builder = CellBuilder::new();
        builder.store_u32(0).expect("there is room");
        store(&mut builder).expect("there is room");
        builder.build().expect("there is room")
    };
    check(&of(&|b| b.store_u16(0xc328)), None);
    check(&of(&|b| b.store_small_uint(1, 3)), None);
    check(
        &of(&|b| {
            b.store_reference(Cell::default())?;
            b.store_reference(Cell::default())
        }),
        None,
    );
    check(&of(&|b| b.store_reference(chain(900))), Some(""));
    let encrypted = {
        let mut builder = CellBuilder::new();
        builder.store_u32(0x2167_da4b).expect("there is room");
        builder.build().expect("there is room")
    };
    check(&encrypted, None);
}

#[test]
fn metadata_is_read_as_it_was_written() {
    let long = "d".repeat(600);
    let cell = content::onchain(&[("name", "Flight token"), ("description", &long)]);
    assert_eq!(
        content::read_field(&cell, "name").as_deref(),
        Some("Flight token")
    );
    assert_eq!(content::read_field(&cell, "description"), Some(long));
    assert_eq!(content::read_field(&cell, "symbol"), None);
    assert_eq!(content::read_uri(&cell), None);
    let offchain = content::offchain("https://example.org/token.json");
    assert_eq!(
        content::read_uri(&offchain).as_deref(),
        Some("https://example.org/token.json")
    );
    assert_eq!(content::read_field(&offchain, "name"), None);
    assert_eq!(content::read_field(&Cell::default(), "name"), None);
}

proptest! {
    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = boc::parse(&bytes);
    }

    #[test]
    fn no_change_of_a_real_message_makes_the_parsers_panic(place in 0_usize..200, byte: u8) {
        let body = notification(|b| {
            store(b, Tokens::new(50))?;
            store(b, sender())?;
            b.store_bit_one()?;
            b.store_reference(comment::cell(&"42:7 ".repeat(60)))
        });
        let mut bytes = Boc::encode(&body);
        let place = place % bytes.len();
        bytes[place] = byte;
        if let Ok(cell) = boc::parse(&bytes) {
            let _ = TransferNotification::parse(&cell).map(|found| found.comment());
            let _ = InternalTransfer::parse(&cell);
            let _ = read_comment(&cell);
            let _ = content::read_field(&cell, "name");
        }
    }
}
