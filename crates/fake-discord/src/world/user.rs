use serde_json::{Value, json};

use crate::ids::UserId;

#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub bot: bool,
    /// Nobody whom they do not know can write to them.
    pub takes_no_dms: bool,
}

impl User {
    pub fn person(id: UserId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            bot: false,
            takes_no_dms: false,
        }
    }

    pub fn bot(id: UserId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            bot: true,
            takes_no_dms: false,
        }
    }

    /// <https://discord.com/developers/docs/resources/user#user-object>
    pub fn json(&self) -> Value {
        json!({
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": if self.bot { Value::Null } else { self.name.as_str().into() },
            "avatar": null,
            "avatar_decoration_data": null,
            "banner": null,
            "accent_color": null,
            "bot": self.bot,
            "system": false,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        })
    }

    /// The fuller object that only the user itself receives.
    pub fn json_for_self(&self) -> Value {
        let mut json = self.json();
        json["mfa_enabled"] = true.into();
        json["verified"] = true.into();
        json["email"] = Value::Null;
        json["locale"] = "en-US".into();
        json["premium_type"] = 0.into();
        json
    }
}
