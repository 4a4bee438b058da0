//! Cutting the end off: what a follower does with records its leader does not have.

use std::io;
use std::sync::atomic::Ordering;

use parking_lot::MutexGuard;

use super::{Inner, Log, Place, Writer, jitter};
use crate::segment::{Miss, Segment};

impl Log {
    /// Removes every batch from the one that holds `offset` on and returns the new `log_end`: `offset`, or the base offset of the
    /// batch it lies in. Nothing happens at or above `log_end`. The recovery point on disk must be written anew, since it may now
    /// be beyond the end. Blocks.
    pub fn truncate_to(&self, offset: i64) -> io::Result<i64> {
        let _turn = self.inner.upkeep.lock();
        if offset >= self.log_end() {
            return Ok(self.log_end());
        }
        self.inner.cut(|inner, writer| {
            let first = inner.segments().first().map_or(0, |segment| segment.base_offset);
            if offset < first { inner.restart_at(writer, offset) } else { inner.cut_to(writer, offset) }
        })
    }

    /// Removes everything; the next record will have `offset`. Blocks.
    pub fn truncate_fully_and_start_at(&self, offset: i64) -> io::Result<()> {
        let _turn = self.inner.upkeep.lock();
        self.inner.cut(|inner, writer| inner.restart_at(writer, offset)).map(drop)
    }
}

impl Inner {
    /// Lets readers know that what they see meanwhile does not count. After a failure in the middle nothing more is appended.
    fn cut(&self, work: impl FnOnce(&Inner, &mut Writer) -> io::Result<i64>) -> io::Result<i64> {
        let mut writer = self.writer_alone()?;
        let writer = &mut *writer;
        let done = work(self, writer);
        if let Ok(end) = done {
            self.log_end.store(end, Ordering::Release);
            self.durable_end.fetch_min(end, Ordering::AcqRel);
            self.recovery_point.fetch_min(end, Ordering::AcqRel);
            self.log_start.fetch_min(end, Ordering::AcqRel);
            *self.covered.lock() = Place { base_offset: writer.active.base_offset, position: writer.active.size() };
        }
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.home.volume.stir();
        done.map_err(|error| {
            writer.stopped = Some(format!("it could not be cut: {error}"));
            // Bad batches are this log's trouble; a failing disk is everybody's.
            if error.kind() == io::ErrorKind::InvalidData { error } else { self.home.volume.fail("truncate", error) }
        })
    }

    /// The writer, with `epoch` odd and nothing of this log in the journal: a replay must not bring back what is cut.
    fn writer_alone(&self) -> io::Result<MutexGuard<'_, Writer>> {
        loop {
            if self.is_in_journal() {
                self.settle(i64::MAX)?;
            }
            let writer = self.writer.lock();
            self.check_writable(&writer)?;
            self.epoch.fetch_add(1, Ordering::AcqRel);
            // A group that was being made may have what was there before; the next one leaves the log out.
            if !self.home.volume.between_groups(|| self.is_in_journal()) {
                return Ok(writer);
            }
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whatever a power cut leaves of this, no hole: the later segments are gone for good before this one is cut, and what was cut
    /// does not come back among what is appended next.
    fn cut_to(&self, writer: &mut Writer, offset: i64) -> io::Result<i64> {
        let segments = self.segments();
        let kept = segments.partition_point(|segment| segment.base_offset <= offset);
        if kept < segments.len() {
            self.delete_files(segments[kept..].iter().rev(), self.config.read().file_delete_delay_ms)?;
            self.world().disk().sync_dir(&self.home.dir)?;
        }
        let active = segments[kept - 1].clone();
        *self.segments.write() = segments[..kept].into();
        writer.active = active.clone();
        let end = active.truncate(offset).map_err(Miss::into_io)?;
        let _files = self.files_turn.lock();
        active.sync(false)?;
        Ok(end)
    }

    fn restart_at(&self, writer: &mut Writer, offset: i64) -> io::Result<i64> {
        self.delete_files(self.segments().iter().rev(), self.config.read().file_delete_delay_ms)?;
        let segment = Segment::create(&self.home, offset)?;
        self.note_names();
        *self.segments.write() = [segment.clone()].into();
        writer.active = segment;
        writer.roll_jitter_ms = jitter(self.world(), &self.config.read());
        self.log_start.store(offset, Ordering::Release);
        self.durable_end.store(offset, Ordering::Release);
        self.recovery_point.store(offset, Ordering::Release);
        Ok(offset)
    }
}
