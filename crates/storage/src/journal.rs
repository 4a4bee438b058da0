//! Shared sync: one sync for everybody who waits, at once when idle, together under load.
//!
//! A log that is to be durable is queued; one task takes all that are queued, has their newest bytes written to the journal (one
//! file of the log directory, see `circle`) and synced, and tells them. What is large, and what the journal cannot take, syncs
//! its segment by itself, beside. docs/decisions/0001-shared-sync.md has the figures.
//!
//! Invariants: bytes go to their segment first, so that after a process's death the segments are complete; names are on the
//! medium before the journal speaks of them, so that what is missing at a replay was deleted; room is given back only when the
//! segments it stood for are synced. Before bytes that the journal knows are cut, moved or replaced, their log is settled.

mod circle;
mod replay;

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use kampa_formats::sync_journal::LogName;
use kampa_world::Monotonic;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::log::{Inner as LogInner, Log};
use crate::volume::Volume;
use circle::{Circle, Round};

pub(crate) use replay::{Replayed, read_topic_id, replay};

/// Bytes of the journal's file, unless told otherwise: at some hundreds of MB/s a drain of an eighth has half a second before
/// anybody is pressed back, and reading all of it at a start takes less than one.
pub const JOURNAL_BYTES: u64 = 64 << 20;
/// The smallest journal that holds a few groups.
const JOURNAL_BYTES_MIN: u64 = 64 << 10;

/// Bytes of one group at most: what a disk takes within a few syncs' time, so that nobody waits long for others.
const GROUP_BYTES_MAX: u64 = 2 << 20;
/// A log with more than this to sync at once syncs its segment: measured, writing twice costs more from here on.
const LOG_BYTES_MAX: u64 = 512 << 10;
/// Segments synced at the same time to give room back: more gain nothing on one disk, and the pool has others to serve.
const DRAINS_AT_ONCE: usize = 4;
/// A journal is made only where so many would fit.
const FITS_MIN: u64 = 4;
/// After it could not be made, it is tried again.
const MAKE_AGAIN: Duration = Duration::from_secs(60);

/// A log directory's journal and those who wait for it.
pub(crate) struct Journal {
    /// Of the file; 0 for none: then every log syncs its segments.
    len: u64,
    queue: Mutex<Queue>,
    circle: Mutex<Option<Circle>>,
    /// There is one, or it is being made, or it must not be made.
    is_ready: AtomicBool,
    is_made: AtomicBool,
    make_again: Mutex<Option<Monotonic>>,
    /// Sequence of the oldest group that counts: logs whose last entry is older have none in the journal.
    oldest: AtomicU64,
    is_draining: AtomicBool,
    /// Folders of logs that were closed in this process with entries that count.
    left: Mutex<BTreeSet<String>>,
    /// Room was given back.
    room: Notify,
    /// A group was written since somebody looked.
    is_busy: AtomicBool,
}

#[derive(Default)]
struct Queue {
    logs: Vec<Weak<LogInner>>,
    /// The task that serves it is there.
    is_served: bool,
}

/// How much goes into what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub group_bytes: u64,
    pub log_bytes: u64,
}

impl Journal {
    pub fn new(len: u64) -> Journal {
        Journal {
            len: if len == 0 { 0 } else { len.max(JOURNAL_BYTES_MIN) },
            queue: Mutex::default(),
            circle: Mutex::default(),
            is_ready: AtomicBool::new(false),
            is_made: AtomicBool::new(false),
            make_again: Mutex::default(),
            oldest: AtomicU64::new(0),
            is_draining: AtomicBool::new(false),
            left: Mutex::default(),
            room: Notify::new(),
            is_busy: AtomicBool::new(false),
        }
    }

    fn limits(&self) -> Limits {
        Limits { group_bytes: GROUP_BYTES_MAX.min(self.len / 8), log_bytes: LOG_BYTES_MAX.min(self.len / 16) }
    }

    /// A log is closed, and has entries that count: if it is opened again in this process, that log does not know of them.
    pub fn leave(&self, folder: &str) {
        self.left.lock().insert(folder.to_owned());
    }

    /// Whether a log of this folder was closed with entries, for the one who opens it to settle them.
    pub fn was_left(&self, folder: &str) -> bool {
        let mut left = self.left.lock();
        !left.is_empty() && left.remove(folder)
    }

    /// Whether a log whose last entry was in group `sequence` has any that count.
    pub fn counts(&self, sequence: u64) -> bool {
        sequence != 0 && sequence >= self.oldest.load(Ordering::Acquire)
    }
}

impl Volume {
    /// Has everything that was appended to a log so far made durable, and the log told.
    pub fn commit(self: &Arc<Self>, log: Weak<LogInner>) {
        let mut queue = self.journal.queue.lock();
        queue.logs.push(log);
        if std::mem::replace(&mut queue.is_served, true) {
            return;
        }
        drop(queue);
        let volume = self.clone();
        drop(self.world.spawn("commit", async move { volume.serve_queue().await }));
    }

    async fn serve_queue(self: &Arc<Self>) {
        loop {
            let logs = {
                let mut queue = self.journal.queue.lock();
                if queue.logs.is_empty() {
                    queue.is_served = false;
                    return;
                }
                std::mem::take(&mut queue.logs)
            };
            let logs: Vec<Arc<LogInner>> = logs.iter().filter_map(Weak::upgrade).collect();
            if !self.journal.is_ready.load(Ordering::Acquire) {
                self.make_in_background();
                logs.into_iter().for_each(LogInner::commit_apart);
                continue;
            }
            // Before the round: room given back while it runs is not missed.
            let room = self.journal.room.notified();
            let volume = self.clone();
            let Ok(round) = self.world.offload(move || volume.commit_round(logs)).await else {
                // The directory is offline, which is told where it went so; nothing more becomes durable.
                continue;
            };
            round.committed.iter().for_each(|(log, _)| log.tell_durable());
            round.apart.into_iter().for_each(LogInner::commit_apart);
            self.journal.queue.lock().logs.extend(round.left.iter().map(Arc::downgrade));
            if round.is_crowded {
                self.drain_in_background();
            }
            if round.is_full {
                room.await;
            }
        }
    }

    /// Writes and syncs one group. Blocks.
    fn commit_round(&self, logs: Vec<Arc<LogInner>>) -> io::Result<Round> {
        self.check_online()?;
        let began = self.world.now();
        let mut circle = self.journal.circle.lock();
        let Some(open) = circle.as_mut() else { return Ok(Round { apart: logs, ..Round::default() }) };
        let round = open.commit(logs, self.journal.limits()).map_err(|error| self.fail("sync the journal", error))?;
        // Not with the circle held: who cuts a log waits for the circle with its writer held.
        drop(circle);
        round.committed.iter().for_each(|(log, put)| log.committed(put));
        self.sync_times.observe(self.world.now().since(began));
        self.journal.is_busy.store(true, Ordering::Relaxed);
        Ok(round)
    }

    /// Makes the journal, unless it is being made or cannot be; until it is there, logs sync their segments.
    fn make_in_background(self: &Arc<Self>) {
        let journal = &self.journal;
        let must_wait = journal.make_again.lock().is_some_and(|again| self.world.now() < again);
        if journal.len == 0 || must_wait || journal.is_made.swap(true, Ordering::AcqRel) {
            return;
        }
        let volume = self.clone();
        drop(self.world.spawn("make journal", async move {
            let making = volume.clone();
            let made = volume.world.offload(move || making.make_journal()).await;
            if let Err(error) = made {
                tracing::warn!(dir = %volume.path.display(), %error, "no journal: logs sync their segments");
                *volume.journal.make_again.lock() = Some(volume.world.now() + MAKE_AGAIN);
                volume.journal.is_made.store(false, Ordering::Release);
            }
        }));
    }

    fn make_journal(&self) -> io::Result<()> {
        self.check_online()?;
        let journal = &self.journal;
        let free = self.world.disk().free_bytes(&self.path)?;
        if free / FITS_MIN < journal.len {
            let why = format!("{free} bytes are left, and it takes {} of {FITS_MIN} times as many", journal.len);
            return Err(io::Error::new(io::ErrorKind::StorageFull, why));
        }
        let circle = Circle::make(&self.world, &self.path, journal.len).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => error,
            // The names of all logs are in the directory that may have failed to be synced.
            _ => self.fail("make the journal", error),
        })?;
        journal.oldest.store(circle.oldest(), Ordering::Release);
        *journal.circle.lock() = Some(circle);
        journal.is_ready.store(true, Ordering::Release);
        Ok(())
    }

    fn drain_in_background(self: &Arc<Self>) {
        if self.journal.is_draining.swap(true, Ordering::AcqRel) {
            return;
        }
        let volume = self.clone();
        drop(self.world.spawn("drain journal", async move {
            loop {
                // A failure takes the directory offline, which is where it is told.
                let drained = volume.drain_oldest().await;
                if drained.is_err() || !volume.journal.circle.lock().as_ref().is_some_and(Circle::is_crowded) {
                    break;
                }
            }
            volume.journal.is_draining.store(false, Ordering::Release);
            // Who found it full meanwhile asks again.
            volume.journal.room.notify_waiters();
        }));
    }

    /// Syncs the segments that the oldest stretch of the journal stands for, and gives its room back.
    async fn drain_oldest(self: &Arc<Self>) -> io::Result<()> {
        let Some((sequence, logs)) = self.oldest_stretch() else { return Ok(()) };
        let share = logs.len().div_ceil(DRAINS_AT_ONCE).max(1);
        let tasks: Vec<_> = logs
            .chunks(share)
            .map(|logs| {
                let logs = logs.to_vec();
                self.world.spawn("drain logs", async move {
                    for inner in logs {
                        Log { inner }.sync().await?;
                    }
                    io::Result::Ok(())
                })
            })
            .collect();
        for task in tasks {
            task.await.map_err(io::Error::other)??;
        }
        let volume = self.clone();
        self.world.offload(move || volume.give_back(sequence)).await
    }

    /// As [`Volume::drain_oldest`], where blocking is allowed and no log's writer is held.
    fn drain_oldest_here(&self) -> io::Result<()> {
        let Some((sequence, logs)) = self.oldest_stretch() else { return Ok(()) };
        for log in logs {
            log.sync_segments()?;
        }
        self.give_back(sequence)
    }

    /// Its first group's sequence, and its logs that are to be synced.
    fn oldest_stretch(&self) -> Option<(u64, Vec<Arc<LogInner>>)> {
        self.journal.circle.lock().as_mut()?.oldest_stretch()
    }

    fn give_back(&self, sequence: u64) -> io::Result<()> {
        self.check_online()?;
        if let Some(circle) = self.journal.circle.lock().as_mut() {
            circle.give_back(sequence).map_err(|error| self.fail("sync the journal", error))?;
            self.journal.oldest.store(circle.oldest(), Ordering::Release);
        }
        self.journal.room.notify_waiters();
        Ok(())
    }

    /// Entries of a log that end at or below `below` do not count any more, from now on and on the medium. `last_group` is
    /// the log's, if none is left. Without a writer held. Blocks.
    pub fn settle(&self, name: &LogName, below: i64, last_group: Option<&AtomicU64>) -> io::Result<()> {
        loop {
            self.check_online()?;
            {
                let mut circle = self.journal.circle.lock();
                let Some(circle) = circle.as_mut() else { return Ok(()) };
                if circle.settle(name, below).map_err(|error| self.fail("sync the journal", error))? {
                    last_group.inspect(|last_group| last_group.store(0, Ordering::Release));
                    return Ok(());
                }
            }
            self.drain_oldest_here()?;
        }
    }

    /// Runs `look` while no group is being made.
    pub fn between_groups<T>(&self, look: impl FnOnce() -> T) -> T {
        let _circle = self.journal.circle.lock();
        look()
    }

    /// Whether there is a journal.
    pub fn has_journal(&self) -> bool {
        self.journal.is_ready.load(Ordering::Acquire)
    }

    /// Empties a journal that nobody has used since the last call: a crash finds less to do.
    pub async fn drain_idle(self: &Arc<Self>) {
        if self.journal.is_busy.swap(false, Ordering::Relaxed) || self.journal.is_draining.swap(true, Ordering::AcqRel)
        {
            return;
        }
        while self.journal.circle.lock().as_ref().is_some_and(|circle| !circle.is_empty()) {
            if self.drain_oldest().await.is_err() {
                break;
            }
        }
        self.journal.is_draining.store(false, Ordering::Release);
        self.journal.room.notify_waiters();
    }

    /// A clean stop: nothing is left in the journal, and it is gone. Blocks.
    pub fn finish_journal(&self) -> io::Result<()> {
        self.journal.is_ready.store(false, Ordering::Release);
        self.journal.is_made.store(true, Ordering::Release);
        while self.journal.circle.lock().as_ref().is_some_and(|circle| !circle.is_empty()) {
            self.drain_oldest_here()?;
        }
        match self.journal.circle.lock().take() {
            Some(circle) => circle.remove(&self.world, &self.path),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
