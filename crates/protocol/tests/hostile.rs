//! Bytes that mean harm, against every decoder: cut short, damaged, with lengths that promise what does not follow.
//!
//! No decoder may panic, and none may take more memory than the bytes before it can back. What it accepts must be
//! writable and read back the same, or refused by the writer.

// The counting allocator needs `unsafe` to stand in the system's place.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::HashMap;

use bytes::Bytes;
use kampa_protocol::{Message, Reader, RequestHeader, Visitor, Writer, visit_messages};
use kampa_schema::examples::{self, Case};
use kampa_schema::{model, read_all, root};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

#[test]
fn no_decoder_panics_or_takes_more_than_its_bytes_can_back() {
    let schemas = read_all(&root()).expect("the schemas parse");
    let messages = schemas.into_iter().flat_map(|schema| schema.messages).map(|one| (one.name.clone(), one)).collect();
    let mut attack = Attack { messages, random: SmallRng::seed_from_u64(SEED), accepted: 0, refused: 0, worst: 0 };
    visit_messages(&mut attack);
    println!("{} accepted, {} refused, at most {} bytes for each byte", attack.accepted, attack.refused, attack.worst);
    assert!(attack.accepted > 20_000 && attack.refused > 200_000, "{} {}", attack.accepted, attack.refused);
}

#[test]
fn no_request_header_panics() {
    let mut random = SmallRng::seed_from_u64(SEED);
    for _ in 0..20_000 {
        let length = random.random_range(0..40);
        let bytes: Bytes = (0..length).map(|at| if at % 2 == 0 { 0 } else { random.random_range(0..96) }).collect();
        let mut r = Reader::new(&bytes);
        if let Ok(header) = RequestHeader::decode(&mut r) {
            let mut w = Writer::new();
            header.encode(&mut w).expect("what was read can be written");
        }
    }
}

struct Attack {
    messages: HashMap<String, model::Message>,
    random: SmallRng,
    accepted: usize,
    refused: usize,
    /// Most bytes allocated per byte of input.
    worst: usize,
}

impl Visitor for Attack {
    fn visit<M: Message>(&mut self) {
        for version in M::VERSIONS {
            let full = examples::bytes(&self.messages[M::NAME], version, Case::Full);
            for length in 0..full.len() {
                let cut = Bytes::copy_from_slice(&full[..length]);
                assert!(!self.decode::<M>(&cut, version), "{} {version} cut to {length}", M::NAME);
            }
            for seed in 0..DAMAGES {
                self.decode::<M>(&examples::damaged(&full, SEED + seed).into(), version);
            }
            for _ in 0..SWELLS {
                let swollen = self.swollen(&full);
                self.decode::<M>(&swollen, version);
            }
            for _ in 0..DAMAGES {
                let lies = self.with_huge_length(&full);
                self.decode::<M>(&lies, version);
                let noise = self.noise();
                self.decode::<M>(&noise, version);
            }
        }
    }
}

impl Attack {
    /// Whether the bytes were accepted.
    fn decode<M: Message>(&mut self, bytes: &Bytes, version: i16) -> bool {
        PEAK.set(ALLOCATED.get());
        let before = ALLOCATED.get();
        let decoded = M::decode(&mut Reader::new(bytes), version);
        let taken = PEAK.get() - before;
        assert!(
            taken <= bytes.len() * BACKED_MAX + ROOM,
            "{} {version} took {taken} bytes for {}: {bytes:x?}",
            M::NAME,
            bytes.len()
        );
        self.worst = self.worst.max(taken.saturating_sub(ROOM) / bytes.len().max(1));
        let Ok(decoded) = decoded else {
            self.refused += 1;
            return false;
        };
        self.accepted += 1;
        let mut w = Writer::new();
        if decoded.encode(&mut w, version).is_ok() {
            let again = w.finish().into_bytes();
            let twice = M::decode(&mut Reader::new(&again), version);
            // Debug, because a number that is not a number never equals itself.
            assert_eq!(
                format!("{:?}", twice.as_ref()),
                format!("{:?}", Ok::<_, ()>(&decoded)),
                "{} {version}",
                M::NAME
            );
        }
        true
    }

    /// A length, count or size of gigabytes somewhere.
    fn with_huge_length(&mut self, full: &[u8]) -> Bytes {
        let mut bytes = full.to_vec();
        if bytes.is_empty() {
            return bytes.into();
        }
        let at = self.random.random_range(0..bytes.len());
        let huge: &[u8] = [
            &[0x7f, 0xff, 0xff, 0xff][..],
            &[0x7f, 0xff],
            &[0xff, 0xff, 0xff, 0xff, 0x07],
            &[0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x80, 0x80, 0x80, 0x80, 0x00],
            &[0xc1, 0x84, 0x3d],
        ][self.random.random_range(0..7)];
        let end = (at + huge.len()).min(bytes.len());
        bytes.splice(at..end, huge.iter().copied());
        bytes.into()
    }

    /// Somewhere a count that is true, of as many of the smallest elements as the bytes can hold.
    fn swollen(&mut self, full: &[u8]) -> Bytes {
        let mut bytes = full[..self.random.random_range(0..=full.len().min(40))].to_vec();
        if self.random.random() {
            bytes.extend(SWOLLEN_ELEMENTS.to_be_bytes());
        } else {
            bytes.extend([
                SWOLLEN_ELEMENTS as u8 | 0x80,
                (SWOLLEN_ELEMENTS >> 7) as u8 | 0x80,
                (SWOLLEN_ELEMENTS >> 14) as u8,
            ]);
        }
        bytes.resize(bytes.len() + SWOLLEN_ZEROS, 0);
        bytes.into()
    }

    /// Mostly zeros and small numbers, which decoders take for empty and short things, so that they get far.
    fn noise(&mut self) -> Bytes {
        let length = self.random.random_range(0..600);
        (0..length)
            .map(|_| match self.random.random_range(0..8) {
                0..=4 => 0,
                5 | 6 => self.random.random_range(0..6),
                _ => self.random.random(),
            })
            .collect()
    }
}

const SEED: u64 = 4_400;
/// Attacks of each kind on each version of each message.
const DAMAGES: u64 = 30;
const SWELLS: u64 = 30;
const SWOLLEN_ELEMENTS: u32 = 2_000;
const SWOLLEN_ZEROS: usize = 6_000;
/// Memory per byte of input. A struct of ten empty texts is ten bytes on the wire and 320 here; a growing list is held
/// twice while it moves.
const BACKED_MAX: usize = 160;
/// Memory that needs no bytes: a first element of each nested list, an error.
const ROOM: usize = 4096;

struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: everything is handed on to the system's allocator; the counters are plain thread-local numbers.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.set(ALLOCATED.get().wrapping_add(layout.size()));
        PEAK.set(PEAK.get().max(ALLOCATED.get()));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        ALLOCATED.set(ALLOCATED.get().wrapping_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}
