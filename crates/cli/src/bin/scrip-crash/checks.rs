//! What must hold after every crash.

use anyhow::{Context as _, bail, ensure};
use rand::{RngExt as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    clients::Api,
    program::{Program, Running, World},
    sent::{Answer, Book, Receipt, Sent},
};

/// How many acknowledged writes are looked at and repeated after each crash.
const SAMPLE: usize = 60;

pub(crate) async fn set_rate(server: &Running, world: &World) -> anyhow::Result<()> {
    let path = format!("/v1/rates/{}/{}", world.gold, world.silver);
    let response = Api::of(server)
        .request(reqwest::Method::PUT, &path)
        .header("Idempotency-Key", "crash-rate")
        .body(json!({"rate": "3/7"}).to_string())
        .send()
        .await
        .context("setting the rate")?;
    let status = response.status();
    ensure!(status.is_success(), "setting the rate: {status}");
    Ok(())
}

/// Repeats what got no answer; gives how many of those were written before the crash.
pub(crate) async fn repeat_unknown(server: &Running, book: &mut Book) -> anyhow::Result<usize> {
    let api = Api::of(server);
    let mut written = 0;
    for sent in book.all.iter_mut().filter(|sent| sent.is_unknown()) {
        let answer = api.write(sent).await;
        sent.answer = answer
            .with_context(|| format!("no answer to the repeated {} {}", sent.path, sent.key))?;
        match &sent.answer {
            Answer::Written(receipt) => written += usize::from(receipt.replayed),
            Answer::Refused => {}
            Answer::Unknown => bail!("the repeated {} {} is still not known", sent.path, sent.key),
        }
    }
    Ok(written)
}

pub(crate) async fn all(
    program: &Program,
    server: &Running,
    book: &Book,
    random: &mut StdRng,
) -> anyhow::Result<()> {
    let api = Api::of(server);
    for at in sample(book, random) {
        let Some(sent) = book.all.get(at) else {
            continue;
        };
        let Some(receipt) = sent.receipt() else {
            continue;
        };
        is_there(&api, sent, receipt).await?;
        happens_once(&api, sent, receipt).await?;
    }
    no_two_share_a_transaction(book)?;
    audit(program, book)
}

/// Mostly the newest: those are what a crash endangers.
fn sample(book: &Book, random: &mut StdRng) -> Vec<usize> {
    let count = book.all.len();
    let newest = count.saturating_sub(SAMPLE / 2)..count;
    let any = (0..SAMPLE / 2).map(|_| random.random_range(0..count.max(1)));
    newest.chain(any).collect()
}

async fn is_there(api: &Api, sent: &Sent, receipt: &Receipt) -> anyhow::Result<()> {
    let path = format!("/v1/transactions/{}", receipt.transaction);
    let response = api.request(reqwest::Method::GET, &path).send().await;
    let response = response.context("asking for a transaction")?;
    let status = response.status();
    ensure!(
        status.is_success(),
        "transaction {} of {} {} was acknowledged and is not there: {status}",
        receipt.transaction,
        sent.path,
        sent.key
    );
    let body = response.bytes().await.context("reading a transaction")?;
    let found: Value = serde_json::from_slice(&body).context("reading a transaction")?;
    ensure!(
        found["kind"] == receipt.kind.as_str() && found["transfers"] == receipt.transfers,
        "transaction {} is not what was acknowledged: {found} instead of {receipt:?}",
        receipt.transaction
    );
    Ok(())
}

async fn happens_once(api: &Api, sent: &Sent, receipt: &Receipt) -> anyhow::Result<()> {
    let again = api.write(sent).await;
    match again {
        Some(Answer::Written(again)) => ensure!(
            again.transaction == receipt.transaction && again.replayed,
            "{} {} was done twice: {} and {}",
            sent.path,
            sent.key,
            receipt.transaction,
            again.transaction
        ),
        other => bail!(
            "the repeated {} {} was answered with {other:?}",
            sent.path,
            sent.key
        ),
    }
    Ok(())
}

fn no_two_share_a_transaction(book: &Book) -> anyhow::Result<()> {
    let mut seen = std::collections::HashMap::new();
    for (sent, receipt) in book.written() {
        if let Some(other) = seen.insert(&receipt.transaction, &sent.key) {
            bail!(
                "{other} and {} have one transaction, {}",
                sent.key,
                receipt.transaction
            );
        }
    }
    Ok(())
}

/// The ledger is sound, and has exactly what was acknowledged: nothing more, nothing less.
fn audit(program: &Program, book: &Book) -> anyhow::Result<()> {
    let report = program.ask(&["audit"]).context("the audit")?;
    ensure!(report["clean"] == true, "the audit found: {report}");
    let (there, expected) = (report["transfers"].as_u64(), book.transfers());
    ensure!(
        there == u64::try_from(expected).ok(),
        "the ledger has {there:?} transfers, and {expected} were acknowledged"
    );
    Ok(())
}
