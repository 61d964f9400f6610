//! The HTTP API in this process, with clients that keep their connections, all on the same cores.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use app::{ApiKeySecret, Change, NewApiKey, NoteBook, NoteKeys, Scope, Scopes};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    load::{Draw, Pattern},
    world::{World, random_key},
};

/// The API on a loopback address, and beside it on the same server a handler that does nothing.
pub(crate) struct Served {
    address: SocketAddr,
    secret: ApiKeySecret,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) async fn serve(world: &World) -> Result<Served> {
    let secret = ApiKeySecret::random();
    let scopes = Scopes {
        actions: vec![Scope::Read, Scope::Transfer],
        currencies: Vec::new(),
        cap: None,
        require_site: false,
    };
    let key = NewApiKey {
        name: "bench".into(),
        scopes,
        hash: ApiKeySecret::hash(secret.expose()),
    };
    world
        .app
        .change(world.asked(random_key()), Change::ApiKeyCreate(key))
        .await?;
    let keys = NoteKeys::generate(world.app.clock().now_ms());
    let mut config = web::Config::new(NoteBook::new(keys, "bench"));
    config.requests_per_minute = 0;
    config.peer_requests_per_minute = 0;
    let router = web::router(config, world.app.clone(), world.gates.http.clone())
        .route("/empty", axum::routing::post(async || "{}"));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move {
        let _ = axum::serve(listener, service).await;
    });
    Ok(Served {
        address,
        secret,
        server,
    })
}

/// What each request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Nothing,
    OneTransfer,
    /// This many transfers in one request.
    Bulk(usize),
}

/// Answered requests a second, with so many connections that each wait for their answer.
pub(crate) async fn requests(
    world: &World,
    served: &Served,
    connections: usize,
    time: Duration,
    ask: Ask,
) -> Result<f64> {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..connections {
        let client = Client::connect(world.clone(), served, number).await?;
        clients.spawn(client.run(ask, Arc::clone(&stop), Arc::clone(&count)));
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok(count.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}

struct Client {
    world: World,
    stream: TcpStream,
    secret: String,
    draw: Draw,
    buffer: Vec<u8>,
}

impl Client {
    async fn connect(world: World, served: &Served, number: usize) -> Result<Self> {
        let stream = TcpStream::connect(served.address).await?;
        stream.set_nodelay(true)?;
        let draw = Draw::new((number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Ok(Self {
            world,
            stream,
            secret: served.secret.expose().to_owned(),
            draw,
            buffer: vec![0; 1 << 20],
        })
    }

    async fn run(mut self, ask: Ask, stop: Arc<AtomicBool>, count: Arc<AtomicU64>) -> Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let request = self.request(ask);
            self.stream.write_all(request.as_bytes()).await?;
            self.answer(ask).await?;
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn request(&mut self, ask: Ask) -> String {
        let (path, body) = match ask {
            Ask::Nothing => ("/empty", self.transfer()),
            Ask::OneTransfer => ("/v1/transfers", self.transfer()),
            Ask::Bulk(count) => {
                let write = |client: &mut Self| {
                    format!(
                        "{{\"idempotency_key\":\"{}\",\"write\":{{\"transfer\":{}}}}}",
                        key(),
                        client.transfer()
                    )
                };
                let writes: Vec<String> = (0..count).map(|_| write(self)).collect();
                ("/v1/bulk", format!("{{\"writes\":[{}]}}", writes.join(",")))
            }
        };
        let (secret, key, length) = (&self.secret, key(), body.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {secret}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    fn transfer(&mut self) -> String {
        let economy::Transfer {
            from, to, currency, ..
        } = self.draw.transfer(&self.world, Pattern::Uniform);
        format!(
            "{{\"from\":\"{from}\",\"to\":\"{to}\",\"currency\":\"{currency}\",\"amount\":\"1\"}}"
        )
    }

    /// Reads one whole answer and looks at its status.
    async fn answer(&mut self, ask: Ask) -> Result<()> {
        let mut filled = 0;
        let (head, length) = loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
            if let Some(head) = find(&self.buffer[..filled], b"\r\n\r\n") {
                break (head + 4, content_length(&self.buffer[..head])?);
            }
        };
        while filled < head + length {
            if self.buffer.len() < head + length {
                self.buffer.resize(head + length, 0);
            }
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
        }
        let answer = &self.buffer[..head + length];
        if !answer.starts_with(b"HTTP/1.1 2") {
            bail!("the server said: {}", String::from_utf8_lossy(answer));
        }
        // In a bulk each write is answered for itself: one that was refused would make the figure too good.
        ensure!(
            !matches!(ask, Ask::Bulk(_)) || find(answer, b"\"problem\":").is_none(),
            "a write of a bulk was refused"
        );
        Ok(())
    }
}

fn key() -> String {
    let bytes = random_key();
    format!("{:032x}", u128::from_be_bytes(*bytes.bytes()))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

fn content_length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let line = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length:")
            .map(str::to_owned)
    });
    Ok(line.context("the answer has no length")?.trim().parse()?)
}
