//! IDENTIFY and RESUME.

use serde_json::{Value, json};

use super::{
    CloseCode, Intents, Session,
    connection::{Connection, Ended},
};
use crate::{clock, ids::GuildId, world::World};

/// What an IDENTIFY asks for.
#[derive(Clone, Copy, Debug)]
struct Wish {
    shard: u64,
    shards: u64,
    intents: Intents,
}

impl World {
    pub fn identify(&mut self, connection: &mut Connection, data: &Value) -> Result<(), Ended> {
        if connection.session.is_some() {
            return Err((CloseCode::ALREADY_AUTHENTICATED, "Already authenticated."));
        }
        self.check_token(data)?;
        let wish = self.check_wish(data)?;
        if !self.may_identify(wish.shard) {
            connection.send(&json!({"op": 9, "d": false}));
            return Ok(());
        }
        let id = self.gateway.new_session_id();
        let mut session = Session::new(wish.shard, wish.shards, wish.intents);
        session.live = Some(connection.sender.clone());
        connection.session = Some(id.clone());
        self.greet(&id, session);
        Ok(())
    }

    /// READY, with every guild still unavailable, then a GUILD_CREATE for each.
    fn greet(&mut self, id: &str, mut session: Session) {
        let guilds = self.guilds_of(&session);
        let unavailable = guilds
            .iter()
            .map(|id| json!({"id": id, "unavailable": true}));
        let ready = json!({
            "v": 10,
            "user_settings": {},
            "user": self.bot().json_for_self(),
            "session_type": "normal",
            "session_id": id,
            "resume_gateway_url": self.gateway.urls.gateway,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": unavailable.collect::<Vec<_>>(),
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "auth": {},
            "application": {"id": self.application.id, "flags": self.application_flags()},
            "shard": [session.shard, session.shards],
            "_trace": ["fake"],
        });
        session.dispatch("READY", &ready, None);
        for guild in guilds {
            let event = self.guild_create(guild);
            if event.reaches(&session) {
                session.dispatch(
                    event.name,
                    &event.data_for(&session, self.application.bot),
                    None,
                );
            }
        }
        self.gateway.sessions.insert(id.to_owned(), session);
        self.gateway.identify_count += 1;
    }

    /// The guilds of a shard in which the bot is.
    fn guilds_of(&self, session: &Session) -> Vec<GuildId> {
        let bot = self.application.bot;
        let mine = self
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&bot));
        mine.map(|guild| guild.id)
            .filter(|id| session.serves(*id))
            .collect()
    }

    pub fn resume(&mut self, connection: &mut Connection, data: &Value) -> Result<(), Ended> {
        if connection.session.is_some() {
            return Err((CloseCode::ALREADY_AUTHENTICATED, "Already authenticated."));
        }
        self.check_token(data)?;
        let again = std::mem::take(&mut self.faults.replay_again);
        let id = data["session_id"].as_str().unwrap_or_default();
        let sequence = data["seq"].as_u64().unwrap_or(u64::MAX);
        let Some(session) = self.gateway.sessions.get_mut(id) else {
            connection.send(&json!({"op": 9, "d": false}));
            return Ok(());
        };
        if sequence > session.sequence {
            return Err((CloseCode::INVALID_SEQ, "Invalid seq."));
        }
        session.live = Some(connection.sender.clone());
        if !session.replay_after(sequence.saturating_sub(again).max(1)) {
            self.gateway.sessions.remove(id);
            connection.send(&json!({"op": 9, "d": false}));
            return Ok(());
        }
        connection.session = Some(id.to_owned());
        session.dispatch("RESUMED", &json!({"_trace": ["fake"]}), None);
        self.gateway.resume_count += 1;
        Ok(())
    }

    fn check_token(&self, data: &Value) -> Result<(), Ended> {
        let token = data["token"].as_str().unwrap_or_default();
        // Discord takes the token with or without the word that REST wants before it.
        if token.trim_start_matches("Bot ") == self.settings.bot_token {
            Ok(())
        } else {
            Err((CloseCode::AUTHENTICATION_FAILED, "Authentication failed."))
        }
    }

    fn check_wish(&self, data: &Value) -> Result<Wish, Ended> {
        let malformed = (CloseCode::DECODE_ERROR, "Error while decoding payload.");
        if !["os", "browser", "device"]
            .iter()
            .all(|key| data["properties"][key].is_string())
        {
            return Err(malformed);
        }
        let intents = Intents::from_bits(data["intents"].as_u64().ok_or(malformed)?);
        self.check_intents(intents)?;
        let number = |index: usize, default| match data.get("shard") {
            None | Some(Value::Null) => Ok(default),
            Some(shard) => shard[index].as_u64().ok_or(malformed),
        };
        let wish = Wish {
            shard: number(0, 0)?,
            shards: number(1, 1)?,
            intents,
        };
        if wish.shard >= wish.shards {
            return Err((CloseCode::INVALID_SHARD, "Invalid shard."));
        }
        Ok(wish)
    }

    fn check_intents(&self, intents: Intents) -> Result<(), Ended> {
        if !intents.is_valid() {
            return Err((CloseCode::INVALID_INTENTS, "Invalid intent(s)."));
        }
        let switched_off = [
            (Intents::GUILD_MEMBERS, self.settings.members_intent),
            (
                Intents::MESSAGE_CONTENT,
                self.settings.message_content_intent,
            ),
            (Intents::GUILD_PRESENCES, false),
        ];
        let forbidden = switched_off
            .iter()
            .any(|(intent, on)| !on && intents.intersects(*intent));
        if forbidden {
            return Err((CloseCode::DISALLOWED_INTENTS, "Disallowed intent(s)."));
        }
        Ok(())
    }

    /// Shards identify in turns: one of each `shard_id % max_concurrency` in a window.
    fn may_identify(&mut self, shard: u64) -> bool {
        let window = self.settings.identify_window;
        let turn = shard % self.settings.max_concurrency.max(1);
        let now = clock::instant();
        self.gateway
            .identifies
            .retain(|(_, time)| now.duration_since(*time) < window);
        let is_free = self
            .gateway
            .identifies
            .iter()
            .all(|(taken, _)| *taken != turn);
        if is_free {
            self.gateway.identifies.push((turn, now));
        }
        is_free
    }

    /// Bits 15 and 19: the members and the message content intent of a small bot.
    /// <https://discord.com/developers/docs/resources/application#application-object-application-flags>
    pub fn application_flags(&self) -> u64 {
        let members = u64::from(self.settings.members_intent) << 15;
        let content = u64::from(self.settings.message_content_intent) << 19;
        members | content
    }
}
