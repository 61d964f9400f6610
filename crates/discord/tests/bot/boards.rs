//! The leaderboard.

use app::{Asked, Change, Changed, NewCurrency, RateChange};
use insta::assert_snapshot;
use ledger::{Class, CurrencyName, IdempotencyKey, Identity, KeyScope, Platform};

use crate::stage::Stage;

#[tokio::test]
async fn nobody_has_anything() {
    let mut stage = Stage::with_gold().await;
    stage.types(stage.ann, "top", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn the_first_five_and_ones_own_place() {
    let mut stage = Stage::with_gold().await;
    for number in 1..=8_i64 {
        let user = stage.discord.add_user(&format!("user {number}"));
        stage.guild.add_member(user);
        // Three of them have the same.
        stage.mint(user, &(number / 4 * 10 + 1).to_string()).await;
    }
    stage.mint(stage.ann, "1").await;
    let guild = stage.kept().await.id;
    stage
        .until("all are known", async || {
            let stats = stage
                .app
                .store()
                .guild_stats(guild, Vec::new())
                .await
                .expect("the store reads");
            stats.members.len() == 11
        })
        .await;
    let board = stage.types(stage.ann, "top", &[]).await;
    stage.types(stage.ben, "top", &[("page", 99.into())]).await;
    stage.presses(stage.ben, &board, "Show all").await;
    assert!(!board.ephemeral);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn pages_by_button() {
    let mut stage = Stage::with_gold().await;
    for number in 0..23 {
        let user = stage.discord.add_user(&format!("user {number}"));
        stage.guild.add_member(user);
        stage.mint(user, &(100 - number).to_string()).await;
    }
    let first = stage.types(stage.ann, "top", &[("page", 1.into())]).await;
    let second = stage.presses(stage.ann, &first, "Next").await;
    let third = stage.presses(stage.ben, &second, "Next").await;
    assert!(third.button("Next").expect("a button").disabled);
    stage.presses(stage.ben, &third, "Previous").await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn bots_and_those_who_left_are_not_on_it() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "5").await;
    stage.mint(ben, "9").await;
    stage.guild.kick(ben);
    let guild = stage.kept().await.id;
    stage
        .until("ben is gone", async || {
            stage
                .app
                .store()
                .member(guild, ben.get())
                .await
                .expect("the store reads")
                .is_none()
        })
        .await;
    let board = stage.types(ann, "top", &[]).await;
    assert!(board.says("1. @ann: 5") && !board.says("@ben"), "{board}");
    stage.guild.add_member(ben);
    stage
        .until("ben is back", async || {
            stage
                .app
                .store()
                .member(guild, ben.get())
                .await
                .expect("the store reads")
                .is_some()
        })
        .await;
    let board = stage.types(ann, "top", &[]).await;
    assert!(board.says("1. @ben: 9"), "{board}");
    stage.end().await;
}

/// 100 X with two rates that lead away from X, and 10 Y at 0.5, are 105 X.
#[tokio::test]
async fn a_wallet_counts_once_however_many_rates_lead_away() {
    let mut stage = Stage::new().await;
    for name in ["xx", "yy", "zz"] {
        stage.make_currency(name, &[]).await;
    }
    for (from, to, rate) in [
        ("xx", "yy", "3"),
        ("xx", "zz", "7"),
        ("yy", "xx", "0.5"),
        ("yy", "zz", "2"),
    ] {
        set_rate(&stage, from, to, rate).await;
    }
    let ann = stage.ann;
    for (amount, currency) in [("100", "xx"), ("10", "yy")] {
        let options = [
            ("user", ann.into()),
            ("amount", amount.into()),
            ("currency", currency.into()),
        ];
        stage.types(stage.owner, "mint", &options).await;
    }
    let board = stage.types(ann, "top", &[("currency", "xx".into())]).await;
    assert!(board.says("1. @ann: 105"), "{board}");
    let wallet = stage.types(ann, "wallet", &[]).await;
    assert!(wallet.says("worth 5 :xx: xx"), "{wallet}");
    assert_snapshot!(stage.end().await);
}

async fn set_rate(stage: &Stage, from: &str, to: &str, rate: &str) {
    let rate = RateChange {
        from: stage.currency(from).await.id,
        to: stage.currency(to).await.id,
        rate: rate.parse().expect("a rate"),
    };
    change(stage, &format!("{from}-{to}"), Change::RateSet(rate)).await;
}

async fn change(stage: &Stage, key: &str, change: Change) -> Changed {
    let operator = Identity::new(Platform::Operator, "cli").expect("an identity");
    let actor = stage.app.holder(operator).await.expect("the store writes");
    let key = IdempotencyKey::new(KeyScope("test"), key);
    let asked = Asked::new(&stage.gates.cli.entry("test", "cli"), actor, key);
    stage
        .app
        .change(asked, change)
        .await
        .expect("the change is made")
}

/// A currency of another guild is none of this one's.
#[tokio::test]
async fn other_guilds_currencies_do_not_count_here() {
    let mut stage = Stage::with_gold().await;
    let other = stage.discord.add_guild("Elsewhere");
    stage
        .until("the other guild", async || {
            stage
                .app
                .store()
                .guild_by_discord(other.id().get())
                .await
                .expect("the store reads")
                .is_some()
        })
        .await;
    let kept = stage
        .app
        .store()
        .guild_by_discord(other.id().get())
        .await
        .expect("the store reads")
        .expect("kept");
    let new = NewCurrency {
        group: kept.single,
        name: CurrencyName::new("foreign").expect("a name"),
        symbol: None,
        decimals: Default::default(),
        class: Class::Regular,
    };
    change(&stage, "foreign", Change::CurrencyCreate(new)).await;
    let said = stage
        .types(stage.ann, "top", &[("currency", "foreign".into())])
        .await;
    assert!(said.says("There is no currency “foreign” here"), "{said}");
    stage.end().await;
}

/// The board is kept in memory after the first question, and says at once what happened since.
#[tokio::test]
async fn a_board_that_was_shown_follows_what_happens() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben, cat) = (stage.ann, stage.ben, stage.discord.add_user("cat"));
    stage.mint(ann, "9").await;
    let board = stage.types(ben, "top", &[]).await;
    assert!(board.says("1. @ann: 9") && !board.says("2."), "{board}");

    let pay = [("user", ben.into()), ("amount", "5".into())];
    stage.types(ann, "transfer", &pay).await;
    let board = stage.types(ben, "top", &[]).await;
    assert!(
        board.says("1. @ben: 5") && board.says("2. @ann: 4"),
        "{board}"
    );

    // Somebody who is no member yet has money, and then comes.
    let mint = economy::Mint {
        to: stage.holder(cat).await,
        currency: stage.currency("gold").await.id,
        amount: ledger::Amount::new(7).expect("an amount"),
    };
    let key = IdempotencyKey::new(KeyScope("test"), "cat");
    let asked = Asked::new(&stage.gates.cli.entry("test", "cli"), mint.to, key);
    stage.app.mint(asked, mint).await.expect("minted");
    let board = stage.types(ben, "top", &[]).await;
    assert!(board.says("1. @ben: 5") && !board.says("@cat"), "{board}");
    stage.guild.add_member(cat);
    let guild = stage.kept().await.id;
    stage
        .until("cat is known", async || {
            let member = stage.app.store().member(guild, cat.get()).await;
            member.expect("the store reads").is_some()
        })
        .await;
    let board = stage.types(cat, "top", &[]).await;
    assert!(
        board.says("1. @cat: 7") && board.says("2. @ben: 5"),
        "{board}"
    );

    // A new rate, and a currency that was made since.
    stage.make_currency("silver", &[]).await;
    let silver = [
        ("user", ann.into()),
        ("amount", "10".into()),
        ("currency", "silver".into()),
    ];
    stage.types(stage.owner, "mint", &silver).await;
    set_rate(&stage, "silver", "gold", "0.5").await;
    let board = stage.types(ann, "top", &[]).await;
    assert!(
        board.says("1. @ann: 9") && board.says("2. @cat: 7"),
        "{board}"
    );
    stage.end().await;
}

/// Many who ask at the same moment see the same.
#[tokio::test]
async fn all_at_once() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "9").await;
    let asked: Vec<_> = (0..20).map(|_| stage.asks(ben, "top", &[])).collect();
    for one in &asked {
        let board = stage.hears(one).await;
        assert!(board.says("1. @ann: 9"), "{board}");
    }
    stage.end().await;
}
