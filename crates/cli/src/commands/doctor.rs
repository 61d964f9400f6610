use clap::Args;
use serde::Serialize;

use super::{End, Global, runtime};
use crate::{
    doctor::{Check, Verdict, examine},
    screen::Show,
    table::Table,
    trouble::Trouble,
};

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {}

pub(super) fn run(global: &Global, _: &DoctorArgs) -> Result<End, Trouble> {
    let config = global.config()?;
    let file = global.file()?.map(|(path, _)| path);
    let checks = runtime()?.block_on(examine(&config, file.as_deref()));
    let report = Report { checks };
    global.print(&report)?;
    let failed = report
        .checks
        .iter()
        .any(|check| check.verdict == Verdict::Fail);
    Ok(if failed { End::FoundWrong } else { End::Done })
}

#[derive(Debug, Serialize)]
struct Report {
    checks: Vec<Check>,
}

impl Show for Report {
    fn show(&self) -> String {
        let mut table = Table::new(["", "CHECK", "FOUND"], &[]);
        for check in &self.checks {
            table.row([
                check.verdict.as_str().to_owned(),
                check.name.to_owned(),
                check.found.clone(),
            ]);
        }
        let mut out = table.to_string();
        for check in self.checks.iter().filter(|check| check.advice.is_some()) {
            let advice = check.advice.as_deref().unwrap_or_default();
            out.push_str(&format!("{}: {advice}\n", check.name));
        }
        out
    }
}
