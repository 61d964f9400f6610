//! People who go on using the real bot, and what they see.

use std::time::Duration;

use fake_discord::{DriverError, FakeDiscord, OptionValue, Post};
use rand::{RngExt as _, SeedableRng, rngs::StdRng};
use tokio_util::sync::CancellationToken;

use super::cast::{Cast, CastServer, Person};
use crate::screen;

const THOUGHTS: [&str; 8] = [
    "the oolong is back",
    "has anyone finished chapter nine?",
    "I baked something",
    "rain again, perfect for reading",
    "who took my cup?",
    "a first edition, for two coins!",
    "tonight at eight, as always",
    "thank you all for yesterday",
];

pub(super) async fn go_on(discord: FakeDiscord, cast: Cast, seed: u64, stop: CancellationToken) {
    if let Err(error) = discord.wait_until_ready().await {
        tracing::warn!(%error, "the bot did not come to the pretended Discord");
        return;
    }
    let mut crowd = Crowd {
        discord,
        cast,
        random: StdRng::seed_from_u64(seed ^ 0xC0_FFEE),
    };
    while !stop.is_cancelled() {
        let pause = Duration::from_millis(crowd.random.random_range(1_500..4_000));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            done = crowd.something() => if let Err(error) = done {
                tracing::warn!(%error, "somebody in the pretended Discord got no answer");
            },
        }
    }
}

struct Crowd {
    discord: FakeDiscord,
    cast: Cast,
    random: StdRng,
}

impl Crowd {
    async fn something(&mut self) -> Result<(), DriverError> {
        let which = usize::from(self.random.random_ratio(1, 3));
        let Some(server) = self.cast.servers.get(which).cloned() else {
            return Ok(());
        };
        let who = self.person(&server);
        match self.random.random_range(0..10) {
            0..=4 => self.post_and_react(&server, &who),
            5 | 6 => {
                let to = self.other(&server, &who);
                let amount = self.random.random_range(1..=3);
                let options = [
                    ("user", to.user.into()),
                    ("amount", OptionValue::from(amount.to_string())),
                ];
                let typed = format!("/transfer user:@{} amount:{amount}", to.name);
                self.slash(&server, &who, ("transfer", &typed), &options)
                    .await
            }
            7 => self.slash(&server, &who, ("wallet", "/wallet"), &[]).await,
            8 => self.slash(&server, &who, ("top", "/top"), &[]).await,
            _ => {
                self.slash(&server, &who, ("history", "/history"), &[])
                    .await
            }
        }
    }

    fn post_and_react(&mut self, server: &CastServer, author: &Person) -> Result<(), DriverError> {
        let thought = THOUGHTS[self.random.random_range(0..THOUGHTS.len())];
        let message = self
            .discord
            .post_message(author.user, server.channel, thought)?;
        tell(server, &format!("{}: {thought}", author.name));
        let Some(currency) = server.currencies.first() else {
            return Ok(());
        };
        for _ in 0..self.random.random_range(1..=3) {
            let reactor = self.other(server, author);
            self.discord
                .react(reactor.user, server.channel, message, currency.emoji)?;
            tell(
                server,
                &format!(
                    "{} reacts with :{}: to {}",
                    reactor.name, currency.name, author.name
                ),
            );
        }
        Ok(())
    }

    async fn slash(
        &self,
        server: &CastServer,
        who: &Person,
        (command, typed): (&str, &str),
        options: &[(&str, OptionValue)],
    ) -> Result<(), DriverError> {
        let asked = self
            .discord
            .slash(who.user, server.channel, command, options)?;
        let answer = asked.answer().await?;
        tell(
            server,
            &format!("{}: {typed} -> {}", who.name, one_line(&answer)),
        );
        Ok(())
    }

    fn person(&mut self, server: &CastServer) -> Person {
        let at = self.random.random_range(0..server.people.len());
        server
            .people
            .get(at)
            .expect("the dice have as many sides")
            .clone()
    }

    fn other(&mut self, server: &CastServer, than: &Person) -> Person {
        loop {
            let person = self.person(server);
            if person.user != than.user {
                return person;
            }
        }
    }
}

fn one_line(post: &Post) -> String {
    let lines: Vec<&str> = post
        .text()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" | ")
}

fn tell(server: &CastServer, what: &str) {
    // Nobody needs to see it for it to happen.
    let _ = screen::print(&format!("[{}] {what}", server.name));
}
