//! A request as the handlers see it.

use std::str::FromStr;

use axum::{
    RequestExt,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::{HeaderMap, header},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{checks::Problems, reply::ApiError};
use crate::record::Part;

/// Ten files of ten MiB, and some room.
const LARGEST_BODY: usize = 110 * 1024 * 1024;

#[derive(Debug, Default)]
pub struct Call {
    pub method: String,
    /// Without `/api/v10`, still percent-encoded.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    /// The value of `Authorization`.
    pub token: Option<String>,
    /// Null when there is none.
    pub body: Value,
    pub parts: Vec<Part>,
    /// The variable parts of the path, decoded.
    pub params: Vec<String>,
}

impl Call {
    pub async fn read(request: Request) -> Result<Self, ApiError> {
        let path = request.uri().path();
        let mut call = Self {
            method: request.method().to_string(),
            path: path.strip_prefix("/api/v10").unwrap_or(path).to_owned(),
            query: query(request.uri().query().unwrap_or_default()),
            headers: headers(request.headers()),
            token: text(request.headers(), header::AUTHORIZATION.as_str()),
            ..Self::default()
        };
        let content_type = text(request.headers(), header::CONTENT_TYPE.as_str());
        if content_type.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            call.read_parts(request).await?;
        } else {
            call.read_json(request).await?;
        }
        Ok(call)
    }

    async fn read_json(&mut self, request: Request) -> Result<(), ApiError> {
        let request = request.with_limited_body();
        let bytes = Bytes::from_request(request, &()).await;
        let bytes = bytes.map_err(|_| ApiError::file_too_large())?;
        if !bytes.is_empty() {
            self.body = parse(&bytes)?;
        }
        Ok(())
    }

    async fn read_parts(&mut self, mut request: Request) -> Result<(), ApiError> {
        DefaultBodyLimit::max(LARGEST_BODY).apply(&mut request);
        let broken = |_| ApiError::invalid_body();
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| ApiError::invalid_body())?;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let part = Part {
                name: field.name().unwrap_or_default().to_owned(),
                filename: field.file_name().map(str::to_owned),
                content_type: field.content_type().map(str::to_owned),
                bytes: field.bytes().await.map_err(broken)?.to_vec(),
            };
            if part.name == "payload_json" {
                self.body = parse(&part.bytes)?;
            } else {
                self.parts.push(part);
            }
        }
        Ok(())
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// The id at this place among the path's variable parts.
    pub fn id<T: FromStr>(&self, index: usize) -> Result<T, ApiError> {
        let text = self
            .params
            .get(index)
            .map(String::as_str)
            .unwrap_or_default();
        text.parse().map_err(|_| {
            let mut problems = Problems::default();
            let message = format!("Value \"{text}\" is not snowflake.");
            problems.add("id", "NUMBER_TYPE_COERCE", &message);
            problems
                .finish()
                .err()
                .unwrap_or_else(ApiError::invalid_body)
        })
    }

    /// A number in the query, within a range.
    pub fn number(
        &self,
        name: &str,
        default: u64,
        range: &super::checks::Range,
    ) -> Result<u64, ApiError> {
        let Some(text) = self.query(name) else {
            return Ok(default);
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let mut problems = Problems::default();
            let message = format!("int value should be {} to {}.", range.start(), range.end());
            problems.add(name, "NUMBER_TYPE_RANGE", &message);
            problems
                .finish()
                .err()
                .unwrap_or_else(ApiError::invalid_body)
        })
    }

    /// `X-Audit-Log-Reason`: 1 to 512 characters, URL-encoded.
    pub fn check_reason(&self) -> Result<(), ApiError> {
        let Some(reason) = self.header("x-audit-log-reason") else {
            return Ok(());
        };
        let reason = percent_decode_str(reason).decode_utf8_lossy();
        let mut problems = Problems::default();
        problems.text(
            "X-Audit-Log-Reason",
            &Value::from(reason.as_ref()),
            &(1..=512),
        );
        problems.finish()
    }
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|_| ApiError::not_json())
}

fn query(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let open = headers
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION);
    open.map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    })
    .collect()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
