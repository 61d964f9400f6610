//! What fits into one external message.

use ton::{
    Address, EXTERNAL_BYTES_MOST, Hash, KeyPair, OutMessage, SignedExternal, TooLarge,
    highload::{HighloadWallet, MESSAGES_MOST, QueryId, SUBWALLET_ID, TIMEOUT_SECS},
    jetton::{self, Mint, Minter},
    sbt::{self, Collection, SbtItem},
};

fn keys() -> KeyPair {
    KeyPair::from_seed(&[7; 32])
}

fn wallet() -> HighloadWallet {
    HighloadWallet::new(keys().public(), SUBWALLET_ID, TIMEOUT_SECS)
}

/// Owners that have nothing in common, as owners have.
fn owner(nth: u64) -> Address {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut bytes = [0; 32];
    for (part, chunk) in bytes.chunks_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (nth, part).hash(&mut hasher);
        chunk.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    Address::new(0, Hash::from(bytes))
}

fn mint(nth: u64) -> OutMessage {
    let minter = Minter::new(
        wallet().address(),
        jetton::offchain_content("https://example.org/t.json"),
    );
    OutMessage {
        destination: minter.address().clone(),
        value: jetton::MINT_VALUE,
        body: jetton::mint_body(&Mint {
            query_id: (1 << 40) + nth,
            to: owner(nth),
            amount: 10 * u128::from(nth + 1),
            wallet_value: jetton::MINT_WALLET_VALUE,
        }),
        state_init: None,
        bounce: true,
        mode: 3,
    }
}

fn sign(messages: &[OutMessage], with_state_init: bool) -> Result<SignedExternal, TooLarge> {
    wallet().sign(
        &keys(),
        QueryId::of(1),
        1_700_000_000,
        messages,
        with_state_init,
    )
}

#[test]
fn two_hundred_and_fifty_mints_fit() {
    let messages: Vec<OutMessage> = (0..250).map(mint).collect();
    let signed = sign(&messages, true).expect("they fit");
    assert_eq!(
        signed.boc.len(),
        34_557,
        "it changes with the messages' layout only"
    );
    assert!(
        ton::boc::parse(&signed.boc).is_ok(),
        "our own limits let it through"
    );
}

#[test]
fn one_more_than_the_most_is_refused() {
    let messages: Vec<OutMessage> = (0..=250).map(mint).collect();
    assert_eq!(
        sign(&messages, false),
        Err(TooLarge::Messages {
            count: 251,
            most: MESSAGES_MOST
        })
    );
}

#[test]
fn what_weighs_too_much_is_refused() {
    let heavy = |nth: u64| OutMessage {
        // A bag of cells holds equal cells once.
        body: ton::comment::cell(&format!("{nth} ").repeat(400)),
        ..mint(nth)
    };
    let messages: Vec<OutMessage> = (0..100).map(heavy).collect();
    let error = sign(&messages, false).expect_err("a hundred kilobytes do not fit");
    assert!(
        matches!(error, TooLarge::Bytes { bytes } if bytes > EXTERNAL_BYTES_MOST),
        "{error}"
    );
}

#[test]
fn a_mint_of_all_items_that_a_collection_takes_fits_beside_mints_of_jettons() {
    let collection = Collection::new(
        wallet().address(),
        sbt::collection_content(sbt::offchain("https://e.org"), ""),
    );
    let items: Vec<SbtItem> = (0..)
        .take(sbt::ITEMS_MOST)
        .map(|index| SbtItem {
            index,
            owner: owner(index),
            content: sbt::item_content(&format!("{index}.json")),
            value: sbt::ITEM_VALUE,
        })
        .collect();
    let batch = OutMessage {
        destination: collection.address().clone(),
        value: sbt::batch_value(&items),
        body: sbt::batch_mint_body(1, &items),
        state_init: None,
        bounce: true,
        mode: 3,
    };
    let mut messages: Vec<OutMessage> = (0..100).map(mint).collect();
    messages.push(batch);
    let signed = sign(&messages, true).expect("they fit");
    println!("{} bytes", signed.boc.len());
}

#[test]
fn signing_again_gives_the_same_bytes() {
    assert_eq!(sign(&[mint(1)], true), sign(&[mint(1)], true));
    let without = sign(&[mint(1)], false).expect("it fits");
    let with = sign(&[mint(1)], true).expect("it fits");
    assert_ne!(without.boc, with.boc);
    assert_eq!(
        without.hash, with.hash,
        "the state init is not part of the normalised hash"
    );
}

#[test]
fn query_ids_follow_each_other_without_the_position_that_the_contract_refuses() {
    let check = |nth: u64, shift: u32, position: u32| {
        assert_eq!(QueryId::of(nth).value(), (shift << 10) | position, "{nth}");
    };
    check(0, 0, 0);
    check(1022, 0, 1022);
    check(1023, 1, 0);
    check(8_380_415, 8191, 1022);
    check(8_380_416, 0, 0);
    check(u64::MAX, 16, 15);
}
