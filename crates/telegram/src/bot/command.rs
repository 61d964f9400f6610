//! What a person asks for.

/// A command with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub verb: Option<Verb>,
    pub argument: Option<&'a str>,
}

macro_rules! verbs {
    ($($verb:ident $name:literal $description:literal)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Verb { $($verb,)* }

        impl Verb {
            pub(super) const ALL: [Verb; [$($name),*].len()] = [$(Verb::$verb),*];

            pub(super) const fn name(self) -> &'static str {
                match self { $(Verb::$verb => $name,)* }
            }

            pub(super) const fn description(self) -> &'static str {
                match self { $(Verb::$verb => $description,)* }
            }
        }
    };
}

verbs! {
    Start "start" "Open the game"
    Wallet "wallet" "What you have, and what is on its way to you"
    Top "top" "The best players"
    Link "link" "Join this wallet with the one that you have on Discord"
    PaySupport "paysupport" "Help with a payment"
    Help "help" "What this bot does"
}

impl<'a> Asked<'a> {
    /// None when the text is no command, or one for another bot. `username` is the bot's own, if it is known.
    pub(super) fn read(text: &'a str, username: Option<&str>) -> Option<(Self, Addressed)> {
        let rest = text.strip_prefix('/')?;
        let (word, argument) = match rest.split_once(char::is_whitespace) {
            Some((word, argument)) => (word, argument.trim()),
            None => (rest, ""),
        };
        let (name, addressed) = match word.split_once('@') {
            Some((name, bot)) if username.is_some_and(|own| own.eq_ignore_ascii_case(bot)) => {
                (name, Addressed::ByName)
            }
            Some(_) => return None,
            None => (word, Addressed::ToAnybody),
        };
        let verb = Verb::ALL.into_iter();
        let verb = verb
            .into_iter()
            .find(|verb| verb.name().eq_ignore_ascii_case(name));
        let argument = (!argument.is_empty()).then_some(argument);
        Some((Self { verb, argument }, addressed))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Addressed {
    /// `/top@this_bot`
    ByName,
    ToAnybody,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let check = |text: &str, expect: Option<(Option<Verb>, Option<&str>, Addressed)>| {
            let read = Asked::read(text, Some("scrip_bot"));
            let read = read.map(|(asked, to)| (asked.verb, asked.argument, to));
            assert_eq!(read, expect, "{text:?}");
        };
        use Addressed::{ByName, ToAnybody};
        check("/top", Some((Some(Verb::Top), None, ToAnybody)));
        check("/TOP@Scrip_Bot", Some((Some(Verb::Top), None, ByName)));
        check("/top@other_bot", None);
        check(
            "/link  A-B ",
            Some((Some(Verb::Link), Some("A-B"), ToAnybody)),
        );
        check(
            "/link\nA-B",
            Some((Some(Verb::Link), Some("A-B"), ToAnybody)),
        );
        check("/dance", Some((None, None, ToAnybody)));
        check("/", Some((None, None, ToAnybody)));
        check("hello /top", None);
        check("", None);
    }
}
