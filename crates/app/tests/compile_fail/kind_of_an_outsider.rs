use app::origin::Gate;

enum Casino {}

fn enter(gate: &Gate<Casino>) {
    let _ = gate.entry("/win", "casino");
}

fn main() {
    let _ = enter;
}
