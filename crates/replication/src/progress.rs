//! Waking those who wait for a partition to move on, at no cost when nobody does.
//!
//! A fetch waits on many partitions with one [`Waiter`]; each partition keeps a list of waiters and wakes all of them
//! when its readable end moves. Registration is once: a woken waiter is off the list.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

/// One who waits, on any number of partitions.
#[derive(Default)]
pub struct Waiter {
    wake: Notify,
}

impl Waiter {
    /// Resolves once the waiter was woken since it last resolved; waking before waiting counts.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// The waiters of one partition.
#[derive(Default)]
pub struct Waiters {
    /// Whether the list may hold anybody: the append path looks here and nowhere else when nobody waits.
    any: AtomicBool,
    list: Mutex<Vec<Arc<Waiter>>>,
}

impl Waiters {
    /// Call before looking whether there is something to read, so that nothing is missed in between.
    pub fn add(&self, waiter: &Arc<Waiter>) {
        let mut list = self.list.lock();
        if !list.iter().any(|known| Arc::ptr_eq(known, waiter)) {
            list.push(waiter.clone());
        }
        self.any.store(true, Ordering::SeqCst);
    }

    pub fn remove(&self, waiter: &Arc<Waiter>) {
        let mut list = self.list.lock();
        list.retain(|known| !Arc::ptr_eq(known, waiter));
        if list.is_empty() {
            list.shrink_to_fit();
            self.any.store(false, Ordering::SeqCst);
        }
    }

    /// Call after the new end is published.
    pub fn wake_all(&self) {
        if !self.any.load(Ordering::SeqCst) {
            return;
        }
        let mut list = self.list.lock();
        self.any.store(false, Ordering::SeqCst);
        list.drain(..).for_each(|waiter| waiter.wake());
    }
}
