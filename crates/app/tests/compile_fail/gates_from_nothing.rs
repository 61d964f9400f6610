use app::origin::Gates;

fn main() {
    let _ = Gates::new();
}
