//! The controller's room: decisions one after the other, their records synced, the new image shown to everybody.
//!
//! It lives on a thread of its own, so that a busy data plane does not delay it and its syncs delay nobody. Decisions
//! that wait together are written together: one append, one sync.
//!
//! Invariant: nobody outside this room sees a record, or an answer made of it, before it is on the medium.

use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;
use kampa_controller::{Controller as Mind, Decision};
use kampa_kraft::MetadataLog;
use kampa_metadata::{Changes, MetadataImage};
use kampa_metrics::Histogram;
use kampa_protocol::ErrorCode;
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_world::{Either, Monotonic, World, race};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::changes::Follower;

/// Decisions that may wait for the controller; beyond it, askers wait at the door.
const WAITING_MAX: usize = 256;
/// Decisions written with one sync.
const TOGETHER_MAX: usize = 64;

/// The way to the controller's room.
#[derive(Clone)]
pub struct Controller {
    asked: mpsc::Sender<Asked>,
    closing: Arc<Notify>,
    world: World,
    times: Arc<Times>,
}

/// How long questions waited for the controller, and how long it took to decide, write and show what was asked together.
#[derive(Default)]
pub struct Times {
    pub waited: Histogram,
    pub took: Histogram,
}

struct Asked {
    at: Monotonic,
    question: Question,
}

/// A question for the mind: it leaves records, and an answer that is sent when they are on the medium.
type Question = Box<dyn FnOnce(&Mind, i64) -> Decided + Send>;

struct Decided {
    records: Vec<MetadataRecord>,
    /// Called with `true` when the records are on the medium, `false` if they never will be.
    answer: Box<dyn FnOnce(bool) + Send>,
}

impl Controller {
    /// Asks the mind and waits until what it decided is on the medium and in the image.
    ///
    /// NOT_CONTROLLER if the room is closed: the node stops.
    pub async fn decide<A, F>(&self, question: F) -> Result<A, ErrorCode>
    where
        A: Send + 'static,
        F: FnOnce(&Mind, i64) -> Decision<A> + Send + 'static,
    {
        let (sender, answered) = oneshot::channel();
        let question: Question = Box::new(move |mind, now_ms| {
            let Decision { records, answer } = question(mind, now_ms);
            let answer = move |durable: bool| {
                // Who asked may have gone; what was decided stands.
                let _ = sender.send(durable.then_some(answer));
            };
            Decided { records, answer: Box::new(answer) }
        });
        self.asked.send(Asked { at: self.world.now(), question }).await.map_err(|_| ErrorCode::NOT_CONTROLLER)?;
        match answered.await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(ErrorCode::KAFKA_STORAGE_ERROR),
            Err(_) => Err(ErrorCode::NOT_CONTROLLER),
        }
    }

    /// How long questions took so far.
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// Closes the room once what is asked already is answered.
    pub fn close(&self) {
        self.closing.notify_one();
    }
}

/// The room itself; it moves to its thread with [`Room::run`].
pub struct Room {
    mind: Mind,
    log: MetadataLog,
    image: Arc<ArcSwap<MetadataImage>>,
}

/// Questions on their way to the room; it closes when this is dropped.
pub struct Waiting {
    asked: mpsc::Receiver<Asked>,
    closing: Arc<Notify>,
    times: Arc<Times>,
}

/// A door to a room that is yet to be opened.
pub fn door(world: &World) -> (Controller, Waiting) {
    let (sender, asked) = mpsc::channel(WAITING_MAX);
    let (closing, times) = (Arc::new(Notify::new()), Arc::<Times>::default());
    let waiting = Waiting { asked, closing: closing.clone(), times: times.clone() };
    (Controller { asked: sender, closing, world: world.clone(), times }, waiting)
}

impl Room {
    pub fn new(mind: Mind, log: MetadataLog, image: MetadataImage) -> Room {
        Room { mind, log, image: Arc::new(ArcSwap::from_pointee(image)) }
    }

    /// The image as it is now.
    pub fn image(&self) -> Arc<MetadataImage> {
        self.image.load_full()
    }

    /// The image as it will be, for everybody.
    pub fn shared_image(&self) -> Arc<ArcSwap<MetadataImage>> {
        self.image.clone()
    }

    /// Decides before anybody else can ask: what a starting node decides.
    pub async fn decide_now<A>(&mut self, question: impl FnOnce(&Mind) -> Decision<A>) -> io::Result<A> {
        let Decision { records, answer } = question(&self.mind);
        records.iter().for_each(|record| self.mind.replay(record));
        let image = self.write(&records).await?;
        self.image.store(image);
        Ok(answer)
    }

    /// Decides until [`Controller::close`]. `follower` acts on every change before the image shows it and before answers
    /// leave. On a full disk what was decided is forgotten and refused; when the log can no longer be written, `failed` is told and
    /// the room closes.
    pub async fn run(mut self, world: World, mut waiting: Waiting, follower: Follower, failed: Arc<Notify>) {
        while let Either::Left(Some(first)) = race(waiting.asked.recv(), waiting.closing.notified()).await {
            let began = world.now();
            let (mut decided, mut changes) = (Vec::new(), Changes::default());
            let mut next = Some(first);
            while let Some(asked) = next {
                waiting.times.waited.observe(began.since(asked.at));
                decided.push(self.decide(asked.question, world.wall_ms(), &mut changes));
                next = if decided.len() < TOGETHER_MAX { waiting.asked.try_recv().ok() } else { None };
            }
            let records: Vec<MetadataRecord> = decided.iter().flat_map(|one| one.records.iter().cloned()).collect();
            match self.write(&records).await {
                Ok(image) => {
                    follower.follow(&image, &changes);
                    self.image.store(image);
                }
                Err(e) if self.log.has_room_later(&e) => {
                    tracing::error!(error = %e, "a change of the metadata is refused: there is no room for it on the disk");
                    self.mind.go_back_to(MetadataImage::clone(&self.image()));
                    decided.into_iter().for_each(|one| (one.answer)(false));
                    continue;
                }
                Err(e) => {
                    tracing::error!(error = %e, "the metadata log cannot be written: the node cannot go on");
                    decided.into_iter().for_each(|one| (one.answer)(false));
                    return failed.notify_one();
                }
            }
            waiting.times.took.observe(world.now().since(began));
            decided.into_iter().for_each(|one| (one.answer)(true));
        }
        if let Err(e) = self.log.close() {
            tracing::warn!(error = %e, "close the metadata log");
        }
    }

    /// Decides, and replays at once: the next decision sees what this one did.
    fn decide(&mut self, question: Question, now_ms: i64, changes: &mut Changes) -> Decided {
        let decided = question(&self.mind, now_ms);
        decided.records.iter().for_each(|record| self.mind.replay_noting(record, changes));
        decided
    }

    /// Puts records on the medium that the mind has replayed; what comes back is the image with them. It shares with the mind's: a
    /// copy of its own would double what a partition costs.
    async fn write(&mut self, records: &[MetadataRecord]) -> io::Result<Arc<MetadataImage>> {
        if records.is_empty() {
            return Ok(self.image());
        }
        let position = self.log.append(records, self.mind.image()).await?;
        let mut image = self.mind.shown_image().clone();
        image.advance_to(position);
        match self.log.snapshot_if_due(&image) {
            // It is due until there is room for it.
            Err(e) if self.log.has_room_later(&e) => tracing::warn!(error = %e, "no snapshot of the metadata"),
            done => done?,
        }
        Ok(Arc::new(image))
    }
}
