//! What compaction may have taken, and what it must have: of each key the last record stays, tombstones and markers as long as
//! Kafka keeps them, of aborted transactions nothing, and what is gone does not come back.
//!
//! Knows of each log what lay where in the end: below where a compaction began everything was on the medium, and offsets are not
//! given twice there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::history::{History, Id, Moment, TxnId, What};

/// What is known of one log's compactions.
#[derive(Default)]
pub struct Compactions {
    /// In the order of time.
    begun: Vec<Begun>,
    /// Where everything is compacted, and since when.
    done: Vec<(Moment, i64)>,
    /// What a reader missed first when.
    missed: BTreeMap<i64, Moment>,
    /// A copy, made while it was compacted perhaps, may be there in its place.
    pub is_moving: bool,
    last: Last,
    delete_retention_ms: i64,
}

struct Begun {
    now_ms: i64,
    before: i64,
}

/// What lay in the log in the end, compacted away or not.
#[derive(Default)]
pub struct Last {
    ids: BTreeMap<i64, Id>,
    /// Offsets of each key, but for those of aborted transactions.
    keys: BTreeMap<u16, BTreeSet<i64>>,
    txns: BTreeMap<TxnId, Vec<i64>>,
    /// The first marker of each transaction; one that was written again ends nothing.
    ends: BTreeMap<TxnId, i64>,
    end: i64,
}

impl Last {
    /// Of what was known of a log when all was over.
    pub fn of(known: &BTreeMap<i64, (Id, i64)>, history: &History) -> Last {
        let mut last = Last { end: known.last_key_value().map_or(0, |(offset, _)| offset + 1), ..Last::default() };
        for (offset, (id, _)) in known {
            last.ids.insert(*offset, *id);
            let (key, txn) = match history.sent[*id as usize].what {
                What::Record { key, txn, .. } => (key, txn),
                What::Marker { txn, .. } => {
                    last.ends.entry(txn).or_insert(*offset);
                    continue;
                }
            };
            if let Some(txn) = txn {
                last.txns.entry(txn).or_default().push(*offset);
            }
            if let Some(key) = key.filter(|_| !is_aborted(txn, history)) {
                last.keys.entry(key).or_default().insert(*offset);
            }
        }
        last
    }

    fn what(&self, offset: i64, history: &History) -> Option<What> {
        self.ids.get(&offset).map(|id| history.sent[*id as usize].what)
    }

    /// Whether the record's key comes again further on, before an offset.
    fn comes_again(&self, offset: i64, key: u16, before: i64) -> bool {
        self.keys.get(&key).is_some_and(|offsets| offsets.range(offset + 1..).next().is_some_and(|next| *next < before))
    }

    /// Whether there is an offset that nobody ever saw what was at: it may have been any key.
    fn is_unknown_between(&self, from: i64, to: i64) -> bool {
        let to = to.min(self.end);
        to > from && self.ids.range(from..to).count() < (to - from) as usize
    }
}

fn is_aborted(txn: Option<TxnId>, history: &History) -> bool {
    txn.is_some_and(|txn| history.transactions[txn] == Some(false))
}

impl Compactions {
    /// Of a log that in the end had this.
    pub fn of(last: Last, delete_retention_ms: i64) -> Compactions {
        Compactions { last, delete_retention_ms, ..Compactions::default() }
    }

    /// One begins; nothing from `before` on is touched.
    pub fn begin(&mut self, now_ms: i64, before: i64) {
        self.begun.push(Begun { now_ms, before });
    }

    /// One is complete: everything below is compacted.
    pub fn end(&mut self, at: Moment, before: i64) {
        self.done.push((at, before));
    }

    /// The log was replaced by a copy: what was compacted away in between is back.
    pub fn forget(&mut self) {
        self.done.clear();
        self.missed.clear();
    }

    /// Where compactions have been at most.
    pub fn reach(&self) -> i64 {
        self.begun.iter().map(|begun| begun.before).max().unwrap_or(0)
    }

    /// Whether the record at an offset need not be there, in a log that starts at `start`.
    pub fn may_be_gone(&self, offset: i64, start: i64, history: &History) -> bool {
        let reach = self.reach();
        if offset >= reach {
            return false;
        }
        match self.last.what(offset, history) {
            None => true,
            Some(What::Record { txn, .. }) if is_aborted(txn, history) => true,
            // Nobody sends records without keys to a topic that is compacted.
            Some(What::Record { key: None, .. }) => false,
            Some(What::Record { key: Some(key), value_bytes, .. }) => {
                self.last.comes_again(offset, key, reach)
                    || self.last.is_unknown_between(offset + 1, reach)
                    || value_bytes.is_none() && self.is_past_horizon(offset)
            }
            Some(What::Marker { txn, .. }) => {
                let is_first = self.last.ends.get(&txn) == Some(&offset);
                let records = self.last.txns.get(&txn).into_iter().flatten().filter(|_| is_first);
                let mut of_it = records.filter(|record| (start..offset).contains(*record));
                self.is_past_horizon(offset) && of_it.all(|record| self.may_be_gone(*record, start, history))
            }
        }
    }

    /// Whether a tombstone or marker was met again `delete.retention.ms` after a compaction had met it first.
    fn is_past_horizon(&self, offset: i64) -> bool {
        let mut met = self.begun.iter().filter(|begun| begun.before > offset).map(|begun| begun.now_ms);
        let Some(first) = met.next() else { return false };
        met.any(|again| again >= first.saturating_add(self.delete_retention_ms))
    }

    /// A reader got these and nothing between `from` and `to`; complaints.
    pub fn read(&mut self, read: &Reading, history: &History, found: &mut Vec<String>) {
        let mut seen = read.seen.iter().map(|(offset, id, _)| (*offset, *id)).peekable();
        for offset in read.from..read.to {
            match seen.next_if(|(at, _)| *at == offset) {
                // Of the first batch perhaps; nothing is asked of what is below the start.
                _ if offset < read.start => {}
                Some((_, id)) => self.is_there(offset, id, read, history, found),
                None if self.may_be_gone(offset, read.start, history) => {
                    self.missed.entry(offset).or_insert(read.at);
                }
                None => {
                    let what = self.last.what(offset, history);
                    found.push(format!("a read from {} to {} lacks offset {offset}: {what:?}", read.from, read.to));
                }
            }
        }
        if let Some((offset, id)) = seen.next() {
            found.push(format!("a read from {} to {} has record {id} at {offset} out of order", read.from, read.to));
        }
    }

    fn is_there(&self, offset: i64, id: Id, read: &Reading, history: &History, found: &mut Vec<String>) {
        if self.is_moving {
            return;
        }
        if let Some(missed) = self.missed.get(&offset).filter(|missed| **missed < read.begun) {
            found.push(format!("offset {offset} was compacted away at {missed}, and is there again"));
        }
        let done = self.done.iter().filter(|(at, _)| *at < read.begun).map(|(_, before)| *before).max().unwrap_or(0);
        if offset >= done {
            return;
        }
        match history.sent[id as usize].what {
            What::Record { txn, .. } if is_aborted(txn, history) => {
                found.push(format!("record {id} at {offset} was aborted, and the log is compacted up to {done}"));
            }
            What::Record { key: Some(key), .. } if self.last.comes_again(offset, key, done) => {
                found.push(format!("key {key} at {offset} comes again, and the log is compacted up to {done}"));
            }
            _ => {}
        }
    }
}

/// What a reader of a compacted log got.
pub struct Reading<'a> {
    pub begun: Moment,
    pub at: Moment,
    /// The log start it was told.
    pub start: i64,
    pub from: i64,
    pub to: i64,
    pub seen: &'a [(i64, Id, i64)],
}
