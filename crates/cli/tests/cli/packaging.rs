//! What `packaging/` and the operator's guide say of the program is so.

use std::{collections::BTreeSet, fs, path::Path};

use crate::stage::Stage;

const FILES: [&str; 4] = [
    "packaging/scrip.service",
    "packaging/Dockerfile",
    "packaging/compose.yaml",
    "docs/OPERATING.md",
];

fn text_of(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(file)).unwrap()
}

/// Every word that begins with `SCRIP_`.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    words.filter(|word| word.starts_with("SCRIP_")).collect()
}

#[test]
fn the_variables_of_the_packages_are_settings() {
    let template = Stage::new().run(&["config", "init", "-"]).out;
    let mut known = variables(&template);
    known.insert("SCRIP_CONFIG");
    for file in FILES {
        for variable in variables(&text_of(file)) {
            let setting = variable.strip_suffix("_FILE").unwrap_or(variable);
            assert!(known.contains(setting), "{file} has {variable}");
        }
    }
}

/// In code: at a line's begin, behind a path, between backticks, or after another command.
fn commands(text: &str) -> BTreeSet<Vec<&str>> {
    const BEFORE: [&str; 4] = ["\n", "/", "`", "&& "];
    let found = text.match_indices("scrip ").filter_map(|(at, _)| {
        let (before, after) = text.split_at(at);
        let is_code = BEFORE.iter().any(|end| before.ends_with(end));
        let line = after.split(['\n', '`', '&', ';', '|']).next()?;
        let words = line.split_whitespace().skip(1);
        let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let command: Vec<&str> = words.take_while(is_word).take(2).collect();
        (is_code && !command.is_empty()).then_some(command)
    });
    found.collect()
}

#[test]
fn the_commands_of_the_packages_are_there() {
    let stage = Stage::new();
    let texts = FILES.map(text_of);
    let asked: BTreeSet<Vec<&str>> = texts.iter().flat_map(|text| commands(text)).collect();
    for command in [
        vec!["serve"],
        vec!["config", "check"],
        vec!["backup", "verify"],
    ] {
        assert!(asked.contains(&command), "{command:?} is told to nobody");
    }
    for mut command in asked {
        command.push("--help");
        let help = stage.run(&command);
        assert_eq!(help.code, 0, "scrip {command:?}: {}", help.err);
    }
}
