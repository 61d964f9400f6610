//! Two servers, three people, every coin of theirs, told by what they see.

use app::{NoteBook, NoteKeys};
use discord::{Config, Notes};
use fake_discord::{ChannelId, FakeDiscord, Guild, MessageId, Post, UserId};

use crate::stage::{Given, Stage, picture};

/// What of a text is said about one currency: `12` of `12 :gold: gold`, or of `12 gold` where the currency has no picture.
fn amount_of<'a>(text: &'a str, currency: &str) -> Option<&'a str> {
    let mark = [format!(" :{currency}:"), format!(" {currency}")];
    let at = mark.iter().find_map(|mark| text.find(mark.as_str()))?;
    text[..at].split_whitespace().last()
}

#[test]
fn amounts_are_read() {
    let wallet = "Your wallet\n12 :gold: gold (worth 24 :tea: tea)\n3 jam";
    assert_eq!(amount_of(wallet, "gold"), Some("12"));
    assert_eq!(amount_of(wallet, "jam"), Some("3"));
    assert_eq!(amount_of(wallet, "silver"), None);
}

struct Story {
    stage: Stage,
    /// Guild two; the stage's own is guild one.
    two: Guild,
    cid: UserId,
}

impl Story {
    async fn begin() -> Self {
        let mut stage = Stage::without_bot(FakeDiscord::builder()).await;
        let book = NoteBook::new(NoteKeys::generate(0), "https://scrip.example");
        let notes = Some(Notes { book, page: None });
        let config = Config {
            notes,
            ..stage.config()
        };
        stage.start_with(config).await;
        let two = stage.another_guild("Coffee House").await;
        let cid = stage.discord.add_user("cid");
        stage.guild.add_member(cid);
        for user in [stage.ann, stage.ben, cid] {
            two.add_member(user);
        }
        Self { stage, two, cid }
    }

    fn one(&self) -> ChannelId {
        self.stage.guild.channel()
    }

    /// What somebody reads in their wallet of a currency; `0` when it is not there.
    async fn sees(&self, who: UserId, channel: ChannelId, currency: &str) -> String {
        let wallet = self.stage.discord.slash(who, channel, "wallet", &[]);
        let wallet = wallet.expect("it is offered").answer().await;
        let wallet = wallet.expect("an answer");
        amount_of(wallet.text(), currency).unwrap_or("0").to_owned()
    }

    async fn until_sees(&self, who: UserId, currency: &str, amount: &str) {
        let is_so = async || self.sees(who, self.one(), currency).await == amount;
        self.stage.until("what the wallet says", is_so).await;
    }

    async fn until_emoji(&self, guild: &Guild, name: &str, there: bool) {
        let is_so = async || guild.emoji_named(name).is_some() == there;
        self.stage.until("an emoji", is_so).await;
        // It counts when the bot lists it: a moment after Discord has it.
        let listed = async || {
            let list = self
                .stage
                .discord
                .slash(guild.owner(), guild.channel(), "currencies", &[]);
            let list = list.expect("it is offered").answer().await;
            list.expect("an answer").says(&format!(":{name}:")) == there
        };
        self.stage.until("the list of currencies", listed).await;
    }

    async fn does(&mut self, who: UserId, command: &str, options: Given<'_>) -> Post {
        self.stage.types(who, command, options).await
    }

    async fn does_in_two(&mut self, who: UserId, command: &str, options: Given<'_>) -> Post {
        let two = self.two.clone();
        self.stage.types_in(&two, who, command, options).await
    }

    fn posts(&self, who: UserId, channel: ChannelId) -> MessageId {
        let posted = self.stage.discord.post_message(who, channel, "a good idea");
        posted.expect("a message")
    }

    fn reacts(&self, who: UserId, guild: &Guild, (message, name): (MessageId, &str)) {
        let emoji = guild.emoji_named(name).expect("an emoji");
        let reacted = self
            .stage
            .discord
            .react(who, guild.channel(), message, emoji);
        reacted.expect("a reaction");
    }
}

fn says(post: &Post, words: &str) {
    assert!(post.says(words), "{words:?} in {:?}", post.text());
}

/// The token in a note's answer.
fn token(post: &Post) -> String {
    let text = &post.content;
    let inside = text.split("```").nth(1).expect("a block with the note");
    inside.trim().to_owned()
}

#[tokio::test]
async fn two_servers_and_three_people() {
    let mut story = Story::begin().await;
    let (ann, ben, cid) = (story.stage.ann, story.stage.ben, story.cid);
    let (owner, other_owner) = (story.stage.owner, story.two.owner());
    story.stage.make_currency("gold", &[]).await;
    story.stage.make_currency("silver", &[]).await;

    // Minted by a reaction, not by one's own, and taken back too late.
    let one = story.stage.guild.clone();
    let message = story.posts(ann, story.one());
    story.reacts(ann, &one, (message, "gold"));
    story.reacts(ben, &one, (message, "gold"));
    story.until_sees(ann, "gold", "1").await;
    let paid = story
        .does(
            ann,
            "transfer",
            &[("user", cid.into()), ("amount", "1".into())],
        )
        .await;
    says(&paid, "paid");
    let gold = one.emoji_named("gold").expect("an emoji");
    let unreacted = story.stage.discord.unreact(ben, story.one(), message, gold);
    unreacted.expect("it was there");
    let second = story.posts(ann, story.one());
    story.reacts(ben, &one, (second, "gold"));
    story.until_sees(ann, "gold", "1").await;
    assert_eq!(story.sees(cid, story.one(), "gold").await, "1");

    // A second currency, and an exchange by quote.
    let (to_ann, silver) = (("user", ann.into()), ("currency", "silver".into()));
    story
        .does(
            owner,
            "mint",
            &[to_ann, ("amount", "20".into()), silver.clone()],
        )
        .await;
    let options = [("user", ben.into()), ("amount", "8".into()), silver];
    says(&story.does(ann, "transfer", &options).await, "paid");
    let rate = [
        ("from", "silver".into()),
        ("to", "gold".into()),
        ("rate", "0.5".into()),
    ];
    story.does(owner, "create_exchange_rate", &rate).await;
    let quote = [
        ("from", "silver".into()),
        ("to", "gold".into()),
        ("amount", "7".into()),
    ];
    let quote = story.does(ben, "exchange", &quote).await;
    story.stage.presses(ben, &quote, "Confirm").await;
    assert_eq!(story.sees(ben, story.one(), "gold").await, "3");
    assert_eq!(story.sees(ben, story.one(), "silver").await, "1");

    // A bank note written in the one server and redeemed in the other, once.
    let note = [("user_id", cid.into()), ("amount", "2".into())];
    let written = story.does(ben, "note create", &note).await;
    assert_eq!(story.sees(ben, story.one(), "gold").await, "1");
    let token_for_cid = token(&written);
    let redeem = |token: &str| [("token", token.to_owned().into())];
    story
        .does_in_two(ann, "note redeem", &redeem(&token_for_cid))
        .await;
    assert_eq!(story.sees(ann, story.one(), "gold").await, "1", "not hers");
    story
        .does_in_two(cid, "note redeem", &redeem(&token_for_cid))
        .await;
    assert_eq!(story.sees(cid, story.one(), "gold").await, "3");
    let again = story
        .does_in_two(cid, "note redeem", &redeem(&token_for_cid))
        .await;
    says(&again, "redeemed before");
    assert_eq!(story.sees(cid, story.one(), "gold").await, "3");
    let note = [("user_id", ann.into()), ("amount", "1".into())];
    let written = token(&story.does(ben, "note create", &note).await);
    let open = story.does(ben, "note list", &[]).await;
    let id = open
        .text()
        .split('`')
        .nth(1)
        .expect("the note's number")
        .to_owned();
    story.does(ben, "note revoke", &[("id", id.into())]).await;
    assert_eq!(story.sees(ben, story.one(), "gold").await, "1");
    story.does(ann, "note redeem", &redeem(&written)).await;
    assert_eq!(story.sees(ann, story.one(), "gold").await, "1", "revoked");

    // The five richest, and their role.
    let rich = one.add_role("rich");
    story
        .does(owner, "set_top_role", &[("role", rich.into())])
        .await;
    let have_it = async || [ann, ben, cid].iter().all(|user| one.has_role(*user, rich));
    story.stage.until("the role of the richest", have_it).await;
    let top = story.does(ann, "top", &[]).await;
    let place = |user: &str| top.text().find(&format!("@{user}"));
    assert!(
        place("ann") < place("cid") && place("cid") < place("ben"),
        "{}",
        top.text()
    );

    // Somebody goes, and comes back.
    one.kick(cid);
    let gone = async || {
        let top = story.stage.discord.slash(ann, story.one(), "top", &[]);
        let top = top.expect("it is offered").answer().await;
        !top.expect("an answer").says("@cid")
    };
    story.stage.until("cid to be off the board", gone).await;
    one.add_member(cid);
    story.until_sees(cid, "gold", "3").await;
    let back = async || one.has_role(cid, rich);
    story.stage.until("the role again", back).await;

    // The global group: its emoji, its money in both servers, and out of it again.
    let developer = story.stage.developer();
    let star = [("attachment", picture().into()), ("name", "star".into())];
    story.does(developer, "global currency create", &star).await;
    story.does(owner, "join_global_group", &[]).await;
    story
        .does_in_two(other_owner, "join_global_group", &[])
        .await;
    let two = story.two.clone();
    story.until_emoji(&one, "star", true).await;
    story.until_emoji(&two, "star", true).await;
    assert_ne!(one.emoji_named("star"), two.emoji_named("star"));
    let there = story.posts(ann, two.channel());
    story.reacts(ben, &two, (there, "star"));
    story.until_sees(ann, "star", "1").await;
    story.does(owner, "leave_global_group", &[]).await;
    story.until_emoji(&one, "star", false).await;
    assert_eq!(story.sees(ann, two.channel(), "star").await, "1");

    // A local economy of two servers.
    story
        .does(owner, "local_group create", &[("name", "Old Town".into())])
        .await;
    let invited = story.does(owner, "local_group invite", &[]).await;
    let code = invited.text().split('`').nth(1).expect("a code").to_owned();
    story
        .does_in_two(other_owner, "local_group accept", &[("code", code.into())])
        .await;
    let more = [("group", "Old Town".into())];
    story.stage.make_currency("crumb", &more).await;
    story.until_emoji(&two, "crumb", true).await;
    let there = story.posts(ben, two.channel());
    story.reacts(cid, &two, (there, "crumb"));
    story.until_sees(ben, "crumb", "1").await;
    story.stage.end().await;
}
