//! The reference page: the document as HTML, with nothing loaded from anywhere.

use std::{collections::BTreeSet, fmt::Write, sync::OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi;

use crate::html::escaped;

const STYLE: &str = ":root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 20%,transparent)}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h2{margin-top:3rem;border-bottom:1px solid var(--line)}h3{margin:2rem 0 .5rem;font-size:1rem}\
code,.method{font-family:ui-monospace,monospace}.method{font-weight:700;margin-right:.5rem}\
table{border-collapse:collapse;width:100%;margin:.5rem 0}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-top:1px solid var(--line)}\
nav a{margin-right:1rem}.scope{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.8rem}\
summary{cursor:pointer}a{color:inherit}";

/// Nothing but the page's own style may be used by it.
pub(crate) fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    })
}

pub(crate) fn render(document: &OpenApi) -> String {
    let document = serde_json::to_value(document).unwrap_or_default();
    let page = Page {
        document: &document,
    };
    let mut html = String::with_capacity(128 * 1024);
    page.write(&mut html);
    html
}

struct Page<'a> {
    document: &'a Value,
}

impl Page<'_> {
    fn write(&self, html: &mut String) {
        let title = escaped(text(self.document, "/info/title"));
        let about = escaped(text(self.document, "/info/description"));
        let _ = write!(
            html,
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title} API</title><style>{STYLE}</style></head><body><h1>{title} API</h1><p>{about}</p><p><a href=\"/openapi.json\">OpenAPI document</a></p><nav>"
        );
        let tags = self.document["tags"].as_array();
        let tags = tags.map(Vec::as_slice).unwrap_or_default();
        for tag in tags {
            let name = escaped(text(tag, "/name"));
            let _ = write!(html, "<a href=\"#{name}\">{name}</a>");
        }
        html.push_str("</nav><main>");
        for tag in tags {
            self.tag(html, tag);
        }
        html.push_str("<h2 id=\"schemas\">Shapes</h2>");
        self.schemas(html);
        html.push_str("</main></body></html>\n");
    }

    fn tag(&self, html: &mut String, tag: &Value) {
        let (name, about) = (text(tag, "/name"), text(tag, "/description"));
        let (shown, about) = (escaped(name), escaped(about));
        let _ = write!(html, "<h2 id=\"{shown}\">{shown}</h2><p>{about}</p>");
        for (path, item) in members(&self.document["paths"]) {
            for (method, operation) in members(item) {
                if text(operation, "/tags/0") == name {
                    self.operation(
                        html,
                        &format!("{} {path}", method.to_uppercase()),
                        operation,
                    );
                }
            }
        }
    }

    fn operation(&self, html: &mut String, route: &str, operation: &Value) {
        let (method, path) = route.split_once(' ').unwrap_or_default();
        let id = escaped(text(operation, "/operationId"));
        let scope = match operation.pointer("/security/0/api_key") {
            Some(scopes) => scopes[0].as_str().unwrap_or("any key"),
            None => "public",
        };
        let about = [text(operation, "/summary"), text(operation, "/description")].join(" ");
        let _ = write!(
            html,
            "<section><h3 id=\"{id}\"><span class=\"method\">{}</span><code>{}</code> <span class=\"scope\">{}</span></h3><p>{}</p>",
            escaped(method),
            escaped(path),
            escaped(scope),
            escaped(&about),
        );
        self.parameters(html, &operation["parameters"]);
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !body.is_null() {
            let _ = write!(html, "<p>Body: {}</p>", shape(body));
        }
        html.push_str("<table>");
        for (status, response) in members(&operation["responses"]) {
            let content = members(&response["content"]).next();
            let shown = content.map(|(_, content)| shape(&content["schema"]));
            let _ = write!(
                html,
                "<tr><th>{}</th><td>{}</td><td>{}</td></tr>",
                escaped(status),
                escaped(text(response, "/description")),
                shown.unwrap_or_default(),
            );
        }
        html.push_str("</table></section>");
    }

    fn parameters(&self, html: &mut String, parameters: &Value) {
        let Some(parameters) = parameters.as_array().filter(|all| !all.is_empty()) else {
            return;
        };
        html.push_str("<details open><summary>Parameters</summary><table>");
        for parameter in parameters {
            let needed = parameter["required"].as_bool().unwrap_or(false);
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}{}</td><td>{}</td></tr>",
                escaped(text(parameter, "/name")),
                escaped(text(parameter, "/in")),
                if needed { ", required" } else { "" },
                escaped(text(parameter, "/description")),
            );
        }
        html.push_str("</table></details>");
    }

    fn schemas(&self, html: &mut String) {
        for (name, schema) in members(&self.document["components"]["schemas"]) {
            let shown = escaped(name);
            let about = escaped(text(schema, "/description"));
            let _ = write!(
                html,
                "<section><h3 id=\"schema-{shown}\"><code>{shown}</code></h3><p>{about}</p>"
            );
            rows(html, schema);
            html.push_str("</section>");
        }
    }
}

/// The members of a shape, and of the shapes that it is put together from.
fn rows(html: &mut String, schema: &Value) {
    let required: BTreeSet<&str> = strings(&schema["required"]).collect();
    let properties: Vec<_> = members(&schema["properties"]).collect();
    if !properties.is_empty() {
        html.push_str("<table>");
        for (name, property) in properties {
            let needed = required.contains(name);
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}{}</td><td>{}</td></tr>",
                escaped(name),
                shape(property),
                if needed { ", required" } else { "" },
                escaped(text(property, "/description")),
            );
        }
        html.push_str("</table>");
    }
    for joined in ["allOf", "oneOf", "anyOf"] {
        for part in schema[joined].as_array().into_iter().flatten() {
            if part["$ref"].is_string() {
                let _ = write!(html, "<p>{}</p>", shape(part));
            }
            rows(html, part);
        }
    }
}

/// A schema in a few words, with a link where it has a name.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        let name = escaped(name);
        return format!("<a href=\"#schema-{name}\"><code>{name}</code></a>");
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        let parts: Vec<String> = parts.iter().map(shape).collect();
        return parts.join(" or ");
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect::<Vec<_>>(),
    };
    match kinds.contains(&"array") {
        true => format!("list of {}", shape(&schema["items"])),
        false => escaped(&kinds.join(" or ")),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_shows_every_route_and_loads_nothing() {
        let document = crate::document();
        let page = super::render(&document);
        for path in document.paths.paths.keys() {
            assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
        }
        for outside in [
            "<script",
            "http://",
            "https://cdn",
            "src=",
            "@import",
            "url(",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
