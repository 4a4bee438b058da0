//! Batches whose bytes are not those that were written: each is told once, with file and offset, and counted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

/// What was found damaged since the start.
#[derive(Default)]
pub(crate) struct Damage {
    told: Mutex<BTreeSet<(PathBuf, u64)>>,
    batches: AtomicU64,
}

/// Damaged places that are remembered, so as to be told once: with more, the disk is broken, and its log says nothing new.
const TOLD_MAX: usize = 1000;

impl Damage {
    /// A read met a bad batch. `offset` is what its header says, which may be wrong as well.
    pub fn found(&self, file: &Path, position: u64, offset: Option<i64>) {
        let mut told = self.told.lock();
        if told.len() >= TOLD_MAX || !told.insert((file.to_owned(), position)) {
            return;
        }
        self.batches.fetch_add(1, Ordering::Relaxed);
        tracing::error!(
            file = %file.display(), position, offset,
            "a batch of records is damaged on the medium and is not served: consumers that read on behind it get the others. \
             Check the disk; where the records are needed, restore the file from a copy while the node is stopped"
        );
    }

    /// A recovery met one, and tells of it itself.
    pub fn kept(&self) {
        self.batches.fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn batches(&self) -> u64 {
        self.batches.load(Ordering::Relaxed)
    }
}
