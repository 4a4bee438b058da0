//! Noting aborted transactions again when a log is opened.

use std::io;

use kampa_formats::txn_index::AbortedTxn;

use super::Log;

impl Log {
    /// As [`Log::append_aborted`], for transactions met while replaying: a segment that was not walked has them in its index
    /// already, and they are not noted twice. They are on the medium afterwards, as everything of a log is that was just opened. Blocks.
    pub fn restore_aborted(&self, transactions: &[AbortedTxn]) -> io::Result<()> {
        let _writer = self.inner.writer.lock();
        let segments = self.inner.segments();
        let mut touched = Vec::new();
        for transaction in transactions {
            let after = segments.partition_point(|segment| segment.base_offset <= transaction.last_offset);
            let Some(at) = after.checked_sub(1) else { continue };
            let segment = &segments[at];
            if segment.aborted()?.last().is_none_or(|last| last.last_offset < transaction.last_offset) {
                segment.append_aborted(transaction)?;
                touched.push(at);
            }
        }
        touched.dedup();
        for at in &touched {
            segments[*at].sync(true).map_err(|error| self.inner.home.volume.fail("sync", error))?;
        }
        if touched.is_empty() { Ok(()) } else { self.inner.home.volume.sync_dir(&self.inner.home.dir) }
    }
}
