//! Making a connection: the host's addresses in turn, then ApiVersions until both sides know what they can say.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kampa_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kampa_protocol::{ApiKey, ErrorCode, Text};
use kampa_world::{Monotonic, Stream, World};
use tokio::sync::{Semaphore, mpsc};

use super::{Connection, Shared, Versions, run};
use crate::{Error, Settings};

/// Connects to a server within `wait` and asks for its versions within the request timeout. `name` is what errors call it.
pub(crate) async fn open(
    world: &World,
    settings: &Settings,
    host: &str,
    port: u16,
    name: String,
    wait: Duration,
) -> Result<Connection, Error> {
    let stream = match world.timeout(wait, connect(world, host, port)).await {
        Ok(connected) => connected.map_err(|e| refused(&name, &e))?,
        Err(_) => {
            let what = format!("connecting to {name}");
            return Err(Error::TimedOut { what, waited_ms: wait.as_millis() as u64, last: None });
        }
    };
    let connection = start(world, settings, stream, name);
    let versions = negotiate(&connection, Duration::from_millis(settings.request_timeout_ms)).await?;
    let old = &connection.shared;
    // Until now nobody else holds it.
    Ok(Connection {
        shared: Arc::new(Shared {
            world: old.world.clone(),
            node: old.node.clone(),
            client_id: old.client_id.clone(),
            versions: Arc::new(versions),
            queue: old.queue.clone(),
            room: old.room.clone(),
        }),
    })
}

/// All of a host's addresses in turn: `localhost` is ::1 and 127.0.0.1, and a server may listen on one of them only.
async fn connect(world: &World, host: &str, port: u16) -> io::Result<Stream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in world.net().resolve(host, port).await? {
        match world.net().connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(e) => last = e,
        }
    }
    Err(last)
}

fn start(world: &World, settings: &Settings, stream: Stream, node: String) -> Connection {
    let (queue, outgoing) = mpsc::unbounded_channel();
    let limits = run::Limits {
        response_bytes_max: settings.response_bytes_max,
        idle_max: Duration::from_millis(settings.connections_max_idle_ms),
    };
    let task = run::run(world.clone(), stream, outgoing, limits, node.clone());
    // It ends by itself when the last handle is gone.
    drop(world.spawn("client connection", task));
    Connection {
        shared: Arc::new(Shared {
            world: world.clone(),
            node,
            client_id: settings.client_id.clone(),
            versions: Arc::default(),
            queue,
            room: Arc::new(Semaphore::new(settings.in_flight_max)),
        }),
    }
}

/// Asks in the newest version there is; a node that does not know it answers in version 0 which ones it knows.
async fn negotiate(connection: &Connection, wait: Duration) -> Result<Versions, Error> {
    let newest = ApiKey::ApiVersions.versions().map_or(0, |stable| *stable.end());
    let mut answer = ask(connection, newest, wait).await?;
    if answer.error_code == ErrorCode::UNSUPPORTED_VERSION.0 {
        let known = Versions::of(&answer).range(ApiKey::ApiVersions).map_or(0, |range| *range.end());
        answer = ask(connection, known.clamp(0, newest - 1), wait).await?;
    }
    Error::check(answer.error_code, || format!("ApiVersions of {}", connection.node()))?;
    Ok(Versions::of(&answer))
}

async fn ask(connection: &Connection, version: i16, wait: Duration) -> Result<ApiVersionsResponse, Error> {
    let mut request = ApiVersionsRequest::default();
    if version >= 3 {
        request.client_software_name = Text::from_static("kampa");
        request.client_software_version = Text::from_static(env!("CARGO_PKG_VERSION"));
    }
    connection.ask(&request, version, wait).await
}

fn refused(node: &str, error: &io::Error) -> Error {
    Error::Disconnected { node: node.to_owned(), why: error.to_string() }
}

/// Never: for a wait without an end.
pub(super) const NEVER: Monotonic = Monotonic::MAX;
