//! A program that does not speak the protocol, or speaks it badly: the node closes the connection or says no, and goes on.
//!
//! What it sends: another protocol, noise, frames that announce too much or too little, requests that are cut, keys and versions
//! nobody has, counts that nothing backs, requests whose answers it never reads.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kampa_protocol::messages::{FetchRequest, MetadataRequest, ProduceRequest};
use kampa_protocol::{ApiKey, Request, RequestHeader, Writer};
use kampa_world::sim::Chance;

use crate::client::producer::BACKOFF;
use crate::client::{Client, Trouble, versions};
use crate::stage::Stage;

/// Bothers the node until the end.
pub async fn run(mut client: Client, stage: Stage) {
    while !stage.is_ending() {
        if bother(&mut client).await.is_err() {
            client.pause(BACKOFF).await;
        }
        client.hang_up();
        client.pause(Duration::from_millis(500)).await;
    }
}

async fn bother(client: &mut Client) -> Result<(), Trouble> {
    let mut chance = client.chance.clone();
    client.chance.next();
    let bytes = strange_bytes(&mut chance);
    let world = client.world.clone();
    let connection = client.connection().await?;
    let sent = connection.send_raw(bytes);
    if world.timeout(PATIENCE, sent).await.is_err() {
        // The node does not read on, and it need not.
        return Ok(());
    }
    // Whatever comes, if anything, nobody looks at it.
    let _ = world.timeout(PATIENCE, connection.is_answered()).await;
    Ok(())
}

fn strange_bytes(chance: &mut Chance) -> Bytes {
    match chance.below(9) {
        0 => Bytes::from_static(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        1 => Bytes::from_static(b"GET / HTTP/1.1\r\nHost: node1\r\n\r\n"),
        2 => noise(chance, 200),
        3 => frame(i32::MAX, &noise(chance, 50)),
        4 => frame(-1, &noise(chance, 50)),
        5 => frame(40, &noise(chance, 40)),
        6 => unknown_request(chance),
        7 => {
            let request = some_request(chance);
            cut(chance, &request)
        }
        _ => {
            let request = some_request(chance);
            many(chance, &request)
        }
    }
}

fn noise(chance: &mut Chance, size: usize) -> Bytes {
    (0..size).map(|_| chance.next() as u8).collect()
}

/// Bytes behind a length that may not be theirs.
fn frame(length: i32, bytes: &[u8]) -> Bytes {
    let mut framed = BytesMut::from(&length.to_be_bytes()[..]);
    framed.extend_from_slice(bytes);
    framed.freeze()
}

/// A header that can be read, of a key or version nobody has, with noise behind it.
fn unknown_request(chance: &mut Chance) -> Bytes {
    let mut bytes = BytesMut::new();
    let (key, version) = (chance.below(120) as i16, chance.below(40) as i16);
    bytes.extend_from_slice(&key.to_be_bytes());
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 7, 0xff, 0xff]);
    bytes.extend_from_slice(&noise(chance, 30));
    let length = bytes.len() as i32;
    frame(length, &bytes)
}

fn some_request(chance: &mut Chance) -> Bytes {
    match chance.below(3) {
        0 => whole(chance, &MetadataRequest { topics: None, ..Default::default() }),
        1 => whole(chance, &FetchRequest { max_wait_ms: 500, min_bytes: 1, ..Default::default() }),
        _ => whole(chance, &ProduceRequest { acks: -1, timeout_ms: 100, ..Default::default() }),
    }
}

fn whole<R: Request>(chance: &mut Chance, request: &R) -> Bytes {
    let key: ApiKey = R::KEY;
    let (_, version) = versions::range(key);
    let mut w = Writer::framed();
    let header = RequestHeader::new(key, version, chance.next() as i32, Some("stranger".into()));
    if let Err(e) = header.encode(&mut w).and_then(|()| request.encode(&mut w, version)) {
        panic!("{key} cannot be written: {e}");
    }
    w.finish().into_bytes()
}

/// A request with its end missing, or with one of its bytes changed.
fn cut(chance: &mut Chance, request: &Bytes) -> Bytes {
    let at = chance.between(4, request.len() as u64 - 1) as usize;
    if chance.coin() {
        return frame(at as i32 - 4, &request[4..at]);
    }
    let mut changed = BytesMut::from(&request[..]);
    changed[at] ^= 1 << chance.below(8);
    changed.freeze()
}

/// The same request many times, at once.
fn many(chance: &mut Chance, request: &Bytes) -> Bytes {
    let times = chance.between(2, 60) as usize;
    request.repeat(times).into()
}

/// How long it waits to see whether anything comes.
const PATIENCE: Duration = Duration::from_secs(2);
