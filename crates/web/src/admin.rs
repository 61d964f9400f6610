//! The admin listener's part: is it alive, can it write, and the figures.

use std::{
    fmt::{self, Write},
    pin::Pin,
    sync::Arc,
};

use app::{App, FlowQuery, Health, StoreError, Supply};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::{Metrics, routes::day_of_ms};

#[derive(Debug, Clone)]
struct Admin {
    app: App,
    metrics: Arc<Metrics>,
    more: More,
}

#[derive(Clone)]
struct More(Option<MoreFigures>);

impl fmt::Debug for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "More" } else { "None" })
    }
}

/// Figures of a part that is not known here, in the Prometheus text format; asked for whenever metrics are read.
pub type MoreFigures = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

/// `/livez`, `/readyz`, `/healthz` and `/metrics`. For a listener that outsiders do not reach.
pub fn admin_router(app: App, metrics: Arc<Metrics>) -> Router {
    admin_router_with(app, metrics, None)
}

/// With the figures of another part behind ours.
pub fn admin_router_with(app: App, metrics: Arc<Metrics>, more: Option<MoreFigures>) -> Router {
    let more = More(more);
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics_text))
        .with_state(Admin { app, metrics, more })
}

async fn ready(State(admin): State<Admin>) -> Response {
    match admin.app.store().health().await {
        Ok(health) if health.writable => "ready\n".into_response(),
        Ok(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the ledger takes no writes\n",
        )
            .into_response(),
        Err(error) => not_ready(&error),
    }
}

fn not_ready(error: &StoreError) -> Response {
    tracing::warn!("not ready: {error}");
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "the database does not answer\n",
    )
        .into_response()
}

async fn health(State(admin): State<Admin>) -> Response {
    let health = match admin.app.store().health().await {
        Ok(health) => health,
        Err(error) => return not_ready(&error),
    };
    let status = if health.writable {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let shown = json!({
        "writable": health.writable,
        "sequence": health.sequence.to_string(),
        "schema_version": health.schema_version,
        "bytes": health.bytes,
        "jobs": health.jobs,
        "oldest_job_secs": age_secs(&admin.app, health.oldest_job_ms),
        "last_backup_secs": age_secs(&admin.app, health.last_backup_ms),
        "lost_origins": health.lost_origins,
    });
    (status, Json(shown)).into_response()
}

fn age_secs(app: &App, since_ms: Option<i64>) -> Option<i64> {
    let now_ms = app.clock().now_ms();
    since_ms.map(|since_ms| now_ms.saturating_sub(since_ms).max(0) / 1_000)
}

async fn metrics_text(State(admin): State<Admin>) -> Response {
    let mut text = String::with_capacity(16 * 1024);
    admin.metrics.write(&mut text);
    match ledger_text(&admin.app, &mut text).await {
        Ok(()) => gauge(&mut text, "scrip_up", "Whether the database answers.", 1),
        Err(error) => {
            tracing::warn!("the ledger's figures are missing from the metrics: {error}");
            gauge(&mut text, "scrip_up", "Whether the database answers.", 0);
        }
    }
    if let More(Some(more)) = &admin.more {
        text.push_str(&more().await);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn ledger_text(app: &App, text: &mut String) -> Result<(), StoreError> {
    let store = app.store();
    health_text(app, text, &store.health().await?);
    supply_text(text, &store.supply().await?);
    flows_text(app, text).await
}

fn health_text(app: &App, text: &mut String, health: &Health) {
    gauge(
        text,
        "scrip_writable",
        "Whether the ledger takes writes.",
        i64::from(health.writable),
    );
    gauge(
        text,
        "scrip_ledger_sequence",
        "The ledger's last committed sequence.",
        health.sequence,
    );
    gauge(
        text,
        "scrip_ledger_bytes",
        "What the ledger takes on disk.",
        health.bytes,
    );
    gauge(text, "scrip_jobs", "Jobs that wait.", health.jobs);
    gauge(
        text,
        "scrip_lost_origins",
        "Origins that could not be recorded since the start.",
        health.lost_origins,
    );
    gauge(
        text,
        "scrip_unknown_sites",
        "Code sites that the build's table does not know.",
        app::origin::unknown_sites(),
    );
    let oldest = age_secs(app, health.oldest_job_ms).unwrap_or(0);
    gauge(
        text,
        "scrip_oldest_job_seconds",
        "The age of the oldest job that waits.",
        oldest,
    );
    if let Some(age) = age_secs(app, health.last_backup_ms) {
        gauge(
            text,
            "scrip_backup_age_seconds",
            "Since the last backup.",
            age,
        );
    }
}

fn supply_text(text: &mut String, supply: &[Supply]) {
    text.push_str("# HELP scrip_supply_minor_units Supply by currency, in minor units.\n# TYPE scrip_supply_minor_units gauge\n");
    for line in supply {
        let (currency, issued) = (line.currency, line.issued);
        let _ = writeln!(
            text,
            "scrip_supply_minor_units{{currency=\"{currency}\"}} {issued}"
        );
    }
    text.push_str(
        "# HELP scrip_holders Holders above zero by currency.\n# TYPE scrip_holders gauge\n",
    );
    for line in supply {
        let (currency, holders) = (line.currency, line.holders);
        let _ = writeln!(text, "scrip_holders{{currency=\"{currency}\"}} {holders}");
    }
}

/// Today's flows of the twenty sites that issued and retired the most.
async fn flows_text(app: &App, text: &mut String) -> Result<(), StoreError> {
    let today = day_of_ms(app.clock().now_ms());
    let query = FlowQuery {
        from_day: today,
        to_day: today,
        ..FlowQuery::default()
    };
    let mut flows = app.store().flows(query).await?;
    flows.sort_by_key(|flow| {
        std::cmp::Reverse(flow.totals.issued.saturating_add(flow.totals.retired))
    });
    text.push_str("# HELP scrip_flow_today_minor_units Issued and retired today by the largest code sites.\n# TYPE scrip_flow_today_minor_units gauge\n");
    for flow in flows.iter().take(20) {
        for (direction, sum) in [
            ("issued", flow.totals.issued),
            ("retired", flow.totals.retired),
        ] {
            let _ = writeln!(
                text,
                "scrip_flow_today_minor_units{{currency=\"{}\",kind=\"{}\",entry=\"{}\",site=\"{}\",function=\"{}\",direction=\"{direction}\"}} {sum}",
                flow.currency,
                flow.kind.as_str(),
                label(&flow.entry),
                flow.site.get(),
                label(&flow.function),
            );
        }
    }
    Ok(())
}

/// Names of functions can be an outsider's text.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn gauge(text: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    let _ = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
    );
}
