//! What one file holds: in memory, and on the medium as far as it differs.
//!
//! Appending costs nothing extra: all beyond `durable_len` is understood to be in memory only. Only an overwrite of what is
//! durable keeps a page's former bytes.
//! Invariant: durable_len <= data.len(); every page in `overwritten` begins below durable_len.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::sim::chance::Chance;

#[derive(Default)]
pub(crate) struct Content {
    /// What a reader sees.
    data: Vec<u8>,
    /// Below this the medium holds what `data` holds, but for the pages in `overwritten`.
    durable_len: usize,
    /// What the medium holds of pages that were written over since.
    overwritten: BTreeMap<usize, Vec<u8>>,
    /// What the medium still holds beyond `durable_len`, because the file was cut and that is not durable yet.
    cut_off: Option<Vec<u8>>,
    /// A sync failed: what was not durable then never will be, whatever later syncs say.
    sync_lost: bool,
    /// Chunks that are on the medium but not in memory.
    cold: BTreeSet<usize>,
}

/// What a power cut did to a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loss {
    /// Something unsynced is gone.
    pub(crate) lost: bool,
    /// Something unsynced is there in part.
    pub(crate) torn: bool,
}

impl Content {
    pub(crate) fn len(&self) -> u64 {
        self.data.len() as u64
    }

    pub(crate) fn read(&self, buffer: &mut [u8], position: u64) -> usize {
        let Some(rest) = usize::try_from(position).ok().and_then(|position| self.data.get(position..)) else {
            return 0;
        };
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        count
    }

    pub(crate) fn write(&mut self, bytes: &[u8], position: u64) {
        let start = position as usize;
        let end = start + bytes.len();
        self.keep_pages(start, end);
        if end > self.data.len() {
            self.data.resize(start.max(self.data.len()), 0);
            let inside = self.data.len() - start;
            self.data[start..].copy_from_slice(&bytes[..inside]);
            self.data.extend_from_slice(&bytes[inside..]);
        } else {
            self.data[start..end].copy_from_slice(bytes);
        }
    }

    /// Remembers what the medium holds of a range that is about to change.
    fn keep_pages(&mut self, start: usize, end: usize) {
        let end = end.min(self.durable_len);
        if start >= end {
            return;
        }
        for page in start / PAGE_BYTES..=(end - 1) / PAGE_BYTES {
            let from = page * PAGE_BYTES;
            let to = (from + PAGE_BYTES).min(self.durable_len);
            self.overwritten.entry(page).or_insert_with(|| self.data[from..to].to_vec());
        }
    }

    pub(crate) fn set_len(&mut self, len: u64) {
        let len = len as usize;
        if len < self.durable_len {
            let mut tail = self.on_medium(len, self.durable_len);
            // Of several cuts none may be durable yet.
            tail.extend_from_slice(self.cut_off.as_deref().unwrap_or_default());
            self.cut_off = Some(tail);
            let first_gone = len.div_ceil(PAGE_BYTES);
            self.overwritten.split_off(&first_gone);
            if let Some(last) = self.overwritten.get_mut(&(len / PAGE_BYTES)) {
                last.truncate(len % PAGE_BYTES);
            }
            self.durable_len = len;
        }
        if len == 0 {
            // Nothing is left of what the medium refused; what is written now is another matter.
            self.sync_lost = false;
        }
        self.data.resize(len, 0);
        self.cold.split_off(&len.div_ceil(CHUNK_BYTES));
    }

    /// What the medium holds of a range below the durable length.
    fn on_medium(&self, start: usize, end: usize) -> Vec<u8> {
        let mut bytes = self.data[start..end].to_vec();
        for (page, old) in self.overwritten.range(start / PAGE_BYTES..) {
            let from = page * PAGE_BYTES;
            for (offset, byte) in old.iter().enumerate() {
                if (start..end).contains(&(from + offset)) {
                    bytes[from + offset - start] = *byte;
                }
            }
        }
        bytes
    }

    pub(crate) fn sync(&mut self) {
        if !self.sync_lost {
            self.overwritten.clear();
            self.cut_off = None;
            self.durable_len = self.data.len();
        }
    }

    /// Whether a power cut would leave it as it is.
    pub(crate) fn is_durable(&self) -> bool {
        self.overwritten.is_empty() && self.cut_off.is_none() && self.durable_len == self.data.len()
    }

    /// The medium has refused, and memory believes that it has not.
    pub(crate) fn fail_sync(&mut self) {
        self.sync_lost = true;
    }

    /// Brings a range into memory; says whether any of it was not there.
    pub(crate) fn warm(&mut self, position: u64, len: usize) -> bool {
        if self.cold.is_empty() {
            return false;
        }
        let chunks: Vec<usize> = self.cold.range(chunks_of(position, len)).copied().collect();
        for chunk in &chunks {
            self.cold.remove(chunk);
        }
        !chunks.is_empty()
    }

    pub(crate) fn is_cold(&self, position: u64, len: usize) -> bool {
        !self.cold.is_empty() && self.cold.range(chunks_of(position, len)).next().is_some()
    }

    /// Memory was needed for something else. What is not on the medium yet stays.
    pub(crate) fn evict(&mut self, position: u64, len: usize) {
        let end = self.durable_len.div_ceil(CHUNK_BYTES);
        self.cold.extend(chunks_of(position, len).take_while(|&chunk| chunk < end));
    }

    /// A bit rots on the medium. What was in memory of it is forgotten, so that the next reader meets it.
    pub(crate) fn flip_bit(&mut self, byte: u64, bit: u8) -> io::Result<()> {
        self.rot(byte, bit)?;
        self.cold.insert(byte as usize / CHUNK_BYTES);
        Ok(())
    }

    /// As it is read, a bit has rotted.
    pub(crate) fn rot(&mut self, byte: u64, bit: u8) -> io::Result<()> {
        match usize::try_from(byte).ok().filter(|byte| *byte < self.durable_len) {
            Some(byte) => {
                self.data[byte] ^= 1 << (bit % 8);
                Ok(())
            }
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// The file is gone, and its blocks will be another's.
    pub(crate) fn leave_scrap(&self, scrap: &mut Vec<u8>) {
        let left = &self.data[..self.durable_len.min(self.data.len()).min(PAGE_BYTES)];
        if left.len() >= SECTOR_BYTES {
            scrap.clear();
            scrap.extend_from_slice(left);
        }
    }

    /// What a power cut leaves: everything synced, and of the rest what chance says. Each page of an overwrite is old, new or
    /// torn between sectors; an append is gone, there, ends anywhere or has holes, by the page or by the sector, of zeros or of
    /// `scrap`; a cut of the file has happened with what followed it or has not.
    pub(crate) fn after_power_cut(&mut self, chance: &mut Chance, scrap: &[u8]) -> (Content, Loss) {
        let mut loss = Loss::default();
        let mut data = std::mem::take(&mut self.data);
        if let Some(tail) = self.cut_off.take()
            && chance.coin()
        {
            data.truncate(self.durable_len);
            for (page, old) in &self.overwritten {
                data[page * PAGE_BYTES..][..old.len()].copy_from_slice(old);
            }
            data.extend_from_slice(&tail);
            loss.lost = true;
        } else {
            for (page, old) in &self.overwritten {
                roll_back_page(chance, &mut data[page * PAGE_BYTES..][..old.len()], old, &mut loss);
            }
            roll_back_append(chance, &mut data, self.durable_len, scrap, &mut loss);
        }
        let chunks = data.len().div_ceil(CHUNK_BYTES);
        (Content { durable_len: data.len(), data, cold: (0..chunks).collect(), ..Content::default() }, loss)
    }
}

fn roll_back_page(chance: &mut Chance, new: &mut [u8], old: &[u8], loss: &mut Loss) {
    match chance.below(3) {
        0 => {}
        1 => {
            new.copy_from_slice(old);
            loss.lost = true;
        }
        _ => {
            for (new, old) in new.chunks_mut(SECTOR_BYTES).zip(old.chunks(SECTOR_BYTES)) {
                if chance.coin() {
                    new.copy_from_slice(old);
                }
            }
            loss.torn = true;
        }
    }
}

fn roll_back_append(chance: &mut Chance, data: &mut Vec<u8>, durable_len: usize, scrap: &[u8], loss: &mut Loss) {
    let appended = data.len() - durable_len;
    if appended == 0 {
        return;
    }
    match chance.below(5) {
        0 => {}
        1 => {
            data.truncate(durable_len);
            loss.lost = true;
        }
        kind => {
            data.truncate(durable_len + chance.between(1, appended as u64) as usize);
            loss.torn = true;
            match kind {
                2 => {}
                3 => make_holes(chance, data, durable_len, PAGE_BYTES, scrap),
                _ => make_holes(chance, data, durable_len, SECTOR_BYTES, scrap),
            }
        }
    }
}

/// Pieces of what lies from `start` on were never written: zeros are there, or what another file left.
fn make_holes(chance: &mut Chance, data: &mut [u8], start: usize, piece_bytes: usize, scrap: &[u8]) {
    for from in (start / piece_bytes * piece_bytes..data.len()).step_by(piece_bytes) {
        if chance.coin() {
            continue;
        }
        let to = (from + piece_bytes).min(data.len());
        let hole = &mut data[from.max(start)..to];
        if scrap.is_empty() || chance.coin() {
            hole.fill(0);
        } else {
            // Backwards: a whole batch of another log in just the right place is nothing Kafka's formats could tell from their own.
            let begins = chance.below(scrap.len() as u64) as usize;
            let foreign = scrap.iter().rev().cycle().skip(begins);
            hole.iter_mut().zip(foreign).for_each(|(byte, foreign)| *byte = *foreign);
        }
    }
}

fn chunks_of(position: u64, len: usize) -> std::ops::Range<usize> {
    let start = position as usize;
    start / CHUNK_BYTES..start.saturating_add(len).div_ceil(CHUNK_BYTES)
}

/// What a disk writes whole.
const SECTOR_BYTES: usize = 512;

/// What the page cache writes back at a time.
const PAGE_BYTES: usize = 4096;

/// What is read ahead, and so is in memory or not, at a time.
const CHUNK_BYTES: usize = 64 * 1024;
