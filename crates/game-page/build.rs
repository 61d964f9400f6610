//! Writes the table of the game's files, as `npm run build` left them in `game/dist`.

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

/// What the build of the game writes: a line for each file that only the demo's page loads.
const DEMO_FILES: &str = "demo-files.txt";

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets it")?);
    let dist = here.join("../../game/dist");
    // Cargo takes a folder that is not there for changed, and would compile this crate every time.
    let _ = fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    let table = table(&dist)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("files.rs"), table)?;
    Ok(())
}

fn table(dist: &Path) -> Result<String, Box<dyn Error>> {
    let mut paths = BTreeSet::new();
    gather(dist, "", &mut paths)?;
    let demo = fs::read_to_string(dist.join(DEMO_FILES)).unwrap_or_default();
    let demo: BTreeSet<&str> = demo.lines().collect();
    let mut rows = String::from("&[\n");
    for path in paths.iter().filter(|path| is_served(path)) {
        let brotli = format!("{path}.br");
        let brotli = paths.contains(&brotli).then(|| include(dist, &brotli));
        writeln!(
            rows,
            "File {{ path: {path:?}, hash: {:?}, bytes: {}, brotli: {}, demo_only: {} }},",
            hash(&fs::read(dist.join(path))?),
            include(dist, path),
            brotli.map_or_else(|| "None".into(), |brotli| format!("Some({brotli})")),
            demo.contains(path.as_str()),
        )?;
    }
    rows.push_str("]\n");
    Ok(rows)
}

/// All files below a folder, by their paths with slashes.
fn gather(folder: &Path, before: &str, paths: &mut BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a file's name is text")?;
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &format!("{before}{name}/"), paths)?;
        } else if !name.starts_with('.') {
            paths.insert(format!("{before}{name}"));
        }
    }
    Ok(())
}

fn is_served(path: &str) -> bool {
    path != DEMO_FILES && !path.ends_with(".br")
}

fn include(dist: &Path, path: &str) -> String {
    format!("include_bytes!({:?})", dist.join(path))
}

/// It only has to be another one when the file is: a compiler with another hasher costs a download.
fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}
