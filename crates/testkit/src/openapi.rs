//! Checks what a bot sent against Discord's published OpenAPI document.
//!
//! The document does not belong to this repository. It is looked for at `../shared/data/discord-openapi.json` beside the
//! repository, or where `SCRIP_DISCORD_OPENAPI` says. Without it these checks pass, and say once that they were skipped.

use std::{
    collections::HashMap,
    env, fmt, fs,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use fake_discord::RecordedRequest;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

/// Under this name the document stands in the registry of schemas.
const DOCUMENT: &str = "urn:discord:api";

/// Longer messages repeat whole bodies.
const LONGEST_MESSAGE: usize = 400;

/// One thing in one request that the document does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Method and path.
    pub request: String,
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.problem)
    }
}

/// Everything that the document does not allow in these requests; nothing when there is no document.
pub fn check(requests: &[RecordedRequest]) -> Vec<Violation> {
    ApiDocument::published().map_or_else(Vec::new, |document| document.check(requests))
}

/// # Panics
///
/// When the document does not allow one of these requests.
pub fn assert_valid(requests: &[RecordedRequest]) {
    let violations = check(requests);
    let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert!(
        lines.is_empty(),
        "Discord's OpenAPI document does not allow:\n{}",
        lines.join("\n")
    );
}

/// An OpenAPI 3.1 document, ready to check requests.
pub struct ApiDocument {
    paths: Vec<PathItem>,
    registry: Registry<'static>,
    /// Building a validator takes longer than using it.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

struct PathItem {
    template: String,
    json: Value,
}

impl fmt::Debug for ApiDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiDocument of {} paths", self.paths.len())
    }
}

impl ApiDocument {
    /// Discord's document, if it is on this machine.
    pub fn published() -> Option<&'static Self> {
        static PUBLISHED: OnceLock<Option<ApiDocument>> = OnceLock::new();
        PUBLISHED.get_or_init(read_published).as_ref()
    }

    /// # Panics
    ///
    /// When this is not an OpenAPI document with schemas that resolve.
    pub fn new(document: Value) -> Self {
        let paths = document["paths"]
            .as_object()
            .expect("an OpenAPI document has paths");
        let paths = paths.iter().map(|(template, json)| PathItem {
            template: template.clone(),
            json: absolute(json),
        });
        let paths = paths.collect();
        let registry = Registry::new()
            .add(DOCUMENT, document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .expect("the document's schemas resolve");
        Self {
            paths,
            registry,
            validators: Mutex::default(),
        }
    }

    pub fn check(&self, requests: &[RecordedRequest]) -> Vec<Violation> {
        let of_one = |request: &RecordedRequest| {
            let problems = self.problems(request).into_iter();
            let name = format!("{} {}", request.method, request.path);
            problems.map(move |problem| Violation {
                request: name.clone(),
                problem,
            })
        };
        requests.iter().flat_map(of_one).collect()
    }

    fn problems(&self, request: &RecordedRequest) -> Vec<String> {
        let Some((item, in_path)) = self.find_path(&request.path) else {
            return vec!["there is no such path".to_owned()];
        };
        let operation = &item.json[request.method.to_lowercase()];
        if operation.is_null() {
            return vec!["the path has no such method".to_owned()];
        }
        let mut problems = Vec::new();
        let parameters = parameters(&item.json).chain(parameters(operation));
        let parameters: Vec<&Value> = parameters.collect();
        for (name, value) in &in_path {
            self.check_parameter(&parameters, ("path", name), value, &mut problems);
        }
        for (name, value) in &request.query {
            self.check_parameter(&parameters, ("query", name), value, &mut problems);
        }
        check_required(&parameters, request, &mut problems);
        self.check_body(&operation["requestBody"], request, &mut problems);
        problems
    }

    /// The path that fits with the most literal segments, and the values of its parameters.
    fn find_path(&self, path: &str) -> Option<(&PathItem, Vec<(String, String)>)> {
        let fitting = self
            .paths
            .iter()
            .filter_map(|item| Some((item, values(&item.template, path)?)));
        fitting.min_by_key(|(_, values)| values.len())
    }

    fn check_parameter(
        &self,
        parameters: &[&Value],
        (place, name): (&str, &str),
        value: &str,
        problems: &mut Vec<String>,
    ) {
        let found = parameters
            .iter()
            .find(|parameter| parameter["in"] == place && parameter["name"] == name);
        let Some(parameter) = found else {
            problems.push(format!("there is no {place} parameter `{name}`"));
            return;
        };
        let schema = &parameter["schema"];
        if !readings(value)
            .iter()
            .any(|reading| self.errors(schema, reading).is_empty())
        {
            problems.push(format!(
                "the {place} parameter `{name}` cannot be `{value}`"
            ));
        }
    }

    fn check_body(&self, body: &Value, request: &RecordedRequest, problems: &mut Vec<String>) {
        let kind = if request.parts.is_empty() {
            "application/json"
        } else {
            "multipart/form-data"
        };
        let content = &body["content"][kind]["schema"];
        match &request.json {
            Some(json) if content.is_null() => {
                problems.push(format!("no {kind} body is expected, but there is {json}"));
            }
            Some(json) => problems.extend(self.errors(content, &with_text_ids(json))),
            None if body["required"] == true && request.parts.is_empty() => {
                problems.push("the body is missing".to_owned());
            }
            None => {}
        }
    }

    fn errors(&self, schema: &Value, instance: &Value) -> Vec<String> {
        let validator = self.validator(schema);
        validator
            .iter_errors(instance)
            .map(|error| {
                let text = format!("at `{}`: {error}", error.instance_path());
                text.chars().take(LONGEST_MESSAGE).collect()
            })
            .collect()
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut built = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let build = || {
            let validator = jsonschema::options()
                .with_registry(&self.registry)
                .build(schema);
            Arc::new(validator.expect("the document's schemas are valid"))
        };
        Arc::clone(built.entry(schema.to_string()).or_insert_with(build))
    }
}

/// New files are numbered in a message, and Discord's own examples write those numbers as numbers
/// (<https://discord.com/developers/docs/reference#uploading-files>), where the document wants
/// snowflakes, which are strings.
fn with_text_ids(body: &Value) -> Value {
    let mut body = body.clone();
    for message in ["", "/data"] {
        let attachments = body.pointer_mut(&format!("{message}/attachments"));
        let attachments = attachments.and_then(Value::as_array_mut);
        for attachment in attachments.into_iter().flatten() {
            if let Some(id) = attachment["id"].as_u64() {
                attachment["id"] = id.to_string().into();
            }
        }
    }
    body
}

fn read_published() -> Option<ApiDocument> {
    let beside_the_repository = || {
        let crate_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        crate_folder.join("../../../shared/data/discord-openapi.json")
    };
    let path =
        env::var_os("SCRIP_DISCORD_OPENAPI").map_or_else(beside_the_repository, PathBuf::from);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!(
            "skipped: requests are not checked against Discord's OpenAPI document, which is not at {} \
             (SCRIP_DISCORD_OPENAPI may say where it is)",
            path.display()
        );
        return None;
    };
    let document = serde_json::from_str(&text).expect("the OpenAPI document is JSON");
    Some(ApiDocument::new(document))
}

/// References to the document itself, made to work from outside of it.
fn absolute(json: &Value) -> Value {
    match json {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| {
                let local = value
                    .as_str()
                    .filter(|target| key == "$ref" && target.starts_with('#'));
                let value = local.map_or_else(
                    || absolute(value),
                    |target| json!(format!("{DOCUMENT}{target}")),
                );
                (key.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(absolute).collect(),
        other => other.clone(),
    }
}

/// The values of a template's parameters, if the path fits it.
fn values(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (wanted, is): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    if wanted.len() != is.len() {
        return None;
    }
    let mut values = Vec::new();
    for (wanted, is) in wanted.into_iter().zip(is) {
        match wanted
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => values.push((name.to_owned(), is.to_owned())),
            None if wanted == is => {}
            None => return None,
        }
    }
    Some(values)
}

fn parameters(json: &Value) -> impl Iterator<Item = &Value> {
    json["parameters"].as_array().into_iter().flatten()
}

fn check_required(parameters: &[&Value], request: &RecordedRequest, problems: &mut Vec<String>) {
    let required = parameters
        .iter()
        .filter(|one| one["in"] == "query" && one["required"] == true);
    for parameter in required {
        let name = parameter["name"].as_str().unwrap_or_default();
        if !request.query.iter().any(|(given, _)| given == name) {
            problems.push(format!("the query parameter `{name}` is missing"));
        }
    }
}

/// What a text in a URL may stand for: itself, a number, a truth value, or a list of one.
fn readings(text: &str) -> Vec<Value> {
    let mut readings = vec![json!(text), json!([text])];
    let scalar = serde_json::from_str::<Value>(text).ok();
    readings.extend(scalar.filter(|value| value.is_number() || value.is_boolean()));
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, json: Option<Value>) -> RecordedRequest {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        RecordedRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            headers: Vec::new(),
            json,
            parts: Vec::new(),
            status: 200,
            known_route: true,
            response: None,
        }
    }

    /// Expects a problem with these words, or none.
    fn check(document: &ApiDocument, request: RecordedRequest, expect: Option<&str>) {
        let problems = document.check(std::slice::from_ref(&request));
        match expect {
            None => assert_eq!(problems, [], "{request}"),
            Some(words) => {
                let found = problems.iter().any(|one| one.problem.contains(words));
                assert!(found, "{request}: `{words}` is not among {problems:?}");
            }
        }
    }

    #[test]
    fn a_small_document() {
        let document = ApiDocument::new(json!({
            "openapi": "3.1.0",
            "paths": {
                "/cups/{cup_id}": {
                    "parameters": [{"name": "cup_id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Id"}}],
                    "get": {"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}]},
                    "put": {"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cup"}}}}},
                },
                "/cups/@mine": {"get": {}},
            },
            "components": {"schemas": {
                "Id": {"type": "string", "pattern": "^[0-9]+$"},
                "Cup": {"type": "object", "required": ["owner"], "properties": {"owner": {"$ref": "#/components/schemas/Id"}}},
            }},
        }));
        let check = |method: &str, path: &str, body: Option<Value>, expect| {
            check(&document, request(method, path, body), expect);
        };
        check("GET", "/cups/1", None, None);
        check("GET", "/cups/@mine", None, None);
        check("GET", "/cups/x", None, Some("cannot be `x`"));
        check("GET", "/cups/1?limit=10", None, None);
        check("GET", "/cups/1?limit=11", None, Some("cannot be `11`"));
        check("GET", "/cups/1?limits=1", None, Some("no query parameter"));
        check("GET", "/plates/1", None, Some("no such path"));
        check("POST", "/cups/1", None, Some("no such method"));
        check("PUT", "/cups/1", None, Some("body is missing"));
        check("PUT", "/cups/1", Some(json!({"owner": "7"})), None);
        check(
            "PUT",
            "/cups/1",
            Some(json!({"owner": 7})),
            Some("at `/owner`"),
        );
        check("PUT", "/cups/1", Some(json!({})), Some("required"));
        check(
            "GET",
            "/cups/1",
            Some(json!({})),
            Some("no application/json body"),
        );
    }

    #[test]
    fn discords_document() {
        let Some(document) = ApiDocument::published() else {
            return;
        };
        let check = |method: &str, path: &str, body: Option<Value>, expect| {
            check(document, request(method, path, body), expect);
        };
        check("GET", "/users/@me", None, None);
        check("GET", "/guilds/1/members?limit=1000&after=5", None, None);
        check(
            "GET",
            "/guilds/1/members?limit=1001",
            None,
            Some("cannot be `1001`"),
        );
        check(
            "POST",
            "/channels/1/messages",
            Some(json!({"content": "hello"})),
            None,
        );
        check(
            "POST",
            "/channels/1/messages",
            Some(json!({"content": 5})),
            Some("at `/content`"),
        );
        check(
            "POST",
            "/channels/1/letters",
            Some(json!({})),
            Some("no such path"),
        );
        let emoji = |name: &str| Some(json!({"name": name, "image": "data:image/png;base64,AAAA"}));
        check("POST", "/guilds/1/emojis", emoji("tea"), None);
        check(
            "POST",
            "/guilds/1/emojis",
            emoji(&"t".repeat(33)),
            Some("at `/name`"),
        );
        let answer = |data: Value| Some(json!({"type": 4, "data": data}));
        let callback = "/interactions/1/token/callback?with_response=true";
        check(
            "POST",
            callback,
            answer(json!({"content": "Paid.", "flags": 64})),
            None,
        );
        check(
            "POST",
            callback,
            answer(json!({"content": ["Paid."]})),
            Some("anyOf"),
        );
        let original = "/webhooks/1/token/messages/@original";
        check(
            "PATCH",
            original,
            Some(json!({"content": "Done.", "embeds": []})),
            None,
        );
        check(
            "PUT",
            "/channels/1/messages/2/reactions/tea%3A3/@me",
            None,
            None,
        );
        check("PUT", "/guilds/1/members/2/roles/3", None, None);
        check(
            "PUT",
            "/guilds/1/members/me/roles/3",
            None,
            Some("cannot be `me`"),
        );
        let command = json!([{"name": "wallet", "description": "Shows.", "type": 1}]);
        check("PUT", "/applications/1/commands", Some(command), None);
    }
}
