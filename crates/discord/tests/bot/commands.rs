//! Paying, minting, burning, wallets and histories.

use insta::assert_snapshot;

use crate::stage::Stage;

#[tokio::test]
async fn paying() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.mint(ann, "20").await;
    stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", "5".into())],
        )
        .await;
    stage
        .types(
            ann,
            "transfer",
            &[
                ("user", ben.into()),
                ("amount", "5".into()),
                ("currency", "GOLD".into()),
            ],
        )
        .await;
    stage.types(ben, "wallet", &[]).await;
    stage.types(ben, "wallet", &[("user", ann.into())]).await;
    stage.types(ann, "history", &[]).await;
    assert_eq!(
        (stage.has(ann, "gold").await, stage.has(ben, "gold").await),
        (10, 10)
    );
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn what_is_refused_moves_nothing_and_says_why() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    let robot = stage.discord.add_bot("robot");
    stage.guild.add_member(robot);
    stage.mint(ann, "3").await;
    let mut pay = async |user: fake_discord::UserId, amount: &str, currency: Option<&str>| {
        let mut options = vec![("user", user.into()), ("amount", amount.into())];
        options.extend(currency.map(|currency| ("currency", currency.into())));
        stage.types(ann, "transfer", &options).await
    };
    for amount in [
        "5",
        "0",
        "-1",
        "1.5",
        "1e3",
        "１２",
        "1,000",
        "9223372036854775808",
        "5 **x** <@&1>",
    ] {
        let said = pay(ben, amount, None).await;
        assert!(said.ephemeral, "{said}");
    }
    pay(ann, "1", None).await;
    pay(robot, "1", None).await;
    pay(ben, "1", Some("glod")).await;
    pay(ben, "1", Some("diamonds")).await;
    pay(ben, "1", Some("<:gold:12345>")).await;
    stage
        .types(
            owner,
            "mint",
            &[("user", robot.into()), ("amount", "1".into())],
        )
        .await;
    stage
        .types(
            owner,
            "burn",
            &[("user", ben.into()), ("amount", "1".into())],
        )
        .await;
    stage
        .types(
            owner,
            "mint",
            &[
                ("user", ben.into()),
                ("amount", "9000000000000000000".into()),
            ],
        )
        .await;
    assert_eq!(
        (stage.has(ann, "gold").await, stage.has(ben, "gold").await),
        (3, 0)
    );
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_currency_with_decimals() {
    let mut stage = Stage::new().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.make_currency("tea", &[("decimals", 2.into())]).await;
    stage.mint(ann, "12.5").await;
    stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", ".05".into())],
        )
        .await;
    stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", "0.001".into())],
        )
        .await;
    stage.types(ann, "wallet", &[]).await;
    assert_eq!(
        (stage.has(ann, "tea").await, stage.has(ben, "tea").await),
        (1_245, 5)
    );
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_pasted_emoji_names_its_currency() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage.make_currency("silver", &[]).await;
    stage.mint(ann, "1").await;
    let emoji = stage
        .guild
        .emoji_named("silver")
        .expect("the emoji is there");
    let pasted = format!("<:silver:{}>", emoji.get());
    let options = [
        ("user", ann.into()),
        ("amount", "7".into()),
        ("currency", pasted.as_str().into()),
    ];
    let _ = stage
        .discord
        .slash(stage.owner, stage.guild.channel(), "mint", &options)
        .expect("it can be sent")
        .answer()
        .await;
    assert_eq!(
        (stage.has(ann, "silver").await, stage.has(ann, "gold").await),
        (7, 1)
    );
    let offered = stage
        .discord
        .autocomplete(
            ben,
            stage.guild.channel(),
            "transfer",
            &[("user", ann.into()), ("amount", "1".into())],
            ("currency", &pasted),
        )
        .await
        .expect("choices");
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].name, "silver");
    let offered = stage
        .discord
        .autocomplete(ben, stage.guild.channel(), "top", &[], ("currency", ""))
        .await
        .expect("choices");
    let names: Vec<&str> = offered.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["gold", "silver"]);
    stage.end().await;
}

#[tokio::test]
async fn without_a_currency_everybody_is_told_what_is_missing() {
    let mut stage = Stage::new().await;
    let (ann, ben) = (stage.ann, stage.ben);
    stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", "5".into())],
        )
        .await;
    stage.types(ann, "currencies", &[]).await;
    stage.types(ann, "top", &[]).await;
    stage.types(ann, "wallet", &[]).await;
    stage.types(ann, "history", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn help_says_what_one_may_do() {
    let mut stage = Stage::new().await;
    stage.types(stage.ann, "help", &[]).await;
    stage.types(stage.owner, "help", &[]).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn help_says_more_about_each_command() {
    let mut stage = Stage::new().await;
    let mut names = stage.discord.registered_commands();
    names.sort();
    for name in names {
        let options = [("command", name.into())];
        stage.types(stage.ann, "help", &options).await;
    }
    let options = [("command", "/tranfser".into())];
    stage.types(stage.ann, "help", &options).await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn a_wallet_in_a_direct_message() {
    let mut stage = Stage::with_gold().await;
    stage.mint(stage.ann, "4").await;
    let dm = stage.discord.dm(stage.ann);
    let own = stage
        .discord
        .slash(stage.ann, dm, "wallet", &[])
        .expect("it is offered")
        .answer()
        .await
        .expect("an answer");
    stage.note(own.text());
    let other = stage
        .discord
        .slash(stage.ann, dm, "wallet", &[("user", stage.ben.into())])
        .expect("it is offered");
    stage.note(other.answer().await.expect("an answer").text());
    assert!(
        stage.discord.slash(stage.ann, dm, "transfer", &[]).is_err(),
        "only in a server"
    );
    assert_snapshot!(stage.end().await);
}

/// Admins can let others use an admin command; the bot asks for the permission itself.
#[tokio::test]
async fn only_those_who_manage_the_server_mint() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben) = (stage.ann, stage.ben);
    let options = [("user", ben.into()), ("amount", "5".into())];
    // Whether somebody has the mint role is ours to see; what only admins may do, Discord does not offer to others.
    let primary = [("currency", "gold".into())];
    let channel = stage.guild.channel();
    let refused = stage
        .discord
        .slash(ann, channel, "make_currency_primary", &primary);
    assert!(refused.is_err(), "Discord does not offer it");
    stage
        .register_otherwise(|commands| {
            for command in commands {
                command.default_member_permissions = None;
            }
        })
        .await;
    stage.types(ann, "mint", &options).await;
    stage.types(ann, "burn", &options).await;
    stage
        .types(ann, "make_currency_primary", &[("currency", "gold".into())])
        .await;
    stage
        .types(
            ann,
            "set_currency_emoji",
            &[
                ("attachment", crate::stage::picture().into()),
                ("name", "silver".into()),
            ],
        )
        .await;
    assert_eq!(stage.has(ben, "gold").await, 0);
    assert_snapshot!(stage.end().await);
}

/// A command or a button of another version of the bot.
#[tokio::test]
async fn what_is_no_longer_known_is_answered_politely() {
    let mut stage = Stage::with_gold().await;
    stage
        .register_otherwise(|commands| {
            let help = commands
                .iter_mut()
                .find(|command| command.name == "help")
                .expect("there is a help");
            help.name = "lottery".into();
        })
        .await;
    stage.types(stage.ann, "lottery", &[]).await;
    let old = stage.post_button("lottery:1").await;
    stage.presses(stage.ann, &old, "Press").await;
    let other = stage.post_button("top:12345:1").await;
    stage.presses(stage.ann, &other, "Press").await;
    assert_snapshot!(stage.end().await);
}

#[tokio::test]
async fn everything_in_the_history_says_where_it_came_from() {
    let mut stage = Stage::with_gold().await;
    let (ann, ben, owner) = (stage.ann, stage.ben, stage.owner);
    stage.mint(ann, "10").await;
    stage
        .types(
            owner,
            "burn",
            &[("user", ann.into()), ("amount", "2".into())],
        )
        .await;
    stage
        .types(
            ann,
            "transfer",
            &[("user", ben.into()), ("amount", "3".into())],
        )
        .await;
    let message = stage
        .discord
        .post_message(ann, stage.guild.channel(), "look")
        .expect("a message");
    let gold = stage.guild.emoji_named("gold").expect("an emoji");
    stage
        .discord
        .react(ben, stage.guild.channel(), message, gold)
        .expect("a reaction");
    stage.until_has(ann, "gold", 6).await;
    stage.types(ann, "history", &[]).await;
    let transactions = stage
        .app
        .store()
        .transactions(app::TransactionFilter {
            limit: 10,
            ..Default::default()
        })
        .await
        .expect("the store reads");
    let origins: Vec<String> = transactions
        .iter()
        .map(|one| format!("{} of {}", one.origin.entry, one.origin.application))
        .collect();
    assert_eq!(
        origins,
        [
            "discord:reaction_add of discord",
            "discord:/transfer of discord",
            "discord:/burn of discord",
            "discord:/mint of discord",
        ]
    );
    assert_snapshot!(stage.end().await);
}
