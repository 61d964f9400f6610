use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Scheme, host and port under which this server was asked. None when the request does not say it.
pub(crate) fn of_request(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let authority = host.or_else(|| uri.authority().cloned())?;
    let forwarded = headers.get("x-forwarded-proto");
    // A proxy with TLS says so; this server itself has none.
    let scheme = match forwarded.map(|scheme| scheme.as_bytes()) {
        Some(b"https") => "https",
        _ => "http",
    };
    // An authority may have a user name.
    let port = authority.port().map(|port| format!(":{port}"));
    let host = authority.host();
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}
