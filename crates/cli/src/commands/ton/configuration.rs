//! What `init` puts into the configuration file, line by line, so that comments stay.

/// Settings of one section, in the order in which they are shown.
pub(super) type Lines = Vec<(&'static str, String)>;

/// As a person would write it.
pub(super) fn section(name: &str, lines: &Lines) -> String {
    let mut out = format!("[{name}]\n");
    for (key, value) in lines {
        out.push_str(&line(key, value));
        out.push('\n');
    }
    out
}

/// The file's text with these settings: in the place of those that are there, or of the commented ones.
pub(super) fn with(text: &str, section: &str, lines: &Lines) -> String {
    let header = format!("[{section}]");
    let mut out: Vec<String> = text.lines().map(str::to_owned).collect();
    if !out.iter().any(|line| line.trim() == header) {
        if out.last().is_some_and(|last| !last.trim().is_empty()) {
            out.push(String::new());
        }
        out.push(header.clone());
    }
    for (key, value) in lines {
        put(&mut out, &header, key, line(key, value));
    }
    out.join("\n") + "\n"
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {value:?}")
}

fn put(out: &mut Vec<String>, header: &str, key: &str, line: String) {
    let begins = out.iter().position(|line| line.trim() == header);
    let first = begins.map_or(out.len(), |at| at + 1);
    let inside = out.get(first..).unwrap_or_default();
    let length = inside
        .iter()
        .position(|line| line.trim_start().starts_with('['));
    let last = first + length.unwrap_or(inside.len());
    let is = |line: &String, commented: bool| {
        let line = line.trim_start();
        let line = if commented {
            line.strip_prefix('#')
        } else {
            Some(line)
        };
        line.is_some_and(|line| {
            line.split_once('=')
                .is_some_and(|(found, _)| found.trim() == key)
        })
    };
    let found = (first..last)
        .find(|at| out.get(*at).is_some_and(|line| is(line, false)))
        .or_else(|| (first..last).find(|at| out.get(*at).is_some_and(|line| is(line, true))));
    match found.and_then(|at| out.get_mut(at)) {
        Some(there) => *there = line,
        None => out.insert(first, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_put_where_they_belong() {
        let lines: Lines = vec![("network", "testnet".into()), ("minter", "EQa".into())];
        let check = |before: &str, expect: &str| {
            let after = with(before, "ton", &lines);
            assert_eq!(after, expect);
            assert_eq!(with(&after, "ton", &lines), expect, "twice is once");
        };
        check("", "[ton]\nminter = \"EQa\"\nnetwork = \"testnet\"\n");
        check(
            "[http]\nlisten = \"x\"\n",
            "[http]\nlisten = \"x\"\n\n[ton]\nminter = \"EQa\"\nnetwork = \"testnet\"\n",
        );
        check(
            "[ton]\n# Which.\n#network = \"mainnet\"\nminter = \"EQb\" # mine\n\n[log]\n#minter = 1\n",
            "[ton]\n# Which.\nnetwork = \"testnet\"\nminter = \"EQa\"\n\n[log]\n#minter = 1\n",
        );
    }
}
