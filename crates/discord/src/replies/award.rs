//! Awards, and the posts that are shown again for them.

use super::quiet;
use crate::{
    answer::{Field, Form, Reply},
    currencies::Shown,
    post::Post,
    repost::{LeftOut, Repost},
};

/// An embed's description has at most 4,096 characters (Discord's documentation, "Embed Limits").
const LONGEST: usize = 4_096;

pub(crate) fn form(id: String, primary: Option<&Shown>) -> Form {
    let name = primary.map(|shown| shown.currency.name.to_string());
    Form {
        id,
        title: "Award this post".into(),
        fields: vec![
            Field {
                id: "amount",
                label: "How much".into(),
                placeholder: Some("Such as 5 or 0.5".into()),
                value: None,
                longest: 40,
                required: true,
            },
            Field {
                id: "currency",
                label: "Which currency".into(),
                placeholder: name.clone().map(|name| format!("Without one: {name}")),
                value: None,
                longest: 100,
                required: name.is_none(),
            },
        ],
    }
}

/// In the channel of the post.
pub(crate) fn awarded(repost: &Repost, is_shown: bool) -> Reply {
    let sentence = sentence(repost);
    Reply::moved(if is_shown {
        sentence
    } else {
        format!(
            "{sentence}\n-# Whoever manages this server can have awarded posts shown again: /set_repost_channel"
        )
    })
}

/// Above the post, in the repost channel.
pub(crate) fn reposted(repost: &Repost, post: Option<&Post>, left_out: &[LeftOut]) -> String {
    let mut text = sentence(repost);
    if post.is_none_or(|post| post.text.trim().is_empty() && post.files.is_empty()) {
        text.push_str("\n-# Follow the link to see it.");
    }
    let mut named: Vec<String> = left_out.iter().map(not_shown).collect();
    named.truncate(10);
    if !named.is_empty() {
        text.push_str("\n-# Only in the post itself: ");
        text.push_str(&named.join(", "));
    }
    text
}

fn sentence(repost: &Repost) -> String {
    let Repost {
        guild,
        channel,
        message,
        by,
        author,
        money,
        ..
    } = repost;
    format!(
        "<@{by}> awarded <@{author}> {money} for [this post](https://discord.com/channels/{guild}/{channel}/{message})."
    )
}

fn not_shown(file: &LeftOut) -> String {
    let name = quiet(&file.name);
    match file.too_large {
        Some(bytes) => format!("{name} ({} MiB)", bytes.div_ceil(1024 * 1024)),
        None => name,
    }
}

/// Whose post it is, as plain text: an embed's author has no formatting.
pub(crate) fn author(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    if visible.trim().is_empty() {
        "somebody".into()
    } else {
        visible
    }
}

/// A post's text as it stands in an embed.
pub(crate) fn quoted(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

/// For the admins: Discord refused without a reason that its roles show.
pub(crate) fn not_shown_again() -> String {
    "I cannot show awarded posts in the repost channel: Discord refuses it. Look whether I may write there, and use /set_repost_channel again.".into()
}

// What people can mend themselves.

pub(crate) fn no_post() -> Reply {
    Reply::quiet("Discord did not say which post that is. Open its menu again.")
}

pub(crate) fn nobodys_post() -> Reply {
    Reply::quiet("No person wrote this post, and bots have no wallet. Choose a post of somebody.")
}

pub(crate) fn own_post() -> Reply {
    Reply::quiet("This post is your own. Choose somebody else's.")
}

pub(crate) fn has_left(author: u64) -> Reply {
    Reply::quiet(format!(
        "<@{author}> is not in this server any more. No money moved. Choose a post of somebody who is."
    ))
}

pub(crate) fn old_form() -> Reply {
    Reply::quiet("This form is too old. No money moved. Open the menu of the post again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_fits_into_an_embed() {
        assert_eq!(quoted("**a**\n```b"), "**a**\n```b");
        for length in [4_095, 4_096, 4_097, 10_000] {
            let quoted = quoted(&"茶".repeat(length));
            assert_eq!(quoted.chars().count(), length.min(4_096));
            assert_eq!(quoted.ends_with('…'), length > 4_096);
        }
        assert_eq!(author("a\nb"), "ab");
        assert_eq!(author(" \n"), "somebody");
    }
}
