use std::sync::Arc;

use app::origin::Origin;

fn main() {
    let _ = Origin(Arc::new("discord:/mint"));
}
