use app::App;

async fn mint(app: &App, mint: economy::Mint) {
    let _ = app.mint(mint).await;
}

fn main() {
    let _ = mint;
}
