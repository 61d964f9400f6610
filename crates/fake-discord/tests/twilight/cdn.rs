use fake_discord::File;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::bot;

/// The whole answer to a GET, as text as far as it is text.
async fn get(discord: &fake_discord::FakeDiscord, path: &str) -> String {
    let mut stream = TcpStream::connect(discord.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: cdn\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn files_have_their_media_type() {
    let discord = bot::start().await;
    let guild = discord.add_guild("Tea House");
    let emoji = guild.add_emoji("tea", File::new("tea.png", bot::png()));
    let animated = guild.add_emoji("steam", File::new("steam.gif", *b"GIF89a"));
    let found = |answer: &str, kind: &str| {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(
            answer.contains(&format!("content-type: {kind}")),
            "{answer}"
        );
    };
    found(
        &get(&discord, &format!("/emojis/{emoji}.png")).await,
        "image/png",
    );
    found(
        &get(&discord, &format!("/emojis/{animated}.gif")).await,
        "image/gif",
    );
    found(&get(&discord, "/embed/avatars/0.png").await, "image/png");
    for path in [
        format!("/emojis/{emoji}.gif"),
        "/emojis/1.png".to_owned(),
        "/attachments/1/2/x.png".to_owned(),
    ] {
        let answer = get(&discord, &path).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}
