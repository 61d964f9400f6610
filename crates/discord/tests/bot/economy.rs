//! The panel of a guild's money.

use insta::assert_snapshot;

use crate::stage::Stage;

/// The words, with the dates of the picture's description left out.
fn described(stage: &Stage) -> String {
    let requests = stage.discord.requests();
    let described = requests.iter().rev().find_map(|request| {
        let body = request.json.as_ref()?;
        let attachments = body.get("data").unwrap_or(body).get("attachments")?;
        attachments[0]["description"].as_str().map(str::to_owned)
    });
    let text = described.expect("a picture with words");
    let (_, rest) = text.split_once(". ").expect("sentences");
    let date = text.split_once(" to ").and_then(|(_, rest)| {
        let (day, rest) = rest.split_once(' ')?;
        let (month, _) = rest.split_once(' ')?;
        Some(format!("{day} {month}"))
    });
    rest.replace(&date.expect("a date"), "(today)")
}

#[tokio::test]
async fn what_there_is_and_where_it_came_from() {
    let mut stage = Stage::with_gold().await;
    stage
        .make_currency("silver", &[("decimals", 2.into())])
        .await;
    let (owner, ann, ben) = (stage.owner, stage.ann, stage.ben);
    stage.mint(ann, "100").await;
    stage.mint(ben, "20").await;
    let post = stage
        .discord
        .post_message(ann, stage.guild.channel(), "tea is ready")
        .expect("a post");
    let gold = stage.guild.emoji_named("gold").expect("the emoji");
    stage
        .discord
        .react(ben, stage.guild.channel(), post, gold)
        .expect("a reaction");
    stage.until_has(ann, "gold", 101).await;
    let pay = [("user", ben.into()), ("amount", "30".into())];
    stage.types(ann, "transfer", &pay).await;
    let burn = [("user", ben.into()), ("amount", "5".into())];
    stage.types(owner, "burn", &burn).await;
    let silver = [
        ("user", ann.into()),
        ("amount", "2.5".into()),
        ("currency", "silver".into()),
    ];
    stage.types(owner, "mint", &silver).await;

    let panel = stage.types(owner, "economy", &[]).await;
    let picture = panel.file("economy.png").expect("a picture");
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    assert_eq!(
        panel.embeds[0]["image"]["url"]
            .as_str()
            .map(|url| url.contains("economy.png")),
        Some(true),
        "{panel:?}"
    );
    let words = described(&stage);
    stage.note(&words);
    let option = [("currency", "silver".into())];
    stage.types(owner, "economy", &option).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_currency_that_nobody_has() {
    let mut stage = Stage::with_gold().await;
    let panel = stage.types(stage.owner, "economy", &[]).await;
    assert!(panel.file("economy.png").is_some());
    let words = described(&stage);
    stage.note(&words);
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn only_admins_look_and_only_at_what_is_there() {
    let mut stage = Stage::new().await;
    stage.types(stage.owner, "economy", &[]).await;
    stage.make_currency("gold", &[]).await;
    let option = [("currency", "glod".into())];
    stage.types(stage.owner, "economy", &option).await;
    let refused = stage
        .discord
        .slash(stage.ann, stage.guild.channel(), "economy", &[]);
    assert!(refused.is_err(), "Discord does not offer it");
    assert_snapshot!(stage.end().await);
}
