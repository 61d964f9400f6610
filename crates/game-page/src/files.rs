/// A file of the built game.
#[derive(Debug)]
pub(crate) struct File {
    /// Below `/game/`, without a slash before it.
    pub(crate) path: &'static str,
    /// Another one for other content.
    pub(crate) hash: &'static str,
    pub(crate) bytes: &'static [u8],
    /// The same, compressed.
    pub(crate) brotli: Option<&'static [u8]>,
    pub(crate) demo_only: bool,
}

/// All of it; nothing when the game was not built before this was compiled.
pub(crate) static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Whether the game is in this binary.
pub fn is_built() -> bool {
    FILES.iter().any(|file| file.path == "index.html")
}

impl File {
    /// Whether the name has a hash of the content, so that it never changes.
    pub(crate) fn is_immutable(&self) -> bool {
        self.path.starts_with("assets/")
    }
}
