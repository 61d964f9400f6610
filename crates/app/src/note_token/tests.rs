use super::*;

const SECRET: &[u8] = b"a secret of more than thirty-two bytes, for tests";
const NOW_MS: i64 = 1_795_250_000_000;

fn claims() -> NoteClaims {
    NoteClaims {
        note: NoteId::new(9_007_199_254_740_993).unwrap(),
        currency: CurrencyId::new(7).unwrap(),
        amount: "12.50".into(),
        recipient: Identity::discord(563_437_347_899_965_455),
        issuer: "https://\"scrip\".example/🪙".into(),
        issued_secs: NOW_MS / 1_000,
    }
}

fn keys() -> NoteKeys {
    NoteKeys::generate(0)
}

/// A token with these parts, signed by whatever is given.
fn forged(header: &str, payload: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn payload() -> String {
    serde_json::to_string(&Payload::from(&claims())).unwrap()
}

fn check(keys: &NoteKeys, token: &str, expect: NoteTokenError) {
    assert_eq!(keys.verify(token), Err(expect), "{token}");
}

#[test]
fn a_note_says_what_was_signed() {
    let (mut keys, plain) = (keys(), claims());
    assert_eq!(keys.verify(&keys.sign(&plain)), Ok(plain.clone()));
    let elsewhere = NoteClaims {
        recipient: "app:alice".parse().unwrap(),
        ..plain
    };
    assert_eq!(keys.verify(&keys.sign(&elsewhere)), Ok(elsewhere.clone()));
    keys.use_hs256(SECRET, 1).unwrap();
    assert!(keys.signing(elsewhere.issued_secs).id.starts_with("hs256-"));
    assert_eq!(keys.verify(&keys.sign(&elsewhere)), Ok(elsewhere));
}

#[test]
fn the_claims_are_texts_where_a_number_could_be_too_large() {
    insta::assert_snapshot!(payload(), @r#"{"currencyId":"7","amount":"12.50","jti":"9007199254740993","recipientId":"563437347899965455","iss":"https://\"scrip\".example/🪙","iat":1795250000}"#);
}

#[test]
fn alg_none_is_refused() {
    let keys = keys();
    let kid = &keys.0[0].id;
    for alg in ["none", "None", "NONE", ""] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#);
        check(
            &keys,
            &forged(&header, &payload(), |_| Vec::new()),
            NoteTokenError::Algorithm,
        );
    }
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let keys = keys();
    let Secret::EdDsa(key) = &keys.0[0].secret else {
        panic!("the first key is Ed25519")
    };
    let public = *key.verifying_key().as_bytes();
    let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{}"}}"#, keys.0[0].id);
    let token = forged(&header, &payload(), |message| {
        mac(&public, message).finalize().into_bytes().to_vec()
    });
    check(&keys, &token, NoteTokenError::Algorithm);
}

#[test]
fn a_blank_key_signs_nothing() {
    let mut keys = keys();
    assert!(matches!(keys.use_hs256(b"", 0), Err(NoteKeysError::Weak)));
    assert!(matches!(
        keys.use_hs256(b"short", 0),
        Err(NoteKeysError::Weak)
    ));
    keys.use_hs256(SECRET, 0).unwrap();
    let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{}"}}"#, keys.0[1].id);
    let token = forged(&header, &payload(), |message| {
        mac(b"", message).finalize().into_bytes().to_vec()
    });
    check(&keys, &token, NoteTokenError::Signature);
    check(
        &keys,
        &forged(&header, &payload(), |_| Vec::new()),
        NoteTokenError::Signature,
    );
}

#[test]
fn a_key_inside_the_token_is_not_looked_at() {
    let keys = keys();
    let other = SigningKey::from_bytes(&[7; 32]);
    let x = URL_SAFE_NO_PAD.encode(other.verifying_key().as_bytes());
    let kid = &keys.0[0].id;
    for extra in [
        format!(r#""jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#),
        r#""jku":"https://evil.example/jwks.json""#.into(),
        r#""x5u":"https://evil.example/cert""#.into(),
        r#""x5c":["AAAA"]"#.into(),
        r#""crit":["exp"]"#.into(),
    ] {
        let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}",{extra}}}"#);
        let token = forged(&header, &payload(), |message| {
            other.sign(message).to_bytes().to_vec()
        });
        check(&keys, &token, NoteTokenError::Malformed);
    }
}

#[test]
fn another_signer_is_refused() {
    let (ours, theirs) = (keys(), keys());
    check(&ours, &theirs.sign(&claims()), NoteTokenError::UnknownKey);
    let Secret::EdDsa(key) = &theirs.0[0].secret else {
        panic!("the first key is Ed25519")
    };
    let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{}"}}"#, ours.0[0].id);
    let token = forged(&header, &payload(), |message| {
        key.sign(message).to_bytes().to_vec()
    });
    check(&ours, &token, NoteTokenError::Signature);
    for kid in ["", "../../dev/null", "' OR 1=1 --"] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#);
        check(
            &ours,
            &forged(&header, &payload(), |_| vec![0; 64]),
            NoteTokenError::UnknownKey,
        );
    }
}

#[test]
fn no_byte_can_be_changed() {
    let mut keys = keys();
    for hs256 in [false, true] {
        if hs256 {
            keys.use_hs256(SECRET, 0).unwrap();
        }
        let token = keys.sign(&claims());
        for at in 0..token.len() {
            for to in [b'A', b'Q', b'z', b'.', b'=', b' '] {
                let mut bytes = token.clone().into_bytes();
                if bytes[at] == to {
                    continue;
                }
                bytes[at] = to;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(keys.verify(&changed).is_err(), "{changed}");
            }
        }
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let keys = keys();
    let token = keys.sign(&claims());
    for text in ["", ".", "..", "...", "a.b.c", "🪙.🪙.🪙", "null"] {
        check(&keys, text, NoteTokenError::Malformed);
    }
    for text in [
        format!("{token}."),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}.{token}"),
    ] {
        check(&keys, &text, NoteTokenError::Malformed);
    }
    check(&keys, &"a".repeat(4_097), NoteTokenError::TooLong);
}

fn eddsa(keys: &NoteKeys) -> &SigningKey {
    match &keys.0[0].secret {
        Secret::EdDsa(key) => key,
        Secret::Hs256(_) => panic!("the first key is Ed25519"),
    }
}

fn header(keys: &NoteKeys) -> String {
    format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{}"}}"#, keys.0[0].id)
}

/// Signed with the right key, so that only its shape is wrong.
fn signed(keys: &NoteKeys, header: &str, payload: &str) -> String {
    forged(header, payload, |message| {
        eddsa(keys).sign(message).to_bytes().to_vec()
    })
}

#[test]
fn a_key_of_another_algorithm_signs_nothing() {
    let mut keys = keys();
    keys.use_hs256(SECRET, 0).unwrap();
    let (ed, hs) = (keys.0[0].id.clone(), keys.0[1].id.clone());
    let hmac = |message: &[u8]| mac(SECRET, message).finalize().into_bytes().to_vec();
    for (alg, kid, expect) in [
        ("HS256", &ed, NoteTokenError::Algorithm),
        ("EdDSA", &hs, NoteTokenError::Algorithm),
        ("HS512", &hs, NoteTokenError::Algorithm),
        ("RS256", &ed, NoteTokenError::Algorithm),
        ("eddsa", &ed, NoteTokenError::Algorithm),
        ("EdDSA", &ed, NoteTokenError::Signature),
    ] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#);
        check(&keys, &forged(&header, &payload(), hmac), expect);
    }
    let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{hs}"}}"#);
    check(
        &keys,
        &signed(&keys, &header, &payload()),
        NoteTokenError::Signature,
    );
}

#[test]
fn what_is_said_twice_is_refused() {
    let keys = keys();
    let kid = &keys.0[0].id;
    for header in [
        format!(r#"{{"alg":"EdDSA","alg":"none","typ":"JWT","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"x","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}} {{}}"#),
        format!(r#"["EdDSA","JWT","{kid}",0]"#),
    ] {
        check(
            &keys,
            &signed(&keys, &header, &payload()),
            NoteTokenError::Malformed,
        );
    }
    for (from, to) in [
        (
            r#""amount":"12.50""#,
            r#""amount":"12.50","amount":"99.00""#,
        ),
        (r#""iat""#, r#""exp":1,"iat""#),
        (r#""jti":"9007199254740993""#, r#""jti":9007199254740993"#),
        (r#""jti":"9007199254740993""#, r#""jti":"-1""#),
        (r#""563437347899965455""#, r#""mars:1""#),
    ] {
        let payload = payload().replace(from, to);
        check(
            &keys,
            &signed(&keys, &header(&keys), &payload),
            NoteTokenError::Malformed,
        );
    }
}

/// RFC 8032, 5.1.7: the second half of a signature is below the group's order; added to it, the equation would hold as well.
#[test]
fn a_signature_has_one_form() {
    let keys = keys();
    let order = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let malleable = |message: &[u8]| {
        let mut signature = eddsa(&keys).sign(message).to_bytes();
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + add + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert_eq!(carry, 0);
        signature.to_vec()
    };
    let token = forged(&header(&keys), &payload(), malleable);
    check(&keys, &token, NoteTokenError::Signature);
    for length in [0, 1, 63, 65, 128] {
        let token = forged(&header(&keys), &payload(), |_| vec![0; length]);
        check(&keys, &token, NoteTokenError::Signature);
    }
}

#[test]
fn the_text_has_one_form() {
    let keys = keys();
    let token = keys.sign(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, signature] = parts[..] else {
        panic!("three parts")
    };
    // Sixty-four bytes leave four bits over in the last character: others that say the same are refused.
    let last = signature.chars().last().unwrap();
    let position = |c| "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".find(c);
    let next = position(last).unwrap() + 1;
    let next = &"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[next..=next];
    let trailing = format!("{}{next}", &signature[..signature.len() - 1]);
    let nested = URL_SAFE_NO_PAD.encode(&token);
    for other in [
        format!("{head}.{claims}.{trailing}"),
        format!("{head}.{claims}.{signature}=="),
        format!("{head}=.{claims}.{signature}"),
        format!(
            "{head}.{claims}.{}",
            signature.replace(['-', '_'], "+") + "/"
        ),
        format!("{head}.{claims}.{signature}."),
        format!("{head}.{claims}.{signature}.{head}.{claims}"),
        format!("{head}..{claims}.{signature}.{head}"),
        format!("{head}. {claims}.{signature}"),
        format!("\u{feff}{token}"),
        format!(
            "{head}.{claims}.{}",
            signature.replacen('A', "Ａ", 1) + "Ａ"
        ),
    ] {
        check(&keys, &other, NoteTokenError::Malformed);
    }
    check(
        &keys,
        &format!("{head}.{claims}."),
        NoteTokenError::Signature,
    );
    check(
        &keys,
        &format!("{head}.{nested}.{signature}"),
        NoteTokenError::Signature,
    );
    check(
        &keys,
        &signed(&keys, &header(&keys), &token),
        NoteTokenError::Malformed,
    );
}

#[test]
fn the_claims_of_another_note_do_not_fit() {
    let keys = keys();
    let (mine, other) = (
        keys.sign(&claims()),
        keys.sign(&NoteClaims {
            amount: "99.00".into(),
            ..claims()
        }),
    );
    let (mine, other): (Vec<&str>, Vec<&str>) =
        (mine.split('.').collect(), other.split('.').collect());
    let swapped = format!("{}.{}.{}", mine[0], other[1], mine[2]);
    check(&keys, &swapped, NoteTokenError::Signature);
}

#[test]
fn the_configured_algorithm_signs_whatever_was_before() {
    let mut keys = keys();
    let now = |keys: &NoteKeys| keys.signing(i64::MAX / 2_000).id.clone();
    let first = now(&keys);
    keys.use_ed25519(1);
    assert_eq!(now(&keys), first);
    keys.use_hs256(SECRET, 2).unwrap();
    let secret = now(&keys);
    keys.use_hs256(&[9; 40], 3).unwrap();
    assert_ne!(now(&keys), secret);
    keys.use_hs256(SECRET, 4).unwrap();
    assert_eq!(now(&keys), secret);
    keys.use_ed25519(5);
    let (last, newest) = (now(&keys), keys.newest());
    assert_ne!(last, first);
    assert_eq!((newest.id, newest.algorithm), (last, "EdDSA"));
    let again = NoteKeys::from_json(&keys.to_json()).unwrap();
    assert_eq!(again.list(), keys.list());
    assert_eq!(keys.jwks()["keys"].as_array().map(Vec::len), Some(2));
}

#[test]
fn old_keys_verify_and_old_notes_get_their_token_again() {
    let mut keys = NoteKeys::generate(NOW_MS);
    let first = keys.sign(&claims());
    keys.rotate(NOW_MS + 5_000);
    let later = NoteClaims {
        issued_secs: NOW_MS / 1_000 + 60,
        ..claims()
    };
    assert_eq!(keys.sign(&claims()), first);
    assert_eq!(keys.verify(&first), Ok(claims()));
    assert_eq!(keys.verify(&keys.sign(&later)), Ok(later.clone()));
    assert_ne!(keys.signing(later.issued_secs).id, keys.0[0].id);
    assert_eq!(keys.jwks()["keys"].as_array().map(Vec::len), Some(2));
}

#[test]
fn keys_are_stored_and_read_back() {
    let mut keys = keys();
    keys.use_hs256(SECRET, NOW_MS).unwrap();
    let again = NoteKeys::from_json(&keys.to_json()).unwrap();
    assert_eq!(again.sign(&claims()), keys.sign(&claims()));
    assert_eq!(again.jwks(), keys.jwks());
    assert!(!format!("{keys:?}").contains(&URL_SAFE_NO_PAD.encode(SECRET)));
    assert_eq!(keys.jwks()["keys"].as_array().map(Vec::len), Some(1));
    assert!(NoteKeys::from_json(r#"{"keys":[]}"#).is_err());
    let changed = keys.to_json().replace("EdDSA", "HS256");
    assert!(NoteKeys::from_json(&changed).is_err());
}
