use app::origin::{Discord, Gate};

fn main() {
    let _: Gate<Discord> = Gate::new();
}
