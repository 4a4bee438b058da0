//! Offsets by time: through the time indexes to a segment, a batch, a record.

use std::io;
use std::sync::Arc;

use kampa_formats::batch::BatchView;

use super::{Inner, Log};
use crate::segment::{Miss, NO_TIMESTAMP, Reach, Segment};
use crate::walk::{Step, walk};

/// A record's time and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampOffset {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    pub offset: i64,
}

/// What the records of one batch may unfold to while we look for a time in it: Kafka's largest message is bounded by a request
/// (100 MiB by default), and more than that from one batch is an attack on memory, not data.
const UNFOLDED_BYTES_MAX: usize = 128 << 20;

impl Log {
    /// The first record at or after `timestamp` that may be read and lies below `below`; exact, inside batches too.
    pub async fn offset_for_time(&self, timestamp: i64, below: i64) -> io::Result<Option<TimestampOffset>> {
        let inner = self.inner.clone();
        self.inner.world().offload(move || inner.offset_for_time(timestamp, below)).await
    }

    /// The record with the largest timestamp, the first one of several (KIP-734); `None` if no record has one.
    pub async fn max_timestamp(&self) -> io::Result<Option<TimestampOffset>> {
        let inner = self.inner.clone();
        self.inner.world().offload(move || inner.max_timestamp()).await
    }
}

impl Inner {
    fn offset_for_time(&self, timestamp: i64, below: i64) -> io::Result<Option<TimestampOffset>> {
        let log_start = self.log_start();
        self.steady(|segments| {
            for segment in segments {
                if segment.newest()?.timestamp < timestamp {
                    continue;
                }
                let from = segment.offset_before_time(timestamp)?.max(log_start);
                let wanted = |record: TimestampOffset| record.timestamp >= timestamp && record.offset >= log_start;
                if let Some(found) = first_record(segment, from, |view| view.max_timestamp >= timestamp, wanted)? {
                    return Ok(Some(found).filter(|found| found.offset < below));
                }
            }
            Ok(None)
        })
    }

    fn max_timestamp(&self) -> io::Result<Option<TimestampOffset>> {
        self.steady(|segments| {
            let mut largest = None;
            for segment in segments {
                let newest = segment.newest()?;
                if newest.timestamp > largest.as_ref().map_or(NO_TIMESTAMP, |(timestamp, _, _)| *timestamp) {
                    largest = Some((newest.timestamp, newest.offset, segment));
                }
            }
            let Some((timestamp, offset, segment)) = largest else { return Ok(None) };
            let found = first_record(
                segment,
                offset,
                |view| view.max_timestamp >= timestamp,
                |record| record.timestamp >= timestamp,
            )?;
            Ok(Some(found.unwrap_or(TimestampOffset { timestamp, offset })))
        })
    }
}

/// The first wanted record in the batches from the one that holds `from` on; only `promising` ones are opened. Blocks.
fn first_record(
    segment: &Arc<Segment>,
    from: i64,
    promising: impl Fn(&BatchView) -> bool,
    wanted: impl Fn(TimestampOffset) -> bool,
) -> io::Result<Option<TimestampOffset>> {
    let Some(start) = segment.seek(from, Reach::Medium).map_err(Miss::into_io)? else { return Ok(None) };
    let file = segment.log_file(Reach::Medium).map_err(Miss::into_io)?;
    let verify = !segment.is_trusted(start.position);
    let mut found = Ok(None);
    let walked = walk(&file, start.position, segment.size(), verify, |_, view| {
        if !promising(view) {
            return Step::On;
        }
        found = find_in(view, &wanted);
        if matches!(found, Ok(None)) { Step::On } else { Step::Stop(String::new()) }
    })?;
    match (found?, walked.trouble) {
        (None, Some(trouble)) => Err(io::Error::new(io::ErrorKind::InvalidData, trouble)),
        (found, _) => Ok(found),
    }
}

fn find_in(view: &BatchView, wanted: &impl Fn(TimestampOffset) -> bool) -> io::Result<Option<TimestampOffset>> {
    let bad = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    for record in view.records(UNFOLDED_BYTES_MAX).map_err(bad)? {
        let record = record.map_err(bad)?;
        let place = TimestampOffset { timestamp: record.timestamp, offset: record.offset };
        if wanted(place) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}
