//! `scrip serve` with the bot, against a Discord on this machine: real HTTP and WebSocket, the program killed and started again.

use fake_discord::{
    ChannelId, EmojiId, FakeDiscord, File, Guild, MessageId, OptionValue, Post, UserId,
};

use crate::stage::Stage;

const MESSAGES: usize = 20;
const REACTORS: usize = 40;

/// What is typed behind a command's name.
type Given<'a> = &'a [(&'a str, OptionValue)];

struct Town {
    fake: FakeDiscord,
    guild: Guild,
    author: UserId,
    reactors: Vec<UserId>,
}

impl Town {
    async fn new(stage: &Stage) -> Self {
        let fake = FakeDiscord::builder()
            .identify_window(std::time::Duration::ZERO)
            .start()
            .await
            .unwrap();
        let guild = fake.add_guild("Tea House");
        let member = |name: String| {
            let user = fake.add_user(&name);
            guild.add_member(user);
            user
        };
        let author = member("amaya".into());
        let reactors = (0..REACTORS)
            .map(|number| member(format!("member {number}")))
            .collect();
        stage.write("token", &fake.bot_token());
        let (rest, gateway, cdn) = (fake.rest_url(), fake.gateway_url(), fake.cdn_url());
        stage.write(
            "scrip.toml",
            &format!(
                "{}[discord]\ntoken_file = \"token\"\nrest_url = \"{rest}\"\ngateway_url = \"{gateway}\"\ncdn_url = \"{cdn}\"\n",
                stage.database_lines()
            ),
        );
        Self {
            fake,
            guild,
            author,
            reactors,
        }
    }

    fn channel(&self) -> ChannelId {
        self.guild.channel()
    }

    async fn types(&self, who: UserId, command: &str, options: Given<'_>) -> Post {
        let asked = self
            .fake
            .slash(who, self.channel(), command, options)
            .unwrap();
        asked.answer().await.unwrap()
    }

    /// What the author's wallet says, once it says this.
    async fn wallet_says(&self, words: &str) -> String {
        let mut seen = String::new();
        for _ in 0..400 {
            seen = self
                .types(self.author, "wallet", &[])
                .await
                .text()
                .to_owned();
            if seen.contains(words) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        seen
    }

    fn post(&self, number: usize) -> MessageId {
        self.fake
            .post_message(self.author, self.channel(), &format!("post {number}"))
            .unwrap()
    }

    fn all_react(&self, message: MessageId, emoji: EmojiId) {
        for reactor in &self.reactors {
            self.fake
                .react(*reactor, self.channel(), message, emoji)
                .unwrap();
        }
    }
}

fn picture() -> File {
    File::new(
        "leaf.png",
        *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_goes_on_where_a_kill_left_it() {
    let stage = Stage::new();
    let town = Town::new(&stage).await;
    let server = stage.serve(&[]);
    town.fake.wait_until_ready().await.unwrap();

    let owner = town.guild.owner();
    let made = town
        .types(
            owner,
            "set_currency_emoji",
            &[("attachment", picture().into()), ("name", "leaf".into())],
        )
        .await;
    assert!(made.says("leaf"), "{made}");
    let emoji = town.guild.emoji_named("leaf").unwrap();
    let (author, other) = (town.author, town.reactors[0]);
    let steps: [(UserId, &str, Given<'_>); 6] = [
        (
            owner,
            "mint",
            &[("user", author.into()), ("amount", "100".into())],
        ),
        (
            owner,
            "burn",
            &[("user", author.into()), ("amount", "10".into())],
        ),
        (
            author,
            "transfer",
            &[("user", other.into()), ("amount", "15".into())],
        ),
        (
            owner,
            "make_currency_primary",
            &[("currency", "leaf".into())],
        ),
        (other, "currencies", &[]),
        (other, "top", &[]),
    ];
    for (who, command, options) in steps {
        let answer = town.types(who, command, options).await;
        assert!(answer.says("leaf"), "/{command}: {answer}");
    }
    assert!(town.wallet_says("75").await.contains("75"));

    // Killed in the middle of a burst; half of the reactions come while nobody is there.
    let messages: Vec<MessageId> = (0..MESSAGES).map(|number| town.post(number)).collect();
    let (before, after) = messages.split_at(MESSAGES / 2);
    for message in before {
        town.all_react(*message, emoji);
    }
    drop(server);
    for message in after {
        town.all_react(*message, emoji);
    }
    let server = stage.serve(&[]);
    town.fake.wait_until_connected().await.unwrap();
    let total = (75 + MESSAGES * REACTORS).to_string();
    let wallet = town.wallet_says(&total).await;
    assert!(wallet.contains(&total), "not {total}: {wallet}");

    // The first message's coins go back, and reacting again mints nothing.
    for reactor in &town.reactors {
        let (fake, channel) = (&town.fake, town.channel());
        fake.unreact(*reactor, channel, messages[0], emoji).unwrap();
        fake.react(*reactor, channel, messages[0], emoji).unwrap();
    }
    let total = (75 + (MESSAGES - 1) * REACTORS).to_string();
    let wallet = town.wallet_says(&total).await;
    assert!(wallet.contains(&total), "not {total}: {wallet}");
    assert!(server.stop().success());
    assert_eq!(stage.run(&["audit"]).code, 0);
}
