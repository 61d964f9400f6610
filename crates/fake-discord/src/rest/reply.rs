use serde_json::{Value, json};

pub type Outcome = Result<Reply, ApiError>;

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Option<Value>,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        Self {
            status,
            body: Some(body.into()),
            headers: Vec::new(),
        }
    }

    pub fn ok(body: impl Into<Value>) -> Self {
        Self::json(200, body)
    }

    pub const fn no_content() -> Self {
        Self {
            status: 204,
            body: None,
            headers: Vec::new(),
        }
    }

    pub fn header(&mut self, name: &'static str, value: String) {
        self.headers.push((name, value));
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        let mut body = json!({"message": error.message, "code": error.code});
        if let Some(errors) = error.errors {
            body["errors"] = errors;
        }
        Self::json(error.status, body)
    }
}

/// A refusal, with Discord's JSON error code.
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
#[derive(Clone, Debug)]
pub struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: String,
    pub errors: Option<Value>,
}

macro_rules! errors {
    ($($name:ident: $status:literal, $code:literal, $message:literal;)*) => {
        impl ApiError {$(
            pub fn $name() -> Self {
                Self::new($status, $code, $message)
            }
        )*}
    };
}

errors! {
    not_found: 404, 0, "404: Not Found";
    unauthorized: 401, 0, "401: Unauthorized";
    server_error: 500, 0, "500: Internal Server Error";
    unknown_application: 404, 10002, "Unknown Application";
    unknown_channel: 404, 10003, "Unknown Channel";
    unknown_guild: 404, 10004, "Unknown Guild";
    unknown_member: 404, 10007, "Unknown Member";
    unknown_message: 404, 10008, "Unknown Message";
    unknown_role: 404, 10011, "Unknown Role";
    unknown_user: 404, 10013, "Unknown User";
    unknown_emoji: 400, 10014, "Unknown Emoji";
    emoji_not_found: 404, 10014, "Unknown Emoji";
    unknown_webhook: 404, 10015, "Unknown Webhook";
    unknown_interaction: 404, 10062, "Unknown interaction";
    unknown_command: 404, 10063, "Unknown application command";
    emojis_full: 400, 30008, "Maximum number of emojis reached";
    reactions_full: 400, 30010, "Maximum number of reactions reached (20)";
    animated_emojis_full: 400, 30018, "Maximum number of animated emojis reached";
    commands_full: 400, 30032, "Maximum number of application commands reached (100)";
    file_too_large: 413, 40005, "Request entity too large";
    already_acknowledged: 400, 40060, "Interaction has already been acknowledged.";
    missing_access: 403, 50001, "Missing Access";
    not_the_author: 403, 50005, "Cannot edit a message authored by another user";
    empty_message: 400, 50006, "Cannot send an empty message";
    cannot_message: 403, 50007, "Cannot send messages to this user";
    missing_permissions: 403, 50013, "Missing Permissions";
    invalid_token: 401, 50027, "Invalid Webhook Token";
    invalid_role: 400, 50028, "Invalid Role";
    invalid_body: 400, 50035, "Invalid Form Body";
    not_json: 400, 50109, "The request body contains invalid JSON.";
}

impl ApiError {
    pub fn new(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: None,
        }
    }
}
