use std::{sync::Arc, time::Duration};

use app::{App, StoreError, WebhookRecord};
use ledger::Transaction;
use reqwest::{Client, redirect};
use serde::Serialize;

use super::{
    address::{Reach, Resolver, UrlRefused, checked_url},
    signature,
};
use crate::{
    currencies::Currencies,
    shown::{Time, TransactionShown},
};

/// Posts to webhooks and keeps how far each has come.
#[derive(Clone)]
pub(super) struct Deliverer {
    app: App,
    client: Client,
    reach: Reach,
    currencies: Arc<Currencies>,
}

/// Why a delivery failed.
#[derive(Debug, thiserror::Error)]
enum DeliveryError {
    #[error("the journal could not be read")]
    Store(#[from] StoreError),
    #[error("the URL is refused")]
    Url(#[from] UrlRefused),
    #[error("the secret is not one")]
    Secret,
    #[error("the event could not be written")]
    Json(#[from] serde_json::Error),
    #[error("the receiver did not answer")]
    Http(#[from] reqwest::Error),
    #[error("the receiver answered {0}")]
    Status(reqwest::StatusCode),
}

#[derive(Serialize)]
struct Event {
    r#type: &'static str,
    timestamp: Time,
    data: TransactionShown,
}

impl Deliverer {
    const PAGE: usize = 100;

    pub(super) fn new(app: App, reach: Reach) -> Result<Self, reqwest::Error> {
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Resolver(reach))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .user_agent(concat!("scrip/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            app,
            client,
            reach,
            currencies: Arc::default(),
        })
    }

    /// Delivers what a webhook does not have yet. Whether it now has everything there was.
    pub(super) async fn deliver(&self, mut webhook: WebhookRecord) -> bool {
        let before = webhook.clone();
        let outcome = self.deliver_page(&mut webhook).await;
        match &outcome {
            Ok(_) => (webhook.failures, webhook.retry_ms) = (0, 0),
            Err(error) => self.postpone(&mut webhook, error),
        }
        if webhook != before {
            let kept = self.app.store().webhook_moved(webhook).await;
            if let Err(error) = kept {
                // It is delivered again then, which receivers must bear.
                tracing::warn!("how far a webhook has come was not kept: {error}");
            }
        }
        outcome.unwrap_or(false)
    }

    async fn deliver_page(&self, webhook: &mut WebhookRecord) -> Result<bool, DeliveryError> {
        let store = self.app.store();
        let page = store.transactions_after(webhook.cursor, Self::PAGE).await?;
        let whole = page.len() < Self::PAGE;
        for transaction in page {
            let id = transaction.id.get();
            let mut transfers = transaction.transfers.iter();
            let wanted = webhook
                .currency
                .is_none_or(|only| transfers.any(|transfer| transfer.debit.currency == only));
            if wanted {
                self.post(webhook, transaction).await?;
            }
            webhook.cursor = id;
        }
        Ok(whole)
    }

    async fn post(
        &self,
        webhook: &WebhookRecord,
        transaction: Transaction,
    ) -> Result<(), DeliveryError> {
        let url = checked_url(&webhook.url, self.reach)?;
        // The same for every attempt, so that a receiver knows what it has already.
        let id = format!("msg_{}_{}", webhook.id, transaction.id);
        let body = serde_json::to_vec(&self.event(transaction).await?)?;
        let timestamp_secs = self.app.clock().now_ms().div_euclid(1_000);
        let signature = signature::sign(&webhook.secret, &id, timestamp_secs, &body)
            .ok_or(DeliveryError::Secret)?;
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp_secs)
            .header("webhook-signature", signature)
            .body(body);
        let status = request.send().await?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(DeliveryError::Status(status))
        }
    }

    async fn event(&self, transaction: Transaction) -> Result<Event, StoreError> {
        let currencies = transaction.transfers.iter().map(|t| t.debit.currency);
        let known = self.currencies.with(self.app.store(), currencies).await?;
        Ok(Event {
            r#type: "transaction.committed",
            timestamp: Time(transaction.time_ms()),
            data: TransactionShown::new(transaction, &known),
        })
    }

    /// 5 s after the first failure, doubled each time up to six hours.
    fn postpone(&self, webhook: &mut WebhookRecord, error: &DeliveryError) {
        let wait_ms = 5_000_i64.saturating_mul(1 << webhook.failures.min(12));
        webhook.failures = webhook.failures.saturating_add(1);
        webhook.retry_ms = self
            .app
            .clock()
            .now_ms()
            .saturating_add(wait_ms.min(6 * 3_600_000));
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        tracing::info!(
            webhook = %webhook.id,
            failures = webhook.failures,
            "a delivery failed: {error}{}",
            cause.unwrap_or_default()
        );
    }
}
