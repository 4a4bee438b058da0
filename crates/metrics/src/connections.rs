//! The connections of a listener: how many, what goes over them, and what the programs behind them call themselves.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;

/// The connections of one listener, counted together.
#[derive(Debug, Default)]
pub struct ListenerMetrics {
    pub(crate) opened: AtomicU64,
    pub(crate) closed: AtomicU64,
    pub(crate) requests: AtomicU64,
    pub(crate) responses: AtomicU64,
    pub(crate) bytes_received: AtomicU64,
    pub(crate) bytes_sent: AtomicU64,
    pub(crate) software: Mutex<BTreeMap<Software, usize>>,
}

/// A client's name for itself, and its version (KIP-511).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Software {
    pub(crate) name: Box<str>,
    pub(crate) version: Box<str>,
}

/// One connection, open as long as this lives.
#[derive(Debug)]
pub struct ConnectionMetrics {
    listener: Arc<ListenerMetrics>,
    software: Mutex<Option<Software>>,
}

impl ConnectionMetrics {
    /// A connection was accepted.
    pub fn opened(listener: &Arc<ListenerMetrics>) -> ConnectionMetrics {
        listener.opened.fetch_add(1, Relaxed);
        ConnectionMetrics { listener: listener.clone(), software: Mutex::default() }
    }

    /// A request was read.
    pub fn received(&self, bytes: usize) {
        self.listener.requests.fetch_add(1, Relaxed);
        self.listener.bytes_received.fetch_add(bytes as u64, Relaxed);
    }

    /// An answer was given.
    pub fn sent(&self, bytes: usize) {
        self.listener.responses.fetch_add(1, Relaxed);
        self.listener.bytes_sent.fetch_add(bytes as u64, Relaxed);
    }

    /// What the client said it is, and its version; `other` when too many kinds are about.
    pub fn software(&self) -> Option<(String, String)> {
        self.software.lock().as_ref().map(|software| (software.name.to_string(), software.version.to_string()))
    }

    /// The client said what it is; the last word counts.
    pub fn is_of(&self, name: &str, version: &str) {
        let mut own = self.software.lock();
        let mut all = self.listener.software.lock();
        if let Some(before) = own.take() {
            forget(&mut all, &before);
        }
        let mut software = Software { name: name.into(), version: version.into() };
        if all.len() >= KINDS_OF_SOFTWARE_MAX && !all.contains_key(&software) {
            software = Software { name: "other".into(), version: "other".into() };
        }
        *all.entry(software.clone()).or_default() += 1;
        *own = Some(software);
    }
}

impl Drop for ConnectionMetrics {
    fn drop(&mut self) {
        self.listener.closed.fetch_add(1, Relaxed);
        if let Some(software) = self.software.get_mut().take() {
            forget(&mut self.listener.software.lock(), &software);
        }
    }
}

fn forget(all: &mut BTreeMap<Software, usize>, software: &Software) {
    if let Some(count) = all.get_mut(software) {
        *count -= 1;
        if *count == 0 {
            all.remove(software);
        }
    }
}

/// Clients choose the words: beyond so many kinds at a time they are counted together, so that nobody fills the page.
const KINDS_OF_SOFTWARE_MAX: usize = 64;
