#[derive(Debug, Default)]
pub struct Buckets {}
