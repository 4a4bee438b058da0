//! What of transactions may go: records of aborted ones, and markers that nothing refers to any more.
//!
//! Pure. Batches come in offset order; the aborted transactions they may belong to are told before them, from the indexes of the
//! segments. A marker stays as long as a batch of its transaction is there, be it an empty one.

use std::collections::{BTreeMap, BTreeSet};

use kampa_formats::batch::control::{self, ControlType};
use kampa_formats::batch::{BatchView, RecordIssue};
use kampa_formats::txn_index::AbortedTxn;

/// The transactions that are open where the walk has come to.
#[derive(Default)]
pub(super) struct Transactions {
    /// Producers with batches of a transaction that is not aborted.
    committed: BTreeSet<i64>,
    /// Producers in an aborted transaction.
    aborted: BTreeMap<i64, Aborted>,
    /// Those that begin further on, by first offset and producer.
    coming: BTreeMap<(i64, i64), AbortedTxn>,
}

struct Aborted {
    transaction: AbortedTxn,
    has_batches: bool,
}

/// What the transactions say of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They have nothing to say.
    Stays,
    /// Records of an aborted transaction: nobody will ever see them.
    Aborted,
    /// A marker whose transaction has no batch left.
    IdleMarker,
    /// The marker of an aborted transaction that has: belongs in the index.
    AbortMarker(AbortedTxn),
}

impl Transactions {
    /// Aborted transactions that batches from here on may belong to; those told before may come again.
    pub fn expect(&mut self, transactions: impl IntoIterator<Item = AbortedTxn>) {
        let keyed = transactions.into_iter().map(|it| ((it.first_offset, it.producer_id), it));
        self.coming.extend(keyed);
    }

    /// What is to be done with the next batch.
    pub fn meet(&mut self, batch: &BatchView) -> Result<Fate, RecordIssue> {
        self.begin_up_to(batch.last_offset());
        if batch.is_control() {
            return self.meet_marker(batch);
        }
        if !batch.is_transactional() {
            return Ok(Fate::Stays);
        }
        Ok(match self.aborted.get_mut(&batch.producer_id) {
            Some(aborted) => {
                aborted.has_batches = true;
                Fate::Aborted
            }
            None => {
                self.committed.insert(batch.producer_id);
                Fate::Stays
            }
        })
    }

    fn meet_marker(&mut self, batch: &BatchView) -> Result<Fate, RecordIssue> {
        // One that was emptied before has told all it had to.
        let Some(marker) = control::read(batch)?.into_iter().next() else { return Ok(Fate::IdleMarker) };
        Ok(match marker.kind {
            ControlType::Abort if self.ends_later(batch) => Fate::IdleMarker,
            ControlType::Abort => match self.aborted.remove(&batch.producer_id) {
                Some(aborted) if aborted.has_batches => Fate::AbortMarker(aborted.transaction),
                _ => Fate::IdleMarker,
            },
            ControlType::Commit if self.committed.remove(&batch.producer_id) => Fate::Stays,
            ControlType::Commit => Fate::IdleMarker,
            _ => Fate::Stays,
        })
    }

    /// Whether the producer's transaction has its marker further on. A marker that the index had no room for on a full disk did not
    /// count and was written again; the index knows the second, and its entries rise by them.
    fn ends_later(&self, marker: &BatchView) -> bool {
        let aborted = self.aborted.get(&marker.producer_id);
        aborted.is_some_and(|aborted| aborted.transaction.last_offset > marker.last_offset())
    }

    fn begin_up_to(&mut self, offset: i64) {
        while let Some(first) = self.coming.first_entry().filter(|entry| entry.key().0 <= offset) {
            let transaction = first.remove();
            let begun = Aborted { transaction, has_batches: false };
            self.aborted.entry(transaction.producer_id).or_insert(begun);
        }
    }
}

#[cfg(test)]
mod tests;
