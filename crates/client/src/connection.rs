//! One connection to one node: requests out in order, answers back in order, several under way.
//!
//! A task of its own holds the socket. It ends when the peer closes, when an answer is late or cannot be read, when nobody has
//! used it for a while, or when the last handle is dropped; then everything unanswered fails with the reason.

mod frames;
mod open;
mod run;
mod versions;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kampa_protocol::{ApiKey, Message, Reader, Request, decode_response_header};
use kampa_world::{Monotonic, World};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::Error;
use frames::encode;
pub(crate) use open::open;
pub use versions::Versions;

/// A handle; cloning shares the connection.
#[derive(Clone)]
pub(crate) struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    world: World,
    /// For errors: "node 1 (localhost:9092)".
    node: String,
    client_id: String,
    versions: Arc<Versions>,
    queue: mpsc::UnboundedSender<Outgoing>,
    /// One permit for each request that may be under way; it bounds the queue too.
    room: Arc<Semaphore>,
}

/// A request on its way to the socket.
struct Outgoing {
    key: ApiKey,
    version: i16,
    /// The frame, whose correlation id is written when its turn has come.
    chunks: Vec<Bytes>,
    sent: Monotonic,
    deadline: Monotonic,
    reply: Reply,
    _permit: Option<Permit>,
}

/// Given back when the request is answered or given up.
type Permit = OwnedSemaphorePermit;

/// What becomes of the answer's frame (without its length). Called in the connection's task: it does little.
pub(crate) type OnReply = Box<dyn FnOnce(Result<Bytes, Error>) + Send>;

enum Reply {
    /// The node answers.
    Expected(OnReply),
    /// The node does not answer (Produce with acks=0); called when the bytes were given to the socket.
    None(OnReply),
}

impl Reply {
    fn call(self, answer: Result<Bytes, Error>) {
        let (Reply::Expected(reply) | Reply::None(reply)) = self;
        reply(answer);
    }
}

impl Connection {
    /// Which versions the node serves.
    pub fn versions(&self) -> &Arc<Versions> {
        &self.shared.versions
    }

    /// "node 1 (localhost:9092)".
    pub fn node(&self) -> &str {
        &self.shared.node
    }

    /// Whether it still takes requests.
    pub fn is_open(&self) -> bool {
        !self.shared.queue.is_closed()
    }

    /// Asks, and waits for the answer at most so long.
    pub async fn ask<R: Request>(&self, request: &R, version: i16, wait: Duration) -> Result<R::Response, Error> {
        let deadline = self.shared.world.now() + wait;
        let Ok(permit) = self.shared.world.timeout(wait, self.shared.room.clone().acquire_owned()).await else {
            return Err(late::<R>(self.node(), wait));
        };
        let permit = permit.map_err(|_| Error::Closed)?;
        let (send, answer) = oneshot::channel();
        let reply = Box::new(move |frame| {
            // Whoever asked may have gone away.
            let _ = send.send(frame);
        });
        self.submit(request, version, deadline, Some(permit), Reply::Expected(reply));
        let frame = answer.await.unwrap_or_else(|_| Err(self.ended()))?;
        decode::<R>(&frame, version).map_err(|why| Error::Garbled { what: self.about::<R>(version), why })
    }

    /// Asks without waiting: `reply` is called once, with the answer's frame or with why there is none.
    ///
    /// Takes no place among those that may be under way: whoever calls this bounds its own.
    pub fn ask_later<R: Request>(&self, request: &R, version: i16, wait: Duration, is_answered: bool, reply: OnReply) {
        let deadline = self.shared.world.now() + wait;
        let reply = if is_answered { Reply::Expected(reply) } else { Reply::None(reply) };
        self.submit(request, version, deadline, None, reply);
    }

    fn submit<R: Request>(&self, request: &R, version: i16, deadline: Monotonic, permit: Option<Permit>, reply: Reply) {
        let chunks = match encode(request, version, &self.shared.client_id) {
            Ok(chunks) => chunks,
            Err(error) => return reply.call(Err(error)),
        };
        let sent = self.shared.world.now();
        let outgoing = Outgoing { key: R::KEY, version, chunks, sent, deadline, reply, _permit: permit };
        if let Err(unsent) = self.shared.queue.send(outgoing) {
            unsent.0.reply.call(Err(self.ended()));
        }
    }

    fn about<R: Request>(&self, version: i16) -> String {
        format!("{} version {version} of {}", R::KEY, self.node())
    }

    fn ended(&self) -> Error {
        Error::Disconnected {
            node: self.node().to_owned(),
            why: "it was closed before the request was sent".to_owned(),
        }
    }
}

fn late<R: Request>(node: &str, wait: Duration) -> Error {
    let what = format!("{} at {node}", R::KEY);
    Error::TimedOut { what, waited_ms: wait.as_millis() as u64, last: None }
}

/// An answer from its frame, read to the last byte.
pub(crate) fn decode<R: Request>(frame: &Bytes, version: i16) -> Result<R::Response, String> {
    let mut r = Reader::new(frame);
    let read = decode_response_header(&mut r, R::KEY, version).and_then(|_| {
        let response = R::Response::decode(&mut r, version)?;
        r.finish()?;
        Ok(response)
    });
    read.map_err(|e| e.to_string())
}
