//! A compacted segment takes the place of those it was made of, so that a process's end or a power cut at any moment leaves one
//! or the other.
//!
//! Its files are on the medium under their `.cleaned` names. Then, each step on the medium before the next:
//! 1. they are called `.swap`: from here on [`leftovers`](super::super::leftovers) brings the exchange to its end;
//! 2. readers see the new segment, under that name;
//! 3. the old data files are renamed away, then their indexes: where a data file is left, its index of aborted transactions is too;
//! 4. the new files get their own names.
//!
//! Invariant: nobody else deletes or cuts segments meanwhile (`Inner::upkeep`).

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::log_file_name::{LogFileKind, LogFileStage};

use super::super::Inner;
use super::write::{self, Complete};
use crate::segment::Segment;

/// Kinds of files beside the data.
const INDEXES: [LogFileKind; 3] = [LogFileKind::OffsetIndex, LogFileKind::TimeIndex, LogFileKind::TxnIndex];

impl Inner {
    /// Puts the segment whose files are complete in the place of `old`. `false` if those are not the log's any more: then nothing
    /// has happened. Blocks.
    pub(super) fn swap_in(&self, old: &[Arc<Segment>], new: &Complete) -> io::Result<bool> {
        let _turn = self.upkeep.lock();
        if !self.lists(old) {
            return Ok(false);
        }
        self.carry_out(old, new).map(|()| true)
    }

    fn carry_out(&self, old: &[Arc<Segment>], new: &Complete) -> io::Result<()> {
        let home = &self.home;
        let disk = home.volume.world.disk();
        disk.sync_dir(&home.dir)?;
        for kind in write::files(&new.sizes) {
            let path = |stage| write::name(home, new.base_offset, kind, stage);
            disk.rename(path(LogFileStage::Cleaned), path(LogFileStage::Swap))?;
        }
        disk.sync_dir(&home.dir)?;

        let seen_ms = old.iter().map(|segment| segment.seen_ms).max().unwrap_or_default();
        let segment = Segment::swapped_in(home, new, seen_ms);
        self.publish(old, &segment);

        let mut renamed = Vec::new();
        for segment in old {
            segment.abandon();
            renamed.extend(segment.rename_deleted(&[LogFileKind::Log])?);
        }
        disk.sync_dir(&home.dir)?;
        for segment in old {
            renamed.extend(segment.rename_deleted(&INDEXES)?);
        }
        self.doom(renamed);
        segment.take_own_names()?;
        disk.sync_dir(&home.dir)
    }

    /// Whether the segments are the log's, one after the other, and it is open.
    fn lists(&self, old: &[Arc<Segment>]) -> bool {
        let writer = self.writer.lock();
        let listed = self.segments();
        let same = |window: &[Arc<Segment>]| window.iter().zip(old).all(|(one, other)| Arc::ptr_eq(one, other));
        self.check_writable(&writer).is_ok() && listed.windows(old.len()).any(same)
    }

    fn publish(&self, old: &[Arc<Segment>], new: &Arc<Segment>) {
        let _writer = self.writer.lock();
        let listed = self.segments();
        let is_old = |segment: &Arc<Segment>| old.iter().any(|old| Arc::ptr_eq(old, segment));
        let at = listed.iter().position(is_old).expect("nobody deletes segments meanwhile");
        let kept = |range: &[Arc<Segment>]| range.to_vec();
        let list = [kept(&listed[..at]), vec![new.clone()], kept(&listed[at + old.len()..])].concat();
        self.swaps.fetch_add(1, Ordering::AcqRel);
        *self.segments.write() = list.into();
    }

    fn doom(&self, paths: Vec<PathBuf>) {
        let delay_ms = self.config.read().file_delete_delay_ms;
        paths.into_iter().for_each(|path| self.home.volume.doom(path, delay_ms));
    }
}
