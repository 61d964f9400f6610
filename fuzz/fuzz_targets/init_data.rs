//! Init data as anybody can send it: what was not signed is never taken, and what was signed is taken as it was signed.
#![no_main]

use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;
use telegram::{
    BotToken,
    init_data::{Freshness, InitDataKey, TelegramKey, check, check_third_party, parse},
};

const TOKEN: &str = "4242:AAFuzzedTokenForTestsOnly";
const NOW_SECS: i64 = 1_790_000_000;
const FRESH: Freshness = Freshness {
    now_secs: NOW_SECS,
    max_age_secs: 3_600,
};

fuzz_target!(|input: (&str, Vec<(&str, &str)>, u16, u8)| {
    let (raw, fields, at, byte) = input;
    let token = BotToken::parse(TOKEN).expect("a good token");
    let key = InitDataKey::of(&token);
    // Nobody has signed this.
    let _ = parse(raw);
    assert!(check(raw, &key, FRESH).is_err(), "{raw:?}");
    assert!(check_third_party(raw, token.id(), TelegramKey::Test, FRESH).is_err(), "{raw:?}");

    let fields = good(fields);
    let signed = signed(&fields);
    let known = parse(&signed).expect("what Telegram would write is read");
    let Ok(data) = check(&signed, &key, FRESH) else {
        assert!(signed.len() > 8 * 1024, "{signed}");
        return;
    };
    assert_eq!(data.user_id().get(), 42);
    assert_eq!(known.get("start_param"), data.start_param.as_deref());

    // One byte is changed: it is refused, or says the same.
    let mut changed = signed.clone().into_bytes();
    let place = usize::from(at) % changed.len();
    changed[place] = byte;
    let Ok(changed) = String::from_utf8(changed) else {
        return;
    };
    if let Ok(other) = check(&changed, &key, FRESH) {
        assert_eq!(other, data, "{signed} became {changed}");
        let read = parse(&changed).expect("it was checked");
        for (name, text) in &fields {
            assert_eq!(read.get(name), Some(text.as_str()), "{changed}");
        }
    }
});

/// Fields that Telegram could send, with those that it must.
fn good(given: Vec<(&str, &str)>) -> Vec<(String, String)> {
    let mut fields = vec![
        ("auth_date".to_owned(), NOW_SECS.to_string()),
        ("user".to_owned(), r#"{"id":42,"first_name":"A&n=n%20"}"#.to_owned()),
    ];
    for (name, text) in given.into_iter().take(8) {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        let taken = fields.iter().any(|(known, _)| *known == name);
        if name.is_empty() || taken || name == "hash" {
            continue;
        }
        let text = text.chars().filter(|c| !c.is_ascii_control()).collect();
        fields.push((name, text));
    }
    fields
}

fn signed(fields: &[(String, String)]) -> String {
    let mut lines: Vec<String> = fields.iter().map(|(name, text)| format!("{name}={text}")).collect();
    // By name: no name has a character below `=`, so that lines are in the same order.
    lines.sort_by(|a, b| a.split('=').next().cmp(&b.split('=').next()));
    let secret = mac(b"WebAppData", TOKEN.as_bytes());
    let hash = mac(&secret, lines.join("\n").as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut pairs: Vec<String> =
        fields.iter().map(|(name, text)| format!("{name}={}", encoded(text))).collect();
    pairs.push(format!("hash={hash}"));
    pairs.join("&")
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn encoded(text: &str) -> String {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let bytes = text.bytes().map(|byte| {
        if good(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    bytes.collect()
}
