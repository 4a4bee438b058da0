//! Looking at what lies just before an offset.
//!
//! For whoever opens a log and wants to know what its writers did last, without walking over all of it. Its files are closed
//! afterwards, as opening leaves them.

use std::io;
use std::sync::Arc;

use kampa_formats::batch::BatchView;

use super::Log;
use crate::segment::{Miss, Reach, Segment};
use crate::walk::{Step, walk};

impl Log {
    /// Shows the batches that end before `offset` and lie within about `bytes` before it, oldest first. Ends early, without an error,
    /// where a batch cannot be read. Blocks.
    pub fn look_back(&self, offset: i64, bytes: u64, visit: &mut dyn FnMut(&BatchView)) -> io::Result<()> {
        let segments = self.inner.segments.read().clone();
        let mut spans = Vec::new();
        let mut left = bytes;
        for segment in segments.iter().rev().filter(|segment| segment.base_offset < offset) {
            let Some(end) = position_of(segment, offset)? else { break };
            let start = if end > left { first_batch_from(segment, offset, end - left)? } else { Some(0) };
            let Some(start) = start else { break };
            left = left.saturating_sub(end - start);
            spans.push((segment, start, end));
            if left == 0 || start > 0 {
                break;
            }
        }
        for (segment, start, end) in spans.into_iter().rev() {
            let file = segment.log_file(Reach::Medium).map_err(Miss::into_io)?;
            let walked = walk(&file, start, end, true, |_, view| {
                visit(view);
                Step::On
            })?;
            drop(file);
            segment.rest()?;
            if walked.trouble.is_some() {
                break;
            }
        }
        Ok(())
    }
}

/// Where the batch of an offset begins, or the segment's end if it lies behind; `None` where damaged batches are in the way.
fn position_of(segment: &Arc<Segment>, offset: i64) -> io::Result<Option<u64>> {
    match segment.seek(offset, Reach::Medium) {
        Ok(found) => Ok(Some(found.map_or(segment.size(), |found| found.position))),
        Err(Miss::Corrupt(_)) => Ok(None),
        Err(miss) => Err(miss.into_io()),
    }
}

/// Where the first batch begins that lies at or after `position`, found by offsets: a lookup by offset is quick.
fn first_batch_from(segment: &Arc<Segment>, before: i64, position: u64) -> io::Result<Option<u64>> {
    let (mut low, mut high) = (segment.base_offset, before);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(found) = position_of(segment, middle)? else { return Ok(None) };
        if found < position {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    position_of(segment, low)
}
