//! Records: none acknowledged is lost, none is there twice, none changed, none in a wrong place; a producer's are in its order
//! and without a gap; what was read once is read again.
//!
//! Follows what is known of every offset. A power cut makes what was promised in memory only doubtful; a doubtful record that
//! is seen again makes all before it certain again, for a log loses its end, never its middle. What is seen instead of a doubtful
//! record says that the log ended before it.

use std::collections::{BTreeMap, BTreeSet};

use kampa_protocol::ErrorCode;

use super::{Timeline, Violation};
use crate::history::{Event, History, Moment, Place, RecordId};

pub(super) fn check(history: &History, timeline: &Timeline) -> Vec<Violation> {
    let mut checker =
        Checker { timeline, at: 0, records: Records::default(), logs: BTreeMap::new(), found: Vec::new() };
    for (at, event) in history.events.iter().enumerate() {
        checker.at = at;
        checker.see(event);
    }
    checker.found
}

struct Checker<'a> {
    timeline: &'a Timeline,
    at: Moment,
    records: Records,
    logs: BTreeMap<Place, Log>,
    found: Vec<Violation>,
}

/// What producers sent.
#[derive(Default)]
struct Records {
    sent: BTreeMap<RecordId, (Place, u64)>,
    refused: BTreeSet<RecordId>,
    idempotent: BTreeMap<u32, Moment>,
}

/// What is known of one partition.
#[derive(Default)]
struct Log {
    known: BTreeMap<i64, (RecordId, Safe)>,
    /// What was known before each power cut and not seen again since, the last cut's at the end.
    doubtful: Vec<BTreeMap<i64, RecordId>>,
    offsets: BTreeMap<RecordId, i64>,
    /// Acknowledged at an offset the node did not tell.
    somewhere: BTreeMap<RecordId, Safe>,
    /// What each idempotent session sent here, in its order.
    sent: BTreeMap<u32, Vec<RecordId>>,
    audit: Option<Audit>,
}

struct Audit {
    log_start: i64,
    log_end: i64,
    read: BTreeMap<i64, RecordId>,
}

/// What a record was promised to survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Safe {
    FromKill,
    FromPowerCut,
}

impl Checker<'_> {
    fn see(&mut self, event: &Event) {
        match event {
            Event::PowerCut => self.logs.values_mut().for_each(Log::lose_power),
            Event::NodeStopped => self.logs.values_mut().for_each(Log::seal),
            Event::SessionBegun { session, idempotent: true } => {
                self.records.idempotent.insert(*session, self.at);
            }
            Event::Sent { record, place, digest } => {
                self.records.sent.insert(*record, (*place, *digest));
                if self.records.idempotent.contains_key(&record.session) {
                    self.logs.entry(*place).or_default().sent.entry(record.session).or_default().push(*record);
                }
            }
            Event::Refused { first, count, .. } => self.records.refused.extend(following(*first, *count)),
            Event::Acked { first, count, place, base_offset, begun, acks } => {
                self.acked(following(*first, *count), *place, *base_offset, *begun, *acks);
            }
            Event::Read { place, offset, record, begun } => self.read(*place, *offset, *record, *begun),
            Event::OutOfOrder { session, place, error, begun } => self.out_of_order(*session, *place, *error, *begun),
            Event::OutOfRange { place, since, .. }
                if self.excused(*place, *since) || self.timeline.is_retained(*place) => {}
            Event::OutOfRange { place, offset, .. } => {
                self.wrong(format!("{place}: offset {offset} was there and is out of range now"));
            }
            Event::AuditBegun { place, log_start, log_end } => {
                let audit = Audit { log_start: *log_start, log_end: *log_end, read: BTreeMap::new() };
                self.logs.entry(*place).or_default().audit = Some(audit);
            }
            Event::AuditEnded { place } => self.audited(*place),
            _ => {}
        }
    }

    fn wrong(&mut self, what: String) {
        self.found.push(Violation { checker: "records", at: self.at, what });
    }

    /// Whether a partition may have lost something it was given after `since`.
    fn excused(&self, place: Place, since: Moment) -> bool {
        self.timeline.is_rotten(place)
            || (!self.timeline.is_synced(place) && self.timeline.power_was_cut(since, self.at))
    }

    fn acked(
        &mut self,
        records: impl Iterator<Item = RecordId>,
        place: Place,
        base_offset: i64,
        begun: Moment,
        acks: i16,
    ) {
        if self.timeline.is_rotten(place) {
            return;
        }
        let safe = if acks != 0 && self.timeline.is_synced(place) { Safe::FromPowerCut } else { Safe::FromKill };
        // The answer may have left before the power was cut and arrived after.
        let late = safe == Safe::FromKill && self.timeline.power_was_cut(begun, self.at);
        for (offset, record) in (base_offset..).zip(records) {
            match (late, base_offset) {
                (true, _) => {}
                (false, -1) => _ = self.logs.entry(place).or_default().somewhere.insert(record, safe),
                (false, _) => self.learn(place, offset, record, safe, "acknowledged"),
            }
        }
    }

    fn read(&mut self, place: Place, offset: i64, record: Option<(RecordId, u64)>, begun: Moment) {
        let Some((record, digest)) = record else {
            return self.wrong(format!("{place}: at offset {offset} is a record that nobody wrote"));
        };
        match self.records.sent.get(&record) {
            None => self.wrong(format!("{place}: at offset {offset} is record {record}, which nobody sent")),
            Some((sent_to, _)) if *sent_to != place => {
                self.wrong(format!("{place}: at offset {offset} is record {record}, which was sent to {sent_to}"));
            }
            Some((_, sent)) if *sent != digest => {
                self.wrong(format!("{place}: record {record} at offset {offset} is not what was sent"));
            }
            Some(_) => {}
        }
        if self.records.refused.contains(&record) {
            self.wrong(format!("{place}: record {record} at offset {offset} was refused"));
        }
        if self.timeline.is_rotten(place) {
            return;
        }
        let safe = if self.timeline.is_synced(place) { Safe::FromPowerCut } else { Safe::FromKill };
        if safe == Safe::FromPowerCut || !self.timeline.power_was_cut(begun, self.at) {
            self.learn(place, offset, record, safe, "read");
        }
        if let Some(audit) = self.logs.get_mut(&place).and_then(|log| log.audit.as_mut()) {
            audit.read.insert(offset, record);
        }
    }

    /// A record was seen at an offset.
    fn learn(&mut self, place: Place, offset: i64, record: RecordId, safe: Safe, how: &str) {
        let log = self.logs.entry(place).or_default();
        let mut found = Vec::new();
        if let Some((other, _)) = log.known.get(&offset).filter(|(other, _)| *other != record) {
            found.push(format!("{place}: offset {offset} held record {other}, and record {record} is {how} there"));
        }
        if let Some(other) = log.offsets.get(&record).filter(|other| **other != offset) {
            found.push(format!(
                "{place}: record {record} is {how} at offset {offset} and was at {other}: it is there twice"
            ));
        }
        log.put(offset, record, safe);
        let mut seen = vec![(offset, record)];
        while let Some((offset, record)) = seen.pop() {
            for (earlier, kept) in log.survivors(offset, record) {
                if !log.known.contains_key(&earlier) {
                    log.put(earlier, kept, Safe::FromKill);
                    seen.push((earlier, kept));
                }
            }
        }
        found.into_iter().for_each(|what| self.wrong(what));
    }

    fn out_of_order(&mut self, session: u32, place: Place, error: ErrorCode, begun: Moment) {
        let since = self.records.idempotent.get(&session).copied().unwrap_or(begun);
        if !self.excused(place, since) {
            let error = error.name();
            self.wrong(format!("{place}: {error} to session {session}, whose records were sent in order"));
        }
    }

    /// The final reader is through with a partition.
    fn audited(&mut self, place: Place) {
        let Some(log) = self.logs.get_mut(&place) else { return };
        let Some(audit) = log.audit.take() else { return };
        if self.timeline.is_rotten(place) {
            return;
        }
        let mut found = Vec::new();
        let retained = self.timeline.is_retained(place);
        let expected: Vec<i64> = (audit.log_start..audit.log_end).collect();
        let missing: Vec<i64> = expected.into_iter().filter(|offset| !audit.read.contains_key(offset)).collect();
        if !missing.is_empty() {
            found.push(format!("{place}: no record at {}", some(&missing)));
        }
        let lost: Vec<String> = log
            .known
            .iter()
            .filter(|(offset, _)| **offset >= audit.log_end || (**offset < audit.log_start && !retained))
            .map(|(offset, (record, _))| format!("{record} at {offset}"))
            .collect();
        if !lost.is_empty() {
            let (start, end) = (audit.log_start, audit.log_end);
            found.push(format!("{place}: lost, outside of {start} to {end}: {}", some(&lost)));
        }
        let there: BTreeSet<RecordId> = audit.read.values().copied().collect();
        let gone: Vec<&RecordId> = log.somewhere.keys().filter(|record| !there.contains(record)).collect();
        if !gone.is_empty() && !retained {
            found.push(format!("{place}: acknowledged and lost: {}", some(&gone)));
        }
        if there.len() != audit.read.len() {
            found.push(format!("{place}: {} records are there twice", audit.read.len() - there.len()));
        }
        for (session, sent) in &log.sent {
            let since = self.records.idempotent.get(session).copied().unwrap_or(0);
            // A node that forgot a producer takes any number for its first.
            let may_have_gaps = !self.timeline.is_synced(place) && self.timeline.power_was_cut(since, self.at);
            let mut there = audit.read.values().copied().filter(|record| record.session == *session).peekable();
            let first = there.peek().and_then(|first| sent.iter().position(|sent| sent == first)).unwrap_or(0);
            let sent = if retained { &sent[first..] } else { sent };
            if let Some(what) = out_of_place(there, sent, may_have_gaps) {
                found.push(format!("{place}: {what}"));
            }
        }
        found.into_iter().for_each(|what| self.wrong(what));
    }
}

/// The records of an idempotent session that are there must be the first it sent, in the order it sent them.
fn out_of_place(there: impl Iterator<Item = RecordId>, sent: &[RecordId], may_have_gaps: bool) -> Option<String> {
    let mut due = sent.iter();
    for read in there {
        let next = if may_have_gaps { due.find(|sent| **sent == read) } else { due.next() };
        match next {
            Some(next) if *next == read => {}
            Some(next) => return Some(format!("record {read} is where {next} should be: a gap or a change of order")),
            None => return Some(format!("record {read} is not in the order of its producer")),
        }
    }
    None
}

impl Log {
    fn put(&mut self, offset: i64, record: RecordId, safe: Safe) {
        let entry = self.known.entry(offset).or_insert((record, safe));
        *entry = (record, entry.1.max(safe));
        self.offsets.insert(record, offset);
        self.somewhere.remove(&record);
    }

    /// A record was seen at an offset: what else survived with it. What cannot have survived is forgotten.
    fn survivors(&mut self, offset: i64, record: RecordId) -> Vec<(i64, RecordId)> {
        let mut survivors = Vec::new();
        for doubtful in &mut self.doubtful {
            match doubtful.get(&offset) {
                None => {}
                Some(same) if *same == record => {
                    let later = doubtful.split_off(&(offset + 1));
                    survivors.extend(std::mem::replace(doubtful, later));
                }
                Some(_) => drop(doubtful.split_off(&offset)),
            }
        }
        self.doubtful.retain(|doubtful| !doubtful.is_empty());
        survivors
    }

    fn lose_power(&mut self) {
        self.audit = None;
        self.somewhere.retain(|_, safe| *safe == Safe::FromPowerCut);
        let mut doubtful = BTreeMap::new();
        self.known.retain(|offset, (record, safe)| {
            if *safe == Safe::FromKill {
                doubtful.insert(*offset, *record);
            }
            *safe == Safe::FromPowerCut
        });
        for record in doubtful.values() {
            self.offsets.remove(record);
        }
        if !doubtful.is_empty() {
            self.doubtful.push(doubtful);
        }
    }

    fn seal(&mut self) {
        self.known.values_mut().for_each(|(_, safe)| *safe = Safe::FromPowerCut);
        self.somewhere.values_mut().for_each(|safe| *safe = Safe::FromPowerCut);
    }
}

fn following(first: RecordId, count: u32) -> impl Iterator<Item = RecordId> {
    (first.serial..first.serial + count).map(move |serial| RecordId { serial, ..first })
}

/// The first few of many.
fn some<T: std::fmt::Display>(all: &[T]) -> String {
    let mut text: Vec<String> = all.iter().take(SHOWN_MAX).map(T::to_string).collect();
    if all.len() > SHOWN_MAX {
        text.push(format!("and {} more", all.len() - SHOWN_MAX));
    }
    text.join(", ")
}

/// How many of the same kind a sentence names.
const SHOWN_MAX: usize = 5;
