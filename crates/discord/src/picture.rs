//! Fetching a picture that somebody uploaded.

use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::time::Duration;
use twilight_model::channel::Attachment;

use crate::Cdn;

/// The largest picture that Discord takes as an emoji (its documentation, "Create Guild Emoji").
pub(crate) const LARGEST: u64 = 256 * 1024;

const PATIENCE: Duration = Duration::from_secs(15);

/// A picture in a format that Discord takes for an emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub format: Format,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Jpeg,
    Gif,
    WebP,
}

impl Format {
    /// By the first bytes: what a file is called, and what a server says that it is, proves nothing.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Format::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Format::WebP),
            _ => None,
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
            Format::Gif => "image/gif",
            Format::WebP => "image/webp",
        }
    }
}

/// Why an attachment is no picture for an emoji. Variants in the order in which they are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PictureRefusal {
    TooLarge {
        bytes: u64,
    },
    /// It does not lie on one of Discord's hosts.
    ElsewhereHosted,
    NotFetched(String),
    NoPicture,
}

/// Why a file that somebody uploaded is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfetched {
    ElsewhereHosted,
    /// It has more bytes than were wanted.
    TooLarge,
    Failed(String),
}

impl From<Unfetched> for PictureRefusal {
    fn from(why: Unfetched) -> Self {
        match why {
            Unfetched::ElsewhereHosted => PictureRefusal::ElsewhereHosted,
            Unfetched::TooLarge => PictureRefusal::TooLarge {
                bytes: LARGEST.saturating_add(1),
            },
            Unfetched::Failed(why) => PictureRefusal::NotFetched(why),
        }
    }
}

/// Fetches files, from Discord's hosts only, and follows no redirects.
#[derive(Debug)]
pub(crate) struct Downloads(Client<HttpsConnector<HttpConnector>, Empty<bytes::Bytes>>);

impl Downloads {
    pub(crate) fn new() -> Self {
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    pub(crate) async fn picture(
        &self,
        cdn: &Cdn,
        attachment: &Attachment,
    ) -> Result<Picture, PictureRefusal> {
        if attachment.size > LARGEST {
            return Err(PictureRefusal::TooLarge {
                bytes: attachment.size,
            });
        }
        let bytes = self.bytes(cdn, &attachment.url, LARGEST).await?;
        let format = Format::of(&bytes).ok_or(PictureRefusal::NoPicture)?;
        Ok(Picture { format, bytes })
    }

    /// A file that somebody uploaded, of at most so many bytes.
    pub(crate) async fn bytes(
        &self,
        cdn: &Cdn,
        url: &str,
        most: u64,
    ) -> Result<Vec<u8>, Unfetched> {
        let url = allowed(cdn, url).ok_or(Unfetched::ElsewhereHosted)?;
        let bytes = tokio::time::timeout(PATIENCE, self.fetch(url, most)).await;
        bytes.unwrap_or(Err(Unfetched::Failed("it took too long".into())))
    }

    async fn fetch(&self, url: http::Uri, most: u64) -> Result<Vec<u8>, Unfetched> {
        let failed = |error: &dyn std::fmt::Display| Unfetched::Failed(error.to_string());
        let answer = self.0.get(url).await.map_err(|error| failed(&error))?;
        if answer.status() != http::StatusCode::OK {
            return Err(failed(&answer.status()));
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match Limited::new(answer.into_body(), most).collect().await {
            Ok(body) => Ok(body.to_bytes().to_vec()),
            Err(error) if error.is::<LengthLimitError>() => Err(Unfetched::TooLarge),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// The address, if it lies on an allowed host over https, or below the configured base.
fn allowed(cdn: &Cdn, url: &str) -> Option<http::Uri> {
    let parsed: http::Uri = url.parse().ok()?;
    let same_origin = |base: &String| {
        let base: http::Uri = base.parse().ok()?;
        let same = base.scheme() == parsed.scheme() && base.authority() == parsed.authority();
        same.then_some(())
    };
    let on_a_host = parsed.scheme_str() == Some("https")
        && parsed
            .authority()
            .is_some_and(|authority| cdn.hosts.iter().any(|host| authority.as_str() == host));
    let fits = on_a_host || cdn.url.as_ref().and_then(same_origin).is_some();
    fits.then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: bool) {
        let cdn = Cdn {
            url: Some("http://127.0.0.1:4000".into()),
            ..Cdn::default()
        };
        assert_eq!(allowed(&cdn, url).is_some(), expect, "{url:?}");
    }

    #[test]
    fn pictures_come_from_discords_hosts_only() {
        check(
            "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1",
            true,
        );
        check("https://media.discordapp.net/a.png", true);
        check("http://127.0.0.1:4000/attachments/a.png", true);
        for url in [
            "http://cdn.discordapp.com/a.png",
            "https://cdn.discordapp.com.evil.example/a.png",
            "https://cdn.discordapp.com:8443/a.png",
            "https://me@cdn.discordapp.com/a.png",
            "https://cdn.discordapp.com@evil.example/a.png",
            "https://evil.example/cdn.discordapp.com/a.png",
            "http://127.0.0.1:4001/a.png",
            "https://127.0.0.1:4000/a.png",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "/a.png",
            "",
        ] {
            check(url, false);
        }
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        let check = |bytes: &[u8], expect| assert_eq!(Format::of(bytes), expect, "{bytes:?}");
        check(b"\x89PNG\r\n\x1a\n....", Some(Format::Png));
        check(b"\xff\xd8\xff\xe0", Some(Format::Jpeg));
        check(b"GIF89a", Some(Format::Gif));
        check(b"RIFF\0\0\0\0WEBPVP8 ", Some(Format::WebP));
        check(b"<svg xmlns=", None);
        check(b"RIFF\0\0\0\0WAVE", None);
        check(b"", None);
    }
}
