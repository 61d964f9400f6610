/// What is served, and what it says of itself.
#[derive(Debug, Clone)]
pub struct Settings {
    pub page: Page,
    /// What wallets call the game.
    pub name: String,
    /// Where people reach this server, such as `https://game.example`: scheme, host and port. Without it, what each request says.
    pub public_url: Option<String>,
    /// What the game earns; none where there is no chain.
    pub token: Option<Token>,
    pub achievements: Vec<Achievement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The game, inside Telegram and outside of it.
    Telegram,
    /// The game with a Telegram and a wallet that are made up. It signs in whoever it is asked to.
    Demo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub name: String,
    pub symbol: String,
    pub decimals: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achievement {
    pub id: u8,
    pub name: String,
    /// After how many games it is given.
    pub plays: u32,
}

impl Settings {
    pub fn new(page: Page) -> Self {
        Self {
            page,
            name: "Flap".into(),
            public_url: None,
            token: None,
            achievements: Vec::new(),
        }
    }
}
