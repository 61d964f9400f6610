//! Somebody's post, as it is kept until it is shown again.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use twilight_model::channel::Message;

/// What of a post is shown again. All of it is others' text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Post {
    pub author: u64,
    /// As its author was called.
    pub name: String,
    pub text: String,
    pub files: Vec<PostFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostFile {
    pub name: String,
    pub description: Option<String>,
    pub url: String,
    pub bytes: u64,
}

impl Post {
    pub(crate) fn of(message: &Message) -> Self {
        let author = &message.author;
        let files = message.attachments.iter().map(|file| PostFile {
            name: file.filename.clone(),
            description: file.description.clone(),
            url: file.url.clone(),
            bytes: file.size,
        });
        Self {
            author: author.id.get(),
            name: author
                .global_name
                .clone()
                .unwrap_or_else(|| author.name.clone()),
            text: message.content.clone(),
            files: files.collect(),
        }
    }
}

/// Posts whose form is open: Discord shows a bot the text of one only in the interaction that opened it, unless it has the message
/// content intent. Bounded: the oldest ones go first, and none stays longer than a form can be sent.
#[derive(Debug, Default)]
pub(crate) struct Posts(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    message: u64,
    since_ms: i64,
    post: Post,
}

impl Posts {
    const MOST: usize = 500;
    /// As long as an interaction's token is good (Discord's documentation, "Receiving and Responding").
    const KEPT_MS: i64 = 15 * 60 * 1_000;

    pub(crate) fn keep(&self, message: u64, post: Post, now_ms: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.message != message && is_fresh(kept, now_ms));
        if all.len() >= Self::MOST {
            all.pop_front();
        }
        all.push_back(Kept {
            message,
            since_ms: now_ms,
            post,
        });
    }

    pub(crate) fn get(&self, message: u64, now_ms: i64) -> Option<Post> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all
            .iter()
            .find(|kept| kept.message == message && is_fresh(kept, now_ms))?;
        Some(kept.post.clone())
    }
}

fn is_fresh(kept: &Kept, now_ms: i64) -> bool {
    now_ms.saturating_sub(kept.since_ms) < Posts::KEPT_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(text: &str) -> Post {
        Post {
            author: 1,
            name: "ann".into(),
            text: text.into(),
            files: Vec::new(),
        }
    }

    #[test]
    fn posts_are_kept_for_a_while_and_not_without_end() {
        let posts = Posts::default();
        posts.keep(1, post("first"), 0);
        posts.keep(1, post("edited"), 5);
        assert_eq!(posts.get(1, 900_004), Some(post("edited")));
        assert_eq!(posts.get(1, 900_005), None);
        for message in 0..=500 {
            posts.keep(message, post("x"), 10);
        }
        let kept = [posts.get(0, 10), posts.get(500, 10)];
        assert_eq!(kept, [None, Some(post("x"))]);
        assert_eq!(posts.0.lock().unwrap().len(), Posts::MOST);
    }
}
