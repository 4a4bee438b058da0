//! Noting aborted transactions again when a log is opened.

use std::io;

use kampa_formats::txn_index::AbortedTxn;

use super::Log;

impl Log {
    /// As [`Log::append_aborted`], for transactions met while replaying, in the order of their markers. What the index of a segment
    /// lacks of them it has afterwards, on the medium, in its place: one that was not walked has most, but perhaps not the one that
    /// a full disk had no room for. Blocks.
    pub fn restore_aborted(&self, transactions: &[AbortedTxn]) -> io::Result<()> {
        let _writer = self.inner.writer.lock();
        let segments = self.inner.segments();
        let behind = |it: &AbortedTxn| segments.partition_point(|segment| segment.base_offset <= it.last_offset);
        for of_segment in transactions.chunk_by(|one, next| behind(one) == behind(next)) {
            let Some(segment) = behind(&of_segment[0]).checked_sub(1).map(|at| &segments[at]) else { continue };
            let mut known = segment.aborted()?;
            let before = known.len();
            for transaction in of_segment {
                if let Err(at) = known.binary_search_by_key(&transaction.last_offset, |it| it.last_offset) {
                    known.insert(at, *transaction);
                }
            }
            if known.len() > before {
                segment.replace_aborted(&known).map_err(|error| match error.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => error,
                    _ => self.inner.home.volume.fail("write an index of aborted transactions", error),
                })?;
            }
        }
        Ok(())
    }
}
