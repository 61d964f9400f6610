//! Writes the table with which the program knows the name of every code site.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let table = sites::Workspace::new("../..").read()?;
    print!("{}", table.rerun_lines());
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(
        Path::new(&out).join("sites.rs"),
        table.rust_source("app::origin"),
    )?;
    Ok(())
}
