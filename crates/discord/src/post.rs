//! Somebody's post, as it is kept until it is shown again.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
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
    since: Instant,
    post: Post,
}

impl Posts {
    const MOST: usize = 500;
    /// As long as an interaction's token is good (Discord's documentation, "Receiving and Responding").
    const KEPT: Duration = Duration::from_secs(15 * 60);

    pub(crate) fn keep(&self, message: u64, post: Post) {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.message != message && is_fresh(kept, now));
        if all.len() >= Self::MOST {
            all.pop_front();
        }
        all.push_back(Kept {
            message,
            since: now,
            post,
        });
    }

    pub(crate) fn get(&self, message: u64) -> Option<Post> {
        let now = Instant::now();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all
            .iter()
            .find(|kept| kept.message == message && is_fresh(kept, now))?;
        Some(kept.post.clone())
    }
}

fn is_fresh(kept: &Kept, now: Instant) -> bool {
    now.duration_since(kept.since) < Posts::KEPT
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

    #[tokio::test(start_paused = true)]
    async fn posts_are_kept_for_a_while_and_not_without_end() {
        let posts = Posts::default();
        posts.keep(1, post("first"));
        posts.keep(1, post("edited"));
        assert_eq!(posts.get(1), Some(post("edited")));
        tokio::time::advance(Posts::KEPT).await;
        assert_eq!(posts.get(1), None);
        for message in 0..=500 {
            posts.keep(message, post("x"));
        }
        assert_eq!((posts.get(0), posts.get(500)), (None, Some(post("x"))));
        assert_eq!(posts.0.lock().unwrap().len(), Posts::MOST);
    }
}
