//! The task that holds a connection's socket.
//!
//! Invariant: the first of `waiting` is whose answer comes next. Writing never keeps from reading, or two sides that both write
//! would wait for each other for ever.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kampa_protocol::ApiKey;
use kampa_world::{Either, Monotonic, ReadHalf, Stream, World, WriteHalf, race};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{OnReply, Outgoing, Permit, Reply, frames};
use crate::Error;

/// What a connection may cost.
pub(super) struct Limits {
    pub response_bytes_max: usize,
    pub idle_max: Duration,
}

/// A request that was sent and is not answered.
struct Waiting {
    correlation_id: i32,
    key: ApiKey,
    version: i16,
    sent: Monotonic,
    deadline: Monotonic,
    reply: OnReply,
    _permit: Option<Permit>,
}

/// The part of a connection that reading touches.
struct Inbound {
    reader: ReadHalf,
    /// Empty and without capacity while nothing is on its way.
    received: BytesMut,
    waiting: VecDeque<Waiting>,
    limits: Limits,
    node: String,
}

/// Serves a connection to its end; then fails what is left.
pub(super) async fn run(
    world: World,
    stream: Stream,
    mut outgoing: UnboundedReceiver<Outgoing>,
    limits: Limits,
    node: String,
) {
    let (reader, mut writer) = stream.into_split();
    let mut inbound = Inbound { reader, received: BytesMut::new(), waiting: VecDeque::new(), limits, node };
    let end = serve(&world, &mut inbound, &mut writer, &mut outgoing).await;
    tracing::debug!(node = inbound.node, reason = end, "connection closed");
    outgoing.close();
    inbound.fail_all(&end, world.now());
    while let Ok(unsent) = outgoing.try_recv() {
        unsent.reply.call(Err(Error::Disconnected { node: inbound.node.clone(), why: end.clone() }));
    }
}

/// Until something ends it: why, in words.
async fn serve(
    world: &World,
    inbound: &mut Inbound,
    writer: &mut WriteHalf,
    outgoing: &mut UnboundedReceiver<Outgoing>,
) -> String {
    let mut next_correlation_id = 0;
    loop {
        let wake = match inbound.deadline() {
            Some(deadline) => deadline,
            None => world.now() + inbound.limits.idle_max,
        };
        let event = race(outgoing.recv(), race(inbound.read(), world.sleep_until(wake))).await;
        let ended = match event {
            Either::Left(None) => Err("nobody uses it any more".to_owned()),
            Either::Left(Some(first)) => send(world, inbound, writer, outgoing, first, &mut next_correlation_id).await,
            Either::Right(Either::Left(read)) => read.and_then(|()| inbound.deliver()),
            Either::Right(Either::Right(())) => Err(inbound.late()),
        };
        if let Err(end) = ended {
            return end;
        }
    }
}

/// Sends a request and all that are queued behind it, in one write if the socket takes it.
async fn send(
    world: &World,
    inbound: &mut Inbound,
    writer: &mut WriteHalf,
    outgoing: &mut UnboundedReceiver<Outgoing>,
    first: Outgoing,
    next_correlation_id: &mut i32,
) -> Result<(), String> {
    let (mut chunks, mut unanswered) = (Vec::new(), Vec::new());
    let mut next = Some(first);
    while let Some(mut request) = next {
        let correlation_id = *next_correlation_id;
        // Java wraps around to 0, which brokers log nicely; they care for no more than the echo.
        *next_correlation_id = correlation_id.checked_add(1).unwrap_or(0);
        frames::stamp(&mut request.chunks, correlation_id);
        chunks.append(&mut request.chunks);
        match request.reply {
            Reply::None(reply) => unanswered.push((reply, request._permit)),
            Reply::Expected(reply) => inbound.waiting.push_back(Waiting {
                correlation_id,
                key: request.key,
                version: request.version,
                sent: request.sent,
                deadline: request.deadline,
                reply,
                _permit: request._permit,
            }),
        }
        next = if chunks.len() < CHUNKS_PER_WRITE_MAX { outgoing.try_recv().ok() } else { None };
    }
    let written = write(world, inbound, writer, chunks).await;
    for (reply, _permit) in unanswered {
        reply(match &written {
            Ok(()) => Ok(Bytes::new()),
            Err(why) => Err(Error::Disconnected { node: inbound.node.clone(), why: why.clone() }),
        });
    }
    written
}

/// Writes all, reading meanwhile where the socket does not take it at once.
async fn write(world: &World, inbound: &mut Inbound, writer: &mut WriteHalf, chunks: Vec<Bytes>) -> Result<(), String> {
    let mut rest = writer.try_write_vectored(&chunks).map_err(|e| e.to_string())?;
    let mut left = chunks;
    left.retain_mut(|chunk| {
        let written = rest.min(chunk.len());
        rest -= written;
        bytes::Buf::advance(chunk, written);
        !chunk.is_empty()
    });
    if left.is_empty() {
        return Ok(());
    }
    let mut writing = pin!(writer.write_all_vectored(&left));
    loop {
        let deadline = inbound.deadline().unwrap_or(super::open::NEVER);
        match race(writing.as_mut(), race(inbound.read(), world.sleep_until(deadline))).await {
            Either::Left(written) => return written.map_err(|e| e.to_string()),
            Either::Right(Either::Left(read)) => {
                read?;
                inbound.deliver()?;
            }
            Either::Right(Either::Right(())) => return Err(inbound.late()),
        }
    }
}

impl Inbound {
    /// Waits for bytes. Nothing is lost when this is dropped while it waits.
    async fn read(&mut self) -> Result<(), String> {
        if self.received.is_empty() {
            // An idle connection holds no buffer.
            self.received = BytesMut::new();
            self.reader.readable().await.map_err(|e| e.to_string())?;
        }
        self.received.reserve(frames::room(&self.received, self.limits.response_bytes_max));
        match self.reader.read_buf(&mut self.received).await {
            Ok(0) => Err("the node closed it".to_owned()),
            Ok(_) => Ok(()),
            Err(e) => Err(e.to_string()),
        }
    }

    /// Hands every whole answer to whoever waits for it.
    fn deliver(&mut self) -> Result<(), String> {
        while let Some(frame) = frames::next(&mut self.received, self.limits.response_bytes_max)? {
            let came = frame.first_chunk::<4>().map(|head| i32::from_be_bytes(*head));
            let Some(first) = self.waiting.front() else {
                return Err("it sent an answer to nothing".to_owned());
            };
            if came != Some(first.correlation_id) {
                return Err(format!("it sent answer {came:?} where {} was due", first.correlation_id));
            }
            if let Some(first) = self.waiting.pop_front() {
                (first.reply)(Ok(frame));
            }
        }
        Ok(())
    }

    /// When the first answer is late. One late answer ends the connection: those behind it cannot come before it.
    fn deadline(&self) -> Option<Monotonic> {
        self.waiting.iter().map(|waiting| waiting.deadline).min()
    }

    /// Nothing came in time.
    fn late(&self) -> String {
        match self.waiting.iter().min_by_key(|waiting| waiting.deadline) {
            Some(first) => format!("{} was not answered in time", first.key),
            None => "nobody used it".to_owned(),
        }
    }

    fn fail_all(&mut self, why: &str, now: Monotonic) {
        for waiting in self.waiting.drain(..) {
            let error = if waiting.deadline <= now {
                let what = format!("{} version {} at {}", waiting.key, waiting.version, self.node);
                Error::TimedOut { what, waited_ms: now.since(waiting.sent).as_millis() as u64, last: None }
            } else {
                Error::Disconnected { node: self.node.clone(), why: why.to_owned() }
            };
            (waiting.reply)(Err(error));
        }
    }
}

/// Frames gathered into one write; a system call takes at most so many pieces anyway.
const CHUNKS_PER_WRITE_MAX: usize = 64;
