use app::origin::{Discord, Gate, Http};

fn for_the_bot(_: Gate<Discord>) {}

fn forge(mine: Gate<Http>) {
    for_the_bot(mine);
}

fn main() {
    let _ = forge;
}
