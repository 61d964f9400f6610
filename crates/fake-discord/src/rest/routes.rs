//! Which handler a method and path belong to.

use percent_encoding::percent_decode_str;

use super::{
    application, call::Call, callbacks, channels, commands, emojis, guilds, members, messages,
    reactions, reply::Outcome, webhooks,
};
use crate::world::World;

pub type Handler = fn(&mut World, &Call) -> Outcome;

struct Route(&'static str, &'static str, Handler);

/// In a template `{}` stands for one segment. Earlier routes win.
static ROUTES: &[Route] = &[
    Route("GET", "/gateway", application::gateway),
    Route("GET", "/gateway/bot", application::gateway_bot),
    Route("GET", "/applications/@me", application::me),
    Route("GET", "/oauth2/applications/@me", application::me),
    Route("GET", "/users/@me", application::bot_user),
    Route("POST", "/users/@me/channels", channels::open_dm),
    Route("GET", "/users/{}", application::user),
    Route("GET", "/applications/{}/commands", commands::list),
    Route("POST", "/applications/{}/commands", commands::create),
    Route("PUT", "/applications/{}/commands", commands::overwrite),
    Route("GET", "/applications/{}/commands/{}", commands::get),
    Route("DELETE", "/applications/{}/commands/{}", commands::delete),
    Route(
        "GET",
        "/applications/{}/guilds/{}/commands",
        commands::list_in_guild,
    ),
    Route(
        "POST",
        "/applications/{}/guilds/{}/commands",
        commands::create_in_guild,
    ),
    Route(
        "PUT",
        "/applications/{}/guilds/{}/commands",
        commands::overwrite_in_guild,
    ),
    Route("POST", "/interactions/{}/{}/callback", callbacks::answer),
    Route(
        "GET",
        "/webhooks/{}/{}/messages/@original",
        webhooks::get_original,
    ),
    Route(
        "PATCH",
        "/webhooks/{}/{}/messages/@original",
        webhooks::edit_original,
    ),
    Route(
        "DELETE",
        "/webhooks/{}/{}/messages/@original",
        webhooks::delete_original,
    ),
    Route("POST", "/webhooks/{}/{}", webhooks::follow_up),
    Route("GET", "/webhooks/{}/{}/messages/{}", webhooks::get_message),
    Route(
        "PATCH",
        "/webhooks/{}/{}/messages/{}",
        webhooks::edit_message,
    ),
    Route(
        "DELETE",
        "/webhooks/{}/{}/messages/{}",
        webhooks::delete_message,
    ),
    Route("GET", "/guilds/{}", guilds::get),
    Route("GET", "/guilds/{}/channels", guilds::channels),
    Route("GET", "/guilds/{}/roles", guilds::roles),
    Route("GET", "/guilds/{}/members", members::list),
    Route("PATCH", "/guilds/{}/members/@me", members::edit_me),
    Route("GET", "/guilds/{}/members/{}", members::get),
    Route("PUT", "/guilds/{}/members/{}/roles/{}", members::give_role),
    Route(
        "DELETE",
        "/guilds/{}/members/{}/roles/{}",
        members::take_role,
    ),
    Route("GET", "/guilds/{}/emojis", emojis::list),
    Route("POST", "/guilds/{}/emojis", emojis::create),
    Route("GET", "/guilds/{}/emojis/{}", emojis::get),
    Route("PATCH", "/guilds/{}/emojis/{}", emojis::rename),
    Route("DELETE", "/guilds/{}/emojis/{}", emojis::delete),
    Route("GET", "/channels/{}", channels::get),
    Route("GET", "/channels/{}/messages", messages::list),
    Route("POST", "/channels/{}/messages", messages::create),
    Route("GET", "/channels/{}/messages/{}", messages::get),
    Route("PATCH", "/channels/{}/messages/{}", messages::edit),
    Route("DELETE", "/channels/{}/messages/{}", messages::delete),
    Route(
        "PUT",
        "/channels/{}/messages/{}/reactions/{}/@me",
        reactions::add_mine,
    ),
    Route(
        "DELETE",
        "/channels/{}/messages/{}/reactions/{}/@me",
        reactions::remove_mine,
    ),
    Route(
        "GET",
        "/channels/{}/messages/{}/reactions/{}",
        reactions::users,
    ),
];

/// A route that fits, with the path's variable parts.
pub struct Found {
    pub method: &'static str,
    pub template: &'static str,
    pub params: Vec<String>,
    pub handler: Handler,
}

impl Found {
    /// These know their caller by the token in the path, or need not know them.
    pub fn is_open(&self) -> bool {
        self.template.starts_with("/interactions/")
            || self.template.starts_with("/webhooks/")
            || self.template == "/gateway"
    }

    /// The id that splits a bucket: that of the guild, channel or webhook.
    pub fn top_level_id(&self) -> &str {
        self.params.first().map_or("", String::as_str)
    }
}

pub fn find(call: &Call) -> Option<Found> {
    let path: Vec<&str> = call.path.split('/').collect();
    ROUTES.iter().find_map(|Route(method, template, handler)| {
        let params = (*method == call.method).then(|| params(template, &path))??;
        Some(Found {
            method,
            template,
            params,
            handler: *handler,
        })
    })
}

fn params(template: &str, path: &[&str]) -> Option<Vec<String>> {
    let wanted: Vec<&str> = template.split('/').collect();
    if wanted.len() != path.len() {
        return None;
    }
    let mut params = Vec::new();
    for (wanted, is) in wanted.iter().zip(path) {
        if *wanted == "{}" {
            params.push(percent_decode_str(is).decode_utf8_lossy().into_owned());
        } else if wanted != is {
            return None;
        }
    }
    Some(params)
}
