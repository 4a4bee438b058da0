//! Records: none acknowledged is lost, none is there twice, none in another's place, none missing in the middle; what was there
//! once is there again at the same offset.
//!
//! A log loses its end, never its middle, so what a power cut may have taken is told by one number: the end that was on the
//! medium, as the partition itself said or promised by committing.

use std::collections::BTreeMap;

use kampa_replication::Isolation;

use super::super::history::{Event, History, Id, Moment, PlaceId, Read, What};
use super::compaction::{Compactions, Last, Reading};

/// What is known of every partition.
pub struct Logs {
    logs: Vec<Log>,
}

/// What is known of one.
#[derive(Default)]
pub struct Log {
    /// Id and timestamp at each offset.
    pub known: BTreeMap<i64, (Id, i64)>,
    offsets: BTreeMap<Id, i64>,
    /// It was opened by the process that lives.
    is_open: bool,
    /// Everything below survives power cuts.
    durable: i64,
    /// Everything below was readable.
    end_seen: i64,
    /// The power was cut since it was opened last.
    power_lost: bool,
    /// The last time that happened.
    pub power_lost_at: Option<Moment>,
    /// The log start may be as high as this.
    pub start_asked: i64,
    /// The log start as it was when it was last put on the medium.
    start_kept: i64,
    /// The process stopped cleanly, and this was the log start.
    start_at_stop: Option<i64>,
    /// The highest log start that was told in this life.
    start_told: i64,
    /// Bits of it were flipped: all that is asked is that no wrong byte is read, which readers see to.
    pub rotten: bool,
    /// The directory it lies in.
    dir: Option<usize>,
    compactions: Compactions,
}

impl Logs {
    /// Nothing is known of them yet, but for what will lie in compacted ones in the end.
    pub fn of(history: &History) -> Logs {
        let mut logs = Logs { logs: history.places.iter().map(|_| Log::default()).collect() };
        if history.places.iter().any(|place| place.config.log.compact) {
            let mut ahead = Logs { logs: history.places.iter().map(|_| Log::default()).collect() };
            for (at, event) in history.events.iter().enumerate() {
                ahead.see(at, event, history, &mut Vec::new());
            }
            for ((log, ahead), place) in logs.logs.iter_mut().zip(&ahead.logs).zip(&history.places) {
                log.compactions =
                    Compactions::of(Last::of(&ahead.known, history), place.config.log.delete_retention_ms);
            }
        }
        logs
    }

    /// What is known of a partition.
    pub fn log(&self, place: PlaceId) -> &Log {
        &self.logs[place]
    }

    /// Something has happened.
    pub fn see(&mut self, at: Moment, event: &Event, history: &History, found: &mut Vec<String>) {
        let about = |place: PlaceId| format!("{} (place {place})", history.places[place].id);
        let mut complaints = Vec::new();
        let place = match event {
            Event::PowerCut => {
                for log in &mut self.logs {
                    log.power_lost = true;
                    log.power_lost_at = Some(at);
                }
                return;
            }
            Event::Started => {
                self.logs.iter_mut().for_each(|log| log.is_open = false);
                return;
            }
            Event::Stopped => {
                for log in self.logs.iter_mut().filter(|log| log.is_open) {
                    log.durable = log.durable.max(log.end());
                    log.start_at_stop = Some(log.start_told);
                }
                return;
            }
            Event::Checkpointed { dir, log_starts } => {
                for (place, start) in log_starts {
                    // It may have moved meanwhile.
                    if self.logs[*place].dir == Some(*dir) {
                        self.logs[*place].start_kept = *start;
                    }
                }
                return;
            }
            Event::Rotted { place } => {
                self.logs[*place].rotten = true;
                return;
            }
            Event::Opened { place, dir, marks, durable_end, .. } => {
                self.logs[*place].lies_in(*dir);
                let about = &history.places[*place];
                let log = &about.config.log;
                let retained = log.delete && (log.retention_ms >= 0 || log.retention_bytes >= 0);
                self.logs[*place].opened(marks, *durable_end, about.synced, retained, &mut complaints);
                *place
            }
            Event::Appended { place, first, count, base_offset, append_time_ms, duplicate } => {
                let log = &mut self.logs[*place];
                for (offset, id) in (*base_offset..).zip(*first..first + count) {
                    let timestamp = match (append_time_ms, history.sent[id as usize].what) {
                        // A duplicate is told the time of its first batch; of a marker nobody is told. The next reader is.
                        _ if *duplicate => i64::MIN,
                        (-1, What::Marker { .. }) => i64::MIN,
                        (-1, What::Record { timestamp, .. }) => timestamp,
                        (time, _) => *time,
                    };
                    log.learn(offset, id, timestamp, "appended", &mut complaints);
                }
                *place
            }
            Event::Committed { place, count, base_offset, .. } => {
                let log = &mut self.logs[*place];
                let end = base_offset + i64::from(*count);
                log.end_seen = log.end_seen.max(end);
                if history.places[*place].synced {
                    log.durable = log.durable.max(end);
                }
                *place
            }
            Event::Durable { place, end } => {
                let log = &mut self.logs[*place];
                log.durable = log.durable.max(*end);
                *place
            }
            Event::DeleteAsked { place, before } => {
                let log = &mut self.logs[*place];
                log.start_asked = log.start_asked.max(*before);
                *place
            }
            Event::DeletedBefore { place, log_start } => {
                self.logs[*place].told_start(*log_start);
                *place
            }
            Event::Retained(retention) => {
                self.logs[retention.place].told_start(retention.new_log_start);
                retention.place
            }
            Event::Read(read) => {
                let synced = history.places[read.place].synced;
                self.logs[read.place].read(at, read, synced, history, &mut complaints);
                read.place
            }
            Event::MoveDue { place } => {
                self.logs[*place].compactions.is_moving = true;
                *place
            }
            Event::Stayed { place } => {
                self.logs[*place].compactions.is_moving = false;
                *place
            }
            Event::Moved { place, dir, end } => {
                let log = &mut self.logs[*place];
                log.lies_in(*dir);
                log.durable = log.durable.max(*end);
                *place
            }
            Event::CompactionBegun { place, now_ms, before } => {
                self.logs[*place].compactions.begin(*now_ms, *before);
                *place
            }
            Event::Compacted { place, before } => {
                self.logs[*place].compactions.end(at, *before);
                *place
            }
            Event::OutOfRange { place, ask, start, end } => {
                if ask.offset >= *start && ask.offset <= *end {
                    complaints.push(format!("offset {} is out of range {start} to {end}", ask.offset));
                }
                if ask.offset > *end {
                    complaints.push(format!("offset {} was there, and the log ends at {end}", ask.offset));
                }
                *place
            }
            Event::Corrupt { place, offset } => {
                complaints.push(format!("what is read at {offset} is corrupt"));
                *place
            }
            Event::NotOpened { place, why } => {
                complaints.push(format!("it is not opened: {why}"));
                *place
            }
            Event::OutOfOrder { place, since, first, again, why } => {
                let log = &self.logs[*place];
                let lost = !history.places[*place].synced && log.power_lost_at.is_some_and(|cut| cut > *since);
                // What was deleted or compacted away is known no more after a start.
                let forgotten = log.start_asked.max(log.compactions.reach());
                let gone = log.offsets.get(first).copied().or(*again).is_some_and(|offset| offset < forgotten);
                if !lost && !gone {
                    complaints.push(format!("a producer in order since {since} is told: {why} ({again:?})"));
                }
                *place
            }
            Event::Killed
            | Event::Made { .. }
            | Event::Gone { .. }
            | Event::Offline { .. }
            | Event::Asked { .. }
            | Event::Decided { .. }
            | Event::Looked { .. }
            | Event::NewestAsked { .. }
            | Event::EpochAsked { .. }
            | Event::Wrong { .. } => return,
        };
        if !self.logs[place].rotten {
            found.extend(complaints.into_iter().map(|what| format!("{}: {what}", about(place))));
        }
    }
}

impl Log {
    /// The offset after the last that is known.
    fn end(&self) -> i64 {
        self.known.last_key_value().map_or(0, |(offset, _)| offset + 1)
    }

    /// It was opened or has moved there.
    fn lies_in(&mut self, dir: usize) {
        self.compactions.is_moving = false;
        if self.dir.replace(dir).is_some_and(|before| before != dir) {
            self.compactions.forget();
            // The checkpoint of the new directory may not have told of it yet.
            self.start_kept = 0;
            self.start_at_stop = None;
        }
    }

    fn told_start(&mut self, log_start: i64) {
        self.start_asked = self.start_asked.max(log_start);
        self.start_told = self.start_told.max(log_start);
    }

    fn opened(
        &mut self,
        marks: &kampa_replication::Watermarks,
        durable_end: i64,
        synced: bool,
        retained: bool,
        found: &mut Vec<String>,
    ) {
        let (start, end) = (marks.log_start, marks.log_end);
        let power_lost = std::mem::take(&mut self.power_lost);
        self.is_open = true;
        let due = if power_lost { self.durable } else { self.durable.max(self.end()).max(self.end_seen) };
        if end < due {
            found.push(format!("lost: the log ends at {end}, and {due} was promised (power lost: {power_lost})"));
        }
        // A process may have died in the middle of retention, before it could say what it took.
        if start > self.start_asked && !(retained && start <= self.end_seen) {
            found.push(format!("the log starts at {start}, and nobody asked for more than {}", self.start_asked));
        }
        let kept = match self.start_at_stop.take() {
            Some(start) => start,
            None if power_lost && !synced => 0,
            None => self.start_kept,
        };
        if start < kept {
            found.push(format!(
                "the log starts at {start} again, and {kept} was on the medium (power lost: {power_lost})"
            ));
        }
        if marks.high_watermark != end || durable_end != end {
            let high = marks.high_watermark;
            found.push(format!("opened with the end {end}, high watermark {high} and durable end {durable_end}"));
        }
        for (id, _) in self.known.split_off(&end).into_values() {
            self.offsets.remove(&id);
        }
        self.durable = end;
        self.end_seen = end;
        self.start_asked = self.start_asked.max(start);
        self.start_kept = start;
        self.start_told = start;
    }

    fn learn(&mut self, offset: i64, id: Id, timestamp: i64, how: &str, found: &mut Vec<String>) {
        if let Some((other, known)) = self.known.get_mut(&offset) {
            if *other == id {
                *known = timestamp.max(*known);
                return;
            }
            found.push(format!("offset {offset} held record {other}, and record {id} is {how} there"));
        }
        if let Some(other) = self.offsets.insert(id, offset).filter(|other| *other != offset) {
            found.push(format!("record {id} is {how} at offset {offset} and was at {other}: it is there twice"));
        }
        self.known.insert(offset, (id, timestamp));
    }

    /// Whether compaction may have taken what lies at an offset.
    pub fn may_be_gone(&self, offset: i64, history: &History) -> bool {
        self.compactions.may_be_gone(offset, self.start_asked, history)
    }

    fn read(&mut self, at: Moment, read: &Read, synced: bool, history: &History, found: &mut Vec<String>) {
        let Read { ask, next_offset, marks, seen, .. } = read;
        for (offset, id, timestamp) in seen {
            self.learn(*offset, *id, *timestamp, "read", found);
        }
        let first = seen.first().map_or(*next_offset, |(offset, _, _)| *offset);
        if self.compactions.reach() > ask.offset {
            let (begun, from, to, start) = (read.begun, ask.offset.min(first), *next_offset, self.start_asked);
            self.compactions.read(&Reading { begun, at, start, from, to, seen }, history, found);
        } else {
            whole(read, first, found);
        }
        let below = match ask.isolation {
            Isolation::ReadUncommitted => marks.high_watermark,
            Isolation::ReadCommitted => marks.last_stable,
            Isolation::LogEnd => i64::MAX,
        };
        if *next_offset > below.max(ask.offset) {
            found.push(format!("a read goes to {next_offset}, beyond {below}"));
        }
        let due = below.min(self.end_seen);
        let is_due = || (ask.offset..due).any(|offset| !self.may_be_gone(offset, history));
        if *next_offset == ask.offset && ask.at_least_one && is_due() {
            found.push(format!("a read from {} brings nothing, and the log goes to {due}", ask.offset));
        }
        self.end_seen = self.end_seen.max(marks.high_watermark);
        if synced {
            self.durable = self.durable.max(marks.high_watermark);
        }
    }
}

/// Nothing is missing of what was read.
fn whole(read: &Read, first: i64, found: &mut Vec<String>) {
    let Read { ask, next_offset, seen, .. } = read;
    if first > ask.offset {
        found.push(format!("a read from {} begins at {first}", ask.offset));
    }
    let whole = (first..).zip(seen).all(|(due, (offset, _, _))| due == *offset);
    if !whole || *next_offset != first + seen.len() as i64 {
        found.push(format!("a read from {} to {next_offset} has a gap after {first}", ask.offset));
    }
}
