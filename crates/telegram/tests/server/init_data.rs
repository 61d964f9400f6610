//! What Telegram signed is taken, and nothing else is.

use proptest::prelude::*;
use telegram::{
    BotToken,
    init_data::{
        Freshness, InitData, InitDataError, InitDataKey, TelegramKey, check, check_third_party,
        parse,
    },
};

use crate::signer::{TOKEN, encoded, signed};

/// Published with their tokens in the documentation of `@tma.js/init-data-node`; the second was signed by Telegram's own key too.
const OLD_TOKEN: &str = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
const OLD: &str = "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";
const NEW_TOKEN: &str = "7342037359:AAHI25ES9xCOMPokpYoz-p8XVrZUdygo2J4";
const NEW: &str = "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733509682&signature=TYJxVcisqbWjtodPepiJ6ghziUL94-KNpG8Pau-X7oNNLNBM72APCpi_RKiUlBvcqo5L-LAxIc3dnTzcZX_PDg&hash=a433d8f9847bd6addcc563bff7cc82c89e97ea0d90c11fe5729cae6796a36d73";

const NOW: i64 = 1_795_250_000;

fn checked(raw: &str, token: &str, now_secs: i64) -> Result<InitData, InitDataError> {
    let key = InitDataKey::of(&BotToken::parse(token).unwrap());
    let max_age_secs = 3_600;
    let freshness = Freshness {
        now_secs,
        max_age_secs,
    };
    check(raw, &key, freshness)
}

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("auth_date", "1795249990"),
        (
            "user",
            r#"{"id":7,"first_name":"Ann","photo_url":"https:\/\/t.me\/a.svg"}"#,
        ),
        ("start_param", "from=a&b"),
    ]
}

#[test]
fn what_telegram_signed_is_taken() {
    let old = checked(OLD, OLD_TOKEN, 1_662_771_650).unwrap();
    assert_eq!(old.user_id().get(), 279_058_397);
    assert_eq!(old.user.name(), "Vladislav Kibenko");
    assert_eq!(old.user.username.as_deref(), Some("vdkfrost"));
    assert_eq!(old.user.language.as_deref(), Some("ru"));
    assert_eq!(old.query_id.as_deref(), Some("AAHdF6IQAAAAAN0XohDhrOrc"));
    assert_eq!(old.auth_date_secs, 1_662_771_648);

    let new = checked(NEW, NEW_TOKEN, 1_733_509_682).unwrap();
    assert_eq!(new.user.name(), r"Vladislav + - ? / Kibenko");
    assert_eq!(new.query_id, None, "it is not always there");
}

#[test]
fn what_is_signed_here_is_as_telegram_signs_it() {
    let key = InitDataKey::of(&BotToken::parse(TOKEN).unwrap());
    let raw = key.sign(&good());
    let expect = checked(&signed(&good(), TOKEN), TOKEN, NOW).unwrap();
    assert_eq!(checked(&raw, TOKEN, NOW), Ok(expect));
    assert_eq!(
        checked(&raw, NEW_TOKEN, NOW),
        Err(InitDataError::Forged),
        "for this bot only"
    );
}

#[test]
fn telegrams_own_signature_is_taken_without_the_token() {
    let freshness = Freshness {
        now_secs: 1_733_509_682,
        max_age_secs: 60,
    };
    let check = |raw: &str, bot, key, expect: Result<u64, InitDataError>| {
        let read = check_third_party(raw, bot, key, freshness);
        assert_eq!(read.map(|data| data.user_id().get()), expect);
    };
    let bot = 7_342_037_359;
    check(NEW, bot, TelegramKey::Production, Ok(279_058_397));
    check(NEW, bot, TelegramKey::Test, Err(InitDataError::Forged));
    check(
        NEW,
        bot + 1,
        TelegramKey::Production,
        Err(InitDataError::Forged),
    );
    let other = NEW.replace("279058397", "279058398");
    check(
        &other,
        bot,
        TelegramKey::Production,
        Err(InitDataError::Forged),
    );
    let missing = Err(InitDataError::MissingSignature);
    check(OLD, bot, TelegramKey::Production, missing);
    let without_hash = NEW.split("&hash=").next().unwrap();
    check(without_hash, bot, TelegramKey::Production, Ok(279_058_397));
}

#[test]
fn each_thing_that_is_wrong_has_its_reason() {
    let check = |raw: &str, expect: InitDataError| {
        assert_eq!(checked(raw, TOKEN, NOW), Err(expect), "{raw}");
    };
    let raw = signed(&good(), TOKEN);
    assert_eq!(checked(&raw, TOKEN, NOW).unwrap().user_id().get(), 7);

    check(&"x".repeat(10_000), InitDataError::TooLong { most: 8_192 });
    for broken in [
        "", "user", "a=b&&c=d", "a=%", "a=%2", "a=%zz", "a=%ff", "a b=c", "%3D=c", "é=c",
    ] {
        check(broken, InitDataError::NotDecodable);
    }
    check(&format!("{raw}&user=%7B%7D"), InitDataError::DuplicateKey);
    check(&format!("{raw}&hash=00"), InitDataError::DuplicateKey);
    check("auth_date=1&user=x", InitDataError::MissingHash);
    check(&encoded(&raw), InitDataError::DoublyEncoded);
    check(&raw.replace('%', "%25"), InitDataError::DoublyEncoded);
    check(&raw.replace("Ann", "Eve"), InitDataError::Forged);
    check(&format!("{raw}&extra=1"), InitDataError::Forged);
    check(&signed(&good(), OLD_TOKEN), InitDataError::Forged);
    check("auth_date=1&user=x&hash=", InitDataError::Forged);
    check("auth_date=1&user=x&hash=zz", InitDataError::Forged);

    let with = |name: &str, text: &'static str| {
        let mut fields = good();
        fields.retain(|(known, _)| *known != name);
        if !text.is_empty() {
            let name = if name == "user" { "user" } else { "auth_date" };
            fields.push((name, text));
        }
        signed(&fields, TOKEN)
    };
    check(&with("auth_date", ""), InitDataError::NoDate);
    check(&with("auth_date", "yesterday"), InitDataError::NoDate);
    check(&with("auth_date", "-5"), InitDataError::NoDate);
    check(&with("auth_date", "1795250100"), InitDataError::Future);
    check(&with("auth_date", "1795246000"), InitDataError::Stale);
    check(&with("auth_date", "0"), InitDataError::Stale);
    for nobody in [
        "",
        "{}",
        "[]",
        r#"{"id":0}"#,
        r#"{"id":-7}"#,
        r#"{"id":"7"}"#,
        r#"{"id":9,"is_bot":true}"#,
    ] {
        check(&with("user", nobody), InitDataError::NoUser);
    }
    assert!(
        checked(&with("auth_date", "1795246400"), TOKEN, NOW).is_ok(),
        "just young enough"
    );
    assert!(
        checked(&with("auth_date", "1795250060"), TOKEN, NOW).is_ok(),
        "just not ahead"
    );
}

/// The signed lines are joined by line breaks: a text with one in it could move a border.
#[test]
fn borders_between_fields_cannot_be_moved() {
    let raw = signed(
        &[
            ("auth_date", "1795249990"),
            ("query_id", "q"),
            ("user", r#"{"id":7}"#),
        ],
        TOKEN,
    );
    assert!(checked(&raw, TOKEN, NOW).is_ok());
    let moved = raw.replace("&query_id=q", "%0Aquery_id%3Dq");
    assert_eq!(
        checked(&moved, TOKEN, NOW),
        Err(InitDataError::NotDecodable)
    );
    let moved = raw.replace("query_id=q", "query_id%3Dq=");
    assert_eq!(
        checked(&moved, TOKEN, NOW),
        Err(InitDataError::NotDecodable)
    );
}

#[test]
fn the_signature_is_among_what_is_signed() {
    let mut fields = good();
    fields.push(("signature", "AAAA"));
    let raw = signed(&fields, TOKEN);
    assert!(checked(&raw, TOKEN, NOW).is_ok());
    let without = raw.replace("&signature=AAAA", "");
    assert_eq!(checked(&without, TOKEN, NOW), Err(InitDataError::Forged));
}

#[test]
fn names_are_one_line_of_what_can_be_seen() {
    let check = |user: &str, expect: &str| {
        let raw = signed(&[("auth_date", "1795249990"), ("user", user)], TOKEN);
        assert_eq!(checked(&raw, TOKEN, NOW).unwrap().user.name(), expect);
    };
    check(
        r#"{"id":7,"first_name":"Ann","last_name":"Lee"}"#,
        "Ann Lee",
    );
    check(r#"{"id":7,"first_name":" A\n\u0000b\u202e c "}"#, "A b c");
    check(r#"{"id":7,"first_name":"\u2066","username":"ann"}"#, "ann");
    check(r#"{"id":7}"#, "Player 7");
    let long = format!(r#"{{"id":7,"first_name":"{}"}}"#, "é".repeat(500));
    check(&long, &"é".repeat(64));
}

#[test]
fn nothing_secret_is_printed() {
    let key = InitDataKey::of(&BotToken::parse(TOKEN).unwrap());
    assert_eq!(format!("{key:?}"), "InitDataKey(hidden)");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(raw in "\\PC*", tail in "[a-z=&%0-9A-F]*") {
        let _ = parse(&raw);
        let _ = checked(&format!("hash={tail}&{raw}"), TOKEN, NOW);
    }

    #[test]
    fn what_is_signed_is_taken_and_no_other(name in "[^\\p{Cc}\"\\\\]{1,40}", at in 0_usize..400, bit in 0_u8..7) {
        let user = format!(r#"{{"id":7,"first_name":"{name}"}}"#);
        let raw = signed(&[("auth_date", "1795249990"), ("user", &user)], TOKEN);
        let whole = checked(&raw, TOKEN, NOW);
        prop_assert!(whole.is_ok());
        let mut bytes = raw.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(bytes)
            && let Ok(data) = checked(&changed, TOKEN, NOW)
        {
            // A digit of the hash or of an encoded byte in the other case says the same.
            prop_assert!(changed.eq_ignore_ascii_case(&raw));
            prop_assert_eq!(Ok(data), whole);
        }
    }
}
