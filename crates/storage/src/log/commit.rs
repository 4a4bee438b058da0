//! A log's part in the shared sync: what of it goes into a group, and what it knows when the group is on the medium.
//!
//! `covered` is the place up to which the newest segment's bytes are on the medium, in the segment or in the journal: the next
//! entry begins there, so that a replay meets no hole.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::sync_journal::GroupBuilder;

use super::{Inner, Log};
use crate::journal::Limits;

/// A place in a segment's data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub base_offset: i64,
    pub position: u64,
}

/// What a log gives to a group.
pub(crate) enum Gathered {
    /// It is being cut, or has gone.
    Nothing,
    Put(Put),
    /// Too much, or names that are not on the medium: its segment is to be synced.
    Apart,
    /// No room in this group.
    Later,
}

/// What counts once the group is on the medium.
pub(crate) struct Put {
    pub has_bytes: bool,
    epoch: u32,
    end: i64,
    covered: Place,
}

impl Log {
    /// Asks that everything appended so far becomes durable, together with what others ask for. Whoever is told by
    /// [`Log::on_durable`] hears of it; if the disk fails, nobody does.
    pub fn commit(&self) {
        if !self.inner.commit_asked.swap(true, Ordering::AcqRel) {
            self.inner.home.volume.commit(Arc::downgrade(&self.inner));
        }
    }

    /// Has `tell` called with `durable_end` after each commit, by a task. Once per log.
    pub fn on_durable(&self, tell: impl Fn(i64) + Send + Sync + 'static) {
        let known = self.inner.on_durable.set(Box::new(tell));
        assert!(known.is_ok(), "one hears of a log's commits");
    }
}

impl Inner {
    /// Puts what is not covered into the group.
    pub fn gather(self: &Arc<Self>, limits: Limits, group: &mut GroupBuilder) -> Gathered {
        let epoch = self.epoch.load(Ordering::Acquire);
        let is_gone = || self.abandoned.load(Ordering::Acquire);
        if epoch % 2 == 1 || is_gone() {
            self.commit_asked.store(false, Ordering::Release);
            return Gathered::Nothing;
        }
        let Some(name) = self.journal_name.get().filter(|_| self.names_are_synced()) else { return Gathered::Apart };
        // In this order: whoever appends after the first asks again, what lies below the end lies below the size, and in this
        // segment unless there is a newer one.
        self.commit_asked.store(false, Ordering::SeqCst);
        let end = self.log_end();
        let segments = self.segments();
        let active = segments.last().expect("a log has at least one segment");
        let size = active.size();
        let covered = *self.covered.lock();
        let uncovered = match size.checked_sub(covered.position) {
            Some(uncovered) if covered.base_offset == active.base_offset => uncovered,
            _ => return self.apart(),
        };
        let put = Put { has_bytes: uncovered > 0, epoch, end, covered: Place { position: size, ..covered } };
        if uncovered == 0 {
            return Gathered::Put(put);
        }
        if uncovered > limits.log_bytes {
            return self.apart();
        }
        let before = group.len();
        if !group.is_empty() && before as u64 + uncovered + ENTRY_BYTES > limits.group_bytes {
            self.commit_asked.store(true, Ordering::Release);
            return Gathered::Later;
        }
        let place = group.bytes(name, active.base_offset, covered.position, end, uncovered as usize);
        let read = active.read_back(place, covered.position);
        if read.is_ok() && self.epoch.load(Ordering::Acquire) == epoch && !is_gone() {
            return Gathered::Put(put);
        }
        // Cut or deleted meanwhile, or closed for want of descriptors and the disk refuses: the segment's own sync will tell.
        group.truncate(before);
        self.apart()
    }

    fn apart(&self) -> Gathered {
        self.commit_asked.store(true, Ordering::Release);
        Gathered::Apart
    }

    /// It stays queued.
    pub fn ask_again(&self) {
        self.commit_asked.store(true, Ordering::Release);
    }

    /// The group is on the medium.
    pub fn committed(&self, put: &Put) {
        // A truncation meanwhile has its own word on where the durable end is.
        let _writer = self.writer.lock();
        if self.epoch.load(Ordering::Acquire) == put.epoch {
            self.durable_end.fetch_max(put.end, Ordering::AcqRel);
            let mut covered = self.covered.lock();
            *covered = put.covered.max(*covered);
        }
    }

    /// Tells whoever waits up to where the log is durable.
    pub fn tell_durable(&self) {
        if let Some(tell) = self.on_durable.get() {
            tell(self.durable_end.load(Ordering::Acquire));
        }
    }

    /// Syncs the segment instead, and tells, by a task of its own.
    pub fn commit_apart(self: Arc<Self>) {
        let world = self.world().clone();
        drop(world.spawn("commit log", async move {
            let log = Log { inner: self };
            // A failure takes the directory offline, which is where it is told.
            if log.sync_to_commit().await.is_ok() {
                log.inner.tell_durable();
            }
        }));
    }

    /// Whether groups up to `sequence` have entries of this log whose bytes its segments may not have on the medium.
    pub fn lags_behind(&self, sequence: u64) -> bool {
        self.synced_group.load(Ordering::Acquire) < self.last_group.load(Ordering::Acquire).min(sequence)
    }

    /// Whether the journal holds entries of this log that count.
    pub(super) fn is_in_journal(&self) -> bool {
        self.home.volume.journal.counts(self.last_group.load(Ordering::Acquire))
    }

    /// Syncs the segments and lets what the journal says of offsets below `below` count no more. Without the writer held. Blocks.
    pub(crate) fn settle(&self, below: i64) -> io::Result<()> {
        self.sync_segments()?;
        self.leave_journal(below)
    }

    /// Lets what the journal says of offsets below `below` count no more. Without the writer held. Blocks.
    pub(crate) fn leave_journal(&self, below: i64) -> io::Result<()> {
        let volume = &self.home.volume;
        // A group that is being made may have an entry of this log.
        if !volume.has_journal() || !volume.between_groups(|| self.is_in_journal()) {
            return Ok(());
        }
        let last_group = (below == i64::MAX).then_some(&self.last_group);
        self.journal_name.get().map_or(Ok(()), |name| volume.settle(name, below, last_group))
    }
}

/// What an entry takes beside its bytes: fields and a name of the longest kind.
const ENTRY_BYTES: u64 = 320;
