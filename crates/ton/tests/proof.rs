//! Whether a wallet is who it says.

use ton::{
    Address, Cell, KeyPair, boc,
    proof::{self, Expected, ProofError, TonProof},
    wallet_v4::{WALLET_ID, WalletV4},
};
use tycho_types::cell::CellBuilder;

const NOW: u64 = 1_700_000_000;

/// State inits of the same key by @ton/ton 16.3.0.
const V3R1: &str = "te6cckEBAwEAkQACATQBAgDA/wAg3SCCAUyXupcw7UTQ1wsf4KTyYIMI1xgg0x/TH9Mf+CMTu/Jj7UTQ0x/TH9P/0VEyuvKhUUS68qIE+QFUEFX5EPKj+ACTINdKltMH1AL7AOjRAaTIyx/LH8v/ye1UAFAAAAAAKamjF+pKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs8kj8sQ==";
const V3R2: &str = "te6cckEBAwEAoAACATQBAgDe/wAg3SCCAUyXuiGCATOcurGfcbDtRNDTH9MfMdcL/+ME4KTyYIMI1xgg0x/TH9Mf+CMTu/Jj7UTQ0x/TH9P/0VEyuvKhUUS68qIE+QFUEFX5EPKj+ACTINdKltMH1AL7AOjRAaTIyx/LH8v/ye1UAFAAAAAAKamjF+pKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs1L7flw==";
const V5R1: &str = "te6cckECFgEAArEAAgE0ARUBFP8A9KQT9LzyyAsCAgEgAw4CAUgEBQLc0CDXScEgkVuPYyDXCx8gghBleHRuvSGCEHNpbnS9sJJfA+CCEGV4dG66jrSAINchAdB01yH6QDD6RPgo+kQwWL2RW+DtRNCBAUHXIfQFgwf0Dm+hMZEw4YBA1yFwf9s84DEg10mBAoC5kTDgcOIREAIBIAYNAgEgBwoCAW4ICQAZrc52omhAIOuQ64X/wAAZrx32omhAEOuQ64WPwAIBSAsMABezJftRNBx1yHXCx+AAEbJi+1E0NcKAIAAZvl8PaiaECAoOuQ+gLAEC8g8BHiDXCx+CEHNpZ2668uCKfxAB5o7w7aLt+yGDCNciAoMI1yMggCDXIdMf0x/TH+1E0NIA0x8g0x/T/9cKAAr5AUDM+RCaKJRfCtsx4fLAh98Cs1AHsPLQhFEluvLghVA2uvLghvgju/LQiCKS+ADeAaR/yMoAyx8BzxbJ7VQgkvgP3nDbPNgRA/btou37AvQEIW6SbCGOTAIh1zkwcJQhxwCzji0B1yggdh5DbCDXScAI8uCTINdKwALy4JMg1x0GxxLCAFIwsPLQiddM1zkwAaTobBKEB7vy4JPXSsAA8uCT7VXi0gABwACRW+Dr1ywIFCCRcJYB1ywIHBLiUhCx4w8g10oSExQAlgH6QAH6RPgo+kQwWLry4JHtRNCBAUHXGPQFBJ1/yMoAQASDB/RT8uCLjhQDgwf0W/LgjCLXCgAhbgGzsPLQkOLIUAPPFhL0AMntVAByMNcsCCSOLSHy4JLSAO1E0NIAURO68tCPVFAwkTGcAYEBQNch1woA8uCO4sjKAFjPFsntVJPywI3iABCTW9sx4ddM0ABRgAAAAD///4j1JTYx8U4pBV96qD2Jl2L8yqO7V19fPckhD3U0iiNpFiBjMSTd";

fn keys() -> KeyPair {
    KeyPair::from_seed(&[7; 32])
}

fn others() -> KeyPair {
    KeyPair::from_seed(&[8; 32])
}

fn init_cell(wallet: &WalletV4) -> Cell {
    CellBuilder::build_from(wallet.state_init()).expect("it is small")
}

fn expected() -> Expected<'static> {
    Expected {
        domain: "flight.example",
        payload: "nonce",
        now_secs: NOW,
        max_age_secs: 900,
    }
}

fn unsigned(state_init: Option<Cell>) -> TonProof {
    TonProof {
        timestamp_secs: NOW - 10,
        domain: "flight.example".to_owned(),
        payload: "nonce".to_owned(),
        signature: [0; 64],
        state_init,
        public_key: None,
    }
}

fn player() -> (Address, TonProof) {
    let wallet = WalletV4::new(keys().public(), WALLET_ID);
    (wallet.address().clone(), unsigned(Some(init_cell(&wallet))))
}

#[test]
fn the_bytes_that_are_signed_are_those_of_the_reference() {
    // The signature was made by @ton/crypto 3.3.0 over the message put together by hand.
    let (address, unsigned) = player();
    let signed = proof::sign(&keys(), &address, unsigned);
    let hex: String = signed
        .signature
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hex,
        "d4462a6de6ee4a7edb2cda94cf154875978d5386b266f68aa4ebde4a3001ad670d87865acd7d13d9464609ded61a50c44f0959adef37d02c474101cf6292d307"
    );
}

#[test]
fn a_wallet_that_is_not_deployed_proves_itself_by_its_state_init() {
    let (address, unsigned) = player();
    let signed = proof::sign(&keys(), &address, unsigned);
    assert_eq!(proof::verify(&address, &signed, &expected(), None), Ok(()));
    let claimed = TonProof {
        public_key: Some(keys().public()),
        ..signed
    };
    assert_eq!(proof::verify(&address, &claimed, &expected(), None), Ok(()));
}

#[test]
fn the_wallets_that_people_have_are_known() {
    for text in [V3R1, V3R2, V5R1] {
        let init = boc::parse_base64(text).expect("it is one");
        let address = Address::new(0, *init.repr_hash());
        let signed = proof::sign(&keys(), &address, unsigned(Some(init)));
        assert_eq!(
            proof::verify(&address, &signed, &expected(), None),
            Ok(()),
            "{text}"
        );
    }
}

#[test]
fn a_deployed_wallet_needs_no_state_init_and_its_key_is_the_chain_s() {
    let (address, with_init) = player();
    let without = proof::sign(&keys(), &address, unsigned(None));
    let key = Some(keys().public());
    assert_eq!(proof::verify(&address, &without, &expected(), key), Ok(()));
    assert_eq!(
        proof::verify(&address, &without, &expected(), None),
        Err(ProofError::KeyUnknown)
    );
    // A key that was changed on chain is the one that counts.
    let by_old_key = proof::sign(&keys(), &address, with_init);
    assert_eq!(
        proof::verify(&address, &by_old_key, &expected(), Some(others().public())),
        Err(ProofError::Signature)
    );
}

#[test]
fn a_wrong_proof_is_refused_for_its_reason() {
    let (address, good) = player();
    let check = |change: &dyn Fn(&mut TonProof), expect: ProofError| {
        let mut changed = good.clone();
        change(&mut changed);
        let signed = proof::sign(&keys(), &address, changed);
        assert_eq!(
            proof::verify(&address, &signed, &expected(), None),
            Err(expect)
        );
    };
    check(
        &|proof| proof.domain = "evil.example".to_owned(),
        ProofError::Domain,
    );
    check(
        &|proof| proof.payload = "another".to_owned(),
        ProofError::Payload,
    );
    check(&|proof| proof.timestamp_secs = NOW - 901, ProofError::Old);
    check(&|proof| proof.timestamp_secs = 0, ProofError::Old);
    check(&|proof| proof.timestamp_secs = NOW + 61, ProofError::Future);
    check(&|proof| proof.timestamp_secs = u64::MAX, ProofError::Future);
    check(&|proof| proof.state_init = None, ProofError::KeyUnknown);
    check(&|proof| proof.public_key = Some([1; 32]), ProofError::Key);
    let others_init = init_cell(&WalletV4::new(others().public(), WALLET_ID));
    check(
        &|proof| proof.state_init = Some(others_init.clone()),
        ProofError::StateInit,
    );
}

#[test]
fn a_signature_by_or_for_somebody_else_is_refused() {
    let (address, good) = player();
    let by_others = proof::sign(&others(), &address, good.clone());
    assert_eq!(
        proof::verify(&address, &by_others, &expected(), None),
        Err(ProofError::Signature)
    );
    // A proof of one's own wallet, shown for another's address.
    let other = WalletV4::new(others().public(), WALLET_ID);
    let own = proof::sign(&keys(), &address, good.clone());
    assert_eq!(
        proof::verify(other.address(), &own, &expected(), None),
        Err(ProofError::StateInit)
    );
    let mut broken = proof::sign(&keys(), &address, good);
    broken.signature[5] ^= 1;
    assert_eq!(
        proof::verify(&address, &broken, &expected(), None),
        Err(ProofError::Signature)
    );
}

#[test]
fn a_state_init_of_unknown_code_or_broken_proves_nothing() {
    for init in [Cell::default(), ton::comment::cell("not a state init")] {
        let address = Address::new(0, *init.repr_hash());
        let signed = proof::sign(&keys(), &address, unsigned(Some(init)));
        assert_eq!(
            proof::verify(&address, &signed, &expected(), None),
            Err(ProofError::KeyUnknown)
        );
    }
}

#[test]
fn a_key_of_small_order_signs_nothing() {
    // With the zero point as key, a signature of zeros would hold for any message.
    let (address, _) = player();
    let mut forged = unsigned(None);
    let mut zero_point = [0; 32];
    zero_point[0] = 1;
    forged.signature[0] = 1;
    assert_eq!(
        proof::verify(&address, &forged, &expected(), Some(zero_point)),
        Err(ProofError::Signature)
    );
}

/// A real wallet's, on the testnet, from the tests of TonProof.NET. Its code is a library that we do not know.
#[test]
fn a_real_wallet_s_proof_holds() {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let address =
        ton::address::parse("0:7afd7563d8fd084d35060278320769743905983b8ea43c5b16fb6e3dc0a190dd")
            .expect("it is one")
            .address;
    let key: ton::Hash = "c5134fcb39879c2cf81ffdc347353d031cf184538130fdd42688152088bf69ba"
        .parse()
        .expect("it is one");
    let payload = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1bmlxdWVfbmFtZSI6IjQxNDA1NzUxLTNlZjEtNDZhYi04ZDJiLTRkMjE4NWVhZjI2ZSIsIm5iZiI6MTcyMTgxMjQ4OCwiZXhwIjoxNzIxODEzMzg4LCJpYXQiOjE3MjE4MTI0ODgsImlzcyI6Iklzc3VlckZvclBheWxvYWQiLCJhdWQiOiJBdWRpZW5jZUZvclBheWxvYWQifQ.rzJ1tpq-jDp19pDwWO8ZNp8T9ZkME9CZXIppWc5FYGo";
    let init = "te6cckEBAwEAWQACATQCAQBdAAAAAH////6AAAAAAABiiaflnMPOFnwP/uGjmp6BjnjCKcCYfuoTRAqQRF+03SAIQgLkzzsvTG1qYeoPK1RH0mZ4WyavNjfbLe7mvNGqgm80EpjwGJs=";
    let signature = BASE64_STANDARD
        .decode("8ab+IBU83nga6aNznUNEHr3OgN1L7I2raVomWNrhEElTFI1a3VvAz4mzvQbaYiaCY+WftHZrJnSiEgnbRYojDA==")
        .expect("it is base64");
    let proof = TonProof {
        timestamp_secs: 1_721_812_530,
        domain: "winogarcia.github.io".to_owned(),
        payload: payload.to_owned(),
        signature: signature.try_into().expect("it has 64 bytes"),
        state_init: Some(boc::parse_base64(init).expect("it is one")),
        public_key: Some(key.0),
    };
    let expected = Expected {
        domain: "winogarcia.github.io",
        payload,
        now_secs: 1_721_812_600,
        max_age_secs: 900,
    };
    assert_eq!(
        proof::verify(&address, &proof, &expected, Some(key.0)),
        Ok(())
    );
    assert_eq!(
        proof::verify(&address, &proof, &expected, None),
        Err(ProofError::KeyUnknown),
        "what a wallet says of its key proves nothing"
    );
}
