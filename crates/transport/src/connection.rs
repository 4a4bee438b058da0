//! One connection: drain every request a read brought, answer in order, write the answers together.
//!
//! Kafka answers a connection's requests one after the other. We keep that order and overlap only what a client
//! cannot tell apart: a request the service calls overlapping (Produce) may start while answers to earlier such
//! requests are owed; every other request waits for all before it.
//!
//! Invariant: answers leave in the order of their requests. While a non-overlapping answer is owed, and while the connection
//! is muted, nothing is read and no request starts: back-pressure ends at the client's socket.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use kampa_world::{Either, Monotonic, ReadHalf, Stream, World, WriteHalf, race};

use crate::{
    ConnectionLimits, GATHER_BYTES_MAX, OWED_ANSWERS_MAX, READ_BYTES, RESERVE_AHEAD_BYTES_MAX, WRITE_PIECES_MAX,
};

/// What answers the requests of a connection.
pub trait Service: Send + Sync + 'static {
    /// What the service remembers of one connection: who it is, what it called itself.
    type Session: Send;

    /// Whether a request may start while earlier overlapping ones are unanswered. `frame` is without its length.
    fn overlaps(&self, frame: &[u8]) -> bool;

    /// Handles one frame (without its length).
    fn call(&self, session: &mut Self::Session, frame: Bytes) -> Answer;
}

/// An answer: the pieces of one frame, its length included.
pub enum Answer {
    Now(Vec<Bytes>),
    Later(LaterAnswer),
    /// The pieces leave, and then nothing is read for a time: the client took more than it may. No pieces for a request that
    /// wants no answer.
    Muting(Vec<Bytes>, Duration),
    /// The request wants none (Produce with acks = 0).
    Silent,
    /// The peer broke the protocol: close without a word.
    Close,
}

/// An answer that takes time; it resolves to an [`Answer`] that is not `Later`.
pub type LaterAnswer = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Serves a connection until the peer closes it, breaks the protocol or stays silent for too long.
pub async fn serve<S: Service>(
    world: &World,
    stream: Stream,
    service: Arc<S>,
    mut session: S::Session,
    limits: ConnectionLimits,
) -> io::Result<()> {
    let mut connection = Connection::new(stream, limits);
    loop {
        let drained = connection.drain_requests(world, &*service, &mut session);
        // What was answered before a broken frame still leaves.
        connection.flush().await?;
        if drained? {
            return Ok(());
        }
        match connection.wait(world).await? {
            Event::Received | Event::Answered | Event::Unmuted => {}
            Event::Closed => return Ok(()),
        }
    }
}

struct Connection {
    reader: ReadHalf,
    writer: WriteHalf,
    /// Bytes that arrived and are not handled yet. Empty and without capacity while the connection is idle.
    received: BytesMut,
    owed: VecDeque<Owed>,
    /// Whether every owed answer is one that later requests may overlap.
    owed_overlap: bool,
    /// Pieces of answers whose turn has come.
    finished: Vec<Bytes>,
    finished_bytes: usize,
    /// Until then nothing is read and no request starts.
    muted_until: Option<Monotonic>,
    limits: ConnectionLimits,
}

enum Owed {
    Ready(Vec<Bytes>),
    Later(LaterAnswer),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Received,
    Answered,
    Unmuted,
    Closed,
}

impl Connection {
    fn new(stream: Stream, limits: ConnectionLimits) -> Connection {
        let (reader, writer) = stream.into_split();
        Connection {
            reader,
            writer,
            received: BytesMut::new(),
            owed: VecDeque::new(),
            owed_overlap: true,
            finished: Vec::new(),
            finished_bytes: 0,
            muted_until: None,
            limits,
        }
    }

    /// Handles every whole request that may start now. True if the connection is to be closed after a last flush.
    fn drain_requests<S: Service>(&mut self, world: &World, service: &S, session: &mut S::Session) -> io::Result<bool> {
        loop {
            self.take_ready();
            if self.finished_bytes >= GATHER_BYTES_MAX || self.muted_until.is_some() {
                return Ok(false);
            }
            let Some(length) = self.next_frame_length()? else { return Ok(false) };
            let overlaps = service.overlaps(&self.received[FRAME_HEAD..FRAME_HEAD + length]);
            if !self.may_start(overlaps) {
                return Ok(false);
            }
            self.received.advance(FRAME_HEAD);
            let frame = self.received.split_to(length).freeze();
            let answer = service.call(session, frame);
            self.owed_overlap = overlaps && (self.owed_overlap || self.owed.is_empty());
            match answer {
                Answer::Now(pieces) => self.owed.push_back(Owed::Ready(pieces)),
                Answer::Later(later) => self.owed.push_back(Owed::Later(later)),
                Answer::Muting(pieces, wait) => {
                    self.mute(world.now() + wait);
                    self.owed.push_back(Owed::Ready(pieces));
                }
                Answer::Silent => {}
                // Answers already owed to requests before this one are given up with the connection, as Kafka does.
                Answer::Close => return Ok(true),
            }
        }
    }

    /// The longest wait holds.
    fn mute(&mut self, until: Monotonic) {
        self.muted_until = self.muted_until.max(Some(until));
    }

    fn may_start(&self, overlaps: bool) -> bool {
        self.owed.is_empty() || (overlaps && self.owed_overlap && self.owed.len() < OWED_ANSWERS_MAX)
    }

    /// Moves answers that are ready and next in order to the output.
    fn take_ready(&mut self) {
        while let Some(Owed::Ready(pieces)) = self.owed.front_mut() {
            let pieces = std::mem::take(pieces);
            self.owed.pop_front();
            self.finish(pieces);
        }
    }

    fn finish(&mut self, pieces: Vec<Bytes>) {
        self.finished_bytes += pieces.iter().map(Bytes::len).sum::<usize>();
        self.finished.extend(pieces);
    }

    /// The length of the next frame once all of it has arrived.
    fn next_frame_length(&mut self) -> io::Result<Option<usize>> {
        let Some(length) = self.announced_length()? else { return Ok(None) };
        Ok((self.received.len() - FRAME_HEAD >= length).then_some(length))
    }

    fn announced_length(&self) -> io::Result<Option<usize>> {
        let Some(head) = self.received.first_chunk::<FRAME_HEAD>() else { return Ok(None) };
        let announced = i32::from_be_bytes(*head);
        match usize::try_from(announced) {
            Ok(length) if length <= self.limits.request_bytes_max => Ok(Some(length)),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a frame of {announced} bytes was announced; 0 to {} are taken", self.limits.request_bytes_max),
            )),
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        for pieces in self.finished.chunks(WRITE_PIECES_MAX) {
            self.writer.write_all_vectored(pieces).await?;
        }
        self.finished.clear();
        self.finished_bytes = 0;
        Ok(())
    }

    /// Waits for what can happen next: bytes, or the answer that is next in order.
    async fn wait(&mut self, world: &World) -> io::Result<Event> {
        if let Some(until) = self.muted_until {
            return Ok(self.wait_muted(world, until).await);
        }
        let whole_request_waits = self.next_frame_length()?.is_some();
        let reads = self.owed.is_empty() || (self.owed_overlap && self.owed.len() < OWED_ANSWERS_MAX);
        if whole_request_waits && self.owed.is_empty() {
            return Ok(Event::Received);
        }
        if self.owed.is_empty() {
            return match self.limits.idle_max {
                None => self.receive().await,
                Some(idle_max) => match world.timeout(idle_max, self.receive()).await {
                    Ok(event) => event,
                    Err(_) => Ok(Event::Closed),
                },
            };
        }
        let front = next_answer(&mut self.owed);
        let answer = if !reads || whole_request_waits {
            front.await
        } else {
            let reserve = reserve_for(&self.received, self.limits.request_bytes_max);
            match race(front, receive(&mut self.reader, &mut self.received, reserve)).await {
                Either::Left(answer) => answer,
                Either::Right(event) => return event,
            }
        };
        let first = self.answered(world, answer);
        Ok(poll_fn(|context| Poll::Ready(self.take_answered(world, first, context))).await)
    }

    /// Takes the answers behind one that has come, as long as they are there too: what waited for the same sync leaves in one write.
    fn take_answered(&mut self, world: &World, mut event: Event, context: &mut Context<'_>) -> Event {
        while event == Event::Answered && self.finished_bytes < GATHER_BYTES_MAX && self.muted_until.is_none() {
            self.take_ready();
            let Some(Owed::Later(later)) = self.owed.front_mut() else { break };
            let Poll::Ready(answer) = later.as_mut().poll(context) else { break };
            event = self.answered(world, answer);
        }
        event
    }

    /// Waits until the connection may speak again; what it is owed leaves meanwhile.
    async fn wait_muted(&mut self, world: &World, until: Monotonic) -> Event {
        match race(next_answer(&mut self.owed), world.sleep_until(until)).await {
            Either::Left(answer) => self.answered(world, answer),
            Either::Right(()) => {
                self.muted_until = None;
                Event::Unmuted
            }
        }
    }

    async fn receive(&mut self) -> io::Result<Event> {
        let reserve = reserve_for(&self.received, self.limits.request_bytes_max);
        receive(&mut self.reader, &mut self.received, reserve).await
    }

    fn answered(&mut self, world: &World, answer: Answer) -> Event {
        self.owed.pop_front();
        match answer {
            Answer::Now(pieces) => self.finish(pieces),
            Answer::Muting(pieces, wait) => {
                self.mute(world.now() + wait);
                self.finish(pieces);
            }
            Answer::Silent => {}
            Answer::Close => return Event::Closed,
            Answer::Later(later) => self.owed.push_front(Owed::Later(later)),
        }
        Event::Answered
    }
}

/// Bytes before a frame: its length.
const FRAME_HEAD: usize = 4;

/// How much room the next read wants: the rest of the announced frame, within limits.
fn reserve_for(received: &BytesMut, request_bytes_max: usize) -> usize {
    let announced = match received.first_chunk::<FRAME_HEAD>() {
        Some(head) => usize::try_from(i32::from_be_bytes(*head)).unwrap_or(0).min(request_bytes_max) + FRAME_HEAD,
        None => 0,
    };
    let missing = announced.saturating_sub(received.len());
    missing.clamp(READ_BYTES, RESERVE_AHEAD_BYTES_MAX.max(received.len()))
}

async fn receive(reader: &mut ReadHalf, received: &mut BytesMut, reserve: usize) -> io::Result<Event> {
    // An idle connection holds no buffer: it is made when bytes are there to fill it.
    if received.is_empty() {
        *received = BytesMut::new();
        reader.readable().await?;
    }
    received.reserve(reserve);
    Ok(if reader.read_buf(received).await? == 0 { Event::Closed } else { Event::Received })
}

/// The answer that is next in order. Dropping this future keeps it: it is polled where it lies.
fn next_answer(owed: &mut VecDeque<Owed>) -> impl Future<Output = Answer> + Send {
    poll_fn(move |context: &mut Context<'_>| match owed.front_mut() {
        Some(Owed::Later(later)) => later.as_mut().poll(context),
        Some(Owed::Ready(pieces)) => Poll::Ready(Answer::Now(std::mem::take(pieces))),
        None => Poll::Pending,
    })
}

#[cfg(test)]
mod tests;
