//! The journal's file: groups one after another in a circle, each written at once and synced before the next.
//!
//! Knows where there is room and which logs must be synced before more is given back; it syncs none of them. Blocks.
//! Invariant: from the head's group on, every group that was synced can be found, and no group is written over that counts.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use kampa_formats::sync_journal::{CIRCLE_START, FILE_NAME, FOLDER, GroupBuilder, Head, LogName, PAGE_BYTES};
use kampa_world::{File, OpenOptions, World};

use super::Limits;
use crate::log::{Gathered, Inner as LogInner, Put};

/// Stretches of a full circle: room is given back one at a time.
const STRETCHES: u64 = 8;
/// So many stretches are drained ahead of need.
const CROWDED_STRETCHES: usize = 5;
/// Pages that only a settlement may take: it must not wait for logs to be synced while one is held.
const RESERVED_BYTES: u64 = 2 * PAGE_BYTES;
/// What a builder keeps between groups.
const KEPT_BYTES: usize = 256 << 10;
/// What one write of zeros brings.
const PIECE_BYTES: u64 = 1 << 20;

pub(super) struct Circle {
    file: File,
    nonce: u64,
    len: u64,
    /// Of the next group.
    sequence: u64,
    /// Where it goes if there is room.
    at: u64,
    /// Groups that count, oldest first.
    stretches: VecDeque<Stretch>,
    /// The next group begins a stretch.
    is_sealed: bool,
    /// How often a head was written: the two copies take turns.
    heads: u64,
    group: GroupBuilder,
}

struct Stretch {
    /// Of its first group, and where that is.
    sequence: u64,
    position: u64,
    bytes: u64,
    logs: Vec<Weak<LogInner>>,
}

/// What became of logs that were to be committed.
#[derive(Default)]
pub(super) struct Round {
    pub committed: Vec<(Arc<LogInner>, Put)>,
    /// They sync their segments.
    pub apart: Vec<Arc<LogInner>>,
    /// For the next round.
    pub left: Vec<Arc<LogInner>>,
    /// Time to give room back.
    pub is_crowded: bool,
    /// Nothing goes before room is given back.
    pub is_full: bool,
}

impl Circle {
    /// Makes the file, written all over so that its syncs have nothing but bytes to write.
    pub fn make(world: &World, dir: &Path, len: u64) -> io::Result<Circle> {
        let disk = world.disk();
        let folder = dir.join(FOLDER);
        disk.create_dir_all(&folder)?;
        let file = disk.open(folder.join(FILE_NAME), OpenOptions::TRUNCATE)?;
        let len = len.next_multiple_of(PAGE_BYTES);
        let zeros = vec![0; PIECE_BYTES.min(len) as usize];
        let mut at = 0;
        while at < len {
            let some = (len - at).min(PIECE_BYTES);
            file.write_all_at(&zeros[..some as usize], at)?;
            at += some;
        }
        let mut circle = Circle {
            file,
            nonce: world.seed(),
            len,
            sequence: 1,
            at: CIRCLE_START,
            stretches: VecDeque::new(),
            is_sealed: true,
            heads: 0,
            group: GroupBuilder::default(),
        };
        circle.write_head()?;
        circle.file.sync_all()?;
        disk.sync_dir(&folder)?;
        disk.sync_dir(dir)?;
        Ok(circle)
    }

    /// Removes the file: nothing in it counts.
    pub fn remove(self, world: &World, dir: &Path) -> io::Result<()> {
        world.disk().remove_dir_all(dir.join(FOLDER))?;
        world.disk().sync_dir(dir)
    }

    /// Sequence of the oldest group that counts, or of the next one.
    pub fn oldest(&self) -> u64 {
        self.stretches.front().map_or(self.sequence, |stretch| stretch.sequence)
    }

    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    pub fn is_crowded(&self) -> bool {
        self.stretches.len() >= CROWDED_STRETCHES
    }

    /// Puts what the logs were given last into a group and syncs it.
    pub fn commit(&mut self, logs: Vec<Arc<LogInner>>, limits: Limits) -> io::Result<Round> {
        let mut round = Round::default();
        let mut puts = Vec::new();
        self.group.clear();
        let mut logs = logs.into_iter();
        while let Some(log) = logs.next() {
            match log.gather(limits, &mut self.group) {
                Gathered::Nothing => {}
                Gathered::Put(put) => puts.push((log, put)),
                Gathered::Apart => round.apart.push(log),
                Gathered::Later => {
                    round.left.push(log);
                    round.left.extend(logs);
                    break;
                }
            }
        }
        if !self.group.is_empty() && !self.write_group(RESERVED_BYTES, &puts)? {
            for (log, _) in puts.drain(..) {
                log.ask_again();
                round.left.push(log);
            }
            round.is_full = true;
        }
        round.committed = puts;
        round.is_crowded = round.is_full || self.is_crowded();
        Ok(round)
    }

    /// Lets the entries of a log up to `below` count no more. Whether there was room for it.
    pub fn settle(&mut self, name: &LogName, below: i64) -> io::Result<bool> {
        self.group.clear();
        self.group.settled(name, below);
        self.write_group(0, &[])
    }

    /// Writes and syncs the group where there is room for it and `spare` bytes more; whether there is.
    fn write_group(&mut self, spare: u64, puts: &[(Arc<LogInner>, Put)]) -> io::Result<bool> {
        let bytes = (self.group.len() as u64).next_multiple_of(PAGE_BYTES);
        let Some(position) = self.room_for(bytes + spare) else { return Ok(false) };
        let sequence = self.sequence;
        self.file.write_all_at(self.group.finish(self.nonce, sequence), position)?;
        self.file.sync_data()?;
        self.group.shrink_to(KEPT_BYTES);
        self.sequence += 1;
        self.at = position + bytes;
        let stretch_bytes = self.len / STRETCHES;
        if self.is_sealed || self.stretches.back().is_none_or(|stretch| stretch.bytes >= stretch_bytes) {
            self.is_sealed = false;
            self.stretches.push_back(Stretch { sequence, position, bytes: 0, logs: Vec::new() });
        }
        let Some(stretch) = self.stretches.back_mut() else { return Ok(true) };
        stretch.bytes += bytes;
        for (log, put) in puts {
            let before = if put.has_bytes { log.last_group.swap(sequence, Ordering::AcqRel) } else { continue };
            if before < stretch.sequence {
                stretch.logs.push(Arc::downgrade(log));
            }
        }
        Ok(true)
    }

    /// Where `bytes` fit without writing over what counts.
    fn room_for(&self, bytes: u64) -> Option<u64> {
        let oldest = self.stretches.front().map(|stretch| stretch.position);
        match oldest {
            // The oldest is ahead: up to there.
            Some(oldest) if self.at <= oldest => (self.at + bytes <= oldest).then_some(self.at),
            _ if self.at + bytes <= self.len => Some(self.at),
            _ => (CIRCLE_START + bytes <= oldest.unwrap_or(self.len)).then_some(CIRCLE_START),
        }
    }

    /// The oldest stretch's first sequence, and its logs that were not synced since; nothing more is added to it. Those that are gone
    /// were closed or deleted: nothing is to be synced.
    pub fn oldest_stretch(&mut self) -> Option<(u64, Vec<Arc<LogInner>>)> {
        self.is_sealed |= self.stretches.len() == 1;
        let last = self.stretches.get(1).map_or(self.sequence, |next| next.sequence) - 1;
        let oldest = self.stretches.front()?;
        let lags = |log: Arc<LogInner>| log.lags_behind(last).then_some(log);
        Some((oldest.sequence, oldest.logs.iter().filter_map(Weak::upgrade).filter_map(lags).collect()))
    }

    /// What the stretch from `sequence` on says is in segments on the medium: its room is free, unless it was before.
    pub fn give_back(&mut self, sequence: u64) -> io::Result<()> {
        if self.stretches.front().is_none_or(|oldest| oldest.sequence != sequence) {
            return Ok(());
        }
        self.stretches.pop_front();
        self.write_head()?;
        self.file.sync_data()
    }

    fn write_head(&mut self) -> io::Result<()> {
        let head = Head { nonce: self.nonce, sequence: self.oldest() };
        let copy = self.heads % 2;
        self.heads += 1;
        self.file.write_all_at(&head.encode(), copy * PAGE_BYTES)
    }
}
