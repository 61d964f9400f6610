//! REQUEST_GUILD_MEMBERS.

use serde_json::{Value, json};

use super::{
    CloseCode, Intents, Session,
    connection::{Connection, Ended},
};
use crate::{
    clock,
    ids::{GuildId, UserId},
    world::{Guild, World},
};

const CHUNK: usize = 1000;
const MALFORMED: Ended = (CloseCode::DECODE_ERROR, "Error while decoding payload.");

/// Whom a request asks for.
enum Wanted {
    /// All whose name starts so; a limit of 0 means no limit.
    Named {
        prefix: String,
        limit: usize,
    },
    Ids(Vec<UserId>),
}

impl World {
    /// <https://discord.com/developers/docs/events/gateway-events#request-guild-members>
    pub fn request_members(&mut self, connection: &Connection, data: &Value) -> Result<(), Ended> {
        let guild = snowflake(&data["guild_id"])
            .map(GuildId::new)
            .ok_or(MALFORMED)?;
        let id = connection.session.clone().unwrap_or_default();
        let wanted = self.check_request(&id, data)?;
        if !self.guilds.contains_key(&guild) {
            return Ok(());
        }
        if let Some(wait) = self.too_soon(guild) {
            let meta = json!({"guild_id": guild, "nonce": data["nonce"]});
            let limited = json!({"opcode": 8, "retry_after": wait, "meta": meta});
            self.dispatch_to(&id, "RATE_LIMITED", &limited);
            return Ok(());
        }
        for chunk in self.chunks(guild, &wanted, &data["nonce"]) {
            self.dispatch_to(&id, "GUILD_MEMBERS_CHUNK", &chunk);
        }
        Ok(())
    }

    fn dispatch_to(&mut self, session: &str, name: &str, data: &Value) {
        if let Some(session) = self.gateway.sessions.get_mut(session) {
            session.dispatch(name, data, None);
        }
    }

    fn check_request(&self, session: &str, data: &Value) -> Result<Wanted, Ended> {
        let intents = self
            .gateway
            .sessions
            .get(session)
            .map(|session: &Session| session.intents);
        let sees_members = intents.unwrap_or_default().contains(Intents::GUILD_MEMBERS);
        if data["nonce"].as_str().is_some_and(|nonce| nonce.len() > 32) {
            return Err(MALFORMED);
        }
        let wanted = Wanted::parse(data).ok_or(MALFORMED)?;
        let wants_everybody =
            matches!(&wanted, Wanted::Named { prefix, limit: 0 } if prefix.is_empty());
        if wants_everybody && !sees_members {
            return Err((CloseCode::DISALLOWED_INTENTS, "Disallowed intent(s)."));
        }
        Ok(wanted)
    }

    /// How many seconds are left before this guild's members may be requested again.
    fn too_soon(&mut self, guild: GuildId) -> Option<f64> {
        let cooldown = self.settings.member_request_cooldown;
        let now = clock::instant();
        let last = self.gateway.member_requests.get(&guild);
        let left = last.map(|last| cooldown.saturating_sub(now.duration_since(*last)));
        if let Some(left) = left.filter(|left| !left.is_zero()) {
            return Some(left.as_secs_f64());
        }
        self.gateway.member_requests.insert(guild, now);
        None
    }

    fn chunks(&self, guild: GuildId, wanted: &Wanted, nonce: &Value) -> Vec<Value> {
        let guild = &self.guilds[&guild];
        let (found, missing) = self.find_members(guild, wanted);
        let mut parts: Vec<&[UserId]> = found.chunks(CHUNK).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        let count = parts.len();
        let chunk = |(index, part): (usize, &&[UserId])| {
            let members = part.iter().map(|id| guild.members[id].json(&self.users));
            let mut chunk = json!({
                "guild_id": guild.id,
                "members": members.collect::<Vec<_>>(),
                "chunk_index": index,
                "chunk_count": count,
            });
            if !missing.is_empty() {
                chunk["not_found"] = json!(missing);
            }
            if nonce.is_string() {
                chunk["nonce"] = nonce.clone();
            }
            chunk
        };
        parts.iter().enumerate().map(chunk).collect()
    }

    fn find_members(&self, guild: &Guild, wanted: &Wanted) -> (Vec<UserId>, Vec<UserId>) {
        match wanted {
            Wanted::Ids(ids) => ids.iter().partition(|id| guild.members.contains_key(id)),
            Wanted::Named { prefix, limit } => {
                let limit = if *limit == 0 { usize::MAX } else { *limit };
                let fits = |id: &UserId| self.users[id].name.starts_with(prefix.as_str());
                let found = guild.members.keys().copied().filter(fits).take(limit);
                (found.collect(), Vec::new())
            }
        }
    }
}

impl Wanted {
    fn parse(data: &Value) -> Option<Self> {
        if let Some(prefix) = data["query"].as_str() {
            let limit = usize::try_from(data["limit"].as_u64()?).ok()?;
            let fits = prefix.is_empty() || (limit <= 100 && limit > 0);
            return fits.then(|| Self::Named {
                prefix: prefix.to_owned(),
                limit,
            });
        }
        let ids = match &data["user_ids"] {
            Value::Array(ids) if ids.len() <= 100 => ids.iter().map(snowflake).collect(),
            one => snowflake(one).map(|id| vec![id]),
        };
        Some(Self::Ids(ids?.into_iter().map(UserId::new).collect()))
    }
}

/// Discord takes snowflakes as strings and as numbers.
fn snowflake(value: &Value) -> Option<u64> {
    value
        .as_str()
        .map_or_else(|| value.as_u64(), |text| text.parse().ok())
}
