//! Buffers for reads, used again and again: a fresh mebibyte costs as much in page faults and zeros as the copy into it.
//!
//! A buffer comes back when the last slice of the bytes read into it is dropped, which is when an answer has left.
//! Invariant: what lies here unused is never more than [`UNUSED_BYTES_MAX`], and nothing once nobody reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;

/// Reads below this take a buffer of their own: it is cheaper than a look into the shelf.
const SHELVED_FROM_BYTES: usize = 32 << 10;
/// Unused bytes that are kept: as many one-mebibyte answers (what a consumer asks of a partition) as two cores have under way.
const UNUSED_BYTES_MAX: usize = 16 << 20;

/// The shelf. Sizes are powers of two, so that a buffer fits many reads.
#[derive(Default)]
pub(crate) struct ReadBuffers {
    unused: Mutex<Vec<Vec<u8>>>,
    used: AtomicBool,
}

/// A buffer on loan.
pub(crate) struct ReadBuffer {
    /// Longer than what is asked of it.
    bytes: Vec<u8>,
    len: usize,
    shelf: Option<Arc<ReadBuffers>>,
}

impl ReadBuffers {
    /// A buffer of `len` bytes with anything in them.
    pub fn take(self: &Arc<Self>, len: usize) -> ReadBuffer {
        if len < SHELVED_FROM_BYTES {
            return ReadBuffer { bytes: vec![0; len], len, shelf: None };
        }
        let size = len.next_power_of_two();
        let found = {
            let mut unused = self.unused.lock();
            let at = unused.iter().rposition(|bytes| bytes.len() == size);
            at.map(|at| unused.swap_remove(at))
        };
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        ReadBuffer { bytes: found.unwrap_or_else(|| vec![0; size]), len, shelf: Some(self.clone()) }
    }

    /// Frees what lies here, if nobody has read since the last call.
    pub fn clear_idle(&self) {
        if !self.used.swap(false, Ordering::Relaxed) {
            let unused = std::mem::take(&mut *self.unused.lock());
            drop(unused);
        }
    }

    fn put_back(&self, bytes: Vec<u8>) {
        let mut unused = self.unused.lock();
        let held: usize = unused.iter().map(Vec::len).sum();
        if held + bytes.len() <= UNUSED_BYTES_MAX {
            unused.push(bytes);
        }
    }
}

impl ReadBuffer {
    /// To be filled, all of it.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }

    /// What was read.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for ReadBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for ReadBuffer {
    fn drop(&mut self) {
        if let Some(shelf) = self.shelf.take() {
            shelf.put_back(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests;
