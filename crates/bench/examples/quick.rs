#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;
use std::time::Duration;
fn main() -> anyhow::Result<()> {
    let rt = tokio::runtime::Runtime::new()?;
    let only = std::env::args().skip(1).collect();
    let folder = std::path::PathBuf::from("/tmp/bench");
    std::fs::create_dir_all(&folder)?;
    let plan = bench::ledger_bench::Plan {
        folder,
        only,
        time: Duration::from_secs(2),
        rounds: 3,
        large: 2_000_000,
        flows: 1_000_000,
    };
    let report = rt.block_on(bench::ledger_bench::run(&plan, &mut |what| {
        eprintln!("{what}")
    }))?;
    println!("{}", report.text());
    Ok(())
}
