//! `/health`, `/ready` and `/metrics`, on a port of their own.
//!
//! `/health` answers as long as the process does, `/ready` once the node serves clients: what asks may begin before the node
//! does. HTTP stays outside the simulation.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use kampa_broker::Node;
use kampa_metrics::Process;
use kampa_world::{ListenOptions, Listener, Stream, World};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The node the pages speak of; empty until it has started.
pub type Started = Arc<OnceLock<Arc<Node>>>;

/// Opens every address, or says which one cannot be.
pub async fn listen(world: &World, addresses: &[(String, u16)]) -> Result<Vec<Listener>, (String, io::Error)> {
    let mut listeners = Vec::new();
    for (host, port) in addresses {
        let named = |error| (format!("{host}:{port}"), error);
        let host = if host.is_empty() { "::" } else { host };
        let found = world.net().resolve(host, *port).await.map_err(named)?;
        let first = found.into_iter().next().ok_or_else(|| named(io::ErrorKind::NotFound.into()))?;
        listeners.push(world.net().listen(first, ListenOptions::default()).await.map_err(named)?);
    }
    Ok(listeners)
}

/// Serves the pages until the process ends.
pub fn serve(world: &World, listeners: Vec<Listener>, started: Started) {
    let began_ms = u64::try_from(world.wall_ms()).unwrap_or(0).saturating_sub(world.now().nanos() / 1_000_000);
    let pages = Pages { world: world.clone(), started, began: Duration::from_millis(began_ms) };
    let router = Router::new()
        .route("/", get(|| async { "/health\n/ready\n/metrics\n" }))
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(pages);
    for listener in listeners {
        let door = Door { listener, places: Arc::new(Semaphore::new(CONNECTIONS_MAX)), world: world.clone() };
        let service = router.clone();
        world.spawn("http", async move {
            // It accepts for ever; an error here would be one of axum's promise not to have any.
            if let Err(error) = axum::serve(door, service).await {
                tracing::warn!(%error, "HTTP ended");
            }
        });
    }
}

#[derive(Clone)]
struct Pages {
    world: World,
    started: Started,
    /// When the process started, since 1970.
    began: Duration,
}

async fn ready(State(pages): State<Pages>) -> impl IntoResponse {
    match pages.started.get() {
        Some(node) if node.is_ready() && node.is_recovered() => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}

async fn metrics(State(pages): State<Pages>) -> impl IntoResponse {
    let started = pages.started.clone();
    let disk = pages.world.disk().clone();
    // Ten thousand partitions are megabytes of text: not on a thread that clients wait for.
    let text = pages.world.offload(move || {
        let read = |name: &str| disk.read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
        let files = disk.read_dir("/proc/self/fd").map_or(0, |files| files.len());
        let process = Process::read(&read("stat"), pages.began)
            .map(|process| process.with_io(&read("io")).with_files(files, &read("limits")))
            .map(|process| process.text(env!("CARGO_PKG_VERSION")));
        process.unwrap_or_default() + &started.get().map(|node| node.metrics_text()).unwrap_or_default()
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.await)
}

/// A listener that lets in so many at a time; the others wait to be accepted.
struct Door {
    listener: Listener,
    places: Arc<Semaphore>,
    world: World,
}

impl axum::serve::Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        loop {
            let place = self.places.clone().acquire_owned().await.ok();
            match self.listener.accept().await {
                Ok((stream, peer)) => return (Guest { stream, _place: place }, peer),
                Err(error) => {
                    tracing::warn!(%error, "accept HTTP connection");
                    self.world.sleep(ACCEPT_RETRY).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that keeps its place until it ends.
struct Guest {
    stream: Stream,
    _place: Option<OwnedSemaphorePermit>,
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Probes and scrapers are a handful; more would be somebody's mistake.
const CONNECTIONS_MAX: usize = 64;

/// How long to wait after a failed accept (no file descriptor left) before the next.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
