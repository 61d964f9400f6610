use std::fmt;

use serde_json::{Value, json};

use crate::ids::{AttachmentId, ChannelId};

/// A file as a person would pick it: name, media type and bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl File {
    /// The media type follows from the name, as it does when a browser uploads.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            content_type: content_type_of(name).to_owned(),
            bytes: bytes.into(),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {} bytes)",
            self.name,
            self.content_type,
            self.bytes.len()
        )
    }
}

pub fn content_type_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv",
        _ => "application/octet-stream",
    }
}

/// A file that stands on the CDN.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub id: AttachmentId,
    pub channel: ChannelId,
    pub file: File,
}

impl StoredFile {
    pub fn path(&self) -> String {
        format!(
            "/attachments/{}/{}/{}",
            self.channel, self.id, self.file.name
        )
    }

    /// <https://discord.com/developers/docs/resources/message#attachment-object>
    pub fn json(&self, cdn_url: &str) -> Value {
        // Real URLs are signed and expire; a bot that cuts the query off gets a 404 there.
        let url = format!("{cdn_url}{}?ex=1&is=1&hm=1", self.path());
        let mut json = json!({
            "id": self.id,
            "filename": self.file.name,
            "size": self.file.bytes.len(),
            "url": url,
            "proxy_url": url,
            "content_type": self.file.content_type,
        });
        if let Some((width, height)) = png_size(&self.file.bytes) {
            json["width"] = width.into();
            json["height"] = height.into();
        }
        json
    }
}

/// Width and height from a PNG's header (PNG specification, IHDR).
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?))
    };
    Some((number(8)?, number(12)?))
}
