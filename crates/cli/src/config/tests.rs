mod game;

use super::*;

fn inputs(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Inputs {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = pairs.iter().map(|(a, b)| ((*a).into(), (*b).into()));
        owned.collect()
    };
    Inputs {
        file: Some(("scrip.toml".into(), file.into())),
        environment: pairs(environment),
        flags: pairs(flags)
            .into_iter()
            .map(|(key, text)| (format!("--set {key}"), key, text))
            .collect(),
    }
}

fn check_error(file: &str, environment: &[(&str, &str)], expect: &[&str]) {
    let errors = resolve(inputs(file, environment, &[])).expect_err("it is wrong");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, expect, "{file}");
}

#[test]
fn wrong_files_are_told_with_line_and_suggestion() {
    check_error(
        "data_dir = \"x\"\n\n[http]\nlisen = \"127.0.0.1:1\"\n",
        &[],
        &["scrip.toml:4: unknown setting `http.lisen`; did you mean `http.listen`?"],
    );
    check_error(
        "[discrod]\ntoken = \"x\"\n",
        &[],
        &["scrip.toml:1: unknown setting `[discrod]`; did you mean `discord`?"],
    );
    check_error(
        "token = \"x\"\n",
        &[],
        &["scrip.toml:1: unknown setting `token`; did you mean `discord.token`?"],
    );
    check_error(
        "[http]\nfoo_bar_baz = 1\n",
        &[],
        &["scrip.toml:2: unknown setting `http.foo_bar_baz`; `scrip config show` lists them all"],
    );
    check_error(
        "[http]\nlisten = 8080\nrate_limit = -1\n[origin]\ncapture = \"on\"\n[log]\nlevel = [1]",
        &[],
        &[
            "scrip.toml:7: `log.level` is a text, a number or a switch, not an array",
            "scrip.toml:2: `http.listen` is an address and a port, such as 127.0.0.1:8080, not \"8080\"",
            "scrip.toml:3: `http.rate_limit` is a number from 0 to 10000000, not \"-1\"",
            "scrip.toml:5: `origin.capture` is true or false, not \"on\"",
        ],
    );
    check_error(
        "[discord]\nrest_url = \"discord.com\"\nshards = \"3-1/4\"",
        &[],
        &[
            "scrip.toml:2: `discord.rest_url` begins with http:// or https://, not \"discord.com\"",
            "scrip.toml:3: `discord.shards` is `all` or a range such as 0-3/16, not \"3-1/4\"",
        ],
    );
}

#[test]
fn discord_ids_are_told_apart_from_names() {
    check_error(
        "[discord]\ndevelopers = \"563437347899965455, ann\"\nalert_channel = \"#alerts\"\nlog_alert = 0",
        &[],
        &[
            "scrip.toml:3: `discord.alert_channel` is one of Discord's ids, such as 41771983423143937, not \"#alerts\"",
            "scrip.toml:2: `discord.developers` is a list of Discord's ids with commas between them, such as \
             \"41771983423143937, 80351110224678912\", not \"563437347899965455, ann\"",
            "scrip.toml:4: `discord.log_alert` is a number from 1 to 1000000000, not \"0\"",
        ],
    );
    let token = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
    let check = |lines: &str, developers: &[u64], alert: Option<u64>, most: u64| {
        let file = format!("[discord]\ntoken = \"{token}\"\n{lines}");
        let config = Config::new(&resolve(inputs(&file, &[], &[])).expect("all is well"));
        let discord = config.discord.expect("there is a token");
        assert_eq!(discord.developers, developers, "{lines}");
        assert_eq!((discord.alert_channel, discord.log_alert), (alert, most));
    };
    check("", &[], None, 10_000);
    check(
        "developers = \"563437347899965455,7\"\nalert_channel = 12\nlog_alert = 50",
        &[563_437_347_899_965_455, 7],
        Some(12),
        50,
    );
    check("developers = 7", &[7], None, 10_000);
}

#[test]
fn wrong_variables_are_told() {
    check_error(
        "",
        &[("SCRIP_DISCORD__TOKN", "x")],
        &[
            "environment: unknown setting `SCRIP_DISCORD__TOKN`; did you mean `SCRIP_DISCORD__TOKEN`?",
        ],
    );
    check_error(
        "",
        &[("SCRIP_HTTP_LISTEN", "127.0.0.1:1")],
        &["environment: unknown setting `SCRIP_HTTP_LISTEN`; did you mean `SCRIP_HTTP__LISTEN`?"],
    );
    check_error(
        "",
        &[("SCRIP_DISCORD__TOKEN_FILE", "/nowhere/at/all")],
        &[
            "environment SCRIP_DISCORD__TOKEN_FILE: the file for `discord.token` cannot be read: \
           /nowhere/at/all (No such file or directory (os error 2))",
        ],
    );
}

#[test]
fn a_secret_is_given_in_one_way() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let secret = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
    std::fs::write(&file, secret).expect("it is ours");
    let path = file.path().display();
    check_error(
        &format!("[discord]\ntoken = \"{secret}\"\ntoken_file = \"{path}\""),
        &[],
        &[
            "scrip.toml:3: `discord.token` and `discord.token_file` are both given; keep one of them",
        ],
    );
}

#[test]
fn weak_and_well_known_secrets_are_refused() {
    let check = |secret: &str, refused: bool| {
        assert_eq!(weakness(secret).is_some(), refused, "{secret}");
    };
    check("", true);
    check("secret", true);
    check("static_string_stored_on_as_an_environment_variable", true);
    check("Your-256-Bit-Secret", true);
    check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true);
    check(
        "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
        false,
    );
    check("pBb4R1jv6sXbF5m2Gv0yq8l1t3n7Zk9w", false);
}

#[test]
fn later_sources_win_and_say_where_they_are() {
    let resolved = resolve(inputs(
        "[http]\nlisten = \"127.0.0.1:1\"\nrate_limit = 10\n[log]\nlevel = \"warn\"",
        &[
            ("SCRIP_HTTP__LISTEN", "127.0.0.1:2"),
            ("SCRIP_LOG__LEVEL", "debug"),
            ("SCRIP_SERVICE_HOST", "10.0.0.1"),
            ("HOME", "/root"),
        ],
        &[("http.listen", "127.0.0.1:3")],
    ))
    .expect("all is well");
    let check = |key: &str, text: &str, source: &str| {
        assert_eq!(resolved.text(key), text, "{key}");
        assert_eq!(resolved.source(key).to_string(), source, "{key}");
    };
    check("http.listen", "127.0.0.1:3", "flag --set http.listen");
    check("http.rate_limit", "10", "scrip.toml:3");
    check("log.level", "debug", "environment SCRIP_LOG__LEVEL");
    check("log.format", "auto", "default");
}

#[test]
fn secrets_are_not_taken_from_flags() {
    let errors =
        resolve(inputs("", &[], &[("discord.token", "abc")])).expect_err("it is seen by all");
    assert!(errors[0].to_string().contains("use `discord.token_file`"));
}

#[test]
fn the_written_file_is_taken_as_it_is_and_with_every_line_turned_on() {
    let written = template();
    assert!(resolve(inputs(&written, &[], &[])).is_ok());

    let on: String = written
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') && !rest.contains("_file =") => rest,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let resolved = resolve(inputs(&on, &[], &[])).expect("examples are right");
    for setting in settings() {
        assert_eq!(
            resolved.text(setting.key),
            setting.example,
            "{}",
            setting.key
        );
        assert_ne!(
            resolved.source(setting.key),
            &Source::Default,
            "{}",
            setting.key
        );
    }
}

#[test]
fn the_bot_runs_when_there_is_a_token() {
    let check = |file: &str, expect: bool| {
        let config = Config::new(&resolve(inputs(file, &[], &[])).expect("all is well"));
        assert_eq!(config.discord.is_some(), expect, "{file}");
    };
    let token = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
    check("", false);
    check("[discord]\nenabled = true", false);
    check(&format!("[discord]\ntoken = \"{token}\""), true);
    check(
        &format!("[discord]\ntoken = \"{token}\"\nenabled = false"),
        false,
    );
}
