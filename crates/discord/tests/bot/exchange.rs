//! Exchanging one currency into another, and the rates for it.

use std::time::Duration;

use app::{Asked, Change, Changed, CurrencyEdit, EmojiBinding, NewCurrency, NewGroup};
use fake_discord::{Interaction, Permissions, Post, UserId};
use insta::assert_snapshot;
use ledger::{
    Class, CurrencyName, CurrencyState, Decimals, GroupKind, IdempotencyKey, Identity, KeyScope,
    Standing,
};

use crate::stage::Stage;

const CALLBACK: &str = "/interactions/*/*/callback";

/// Gold without decimals, silver with two; ann has ten gold.
async fn two_currencies() -> Stage {
    let mut stage = Stage::with_gold().await;
    stage
        .make_currency("silver", &[("decimals", 2.into())])
        .await;
    stage.mint(stage.ann, "10").await;
    stage.forget_what_was_said();
    stage
}

/// One gold gives two and a half silver.
async fn exchangeable() -> Stage {
    let mut stage = two_currencies().await;
    sets(&mut stage, "gold", "silver", "2.5").await;
    stage.forget_what_was_said();
    stage
}

async fn sets(stage: &mut Stage, from: &str, to: &str, rate: &str) -> Post {
    let options = [
        ("from", from.into()),
        ("to", to.into()),
        ("rate", rate.into()),
    ];
    stage
        .types(stage.owner, "create_exchange_rate", &options)
        .await
}

async fn removes(stage: &mut Stage, from: &str, to: &str) -> Post {
    let options = [("from", from.into()), ("to", to.into())];
    stage
        .types(stage.owner, "remove_exchange_rate", &options)
        .await
}

async fn asks(stage: &mut Stage, from: &str, to: &str, amount: &str) -> Post {
    let options = [
        ("from", from.into()),
        ("to", to.into()),
        ("amount", amount.into()),
    ];
    stage.types(stage.ann, "exchange", &options).await
}

fn confirms(stage: &Stage, quote: &Post) -> Interaction {
    stage
        .discord
        .press(stage.ann, quote, "Confirm")
        .expect("a button")
}

async fn has(stage: &Stage) -> (i64, i64) {
    (
        stage.has(stage.ann, "gold").await,
        stage.has(stage.ann, "silver").await,
    )
}

/// Ann has exchanged four gold, once.
async fn exchanged_once(stage: Stage) {
    assert_eq!(has(&stage).await, (6, 1_000));
    stage.end().await;
}

fn confirm_id(quote: &Post) -> String {
    let button = quote.button("Confirm").expect("a button");
    button.custom_id.expect("an id")
}

// What people see.

#[tokio::test]
async fn a_quote_is_confirmed_or_cancelled() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    assert!(quote.ephemeral);
    let done = stage.presses(stage.ann, &quote, "Confirm").await;
    assert!(done.buttons().is_empty() && done.ephemeral, "{done}");
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    let over = stage.presses(stage.ann, &quote, "Cancel").await;
    assert!(over.buttons().is_empty(), "{over}");
    stage.types(stage.ann, "wallet", &[]).await;
    stage.types(stage.ann, "history", &[]).await;
    assert_eq!(has(&stage).await, (6, 1_000));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_rounding_leaves_is_said_before() {
    let mut stage = two_currencies().await;
    sets(&mut stage, "gold", "silver", "1/3").await;
    sets(&mut stage, "silver", "gold", "2").await;
    stage.forget_what_was_said();
    let quote = asks(&mut stage, "gold", "silver", "10").await;
    stage.presses(stage.ann, &quote, "Confirm").await;
    asks(&mut stage, "silver", "gold", "0.4").await;
    asks(&mut stage, "silver", "gold", "0.5").await;
    assert_eq!(has(&stage).await, (0, 333));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_refused_before_anybody_confirms() {
    let mut stage = exchangeable().await;
    share(&stage, GroupKind::Global, None, "pearl").await;
    for (from, to, amount) in [
        ("gold", "gold", "1"),
        ("silver", "gold", "1"),
        ("gold", "pearl", "1"),
        ("gold", "silver", "11"),
        ("gold", "silver", "0"),
        ("gold", "silver", "0.5"),
        ("gold", "silver", "9223372036854775807"),
        ("gold", "slver", "1"),
        ("copper", "silver", "1"),
    ] {
        let refused = asks(&mut stage, from, to, amount).await;
        assert!(refused.ephemeral && refused.buttons().is_empty());
    }
    freeze_currency(&stage, "silver", CurrencyState::Frozen).await;
    asks(&mut stage, "gold", "silver", "1").await;
    freeze_currency(&stage, "silver", CurrencyState::Active).await;
    freeze(&stage, stage.ann).await;
    asks(&mut stage, "gold", "silver", "1").await;
    assert_eq!(has(&stage).await, (10, 0));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn only_what_was_quoted_is_confirmed() {
    let mut stage = exchangeable().await;
    let changed = asks(&mut stage, "gold", "silver", "4").await;
    sets(&mut stage, "gold", "silver", "2").await;
    let refused = stage.presses(stage.ann, &changed, "Confirm").await;
    assert!(refused.buttons().is_empty());
    let ended = asks(&mut stage, "gold", "silver", "4").await;
    removes(&mut stage, "gold", "silver").await;
    stage.presses(stage.ann, &ended, "Confirm").await;
    sets(&mut stage, "gold", "silver", "2.5").await;
    let spent = asks(&mut stage, "gold", "silver", "10").await;
    let payment = [("user", stage.ben.into()), ("amount", "1".into())];
    stage.types(stage.ann, "transfer", &payment).await;
    stage.presses(stage.ann, &spent, "Confirm").await;
    assert_eq!(has(&stage).await, (9, 0));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_quote_is_over_after_a_minute() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    let old = stage
        .post_button(&older(&confirm_id(&quote), Duration::from_secs(62)))
        .await;
    let over = stage.presses(stage.ann, &old, "Press").await;
    assert!(over.buttons().is_empty());
    assert_eq!(has(&stage).await, (10, 0));
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn somebody_else_cannot_confirm() {
    let mut stage = exchangeable().await;
    stage.mint(stage.ben, "10").await;
    stage.forget_what_was_said();
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    let public = stage.post_button(&confirm_id(&quote)).await;
    let refused = stage.presses(stage.ben, &public, "Press").await;
    assert!(refused.ephemeral, "{refused}");
    assert_eq!(stage.has(stage.ben, "gold").await, 10);
    // The button is still there for whose it is.
    stage.presses(stage.ann, &public, "Press").await;
    assert_eq!(stage.has(stage.ben, "gold").await, 10);
    let nonsense = stage.post_button("exchange:y:1.2.3").await;
    stage.presses(stage.ann, &nonsense, "Press").await;
    assert_snapshot!(stage.end().await);
}

// What goes wrong on the way.

#[tokio::test]
async fn two_devices_exchange_once() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    let other = stage.post_button(&confirm_id(&quote)).await;
    let (one, two) = (
        stage.discord.press(stage.ann, &quote, "Confirm"),
        stage.discord.press(stage.ann, &other, "Press"),
    );
    for pressed in [one, two] {
        let said = pressed.expect("a button").answer().await;
        let said = said.expect("an answer");
        assert!(said.says("@ann exchanged 4"), "{said}");
    }
    exchanged_once(stage).await;
}

#[tokio::test]
async fn a_redelivered_press_exchanges_once() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    stage
        .discord
        .faults()
        .deliver_twice("INTERACTION_CREATE", 1);
    let pressed = confirms(&stage, &quote);
    assert!(stage.hears(&pressed).await.says("@ann exchanged 4"));
    pressed.redeliver();
    let refused = |stage: &Stage| {
        let requests = stage.discord.requests();
        let again = requests
            .iter()
            .filter(|request| request.matches("POST", CALLBACK) && request.status == 400);
        again.count()
    };
    stage
        .until("both are refused", async || refused(&stage) == 2)
        .await;
    exchanged_once(stage).await;
}

#[tokio::test]
async fn a_lost_answer_is_not_given_twice() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    stage
        .discord
        .faults()
        .next(1, "POST", CALLBACK)
        .lost_answer();
    let pressed = confirms(&stage, &quote);
    let said = stage.hears(&pressed).await;
    assert!(said.says("@ann exchanged 4"), "{said}");
    assert!(said.buttons().is_empty());
    exchanged_once(stage).await;
}

#[tokio::test]
async fn an_expired_press_is_confirmed_in_the_channel() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    stage
        .discord
        .faults()
        .delay_events(Some(Duration::from_millis(100)));
    confirms(&stage, &quote).expire();
    let said = stage
        .discord
        .wait_for_post(stage.guild.channel(), |post| post.says("@ann exchanged 4"))
        .await
        .expect("a confirmation");
    assert!(said.says("did not take the direct answer"), "{said}");
    stage.discord.faults().delay_events(None);
    exchanged_once(stage).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_confirmed_in_the_channel() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    stage
        .discord
        .faults()
        .next(2, "POST", CALLBACK)
        .server_error(500);
    let _pressed = confirms(&stage, &quote);
    stage
        .discord
        .wait_for_post(stage.guild.channel(), |post| post.says("@ann exchanged 4"))
        .await
        .expect("a confirmation");
    exchanged_once(stage).await;
}

/// Pressing again is safe, and tells what became of it.
#[tokio::test]
async fn a_closed_store_leaves_the_button() {
    let mut stage = exchangeable().await;
    let quote = asks(&mut stage, "gold", "silver", "4").await;
    stage.app.store().close().await.expect("the store closes");
    let pressed = confirms(&stage, &quote);
    let said = stage.hears(&pressed).await;
    assert!(said.ephemeral && said.says("No money moved"), "{said}");
    confirms(&stage, &quote).answer().await.expect("an answer");
}

// Rates.

#[tokio::test]
async fn rates_are_set_listed_and_ended() {
    let mut stage = two_currencies().await;
    stage.make_currency("copper", &[]).await;
    stage.forget_what_was_said();
    stage.types(stage.ann, "rates", &[]).await;
    sets(&mut stage, "gold", "silver", "2.5").await;
    sets(&mut stage, "gold", "silver", "2.50").await;
    sets(&mut stage, "gold", "silver", "1/3").await;
    sets(&mut stage, "silver", "copper", "0.05").await;
    stage.types(stage.ann, "rates", &[]).await;
    stage
        .types(stage.ann, "rates", &[("currency", "copper".into())])
        .await;
    removes(&mut stage, "gold", "silver").await;
    removes(&mut stage, "gold", "silver").await;
    stage
        .types(stage.ann, "rates", &[("currency", "gold".into())])
        .await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_is_no_rate_is_explained() {
    let mut stage = two_currencies().await;
    for rate in ["two", "0", "1/0", "-1", "1,5", "0.0000000000000000000001"] {
        sets(&mut stage, "gold", "silver", rate).await;
    }
    sets(&mut stage, "gold", "gold", "2").await;
    sets(&mut stage, "gold", "coal", "2").await;
    assert!(stage.app.store().rates().await.expect("rates").is_empty());
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_round_trip_that_gains_is_asked_about() {
    let mut stage = exchangeable().await;
    stage.make_currency("copper", &[]).await;
    sets(&mut stage, "silver", "copper", "4").await;
    stage.forget_what_was_said();
    let asked = sets(&mut stage, "copper", "gold", "0.105").await;
    stage.types(stage.ann, "rates", &[]).await;
    stage.presses(stage.owner, &asked, "Cancel").await;
    let asked = sets(&mut stage, "copper", "gold", "0.105").await;
    let set = stage.presses(stage.owner, &asked, "Confirm").await;
    assert!(set.buttons().is_empty(), "{set}");
    stage.types(stage.ann, "rates", &[]).await;
    // As much as it started with is no gain.
    removes(&mut stage, "copper", "gold").await;
    sets(&mut stage, "copper", "gold", "0.1").await;
    // The same two in both directions.
    let asked = sets(&mut stage, "silver", "gold", "1").await;
    let late = older(&confirm_id(&asked), Duration::from_secs(302));
    let late = stage.post_button(&late).await;
    stage.presses(stage.owner, &late, "Press").await;
    // Nobody else decides, another admin neither; and whoever was asked must still be one.
    let public = stage.post_button(&confirm_id(&asked)).await;
    stage.presses(stage.ann, &public, "Press").await;
    let steward = stage.guild.add_role("steward");
    stage
        .guild
        .set_role_permissions(steward, Permissions::MANAGE_GUILD);
    stage.guild.give_role(stage.ben, steward);
    let options = [
        ("from", "silver".into()),
        ("to", "gold".into()),
        ("rate", "1".into()),
    ];
    let asked = stage
        .types(stage.ben, "create_exchange_rate", &options)
        .await;
    stage.guild.take_role(stage.ben, steward);
    stage.presses(stage.ben, &asked, "Confirm").await;
    assert_eq!(stage.app.store().rates().await.expect("rates").len(), 3);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn rates_belong_to_whoever_made_the_group() {
    let mut stage = two_currencies().await;
    let other = stage.another_guild("Jam House").await;
    let other = stage.kept_of(&other).await;
    let here = stage.kept().await;
    for name in ["pearl", "coral"] {
        share(&stage, GroupKind::Global, None, name).await;
    }
    for name in ["plum", "pear"] {
        share(&stage, GroupKind::Local, Some(other.id), name).await;
    }
    for name in ["jade", "opal"] {
        share(&stage, GroupKind::Local, Some(here.id), name).await;
    }
    sets(&mut stage, "pearl", "coral", "2").await;
    sets(&mut stage, "plum", "pear", "2").await;
    sets(&mut stage, "jade", "opal", "2").await;
    sets(&mut stage, "gold", "silver", "2").await;
    sets(&mut stage, "gold", "jade", "2").await;
    removes(&mut stage, "plum", "pear").await;
    let developer = stage.developer();
    stage.guild.make_admin(developer);
    let options = [
        ("from", "pearl".into()),
        ("to", "coral".into()),
        ("rate", "1/3".into()),
    ];
    stage
        .types(developer, "create_exchange_rate", &options)
        .await;
    stage.types(stage.ann, "rates", &[]).await;
    assert_snapshot!(stage.end().await);
}

// What the bot's own commands are not needed for.

fn by_operator(stage: &Stage, holder: ledger::HolderId, what: &str) -> Asked {
    let entry = stage.gates.cli.entry("test", "test");
    Asked::new(&entry, holder, IdempotencyKey::new(KeyScope("test"), what))
}

async fn change(stage: &Stage, what: &str, change: Change) -> Changed {
    let by = by_operator(stage, stage.holder(stage.owner).await, what);
    let changed = stage.app.change(by, change).await;
    changed.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// A currency of a shared group that the guild is in.
async fn share(stage: &Stage, kind: GroupKind, owner: Option<ledger::GuildId>, name: &str) {
    let groups = stage.app.store().groups().await.expect("groups");
    let known = groups
        .into_iter()
        .find(|group| group.kind == kind && group.owner == owner);
    let guild = stage.kept().await.id;
    let group = match known {
        Some(group) => group.id,
        None => {
            let new = NewGroup {
                kind,
                name: "Friends".into(),
                owner,
            };
            let what = format!("group of {name}");
            let Changed::Group(group) = change(stage, &what, Change::GroupCreate(new)).await else {
                panic!("a group");
            };
            let join = Change::GroupJoin {
                group: group.id,
                guild,
            };
            // Whoever makes a group is in it.
            if owner != Some(guild) {
                change(stage, &format!("join for {name}"), join).await;
            }
            group.id
        }
    };
    let new = NewCurrency {
        group,
        name: CurrencyName::new(name).expect("a name"),
        symbol: None,
        decimals: Decimals::default(),
        class: Class::Regular,
    };
    let Changed::Currency(currency) = change(stage, name, Change::CurrencyCreate(new)).await else {
        panic!("a currency");
    };
    let binding = EmojiBinding {
        guild,
        emoji: currency.id.get().unsigned_abs(),
        name: name.into(),
        animated: false,
        currency: currency.id,
    };
    change(
        stage,
        &format!("emoji of {name}"),
        Change::EmojiBind(binding),
    )
    .await;
}

async fn freeze_currency(stage: &Stage, name: &str, state: CurrencyState) {
    let edit = CurrencyEdit {
        currency: stage.currency(name).await.id,
        state: Some(state),
        symbol: None,
    };
    let what = format!("{name} {state:?}");
    change(stage, &what, Change::CurrencyEdit(edit)).await;
}

async fn freeze(stage: &Stage, user: UserId) {
    let holder = stage.app.holder(Identity::discord(user.get())).await;
    let standing = Change::StandingSet {
        holder: holder.expect("a holder"),
        standing: Standing::Frozen,
    };
    change(stage, "freeze", standing).await;
}

/// The button of a question that was asked so much earlier: the second number is the id of the asking interaction, whose upper bits
/// are its time in milliseconds.
fn older(id: &str, by: Duration) -> String {
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut parts: Vec<String> = id.split('.').map(str::to_owned).collect();
    let number = parts[1].chars().fold(0_u64, |number, c| {
        number * 62 + DIGITS.find(c).expect("a digit") as u64
    });
    let mut earlier = number - ((by.as_millis() as u64) << 22);
    let mut digits = Vec::new();
    while earlier > 0 {
        let digit = DIGITS.chars().nth((earlier % 62) as usize);
        digits.push(digit.expect("a digit"));
        earlier /= 62;
    }
    parts[1] = digits.into_iter().rev().collect();
    parts.join(".")
}
