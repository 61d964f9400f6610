//! The commented file that `config init` writes.

use super::{Kind, Setting, settings};

pub(crate) fn template() -> String {
    let mut out = String::from(
        "# Configuration of scrip. Every line that begins with # shows a default or an example.\n\
         # The environment comes before this file, and flags before both: `scrip config show` says what holds and why.\n",
    );
    let mut section = "";
    for setting in settings() {
        let (its_section, name) = setting.parts();
        if its_section != section {
            section = its_section;
            out.push_str(&format!("\n[{section}]\n"));
        }
        out.push('\n');
        for line in setting.doc {
            out.push_str(&format!("# {line}\n"));
        }
        out.push_str(&format!("# Environment: {}\n", setting.variable()));
        out.push_str(&format!("#{name} = {}\n", shown(setting)));
        if setting.may_be_in_file() {
            out.push_str(&format!(
                "# Or the name of a file that holds it:\n#{name}_file = \"/run/secrets/{name}\"\n"
            ));
        }
    }
    out
}

fn shown(setting: &Setting) -> String {
    match setting.kind {
        Kind::Number { .. } | Kind::Switch => setting.example.to_owned(),
        _ => format!("{:?}", setting.example),
    }
}
