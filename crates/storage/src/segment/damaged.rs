//! Telling of damaged batches, and keeping what lies behind them when a log is cut.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use kampa_formats::batch::{BatchHeader, HEADER_BYTES};
use kampa_formats::log_file_name::LogFileKind;
use kampa_world::{File, OpenOptions};

use super::{KINDS, Miss, Reach, Segment};
use crate::salvage;

impl Segment {
    /// Has it told, once, that there is no sound batch at a position.
    pub fn report_damage(self: &Arc<Self>, position: u64) {
        let mut head = [0; HEADER_BYTES];
        let file = self.log_file(Reach::Medium);
        let is_read = file.is_ok_and(|file| file.read_exact_at(&mut head, position).is_ok());
        let offset = BatchHeader::decode(&head).filter(|_| is_read).map(|header| header.base_offset);
        self.home.volume.damage.found(&self.path(LogFileKind::Log), position, offset);
    }

    /// The data file, opened for one who reads through it once.
    pub fn file_to_pass_over(&self) -> io::Result<File> {
        let file = self.home.volume.world.disk().open(self.path(LogFileKind::Log), OpenOptions::READ)?;
        self.check_here()?;
        file.read_sparsely();
        Ok(file)
    }

    /// Whether the data file has a whole batch behind its published end. Blocks.
    pub fn has_more(self: &Arc<Self>, least_offset: i64) -> io::Result<bool> {
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        Ok(salvage::next_whole_batch(&file, self.size(), file.len()?, least_offset)?.is_some())
    }

    /// Keeps the bytes behind the segment's end in a file of their own; `next_offset` would come next. They are about to be cut off.
    /// Gives how many there are. Blocks.
    pub fn keep_cut_aside(self: &Arc<Self>, next_offset: i64, trouble: &str) -> io::Result<u64> {
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        let (from, end) = (self.size(), file.len()?);
        if from == end {
            return Ok(0);
        }
        let disk = self.home.volume.world.disk();
        let aside = salvage::copy_aside(disk, &self.home.dir, &file, from..end, next_offset)?;
        self.home.volume.damage.kept();
        tracing::error!(
            file = %self.describe(), position = from, offset = next_offset, trouble, bytes = end - from,
            aside = %aside.display(),
            "the log is damaged in its middle and ends there from now on. What lay behind is kept in a file aside and is not \
             served: check the disk; if nothing else has the records, read them from there (kafka-dump-log, on a copy named .log); \
             delete the file when it is not needed"
        );
        Ok(end - from)
    }

    /// Whether there is a whole batch in a segment that was found in its folder. Blocks.
    pub fn is_worth_keeping(self: &Arc<Self>) -> io::Result<bool> {
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        Ok(salvage::next_whole_batch(&file, 0, self.size(), self.base_offset)?.is_some())
    }

    /// Takes the segment out of its log, which was cut before it. The data file gets another name if there is a whole batch in it; else
    /// it goes like the indexes. Gives the files that are to be deleted, and the bytes that are kept. Blocks.
    pub fn put_aside(self: &Arc<Self>) -> io::Result<(Vec<PathBuf>, u64)> {
        let bytes = self.size();
        let is_worth = self.is_worth_keeping()?;
        self.abandon();
        if is_worth {
            let disk = self.home.volume.world.disk();
            let aside = salvage::rename_aside(disk, &self.home.dir, &self.path(LogFileKind::Log), self.base_offset)?;
            tracing::error!(
                file = %self.describe(), bytes, aside = %aside.display(),
                "a segment behind the place where the log was cut is kept in a file aside and is not served; delete it when it is \
                 not needed"
            );
        }
        Ok((self.rename_deleted(&KINDS)?, if is_worth { bytes } else { 0 }))
    }
}
