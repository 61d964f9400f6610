use axum::Router;
use game_page::Page;

/// What the game is served with beside its own requests.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) page: Page,
    pub(crate) more: Router,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            page: Page::Telegram,
            more: Router::new(),
        }
    }
}
