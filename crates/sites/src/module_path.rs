use std::path::Path;

/// The module that a source file holds, as path segments: `["discord", "commands", "transfer"]` for
/// `commands/transfer.rs` of the crate in the folder `discord`.
///
/// `within_src` is the file's path from the crate's `src` folder.
pub(crate) fn module_of(crate_folder: &str, within_src: &Path) -> Vec<String> {
    let mut segments: Vec<String> = within_src
        .with_extension("")
        .iter()
        .map(|segment| segment.to_string_lossy().into_owned())
        .collect();
    let is_program = segments.len() > 1 && segments[0] == "bin";
    if is_program {
        segments.remove(0);
    } else {
        segments.insert(0, crate_folder.to_owned());
    }
    drop_root_name(&mut segments, is_program);
    segments[0] = segments[0].replace('-', "_");
    segments
}

/// A file that is named for its role stands for the folder that it is in.
fn drop_root_name(segments: &mut Vec<String>, is_program: bool) {
    let depth = segments.len();
    let stands_for_folder = match segments[depth - 1].as_str() {
        "mod" => depth > 1,
        "lib" => depth == 2 && !is_program,
        "main" => depth == 2,
        _ => false,
    };
    if stands_for_folder {
        segments.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_name_their_modules() {
        let check = |crate_folder: &str, within_src: &str, expect: &str| {
            let module = module_of(crate_folder, Path::new(within_src)).join("::");
            assert_eq!(module, expect, "{crate_folder}/src/{within_src}");
        };
        check("discord", "lib.rs", "discord");
        check("cli", "main.rs", "cli");
        check("store-sqlite", "lib.rs", "store_sqlite");
        check("discord", "commands.rs", "discord::commands");
        check("discord", "commands/mod.rs", "discord::commands");
        check(
            "discord",
            "commands/transfer.rs",
            "discord::commands::transfer",
        );
        check("discord", "commands/lib.rs", "discord::commands::lib");
        check("discord", "commands/main.rs", "discord::commands::main");
        check("discord", "bin.rs", "discord::bin");
        check("cli", "bin/scrip-crash.rs", "scrip_crash");
        check("cli", "bin/scrip-crash/main.rs", "scrip_crash");
        check("cli", "bin/scrip-crash/load.rs", "scrip_crash::load");
        check("cli", "bin/scrip-crash/load/mod.rs", "scrip_crash::load");
        check("cli", "bin/main.rs", "main");
    }
}
