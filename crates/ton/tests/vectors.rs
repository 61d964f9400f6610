//! What other programs make of the same input: @ton/core 0.63.1, @ton/crypto 3.3.0, @ton/ton 16.3.0,
//! @ton-community/assets-sdk 0.0.5 and @tonkite/highload-wallet-v3 2.0.10.

use ton::{
    Address, Cell, KeyPair, OutMessage, address, comment, content,
    highload::{HighloadWallet, QueryId, SUBWALLET_ID, TIMEOUT_SECS},
    jetton::{self, Mint, Minter, Transfer},
    mnemonic::{Mnemonic, MnemonicError},
    sbt::{self, Collection, SbtItem},
    wallet_v4::{WALLET_ID, WalletV4},
};

fn keys() -> KeyPair {
    KeyPair::from_seed(&[7; 32])
}

fn highload() -> HighloadWallet {
    HighloadWallet::new(keys().public(), SUBWALLET_ID, TIMEOUT_SECS)
}

fn player() -> WalletV4 {
    WalletV4::new(keys().public(), WALLET_ID)
}

fn minter() -> Minter {
    Minter::new(
        highload().address(),
        jetton::offchain_content("https://example.org/token.json"),
    )
}

fn collection() -> Collection {
    let content = sbt::collection_content(
        content::offchain("https://example.org/c.json"),
        "https://example.org/i/",
    );
    Collection::new(highload().address(), content)
}

#[track_caller]
fn is_at(found: &Address, expect: &str) {
    assert_eq!(address::raw(found), expect);
}

#[track_caller]
fn hashes_to(cell: &Cell, expect: &str) {
    assert_eq!(cell.repr_hash().to_string(), expect);
}

#[test]
fn a_seed_gives_its_public_key() {
    assert_eq!(
        ton::Hash::from(keys().public()).to_string(),
        "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"
    );
}

#[test]
fn words_give_their_key() {
    let words = "unknown shield false suspect egg mosquito army detail allow scheme payment later hello economy \
                 napkin bubble amateur truly traffic forget misery unaware ramp glare";
    let mnemonic = Mnemonic::parse(words).expect("they are a mnemonic");
    assert_eq!(
        ton::Hash::from(mnemonic.key_pair().public()).to_string(),
        "4a9751df2ecc6fec0a23d8b6ef132a5f8eef85af984d9de8fe8159a9988027f7"
    );
    let shouted =
        Mnemonic::parse(&format!("\n {} \n", words.to_uppercase())).expect("so are these");
    assert!(shouted == mnemonic);
}

#[test]
fn wrong_words_are_refused_without_being_said() {
    let good = "unknown shield false suspect egg mosquito army detail allow scheme payment later hello economy \
                napkin bubble amateur truly traffic forget misery unaware ramp glare";
    let check = |words: &str, expect: MnemonicError| {
        let error = Mnemonic::parse(words).expect_err("they are wrong");
        assert_eq!(error, expect);
    };
    check("", MnemonicError::Count(0));
    check("shield false", MnemonicError::Count(2));
    check(&good.replace("egg", "eggs"), MnemonicError::Word(5));
    check(&good.replace("egg", "zoo"), MnemonicError::Checksum);
    assert_eq!(
        format!("{:?}", Mnemonic::parse(good).expect("it is right")),
        "Mnemonic { .. }"
    );
    assert_eq!(format!("{:?}", keys()), "KeyPair { .. }");
}

#[test]
fn a_new_mnemonic_can_be_read_back_and_is_new() {
    let one = Mnemonic::generate();
    let words: Vec<&str> = one.words().collect();
    assert_eq!(words.len(), 24);
    let again = Mnemonic::parse(&words.join(" ")).expect("it was made to be read");
    assert_eq!(again.key_pair().public(), one.key_pair().public());
    assert!(Mnemonic::generate() != one);
}

#[test]
fn contracts_have_their_addresses() {
    is_at(
        highload().address(),
        "0:6731a72a60dbd16c462ce3df02ecf68e12f26d2307dde99b22c7addefbb25c9e",
    );
    is_at(
        HighloadWallet::new(keys().public(), 7, 3600).address(),
        "0:b4a715c173b2fc703a5c0ed45fa2d9ea512a766b4ab7a6d2ebb0d8d6ea96dfb0",
    );
    is_at(
        player().address(),
        "0:2a6ee6b7ff41bfecafe383386325c7a895f4fe4ce346b18eb9c14a0152d6629c",
    );
    is_at(
        minter().address(),
        "0:47fb49f86838bc4a35a036acc2377f1059052e66011acee1567a12dae016b969",
    );
    is_at(
        &jetton::wallet_address(minter().address(), player().address()),
        "0:8525135c01a4fe58f2243f1afa6653b08f7116bf993bfc4b9da67a419f9b4d71",
    );
    is_at(
        collection().address(),
        "0:a21aa5f0e2ecb3f5413607c16726a017f9f8ab8026a48f35a828cb16fe6f3c47",
    );
    is_at(
        &sbt::item_address(collection().address(), 5),
        "0:d82f9d2fe045f3e0bace4a15382f24508797255c8f883b51c80d0883d776fd8f",
    );
}

#[test]
fn messages_are_laid_out_as_the_contracts_take_them() {
    hashes_to(
        &jetton::mint_body(&Mint {
            query_id: 77,
            to: player().address().clone(),
            amount: 1_234_567,
            wallet_value: 20_000_000,
        }),
        "baf396712af2eae753b1a700863590dbad131618620e72a7367284de29f3fff2",
    );
    hashes_to(
        &jetton::transfer_body(&Transfer {
            query_id: 5,
            amount: 50,
            destination: highload().address().clone(),
            response: Some(player().address().clone()),
            forward_value: 1,
            forward_payload: Some(jetton::comment_payload("42:7")),
        }),
        "442f1b26f52743ed732af9a8d3d21a019468b8f147fc1c0cb31eb35d5b6209ce",
    );
    let items: Vec<SbtItem> = (3..6)
        .map(|index| SbtItem {
            index,
            owner: player().address().clone(),
            content: sbt::item_content(&format!("{index}.json")),
            value: sbt::ITEM_VALUE,
        })
        .collect();
    hashes_to(
        &sbt::batch_mint_body(9, &items),
        "5aeba5e78848a8f2c8857deb40d47230d7f1e30da2b3c253af30aa9f72a11d8b",
    );
    hashes_to(
        &comment::cell(&"x".repeat(500)),
        "bce560ce445a53e963ca923462036d4dc6aacf68812de0cbec773507c3dde73b",
    );
    hashes_to(
        &content::onchain(&[
            ("name", "Flight token"),
            ("symbol", "FLY"),
            ("decimals", "0"),
        ]),
        "dc865964cc1015f4a684e5ba7a35472055c19bd5ceaad55197287110e5a06607",
    );
}

#[test]
fn a_player_s_transfer_is_signed_as_wallets_do_it() {
    let message = OutMessage {
        destination: highload().address().clone(),
        value: 1_000_000_000,
        body: comment::cell("hello"),
        state_init: None,
        bounce: false,
        mode: 3,
    };
    let check = |with_state_init: bool, message_hash: &str| {
        let signed = player()
            .sign(
                &keys(),
                3,
                1_700_000_000,
                std::slice::from_ref(&message),
                with_state_init,
            )
            .expect("it is small");
        assert_eq!(
            signed.hash.to_string(),
            "e6c8aaded4cdb88b30d7d2e9f89e251b6c1681e49fcef859ce4c76dc777f4a5a"
        );
        hashes_to(
            &ton::boc::parse(&signed.boc).expect("it is a bag of cells"),
            message_hash,
        );
    };
    check(
        false,
        "34957e740190809dc1151457fc5bdb9393ba1e4335478bc96390092bb0f75a22",
    );
    check(
        true,
        "79f4981a3e4f78ee7366d3dc3f1c0aae41f7702ae85f3ba078d20719576a99aa",
    );
}

#[test]
fn a_batch_is_signed_as_the_highload_wallet_takes_it() {
    let messages: Vec<OutMessage> = (0..3)
        .map(|query_id| OutMessage {
            destination: minter().address().clone(),
            value: 50_000_000,
            body: jetton::mint_body(&Mint {
                query_id,
                to: player().address().clone(),
                amount: 10,
                wallet_value: 20_000_000,
            }),
            state_init: None,
            bounce: true,
            mode: 3,
        })
        .collect();
    let signed = highload()
        .sign(&keys(), QueryId::of(0), 1_700_000_000, &messages, false)
        .expect("it is small");
    assert_eq!(
        signed.hash.to_string(),
        "299171f6a736f9f1952e0cb30e911a41a12835a77be0ae6a62c44ecda2ec0f53"
    );
}
