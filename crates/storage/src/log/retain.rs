//! Old segments go: by time, by size, and below the log's start. Files are renamed at once and deleted after a delay.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Inner, Log, SegmentInfo};
use crate::config::LogConfig;
use crate::segment::{KINDS, Segment};

/// What retention did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// The first offset that may still be read.
    pub new_log_start: i64,
    /// The segments that went, oldest first. Their producer snapshots are the caller's to delete.
    pub deleted: Vec<SegmentInfo>,
}

impl Log {
    /// Deletes the oldest segments that the settings let go, none with an offset at or above `high_watermark`. May roll the
    /// active segment to let it go too. Blocks.
    pub fn retain(&self, wall_ms: i64, high_watermark: i64) -> io::Result<Retained> {
        self.inner.retain(wall_ms, high_watermark)
    }

    /// Where the log would begin if it were retained now; `None` if nothing would go. Blocks.
    pub fn retained_from(&self, wall_ms: i64, high_watermark: i64) -> io::Result<Option<i64>> {
        let config = self.config();
        let (segments, doomed) = self.inner.count_retired(&config, wall_ms, high_watermark)?;
        Ok((doomed > 0).then(|| segments.get(doomed).map_or(self.log_end(), |segment| segment.base_offset)))
    }
}

impl Inner {
    fn retain(self: &Arc<Self>, wall_ms: i64, high_watermark: i64) -> io::Result<Retained> {
        let config = self.config.read().clone();
        let (segments, doomed) = self.count_retired(&config, wall_ms, high_watermark)?;
        if doomed == 0 {
            return Ok(Retained { new_log_start: self.log_start(), deleted: Vec::new() });
        }
        let _turn = self.upkeep.lock();
        let mut writer = self.writer.lock();
        self.check_writable(&writer)?;
        if !Arc::ptr_eq(&segments, &self.segments()) {
            // Somebody rolled or cut meanwhile; the next round counts anew.
            return Ok(Retained { new_log_start: self.log_start(), deleted: Vec::new() });
        }
        if doomed == segments.len() {
            let end = self.log_end();
            if end > high_watermark {
                return Ok(Retained { new_log_start: self.log_start(), deleted: Vec::new() });
            }
            self.roll_to(&mut writer, end)?;
        }
        let list = self.segments();
        let first_kept = list[doomed].base_offset;
        // Readers must not look for what is about to go.
        self.log_start.fetch_max(first_kept, Ordering::AcqRel);
        *self.segments.write() = list[doomed..].into();
        let deleted = (0..doomed)
            .map(|at| SegmentInfo {
                base_offset: list[at].base_offset,
                next_offset: list[at + 1].base_offset,
                size_bytes: list[at].size(),
            })
            .collect();
        // Files that keep their names are back at the next start, though readers were told that they are gone.
        self.delete_files(list[..doomed].iter(), config.file_delete_delay_ms)
            .map_err(|error| self.home.volume.fail("retain", error))?;
        Ok(Retained { new_log_start: self.log_start(), deleted })
    }

    /// The segments, and how many of the oldest may go.
    fn count_retired(
        &self,
        config: &LogConfig,
        wall_ms: i64,
        high_watermark: i64,
    ) -> io::Result<(Arc<[Arc<Segment>]>, usize)> {
        let log_end = self.log_end();
        let log_start = self.log_start();
        let segments = self.segments();
        let total: u64 = segments.iter().map(|segment| segment.size()).sum();
        let mut excess = match u64::try_from(config.retention_bytes) {
            Ok(keep) if config.delete => total.saturating_sub(keep),
            _ => 0,
        };
        let mut doomed = 0;
        for (at, segment) in segments.iter().enumerate() {
            let next = segments.get(at + 1).map(|next| next.base_offset);
            let size = segment.size();
            if next.unwrap_or(log_end) > high_watermark || (next.is_none() && size == 0) {
                break;
            }
            let below_start = next.is_some_and(|next| next <= log_start);
            let too_much = size > 0 && excess >= size;
            let expired = || -> io::Result<bool> {
                if !config.delete || config.retention_ms < 0 {
                    return Ok(false);
                }
                Ok(wall_ms - segment.last_written_ms()? > config.retention_ms)
            };
            if !(below_start || too_much || expired()?) {
                break;
            }
            excess = excess.saturating_sub(size);
            doomed += 1;
        }
        Ok((segments, doomed))
    }

    /// Renames the files of segments that are no longer listed, in the order given, and has them deleted later. A power cut in
    /// between may leave the later ones: the order is the one that leaves no hole.
    pub(super) fn delete_files<'a>(
        &self,
        segments: impl Iterator<Item = &'a Arc<Segment>>,
        delay_ms: i64,
    ) -> io::Result<()> {
        let mut renamed: Vec<PathBuf> = Vec::new();
        let mut done = Ok(());
        for segment in segments {
            match segment.rename_deleted(&KINDS) {
                Ok(paths) => renamed.extend(paths),
                Err(error) => {
                    done = Err(error);
                    break;
                }
            }
        }
        self.note_names();
        for path in renamed {
            self.home.volume.doom(path, delay_ms);
        }
        done
    }
}
