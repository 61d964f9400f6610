//! Addresses in every form, and what only looks like one.

use proptest::prelude::*;
use ton::{
    Address, Hash,
    address::{self, AddressError, Form},
};

const BOUNCEABLE: &str = "EQAqbua3_0G_7K_jgzhjJceolfT-TONGsY65wUoBUtZinKC1";
const NON_BOUNCEABLE: &str = "UQAqbua3_0G_7K_jgzhjJceolfT-TONGsY65wUoBUtZinP1w";
const BOUNCEABLE_TESTNET: &str = "kQAqbua3_0G_7K_jgzhjJceolfT-TONGsY65wUoBUtZinBs_";
const NON_BOUNCEABLE_TESTNET: &str = "0QAqbua3_0G_7K_jgzhjJceolfT-TONGsY65wUoBUtZinEb6";
const STANDARD_BASE64: &str = "EQAqbua3/0G/7K/jgzhjJceolfT+TONGsY65wUoBUtZinKC1";
const RAW: &str = "0:2a6ee6b7ff41bfecafe383386325c7a895f4fe4ce346b18eb9c14a0152d6629c";

fn sender() -> Address {
    address::parse(RAW).expect("it is one").address
}

#[test]
fn addresses_are_read_in_every_form() {
    let check = |text: &str, bounceable: Option<bool>, testnet: Option<bool>| {
        let parsed = address::parse(text).expect(text);
        assert_eq!(address::raw(&parsed.address), RAW);
        assert_eq!(
            (parsed.bounceable, parsed.testnet),
            (bounceable, testnet),
            "{text}"
        );
    };
    check(BOUNCEABLE, Some(true), Some(false));
    check(NON_BOUNCEABLE, Some(false), Some(false));
    check(BOUNCEABLE_TESTNET, Some(true), Some(true));
    check(NON_BOUNCEABLE_TESTNET, Some(false), Some(true));
    check(STANDARD_BASE64, Some(true), Some(false));
    check(RAW, None, None);
    check(&RAW.to_uppercase(), None, None);
    let masterchain = format!("-1:{}", "5".repeat(64));
    assert_eq!(
        address::raw(&address::parse(&masterchain).expect("it is one").address),
        masterchain
    );
}

#[test]
fn addresses_are_written_as_others_write_them() {
    let check = |bounceable, testnet, expect: &str| {
        assert_eq!(
            address::friendly(
                &sender(),
                Form {
                    bounceable,
                    testnet
                }
            ),
            expect
        );
    };
    check(true, false, BOUNCEABLE);
    check(false, false, NON_BOUNCEABLE);
    check(true, true, BOUNCEABLE_TESTNET);
    check(false, true, NON_BOUNCEABLE_TESTNET);
}

#[test]
fn wrong_addresses_are_refused() {
    let check = |text: &str, expect: AddressError| {
        assert_eq!(address::parse(text), Err(expect), "{text:?}");
    };
    let digits = &RAW[2..];
    check("", AddressError::Empty);
    check("EQAqbua3", AddressError::Length);
    check(&format!(" {BOUNCEABLE}"), AddressError::Length);
    check(&"é".repeat(24), AddressError::Alphabet);
    check(&BOUNCEABLE.replace('q', "w"), AddressError::Checksum);
    check(&BOUNCEABLE.replace('q', "!"), AddressError::Alphabet);
    check(&STANDARD_BASE64.replace("3/", "3_"), AddressError::Alphabet);
    check(&format!("0:{}", &digits[1..]), AddressError::Length);
    check(&format!("0:{digits}0"), AddressError::Length);
    check(&format!("0:{}g", &digits[1..]), AddressError::Alphabet);
    check(&format!("0:{}", "é".repeat(32)), AddressError::Alphabet);
    check(&format!("0:0:{}", &digits[2..]), AddressError::Alphabet);
    check(&format!("+0:{digits}"), AddressError::Workchain);
    check(&format!("00:{digits}"), AddressError::Workchain);
    check(&format!("128:{digits}"), AddressError::Workchain);
    check(&format!(":{digits}"), AddressError::Workchain);
    // The right checksum on a tag that nobody knows.
    check(
        "AAAqbua3_0G_7K_jgzhjJceolfT-TONGsY65wUoBUtZinEaD",
        AddressError::Checksum,
    );
    check(&unknown_tag(), AddressError::Tag);
}

fn unknown_tag() -> String {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE};
    let mut bytes = BASE64_URL_SAFE.decode(BOUNCEABLE).expect("it is");
    bytes[0] = 0x12;
    let checksum = tycho_types::crc::crc_16(&bytes[..34]).to_be_bytes();
    bytes[34..].copy_from_slice(&checksum);
    BASE64_URL_SAFE.encode(bytes)
}

proptest! {
    #[test]
    fn no_text_makes_the_address_parser_panic(text in "\\PC{0,80}") {
        let _ = address::parse(&text);
    }

    #[test]
    fn every_address_comes_back(bytes: [u8; 32], workchain: i8, bounceable: bool, testnet: bool) {
        let address = Address::new(workchain, Hash::from(bytes));
        let friendly = address::friendly(&address, Form { bounceable, testnet });
        let parsed = address::parse(&friendly).expect("we wrote it");
        prop_assert_eq!(&parsed.address, &address);
        prop_assert_eq!((parsed.bounceable, parsed.testnet), (Some(bounceable), Some(testnet)));
        prop_assert_eq!(address::parse(&address::raw(&address)).expect("we wrote it").address, address);
    }
}
