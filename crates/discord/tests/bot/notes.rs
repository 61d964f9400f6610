//! Bank notes, from hand to hand.

use app::{NoteBook, NoteClaims, NoteKeys};
use discord::{Config, Notes};
use fake_discord::{Builder, FakeDiscord, Interaction, Post, UserId};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use insta::assert_snapshot;

use crate::stage::Stage;

/// A guild with gold and a bot that writes notes; ann has twenty.
struct Bank {
    stage: Stage,
    book: NoteBook,
}

impl Bank {
    async fn new() -> Self {
        Self::called("https://scrip.example").await
    }

    async fn called(issuer: &str) -> Self {
        Self::on(FakeDiscord::builder(), issuer).await
    }

    async fn on(discord: Builder, issuer: &str) -> Self {
        let book = NoteBook::new(NoteKeys::generate(0), issuer);
        let mut stage = Stage::without_bot(discord).await;
        let notes = Some(Notes {
            book: book.clone(),
            page: Some("https://scrip.example/note".into()),
        });
        let config = Config {
            notes,
            ..stage.config()
        };
        stage.start_with(config).await;
        stage.make_currency("gold", &[]).await;
        stage.mint(stage.ann, "20").await;
        stage.forget_what_was_said();
        Self { stage, book }
    }

    async fn writes(&mut self, who: UserId, to: UserId, amount: &str) -> Post {
        let options = [("user_id", to.into()), ("amount", amount.into())];
        self.stage.types(who, "note create", &options).await
    }

    /// The text of a note of ann's.
    async fn note(&mut self, to: UserId, amount: &str) -> String {
        let written = self.writes(self.stage.ann, to, amount).await;
        assert!(written.ephemeral, "{written}");
        token(&written)
    }

    async fn redeems(&mut self, who: UserId, token: &str) -> Post {
        let options = [("token", token.into())];
        self.stage.types(who, "note redeem", &options).await
    }

    async fn looks_at(&mut self, who: UserId, token: &str) -> Post {
        let options = [("token", token.into())];
        self.stage.types(who, "note show", &options).await
    }

    async fn revokes(&mut self, who: UserId, id: &str) -> Post {
        self.stage
            .types(who, "note revoke", &[("id", id.into())])
            .await
    }

    fn number(&self, token: &str) -> String {
        self.book.read(token).expect("a note").note.to_string()
    }

    async fn end(self) -> String {
        plain(&self.stage.end().await)
    }
}

/// What stands between the lines that make it easy to copy.
fn token(post: &Post) -> String {
    let block = post.content.split("```").nth(1).expect("a note's text");
    block.trim().to_owned()
}

/// Texts and numbers are others in each run.
pub fn plain(said: &str) -> String {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut text = String::new();
    for piece in said.split_inclusive(|c| !is_inner(c)) {
        let word = piece.trim_end_matches(|c| !is_inner(c) || c == '.');
        let rest = &piece[word.len()..];
        let shown = match word {
            _ if word.starts_with("eyJ") && word.len() > 100 => "(the note)",
            _ if word.len() > 15 && word.bytes().all(|byte| byte.is_ascii_digit()) => "(number)",
            word => word,
        };
        text.push_str(shown);
        text.push_str(rest);
    }
    text
}

#[tokio::test]
async fn a_note_goes_from_hand_to_hand() {
    let mut bank = Bank::new().await;
    let (ann, ben) = (bank.stage.ann, bank.stage.ben);
    let note = bank.note(ben, "5").await;
    assert_eq!(bank.stage.has(ann, "gold").await, 15, "debited at once");
    bank.looks_at(ann, &note).await;
    bank.redeems(ann, &note).await;
    bank.redeems(ben, &note).await;
    bank.redeems(ben, &note).await;
    bank.looks_at(ben, &note).await;
    bank.revokes(ann, &bank.number(&note)).await;
    bank.stage.types(ann, "history", &[]).await;
    assert_eq!(
        (
            bank.stage.has(ann, "gold").await,
            bank.stage.has(ben, "gold").await
        ),
        (15, 5)
    );
    assert_snapshot!(bank.end().await);
}

#[tokio::test]
async fn what_cannot_be_written_moves_nothing() {
    let mut bank = Bank::new().await;
    let (ann, ben) = (bank.stage.ann, bank.stage.ben);
    let robot = bank.stage.discord.add_bot("robot");
    bank.stage.guild.add_member(robot);
    for amount in ["0", "-1", "0.5", "21", "9e9"] {
        let said = bank.writes(ann, ben, amount).await;
        assert!(said.ephemeral, "{said}");
    }
    bank.writes(ann, robot, "5").await;
    let options = [
        ("user_id", ben.into()),
        ("amount", "1".into()),
        ("currency", "glod".into()),
    ];
    bank.stage.types(ann, "note create", &options).await;
    assert_eq!(bank.stage.has(ann, "gold").await, 20);
    assert_snapshot!(bank.end().await);
}

#[tokio::test]
async fn what_is_no_note_of_ours_is_not_redeemed() {
    let mut bank = Bank::new().await;
    let (ann, ben) = (bank.stage.ann, bank.stage.ben);
    let note = bank.note(ben, "5").await;
    let claims = bank.book.read(&note).expect("a note");
    let (head, rest) = note.split_once('.').expect("three parts");
    let (_, signature) = rest.split_once('.').expect("three parts");
    let rich = NoteClaims {
        amount: "5000".into(),
        ..claims.clone()
    };
    let changed = NoteKeys::generate(0).sign(&rich);
    let changed = changed.split('.').nth(1).expect("three parts");
    bank.stage.forget_what_was_said();
    for token in [
        "hello".to_owned(),
        format!("{head}.{changed}.{signature}"),
        NoteKeys::generate(0).sign(&claims),
        note[..note.len() - 10].to_owned(),
        "x".repeat(5_000),
    ] {
        let said = bank.redeems(ben, &token).await;
        assert!(said.ephemeral && said.says("No money moved"), "{said}");
        bank.looks_at(ben, &token).await;
    }
    // Signed here, by a key that somebody restored without its ledger.
    let lost = NoteClaims {
        note: ledger::NoteId::new(77).expect("a number"),
        ..claims
    };
    let lost = bank.book.keys().sign(&lost);
    bank.redeems(ben, &lost).await;
    bank.looks_at(ann, &lost).await;
    assert_eq!(bank.stage.has(ben, "gold").await, 0);
    let said = bank.end().await.replace(&"x".repeat(5_000), "xxx…");
    assert_snapshot!(said);
}

#[tokio::test]
async fn a_note_may_be_pasted_in_any_way() {
    let mut bank = Bank::new().await;
    let ben = bank.stage.ben;
    for wrap in [
        |note: &str| format!("  {note}\n"),
        |note: &str| format!("```\n{note}\n```"),
        |note: &str| format!("`{note}`"),
        |note: &str| format!("{}\n{}", &note[..60], &note[60..]),
        |note: &str| format!("<https://scrip.example/note?token={note}>"),
    ] {
        let note = bank.note(ben, "1").await;
        let said = bank.redeems(ben, &wrap(&note)).await;
        assert!(said.says("You redeemed a bank note"), "{said}");
    }
    assert_eq!(bank.stage.has(ben, "gold").await, 5);
    bank.end().await;
}

#[tokio::test]
async fn who_wrote_a_note_can_take_it_back() {
    let mut bank = Bank::new().await;
    let (ann, ben) = (bank.stage.ann, bank.stage.ben);
    let note = bank.note(ben, "5").await;
    let number = bank.number(&note);
    bank.stage.forget_what_was_said();
    bank.revokes(ben, &number).await;
    bank.revokes(ann, "the first one").await;
    bank.revokes(ann, "12345").await;
    let shown = bank.looks_at(ann, &number).await;
    assert_eq!(token(&shown), note, "its text again");
    bank.looks_at(ben, &number).await;
    bank.revokes(ann, &number).await;
    bank.revokes(ann, &number).await;
    bank.redeems(ben, &note).await;
    bank.looks_at(ben, &note).await;
    bank.looks_at(ann, &number).await;
    bank.stage.types(ann, "note list", &[]).await;
    assert_eq!(
        (
            bank.stage.has(ann, "gold").await,
            bank.stage.has(ben, "gold").await
        ),
        (20, 0)
    );
    assert_snapshot!(bank.end().await);
}

#[tokio::test]
async fn open_notes_are_listed_in_pages() {
    let mut bank = Bank::new().await;
    let (ann, ben, owner) = (bank.stage.ann, bank.stage.ben, bank.stage.owner);
    let mut notes = Vec::new();
    for _ in 0..13 {
        notes.push(bank.note(ben, "1").await);
    }
    let outside = bank.stage.discord.add_user("zoe");
    notes.push(bank.note(outside, "2").await);
    bank.redeems(ben, &notes[5]).await;
    bank.stage.forget_what_was_said();
    bank.stage.types(owner, "note list", &[]).await;
    let first = bank.stage.types(ann, "note list", &[]).await;
    let second = bank.stage.presses(ann, &first, "Next").await;
    bank.stage.presses(ann, &second, "Newest").await;
    let channel = bank.stage.guild.channel();
    let offered = async |typed: &str| {
        let discord = &bank.stage.discord;
        let choices = discord.autocomplete(ann, channel, "note revoke", &[], ("id", typed));
        choices.await.expect("choices")
    };
    assert_eq!(offered("").await.len(), 13);
    let number = bank.number(&notes[13]);
    assert_eq!(offered(&number).await.len(), 1);
    assert_eq!(offered(&outside.get().to_string()).await[0].value, number);
    assert_eq!(offered("nothing").await.len(), 0);
    assert_snapshot!(bank.end().await);
}

/// Without a server around: what one has can be put into a note, and a note can be redeemed.
#[tokio::test]
async fn notes_in_direct_messages() {
    let mut bank = Bank::new().await;
    let (ann, zoe) = (bank.stage.ann, bank.stage.discord.add_user("zoe"));
    bank.stage.make_currency("silver", &[]).await;
    bank.stage.forget_what_was_said();
    let (to_ann, to_zoe) = (bank.stage.discord.dm(ann), bank.stage.discord.dm(zoe));
    let create = |bank: &Bank, currency: Option<&str>| {
        let mut options = vec![("user_id", zoe.into()), ("amount", "3".into())];
        options.extend(currency.map(|currency| ("currency", currency.into())));
        let discord = &bank.stage.discord;
        discord
            .slash(ann, to_ann, "note create", &options)
            .expect("it is offered")
    };
    let asked = create(&bank, None);
    let note = token(&bank.stage.hears(&asked).await);
    let options = [
        ("user", ann.into()),
        ("amount", "1".into()),
        ("currency", "silver".into()),
    ];
    let owner = bank.stage.owner;
    bank.stage.types(owner, "mint", &options).await;
    let asked = create(&bank, None);
    bank.stage.hears(&asked).await;
    let asked = create(&bank, Some("silver"));
    bank.stage.hears(&asked).await;
    let filled = [("user_id", zoe.into()), ("amount", "3".into())];
    let offered =
        bank.stage
            .discord
            .autocomplete(ann, to_ann, "note create", &filled, ("currency", "sil"));
    assert_eq!(offered.await.expect("choices")[0].value, "silver");
    let redeem = |bank: &Bank| {
        let options = [("token", note.as_str().into())];
        let discord = &bank.stage.discord;
        discord
            .slash(zoe, to_zoe, "note redeem", &options)
            .expect("it is offered")
    };
    let asked = redeem(&bank);
    bank.stage.hears(&asked).await;
    let asked = bank
        .stage
        .discord
        .slash(zoe, to_zoe, "note list", &[])
        .expect("it is offered");
    bank.stage.hears(&asked).await;
    let asked = bank
        .stage
        .discord
        .slash(
            bank.stage.ben,
            bank.stage.discord.dm(bank.stage.ben),
            "note create",
            &[("user_id", zoe.into()), ("amount", "3".into())],
        )
        .expect("it is offered");
    bank.stage.hears(&asked).await;
    assert_eq!(bank.stage.has(zoe, "gold").await, 3);
    assert_snapshot!(bank.end().await);
}

/// A server that does not have the note's currency.
#[tokio::test]
async fn a_note_is_redeemed_in_another_server() {
    let mut bank = Bank::new().await;
    let zoe = bank.stage.discord.add_user("zoe");
    let note = bank.note(zoe, "4").await;
    let other = bank.stage.discord.add_guild("Coffee House");
    other.add_member(zoe);
    bank.stage.forget_what_was_said();
    for command in ["note show", "note redeem"] {
        let asked = bank
            .stage
            .discord
            .slash(
                zoe,
                other.channel(),
                command,
                &[("token", note.as_str().into())],
            )
            .expect("it is offered");
        bank.stage.hears(&asked).await;
    }
    assert_eq!(bank.stage.has(zoe, "gold").await, 4);
    assert_snapshot!(bank.end().await);
}

#[tokio::test]
async fn a_redelivered_command_writes_one_note() {
    let mut bank = Bank::new().await;
    let options = [("user_id", bank.stage.ben.into()), ("amount", "5".into())];
    let asked = bank.stage.asks(bank.stage.ann, "note create", &options);
    let first = token(&bank.stage.hears(&asked).await);
    asked.redeliver();
    let again = |request: &fake_discord::RecordedRequest| {
        request.matches("POST", "/interactions/*/*/callback") && request.status == 400
    };
    let refused = bank.stage.discord.wait_for_request(again).await;
    let refused = refused.expect("a second answer");
    let said = refused.json.as_ref().expect("JSON")["data"]["content"].to_string();
    assert!(said.contains(&first), "the same note: {said}");
    assert_eq!(bank.stage.has(bank.stage.ann, "gold").await, 15);
    bank.end().await;
}

#[tokio::test]
async fn of_fifty_attempts_at_once_one_is_paid() {
    let mut bank = Bank::new().await;
    let (ben, channel) = (bank.stage.ben, bank.stage.guild.channel());
    let note = bank.note(ben, "5").await;
    let options = [("token", note.as_str().into())];
    let ask = || {
        let discord = &bank.stage.discord;
        discord.slash(ben, channel, "note redeem", &options)
    };
    let asked: Vec<Interaction> = (0..50).map(|_| ask().expect("it is offered")).collect();
    let mut answers: FuturesUnordered<_> = asked.iter().map(Interaction::answer).collect();
    let (mut paid, mut refused) = (0, 0);
    while let Some(answer) = answers.next().await {
        let answer = answer.expect("an answer");
        paid += u32::from(answer.says("You redeemed"));
        refused += u32::from(answer.says("was redeemed before"));
    }
    assert_eq!((paid, refused), (1, 49));
    assert_eq!(bank.stage.has(ben, "gold").await, 5);
    drop(answers);
    bank.end().await;
}

/// The only answer that holds the note is lost: what is said in the channel does not, and the sender finds it in the list.
#[tokio::test]
async fn a_note_is_not_said_aloud() {
    let mut bank = Bank::new().await;
    let channel = bank.stage.guild.channel();
    let faults = bank.stage.discord.faults();
    faults
        .next(2, "POST", "/interactions/*/*/callback")
        .server_error(500);
    faults.next(2, "POST", "/webhooks/*/*").server_error(500);
    let options = [("user_id", bank.stage.ben.into()), ("amount", "5".into())];
    let _asked = bank.stage.asks(bank.stage.ann, "note create", &options);
    let said = bank
        .stage
        .discord
        .wait_for_post(channel, |post| post.says("did not take the direct answer"))
        .await
        .expect("a confirmation");
    assert!(!said.says("eyJ"), "{said}");
    bank.stage.note(said.text());
    assert_snapshot!(bank.end().await);
}

/// The name of an issuer may be so long that a message cannot hold the note.
#[tokio::test]
async fn a_long_note_comes_as_a_file() {
    let mut bank = Bank::called(&"long".repeat(350)).await;
    let ben = bank.stage.ben;
    let written = bank.writes(bank.stage.ann, ben, "5").await;
    let file = written.file("note.txt").expect("a file");
    let note = String::from_utf8(file.bytes.clone()).expect("text");
    assert!(written.ephemeral && bank.redeems(ben, &note).await.says("You redeemed"));
    bank.end().await;
}

#[tokio::test]
async fn without_keys_there_are_no_notes() {
    let mut stage = Stage::with_gold().await;
    let options = [("user_id", stage.ben.into()), ("amount", "5".into())];
    stage.types(stage.ann, "note create", &options).await;
    stage
        .types(stage.ann, "note redeem", &[("token", "x".into())])
        .await;
    stage.types(stage.ann, "note list", &[]).await;
    assert_snapshot!(stage.end().await);
}

/// Somebody installed the application for themselves and uses it where the bot is not.
#[tokio::test]
async fn notes_where_the_bot_is_not() {
    let mut bank = Bank::on(FakeDiscord::builder().user_install(true), "scrip").await;
    let zoe = bank.stage.discord.add_user("zoe");
    let elsewhere = bank.stage.discord.add_guild_without_bot("Far Away", zoe);
    let note = bank.note(zoe, "4").await;
    bank.stage.forget_what_was_said();
    for (command, options) in [
        ("note redeem", vec![("token", note.as_str().into())]),
        ("wallet", vec![]),
        (
            "note create",
            vec![("user_id", zoe.into()), ("amount", "1".into())],
        ),
    ] {
        let asked = bank
            .stage
            .discord
            .slash(zoe, elsewhere.channel(), command, &options)
            .expect("it is offered");
        bank.stage.hears(&asked).await;
    }
    let transfer = bank
        .stage
        .discord
        .slash(zoe, elsewhere.channel(), "transfer", &[]);
    assert!(transfer.is_err(), "only where the bot is");
    let kept = bank
        .stage
        .app
        .store()
        .guild_by_discord(elsewhere.id().get());
    assert_eq!(kept.await.expect("the store reads"), None);
    assert_snapshot!(bank.end().await);
}
