//! Reads for those who catch up: a few at a time, away from the network's tasks, and without pushing out of memory what others need.
//!
//! Who replays a log reads everything once. What such reads bring into memory stays a little while, for others who replay the same
//! not far behind, and is then given back to the system before it looks for memory elsewhere.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use kampa_world::{File, World};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// What a log directory's cold reads share.
pub(crate) struct ColdReads {
    turns: Semaphore,
    brought: Mutex<Brought>,
}

/// What was brought into memory and not given back yet, oldest first.
#[derive(Default)]
struct Brought {
    pieces: VecDeque<Piece>,
    bytes: u64,
}

/// A range of a file that is open somewhere else; once it is closed, the system may keep what it likes.
struct Piece {
    file: Weak<File>,
    position: u64,
    len: u64,
}

/// Reads at once: enough to keep a disk's queue busy, a quarter of the threads that may block, so that syncs and recovery find one.
const TOGETHER_MAX: usize = 4;

/// Bytes that stay: 64 answers of what a consumer asks of a partition (1 MiB), a small part of any machine's memory.
const KEPT_BYTES_MAX: u64 = 64 << 20;

impl Default for ColdReads {
    fn default() -> ColdReads {
        ColdReads { turns: Semaphore::new(TOGETHER_MAX), brought: Mutex::default() }
    }
}

impl ColdReads {
    /// Has the work done when it is its turn, where it may block.
    pub async fn run<T: Send + 'static>(&self, world: &World, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.turns.acquire().await.expect("nobody closes it");
        world.offload(work).await
    }

    /// A piece of a file was not in memory and is now.
    pub fn brought(&self, file: &Arc<File>, position: u64, len: u64) {
        let mut brought = self.brought.lock();
        brought.bytes += len;
        brought.pieces.push_back(Piece { file: Arc::downgrade(file), position, len });
        while brought.bytes > KEPT_BYTES_MAX
            && let Some(oldest) = brought.pieces.pop_front()
        {
            brought.bytes -= oldest.len;
            if let Some(file) = oldest.file.upgrade() {
                file.forget_cached(oldest.position, oldest.len);
            }
        }
    }
}
