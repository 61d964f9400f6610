use std::time::Duration;

/// For the few requests that the program itself makes.
///
/// # Errors
/// When no client can be made on this machine.
pub(crate) fn client(timeout: Duration) -> Result<reqwest::Client, String> {
    // Whoever installed one before is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|error| error.to_string())
}
