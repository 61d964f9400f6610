//! Joining a Discord account's wallet with the same person's other one.

use std::time::Duration;

use app::{App, Asked, Change, LinkRefusal, Linked, Posting};
use economy::Mint;
use fake_discord::Post;
use insta::assert_snapshot;
use ledger::{
    Amount, Balance, HolderId, IdempotencyKey, Identity, KeyScope, Kind, Platform, Standing,
};

use crate::stage::Stage;

/// Somebody's account in a game.
fn player(name: &str) -> Identity {
    Identity::new(Platform::App, name).expect("an identity")
}

fn telegram(id: u64) -> Identity {
    Identity::new(Platform::Telegram, id.to_string()).expect("an identity")
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(KeyScope("game"), text)
}

/// Ann has ten gold on Discord and five in the game.
async fn two_wallets() -> Stage {
    let mut stage = Stage::with_gold().await;
    stage.mint(stage.ann, "10").await;
    reward(&stage, &player("ann"), 5).await;
    stage.forget_what_was_said();
    stage
}

async fn reward(stage: &Stage, to: &Identity, amount: i64) {
    let holder = stage.app.holder(to.clone()).await.expect("a holder");
    let entry = stage.gates.http.entry("/v1/mints", "game");
    let asked = Asked::new(&entry, holder, key(&format!("{to}")));
    let mint = Mint {
        to: holder,
        currency: stage.currency("gold").await.id,
        amount: Amount::new(amount).expect("an amount"),
    };
    stage.app.mint(asked, mint).await.expect("it is minted");
}

/// A code that was made in the game or in Telegram.
async fn code_of(stage: &Stage, identity: &Identity, once: &str) -> String {
    let code = stage.app.link_code(identity, key(once)).await;
    code.expect("a code").text().to_owned()
}

async fn enters(stage: &mut Stage, who: fake_discord::UserId, code: &str) -> Post {
    stage.types(who, "link", &[("code", code.into())]).await
}

async fn ann_enters(stage: &mut Stage, code: &str) -> Post {
    enters(stage, stage.ann, code).await
}

async fn ben_enters(stage: &mut Stage, code: &str) -> Post {
    enters(stage, stage.ben, code).await
}

/// The game enters a code for one of its players.
async fn game_enters(stage: &Stage, code: &str, by: Identity) -> Result<Linked, LinkRefusal> {
    let entry = stage.gates.http.entry("/v1/links", "game");
    let asked = Asked::new(&entry, stage.holder(stage.owner).await, key(code));
    stage.app.link_redeem(asked, code, by).await
}

/// The code in an answer.
fn read(post: &Post) -> String {
    let code = post.content.split('`').nth(1).expect("a code");
    code.to_owned()
}

async fn issued(stage: &Stage) -> (i128, i128) {
    let supply = stage.app.store().supply().await.expect("the store reads");
    (supply[0].issued, supply[0].held)
}

/// Codes are random.
async fn without_codes(stage: Stage, codes: &[&str]) -> String {
    let said = stage.end().await;
    codes.iter().enumerate().fold(said, |said, (at, code)| {
        said.replace(code, &format!("(code {at})"))
    })
}

#[tokio::test]
async fn a_code_from_elsewhere_joins_two_wallets() {
    let mut stage = two_wallets().await;
    let (discord, before) = (stage.holder(stage.ann).await, issued(&stage).await);
    let code = code_of(&stage, &player("ann"), "1").await;
    let joined = ann_enters(&mut stage, &code.to_lowercase()).await;
    assert!(joined.ephemeral, "{joined}");
    stage.types(stage.ann, "wallet", &[]).await;
    stage.types(stage.ann, "history", &[]).await;
    // Entering it again changes nothing; somebody else hears that it is used.
    ann_enters(&mut stage, &code).await;
    ben_enters(&mut stage, &code).await;
    assert_eq!(issued(&stage).await, before);
    for identity in [Identity::discord(stage.ann.get()), player("ann")] {
        let holder = stage.app.holder(identity).await.expect("a holder");
        assert_eq!(holder, discord, "the Discord account's holder stays");
    }
    let lower = code.to_lowercase();
    assert_snapshot!(without_codes(stage, &[&code, &lower]).await);
}

#[tokio::test]
async fn a_code_from_discord_is_entered_elsewhere() {
    let mut stage = two_wallets().await;
    let discord = stage.holder(stage.ann).await;
    let first = read(&stage.types(stage.ann, "link", &[]).await);
    let post = stage.types(stage.ann, "link", &[]).await;
    assert!(post.ephemeral, "{post}");
    let second = read(&post);
    let replaced = game_enters(&stage, &first, player("ann")).await;
    assert!(
        matches!(replaced, Err(LinkRefusal::Replaced)),
        "{replaced:?}"
    );
    let linked = game_enters(&stage, &second, player("ann")).await;
    assert_eq!(
        linked.expect("joined").with,
        Identity::discord(stage.ann.get())
    );
    assert_eq!(stage.holder(stage.ann).await, discord);
    assert_eq!(stage.has(stage.ann, "gold").await, 15);
    let dm = stage.discord.dm(stage.ann);
    let asked = stage.discord.slash(stage.ann, dm, "link", &[]);
    let third = stage.hears(&asked.expect("it works there")).await;
    let third = read(&third);
    assert_snapshot!(without_codes(stage, &[&first, &second, &third]).await);
}

#[tokio::test]
async fn codes_that_join_nothing() {
    let mut stage = two_wallets().await;
    let (ann, ben) = (stage.ann, stage.ben);
    enters(&mut stage, ann, "nonsense").await;
    enters(&mut stage, ann, "22222-22222").await;
    let mine = read(&stage.types(ann, "link", &[]).await);
    enters(&mut stage, ann, &mine).await;
    enters(&mut stage, ben, &mine).await;
    let late = code_of(&stage, &player("ann"), "late").await;
    stage.later(Duration::from_secs(601));
    enters(&mut stage, ann, &late).await;
    let old = code_of(&stage, &player("ann"), "old").await;
    let new = code_of(&stage, &player("ann"), "new").await;
    enters(&mut stage, ann, &old).await;
    freeze(&stage, player("ann")).await;
    enters(&mut stage, ann, &new).await;
    assert_eq!(stage.has(ann, "gold").await, 10);
    // Ann has a Telegram account already, and so has ben.
    for (who, id) in [(ann, 1), (ben, 2)] {
        let code = code_of(&stage, &telegram(id), &format!("t{id}")).await;
        let joined =
            stage
                .discord
                .slash(who, stage.guild.channel(), "link", &[("code", code.into())]);
        joined.expect("a command").answer().await.expect("joined");
    }
    let third = code_of(&stage, &telegram(3), "t3").await;
    enters(&mut stage, ben, &third).await;
    let codes = [&*mine, &*late, &*old, &*new, &*third];
    assert_snapshot!(without_codes(stage, &codes).await);
}

#[tokio::test]
async fn after_five_wrong_codes_there_is_a_pause() {
    let mut stage = two_wallets().await;
    let code = code_of(&stage, &player("ann"), "1").await;
    for _ in 0..5 {
        ann_enters(&mut stage, "22222-22222").await;
    }
    ann_enters(&mut stage, &code).await;
    assert_eq!(stage.has(stage.ann, "gold").await, 10);
    stage.later(Duration::from_secs(601));
    let code = code_of(&stage, &player("ann"), "2").await;
    assert!(ann_enters(&mut stage, &code).await.says("Done"));
    stage.end().await;
}

#[tokio::test]
async fn without_a_currency_there_is_nothing_to_join() {
    let mut stage = Stage::new().await;
    let code = code_of(&stage, &player("ann"), "1").await;
    let said = ann_enters(&mut stage, &code).await;
    assert!(said.says("no currency yet"), "{said}");
    stage.end().await;
}

/// Of two who enter one code at once, in two processes, one is joined.
#[tokio::test]
async fn a_code_works_once() {
    let mut stage = two_wallets().await;
    for round in 0..5 {
        let (one, two) = (player(&format!("x{round}")), player(&format!("y{round}")));
        reward(&stage, &one, 1).await;
        reward(&stage, &two, 1).await;
        let code = read(&stage.types(stage.ann, "link", &[]).await);
        let (elsewhere, gates) = App::new(stage.store(), std::sync::Arc::new(app::SystemClock));
        let entry = gates.http.entry("/v1/links", "game");
        let asked = Asked::new(&entry, stage.holder(stage.owner).await, key(&code));
        let other = elsewhere.link_redeem(asked, &code, two);
        let both = tokio::join!(game_enters(&stage, &code, one), other);
        let used = |answer: &Result<Linked, LinkRefusal>| matches!(answer, Err(LinkRefusal::Used));
        match both {
            (Ok(_), other) | (other, Ok(_)) => assert!(used(&other), "{other:?}"),
            neither => panic!("{neither:?}"),
        }
    }
    assert_eq!(stage.has(stage.ann, "gold").await, 15);
    stage.end().await;
}

/// The same command delivered twice joins once, and asked for a code, gives one.
#[tokio::test]
async fn a_redelivered_command_is_done_once() {
    let mut stage = two_wallets().await;
    let code = code_of(&stage, &player("ann"), "1").await;
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    let said = ann_enters(&mut stage, &code).await;
    assert!(said.says("have one wallet"), "{said}");
    let asked = stage.asks(stage.ann, "link", &[]);
    let code = read(&stage.hears(&asked).await);
    let answers = |stage: &Stage| {
        let requests = stage.discord.requests();
        let callbacks = requests
            .iter()
            .filter(|request| request.matches("POST", "/interactions/*/*/callback"));
        callbacks.count()
    };
    let before = answers(&stage);
    asked.redeliver();
    stage
        .until("it is delivered again", async || answers(&stage) > before)
        .await;
    let linked = game_enters(&stage, &code, player("other")).await;
    assert!(linked.is_ok(), "the code that she read is good: {linked:?}");
    stage.end().await;
}

/// Money that moved is confirmed, also when the answer cannot be given.
#[tokio::test]
async fn a_join_whose_answer_is_lost_is_confirmed() {
    let mut stage = two_wallets().await;
    let code = code_of(&stage, &player("ann"), "1").await;
    stage
        .discord
        .faults()
        .next(2, "POST", "/interactions/*/*/callback")
        .server_error(500);
    let _asked = stage.asks(stage.ann, "link", &[("code", code.into())]);
    stage
        .discord
        .wait_for_post(stage.guild.channel(), |post| post.says("one wallet now"))
        .await
        .expect("a confirmation");
    stage.end().await;
}

/// A reaction that was counted stays counted: the Discord account keeps its holder.
#[tokio::test]
async fn a_join_gives_no_reaction_a_second_life() {
    let mut stage = two_wallets().await;
    let channel = stage.guild.channel();
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    let message = stage.discord.post_message(stage.ben, channel, "an idea");
    let message = message.expect("a message");
    let react = |stage: &Stage| {
        let reacted = stage.discord.react(stage.ann, channel, message, gold);
        reacted.expect("a reaction");
    };
    react(&stage);
    stage.until_has(stage.ben, "gold", 1).await;
    let code = code_of(&stage, &player("ann"), "1").await;
    ann_enters(&mut stage, &code).await;
    let unreacted = stage.discord.unreact(stage.ann, channel, message, gold);
    unreacted.expect("it is taken back");
    stage.until_has(stage.ben, "gold", 0).await;
    react(&stage);
    // A second message shows when the bot is past the first one.
    let later = stage.discord.post_message(stage.ben, channel, "another");
    let reacted = stage
        .discord
        .react(stage.ann, channel, later.expect("a message"), gold);
    reacted.expect("a reaction");
    stage.until_has(stage.ben, "gold", 1).await;
    stage.stop().await;
    assert_eq!(stage.has(stage.ben, "gold").await, 1);
    stage.end().await;
}

/// One history in pages: what both did, and not what joining moved between them.
#[tokio::test]
async fn the_history_of_both_is_read_in_pages() {
    let mut stage = two_wallets().await;
    // Telegram with the game first, then that wallet with Discord.
    let code = code_of(&stage, &player("ann"), "1").await;
    reward(&stage, &telegram(7), 3).await;
    game_enters(&stage, &code, telegram(7))
        .await
        .expect("joined");
    let code = code_of(&stage, &telegram(7), "2").await;
    ann_enters(&mut stage, &code).await;
    stage.mint(stage.ann, "1").await;
    let holder = stage.holder(stage.ann).await;
    let mut found: Vec<Posting> = Vec::new();
    loop {
        let before = found.last().map(|posting| posting.transfer);
        let page = stage.app.history(holder, None, before, 2).await;
        let page = page.expect("the store reads");
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let changes: Vec<i64> = found.iter().map(|posting| posting.change).collect();
    assert_eq!(changes, [1, 3, 5, 10]);
    assert!(found.iter().all(|posting| posting.kind == Kind::Mint));
    assert_eq!(balance(&stage, holder).await, 19);
    stage.end().await;
}

async fn balance(stage: &Stage, holder: HolderId) -> i64 {
    let wallet = stage.app.store().wallet(holder).await.expect("a wallet");
    wallet
        .iter()
        .map(|line| line.balance)
        .map(Balance::get)
        .sum()
}

async fn freeze(stage: &Stage, identity: Identity) {
    let holder = stage.app.holder(identity).await.expect("a holder");
    let entry = stage.gates.cli.entry("test", "test");
    let asked = Asked::new(&entry, holder, key("freeze"));
    let standing = Change::StandingSet {
        holder,
        standing: Standing::Frozen,
    };
    stage.app.change(asked, standing).await.expect("it is done");
}
